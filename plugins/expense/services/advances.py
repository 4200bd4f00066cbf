"""Asking for an advance: writing it down, handing it in, taking it back, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense.actions import ADVANCE, ADVANCE_READ, ADVANCE_REQUEST, PAYMENT_CONFIRM
from plugins.expense.models import Advance, AdvanceEntry, Payment
from plugins.expense.services import ledger
from plugins.expense.services.places import entity_of, own_place
from plugins.expense.text import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, _
from remit.base import Actor, DomainError, clock
from remit.letters import number_for
from remit.services import require, visible
from remit.workflow import Answer, Run, ask

NUMBER = "expense.advance"
PAGE = 50


def draft(session: Session, actor: Actor, advance: Advance | None, values: dict[str, Any]) -> Advance:
    """Write an advance down, or change a draft: ``unit_id``, ``category``, ``purpose``, ``amount``, ``needed_on``.

    Raises ``DomainError`` with the field for a unit that is not one's own; ``Denied`` where the list does not let the
    actor ask.
    """
    if advance is not None:
        _draft_of(actor, advance)
    place = own_place(session, actor, values["unit_id"])
    new = advance is None
    if advance is None:
        advance = Advance(requester_person_id=actor.person_id, state=DRAFT, created_at=clock.now())
    advance.unit_id, advance.legal_entity_id = place.unit_id, place.legal_entity_id
    advance.currency = entity_of(session, place.legal_entity_id).currency
    advance.category, advance.amount = values["category"], values["amount"]
    advance.purpose, advance.needed_on = values["purpose"].strip(), values["needed_on"]
    require(session, actor, ADVANCE_REQUEST, advance)
    if new:
        advance.number = number_for(session, actor, NUMBER, advance.legal_entity_id, clock.today(actor.zone))
        session.add(advance)
    session.flush()
    return advance


def submit(session: Session, actor: Actor, advance: Advance) -> Run:
    """Hand it in: it becomes a question to whomever the lists name."""
    only_own(actor, advance)
    require(session, actor, ADVANCE_REQUEST, advance)
    session.refresh(advance, with_for_update=True)  # two presses of the button come one after the other
    if advance.state != DRAFT:
        raise DomainError("expense.advance_submitted", _("This advance is handed in already."))
    advance.state = SUBMITTED
    session.flush()
    return ask(session, actor, ADVANCE, advance)


def discard(session: Session, actor: Actor, advance: Advance) -> None:
    """Drop a draft; the row stays, with its number."""
    require(session, actor, ADVANCE_REQUEST, advance)
    _draft_of(actor, advance)
    advance.state = WITHDRAWN
    session.flush()


def only_own(actor: Actor, advance: Advance) -> None:
    """Raise ``DomainError`` for somebody else's advance."""
    if not actor.is_system and advance.requester_person_id != actor.person_id:
        raise DomainError("expense.advance_own", _("Only whoever asked for an advance changes it."))


def _draft_of(actor: Actor, advance: Advance) -> None:
    only_own(actor, advance)
    if advance.state != DRAFT:
        raise DomainError("expense.advance_closed", _("Only a draft is changed; write a new one."))


def answered(session: Session, actor: Actor, advance: Advance, answer: Answer | str) -> None:
    """Move an advance on; the money is handed out with a payment."""
    del actor
    if answer == "void":
        raise DomainError("expense.advance_approved", _("An approved advance is not changed; write a new one."))
    advance.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT,
    }[answer]  # fmt: skip
    session.flush()


def give_back(session: Session, actor: Actor, advance: Advance, amount: int, note: str) -> AdvanceEntry:
    """Write down that somebody paid ``amount`` of an advance back, in minor units; whoever confirms payments does.

    Raises ``DomainError`` with the field for more than what is open, ``Denied``.
    """
    require(session, actor, PAYMENT_CONFIRM, Payment(
        legal_entity_id=advance.legal_entity_id, total=amount, currency=advance.currency))  # fmt: skip
    return ledger.give_back(session, advance, amount, note)


def advances(session: Session, actor: Actor, *, own: bool, before: int | None = None) -> Sequence[Advance]:
    """The advances somebody may see, the latest first, a page of them; ``own`` only his own."""
    statement = select(Advance).order_by(Advance.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(Advance.requester_person_id == (actor.person_id or 0))
    if before is not None:
        statement = statement.where(Advance.id < before)
    return session.scalars(visible(session, actor, ADVANCE_READ, statement)).all()
