"""What people are told about tasks: that one waits for them, and what became of theirs. What it is about stands behind
the link.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import Text, catalogue
from core.kernel.specs import Message, Notification, Recipients
from core.workflow import mailed, records, todo
from core.workflow.engine import helping
from core.workflow.events import (
    ProcessBegan,
    ProcessCopied,
    ProcessEnded,
    ProcessNotBegun,
    ProcessStuck,
    TaskDue,
    TaskNudged,
    TaskOverdue,
    TaskRouted,
)
from core.workflow.models import APPROVED, OPEN, REFUSED, RETURNED, VOID, Task
from core.workflow.processes.models import WAITS, Start

_ = catalogue("workflow")

_SUBJECTS: dict[str, Text] = {
    APPROVED: _("What you asked for is approved"), REFUSED: _("What you asked for is refused"),
    VOID: _("An approval of yours is void: its record was changed"),
    RETURNED: _("What you asked for was sent back to you"),
}
#: Working hours after which a task that nobody has read goes to whoever stands in, too: two working days.
_PATIENCE = 16


def _decider(session: Session, event: TaskRouted | TaskNudged | TaskDue) -> Recipients:
    """Nobody where it was answered, or has become somebody else's, since."""
    task = session.get(Task, event.task_id)
    waits = task is not None and task.state == OPEN and task.next_person_id == event.person_id
    return Recipients(persons=[event.person_id] if waits else [])


def _waits(session: Session, event: TaskRouted) -> Message:
    if event.version_id is not None:
        return Message(
            _("To do: {what}", what=todo.text_of(session, event.version_id, event.step)),
            (_("A process gives this to you. Mark it as done when it is."),), f"/tasks/{event.task_id}",
            _("Look at it"),
        )
    return Message(
        _("Something waits for your decision"), (_("Your duty and authority list says that it is yours to decide."),),
        f"/tasks/{event.task_id}", _("Decide"),
    )


def _nudged(session: Session, event: TaskNudged) -> Message:
    del session
    return Message(
        _("You are asked again for a decision"), (_("Whoever asked waits for your answer and reminds you of it."),),
        f"/tasks/{event.task_id}", _("Decide"),
    )


def _due(session: Session, event: TaskDue) -> Message:
    del session
    return Message(
        _("The time of a decision ends soon"), (_("It waits for you. Whoever asked needs your answer."),),
        f"/tasks/{event.task_id}", _("Decide"),
    )


def _late(session: Session, event: TaskOverdue) -> Recipients:
    """Whoever was asked, and whoever the question passed on to or would be asked next."""
    task = session.get(Task, event.task_id)
    if task is None or task.state != OPEN:
        return Recipients()
    return Recipients(persons=sorted({event.person_id, *helping.next_above(session, task)}))


def _overdue(session: Session, event: TaskOverdue) -> Message:
    del session
    passed = _("It has passed on to whoever comes next.")
    waits = _("It still waits; whoever is next above is told as well.")
    return Message(
        _("The time of a decision is over"), (passed if event.passed_on else waits,), f"/tasks/{event.task_id}",
        _("Look at it"),
    )


def _copied_to(session: Session, event: ProcessCopied) -> Recipients:
    del session
    return Recipients(persons=[event.person_id])


def _copied(session: Session, event: ProcessCopied) -> Message:
    del session
    mentioned = event.why == "mentioned"
    return Message(
        _("You were named beside a request") if mentioned else _("A request was copied to you"),
        (_("You may read it from now on."),), _page(event.run_id), _("Read it"),
    )


def _keeper(session: Session, event: ProcessStuck) -> Recipients:
    person_id = helping.owner_of(session, records.run_at(session, event.run_id))
    return Recipients(persons=[person_id] if person_id is not None else [])


def _stuck(session: Session, event: ProcessStuck) -> Message:
    del session
    return Message(
        _("A process is stuck"), (_("Nobody may go on with it as things are. You look after it."),),
        _page(event.run_id), _("Look at it"),
    )


def _in_whose_name(session: Session, event: ProcessBegan) -> Recipients:
    del session
    return Recipients(persons=[event.requester_person_id])


def _began(session: Session, event: ProcessBegan) -> Message:
    del session
    return Message(
        _("A process has started in your name"),
        (_("It starts by itself in the name of whoever holds your post; you are told what becomes of it."),),
        _page(event.run_id), _("Look at it"),
    )


def _keeper_of(session: Session, event: ProcessNotBegun) -> Recipients:
    start = session.get(Start, event.start_id)
    person_id = helping.keeper_of(session, start.version_id) if start is not None and start.state == WAITS else None
    return Recipients(persons=[person_id] if person_id is not None else [])


def _not_begun(session: Session, event: ProcessNotBegun) -> Message:
    del session
    return Message(
        _("A process could not start"),
        (_("It was to start by itself and waits; its page says why. You look after it."),),
        f"/processes/{event.process}", _("Look at it"),
    )


def _page(run_id: int) -> str:
    """The page of a run."""
    return f"/tasks/way/{run_id}"


def _requester(session: Session, event: ProcessEnded) -> Recipients:
    del session
    mine = event.requester_person_id is not None and event.answer in _SUBJECTS
    return Recipients(persons=[event.requester_person_id] if mine and event.requester_person_id else [])


def _answered(session: Session, event: ProcessEnded) -> Message:
    del session
    return Message(
        _SUBJECTS[event.answer], (_("Who decided, under which entry of which list, and what he wrote stands there."),),
        _page(event.run_id), _("Read the answer"),
    )


_GROUP = _("Approvals")

NOTIFICATIONS = (
    Notification(
        "workflow.task_waits", _("Something waits for my decision"), _GROUP, on=TaskRouted.name, to=_decider,
        tell=_waits, digestible=False, escalate_after=_PATIENCE, offers=mailed.offers,
    ),
    Notification(
        "workflow.task_nudged", _("I am reminded of a decision"), _GROUP, on=TaskNudged.name, to=_decider,
        tell=_nudged, digestible=False, offers=mailed.offers,
    ),
    Notification(
        "workflow.task_answered", _("What I asked for was answered"), _GROUP, on=ProcessEnded.name, to=_requester,
        tell=_answered,
    ),
    Notification(
        "workflow.task_due", _("The time of a decision of mine ends soon"), _GROUP, on=TaskDue.name, to=_decider,
        tell=_due, offers=mailed.offers,
    ),
    Notification(
        "workflow.task_overdue", _("The time of a decision is over"), _GROUP, on=TaskOverdue.name, to=_late,
        tell=_overdue, digestible=False, offers=mailed.offers,
    ),
    Notification(
        "workflow.process_copied", _("I was told of a request"), _GROUP, on=ProcessCopied.name, to=_copied_to,
        tell=_copied,
    ),
    Notification(
        "workflow.process_began", _("A process has started in my name"), _GROUP, on=ProcessBegan.name,
        to=_in_whose_name, tell=_began,
    ),
    Notification(
        "workflow.process_not_begun", _("A process I look after could not start"), _GROUP, on=ProcessNotBegun.name,
        to=_keeper_of, tell=_not_begun, digestible=False,
    ),
    Notification(
        "workflow.process_stuck", _("A process I look after is stuck"), _GROUP, on=ProcessStuck.name, to=_keeper,
        tell=_stuck, digestible=False,
    ),
)
