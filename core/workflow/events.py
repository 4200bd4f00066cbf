"""What is told about tasks."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("workflow")


@dataclass(frozen=True, slots=True)
class TaskRouted(Event):
    """The lists name somebody who is to decide a task: at first, and whenever it becomes somebody else.

    Where the task is something to do, ``version_id`` and ``step`` are the definition and the step that say what.
    """

    name = "workflow.task_routed"
    title = _("Task waits for somebody")
    thing = "task"
    about = "task_id"

    task_id: int
    person_id: int
    version_id: int | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class TaskAnswered(Event):
    """A task was approved, refused or withdrawn, or its answer became void because its record changed."""

    name = "workflow.task_answered"
    title = _("Task answered")
    thing = "task"
    about = "task_id"

    task_id: int
    answer: str
    requester_person_id: int | None
    decider_person_id: int | None


@dataclass(frozen=True, slots=True)
class TaskNudged(Event):
    """Whoever put a question reminded whoever is to decide it."""

    name = "workflow.task_nudged"
    title = _("Reminder of a task")
    thing = "task"
    about = "task_id"

    task_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class TaskOverdue(Event):
    """The time of a task is over; ``passed_on`` where it goes to whoever comes next."""

    name = "workflow.task_overdue"
    title = _("Time of a task is over")
    thing = "task"
    about = "task_id"

    task_id: int
    person_id: int
    passed_on: bool


@dataclass(frozen=True, slots=True)
class TaskDue(Event):
    """The time of a task ends soon."""

    name = "workflow.task_due"
    title = _("Time of a task ends soon")
    thing = "task"
    about = "task_id"

    task_id: int
    person_id: int


class OfRun(Event):
    """Something about a record on its way through a process."""

    thing = "process_run"
    about = "run_id"


@dataclass(frozen=True, slots=True)
class ProcessEnded(OfRun):
    """A run is over: approved, refused, withdrawn or void; or it was sent back for revision (``returned``)."""

    name = "workflow.process_ended"
    title = _("Process ended")

    run_id: int
    process: str
    answer: str
    requester_person_id: int | None


@dataclass(frozen=True, slots=True)
class ProcessStuck(OfRun):
    """Nobody may go on with a run, or one of its steps could not be done."""

    name = "workflow.process_stuck"
    title = _("Process is stuck")

    run_id: int


@dataclass(frozen=True, slots=True)
class ProcessCopied(OfRun):
    """Somebody was told of a run: ``why`` is copied or mentioned."""

    name = "workflow.process_copied"
    title = _("Process copied to somebody")

    run_id: int
    person_id: int
    why: str


@dataclass(frozen=True, slots=True)
class ProcessCalled(OfRun):
    """A step of a process calls other programs; with ``reply`` it waits for one to answer, and webhooks that name this
    event tell ``reply_url`` and ``reply_secret`` beside its fields.
    """

    name = "workflow.process_called"
    title = _("Process calls a program")

    run_id: int
    step_id: int
    process: str
    step: str
    resource: str
    resource_id: int
    reply: bool


@dataclass(frozen=True, slots=True)
class ProcessBegan(OfRun):
    """A process started by itself, in the name of the holder of a post."""

    name = "workflow.process_began"
    title = _("Process started by itself")

    run_id: int
    process: str
    requester_person_id: int


@dataclass(frozen=True, slots=True)
class ProcessNotBegun(Event):
    """A process was to start by itself and could not; it waits with the reason."""

    name = "workflow.process_not_begun"
    title = _("Process could not start")
    thing = "process_start"
    about = "start_id"

    start_id: int
    process: str


@dataclass(frozen=True, slots=True)
class ProcessPublished(Event):
    """A version of a process is in force."""

    name = "workflow.process_published"
    title = _("Process published")
    thing = "process_version"
    about = "version_id"

    version_id: int
    process: str
    number: int


EVENTS: tuple[type[Event], ...] = (
    TaskRouted, TaskAnswered, TaskNudged, TaskDue, TaskOverdue, ProcessEnded, ProcessStuck, ProcessCopied,
    ProcessCalled, ProcessBegan, ProcessNotBegun, ProcessPublished,
)
