"""What is told about tasks."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("workflow")


@dataclass(frozen=True, slots=True)
class TaskRouted(Event):
    """The lists name somebody who is to decide a task: at first, and whenever it becomes somebody else."""

    name = "workflow.task_routed"
    title = _("Task waits for somebody")
    thing = "task"
    about = "task_id"

    task_id: int
    person_id: int


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


EVENTS: tuple[type[Event], ...] = (TaskRouted, TaskAnswered, TaskNudged)
