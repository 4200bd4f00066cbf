"""What this module tells people: that their money is on its way."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense.events import AdvancePaid, ClaimPaid
from plugins.expense.models import Advance, Claim
from plugins.expense.text import _
from remit.notify import Message, Notification, Recipients
from remit.services import system

GROUP = _("Expenses")


def _of_claim(session: Session, event: ClaimPaid) -> Recipients:
    with system(session, "telling somebody that his claim is paid"):
        person = session.scalar(select(Claim.requester_person_id).where(Claim.id == event.claim_id))
    return Recipients(persons=[person] if person is not None else [])


def _claim(session: Session, event: ClaimPaid) -> Message:
    del session
    return Message(
        _("Your expense claim is paid"),
        (_("What was to be paid of it has been ordered."),), f"/expense/claims/{event.claim_id}", _("Look at my claim"),
    )


def _of_advance(session: Session, event: AdvancePaid) -> Recipients:
    with system(session, "telling somebody that his advance is handed out"):
        person = session.scalar(select(Advance.requester_person_id).where(Advance.id == event.advance_id))
    return Recipients(persons=[person] if person is not None else [])


def _advance(session: Session, event: AdvancePaid) -> Message:
    del session
    return Message(
        _("Your advance is handed out"),
        (_("Your next claims are set against it before anything is paid."),), f"/expense/advances/{event.advance_id}",
        _("Look at my advance"),
    )  # fmt: skip


NOTIFICATIONS = (
    Notification(
        "expense.claim_paid", _("My expense claim is paid"), GROUP, on=ClaimPaid.name, to=_of_claim, tell=_claim
    ),
    Notification(
        "expense.advance_paid", _("My advance is handed out"), GROUP, on=AdvancePaid.name, to=_of_advance,
        tell=_advance,
    ),
)  # fmt: skip
