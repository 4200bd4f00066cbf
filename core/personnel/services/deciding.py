"""The question that a change is, what the answer does to it, and cancelling what was approved."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.events.outbox import emit
from core.kernel.specs import Answer, TaskKind
from core.personnel.actions import APPROVE, KIND, RECEIVE, RELEASE
from core.personnel.events import ChangeApproved, ChangeCancelled
from core.personnel.models import (
    APPROVED,
    CANCELLATION,
    CANCELLED,
    DRAFT,
    REFUSED,
    WITHDRAWN,
    PersonnelChange,
)
from core.personnel.services import effect, preview, saying

_ = catalogue("personnel")

_STATES = {"approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT}


def answered(session: Session, actor: Actor, change: PersonnelChange, answer: Answer | str) -> None:
    """Move a change on: approved, its effect is written; returned, it is a draft of whoever asked again.

    What was approved never changes. Raises ``DomainError`` for whoever tries, and where the ground has changed since.
    """
    del actor
    if answer == "void":
        raise DomainError("personnel.approved", _("What was approved is not changed; cancel it and ask anew."))
    if answer == "approved":
        effect.write(session, change)
        emit(session, ChangeApproved.of(change))
    elif answer != "returned":
        change.identity_number = change.phone = None
    change.state = _STATES[answer]


def may_cancel(session: Session, actor: Actor, change: PersonnelChange) -> bool:
    """Whether somebody may cancel an approved change at once: who might approve it, before its first day."""
    return can_be_cancelled(change) and allowed(session, actor, APPROVE, change)


def can_be_cancelled(change: PersonnelChange) -> bool:
    """Whether a change stands and has not begun."""
    return change.state == APPROVED and change.kind != CANCELLATION and clock.today() < change.valid_from


def cancel(session: Session, actor: Actor, change: PersonnelChange) -> None:
    """Undo an approved change before its first day, by the authority that approves such changes.

    Raises ``DomainError`` once it has begun or where something was written over it, ``Denied`` for whoever may not, and
    so for whoever asked for it: he asks for its cancellation.
    """
    require(session, actor, APPROVE, change)
    session.refresh(change, with_for_update=True)
    if change.state != APPROVED or change.kind == CANCELLATION:
        raise DomainError("personnel.not_approved", _("Only what was approved can be cancelled."))
    if not can_be_cancelled(change):
        raise DomainError("personnel.begun", _(
            "It holds since {day} and cannot be cancelled any more; ask for a new change.", day=change.valid_from,
        ))  # fmt: skip
    emit(session, ChangeCancelled.of(change))
    effect.undo(session, change)
    change.state = CANCELLED
    session.flush()


def _subject(session: Session, change: PersonnelChange) -> Text:
    return saying.subject(session, change)


def _lines(session: Session, change: PersonnelChange) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know: what is asked, and what it would do as things stand now."""
    found = preview.of(session, change)
    told = [(_("Effect"), text) for text in found.effects] + [(_("Note"), text) for _kind, text in found.notices]
    return [*saying.lines(session, change), *saying.heads(session, change), *told]


def _link(change: PersonnelChange) -> str:
    return f"/personnel/{change.id}"


#: Between two units both heads agree first, side by side; then personnel decides.
STEPS = {
    "steps": [
        {"key": "heads", "type": "review", "title": {"zh_CN": "双方部门负责人", "en": "Heads of both units"},
         "when": "crosses", "by": [{"action": RELEASE}, {"action": RECEIVE}]},
        {"key": "personnel", "type": "decide", "title": {"zh_CN": "人事审批", "en": "Personnel"}},
    ],
}  # fmt: skip

TASK_KINDS = (TaskKind(KIND, _("Personnel change"), APPROVE, _subject, _lines, _link, answered, steps=STEPS),)
