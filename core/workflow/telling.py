"""What people are told about tasks: that one waits for them, and what became of theirs. What it is about stands behind
the link.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import Text, catalogue
from core.kernel.specs import Message, Notification, Recipients
from core.workflow.events import TaskAnswered, TaskNudged, TaskRouted
from core.workflow.models import APPROVED, OPEN, REFUSED, VOID, Task

_ = catalogue("workflow")

_SUBJECTS: dict[str, Text] = {
    APPROVED: _("What you asked for is approved"), REFUSED: _("What you asked for is refused"),
    VOID: _("An approval of yours is void: its record was changed"),
}
#: Working hours after which a task that nobody has read goes to whoever stands in, too: two working days.
_PATIENCE = 16


def _decider(session: Session, event: TaskRouted | TaskNudged) -> Recipients:
    """Nobody where it was answered, or has become somebody else's, since."""
    task = session.get(Task, event.task_id)
    waits = task is not None and task.state == OPEN and task.next_person_id == event.person_id
    return Recipients(persons=[event.person_id] if waits else [])


def _waits(session: Session, event: TaskRouted) -> Message:
    del session
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


def _requester(session: Session, event: TaskAnswered) -> Recipients:
    del session
    mine = event.requester_person_id is not None and event.answer in _SUBJECTS
    return Recipients(persons=[event.requester_person_id] if mine and event.requester_person_id else [])


def _answered(session: Session, event: TaskAnswered) -> Message:
    del session
    return Message(
        _SUBJECTS[event.answer], (_("Who decided, under which entry of which list, and what he wrote stands there."),),
        f"/tasks/{event.task_id}", _("Read the answer"),
    )


_GROUP = _("Approvals")

NOTIFICATIONS = (
    Notification(
        "workflow.task_waits", _("Something waits for my decision"), _GROUP, on=TaskRouted.name, to=_decider,
        tell=_waits, digestible=False, escalate_after=_PATIENCE,
    ),
    Notification(
        "workflow.task_nudged", _("I am reminded of a decision"), _GROUP, on=TaskNudged.name, to=_decider,
        tell=_nudged, digestible=False,
    ),
    Notification(
        "workflow.task_answered", _("What I asked for was answered"), _GROUP, on=TaskAnswered.name, to=_requester,
        tell=_answered,
    ),
)
