"""The ledger of advances: what was handed out, what claims settled, what was paid back. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.expense.models import Advance, AdvanceEntry, Claim
from plugins.expense.rules.settling import Settled, settle
from plugins.expense.text import PAID, _
from remit.base import DomainError, clock
from remit.services import system


@dataclass(frozen=True, slots=True)
class Open:
    """An advance and what is still open of it."""

    advance: Advance
    balance: int


def held(session: Session, person_id: int, entity_id: int, currency: str) -> list[Open]:
    """The open advances of a person with a company, the oldest first. Nobody else moves them until the commit."""
    statement = select(Advance).where(
        Advance.requester_person_id == person_id, Advance.legal_entity_id == entity_id, Advance.currency == currency,
        Advance.state == PAID,
    ).order_by(Advance.paid_at, Advance.id).with_for_update()  # fmt: skip
    with system(session, "open advances are set against a claim"):
        found = session.scalars(statement.execution_options(populate_existing=True)).all()
    left = balances(session, [one.id for one in found])
    return [Open(one, left[one.id]) for one in found if left.get(one.id)]


def balances(session: Session, advance_ids: Collection[int]) -> dict[int, int]:
    """What is open of advances: the sum of their lines."""
    if not advance_ids:
        return {}
    rows = session.execute(
        select(AdvanceEntry.advance_id, func.sum(AdvanceEntry.amount))
        .where(AdvanceEntry.advance_id.in_(advance_ids)).group_by(AdvanceEntry.advance_id)
    )
    return {number: int(total) for number, total in rows}


def entries(session: Session, advance: Advance) -> Sequence[AdvanceEntry]:
    """The lines of an advance, the first one first."""
    return session.scalars(
        select(AdvanceEntry).where(AdvanceEntry.advance_id == advance.id).order_by(AdvanceEntry.sequence)
    ).all()


def pay_out(session: Session, advance: Advance, payment_id: int | None) -> AdvanceEntry:
    """The money of an advance was handed out; from now on claims settle it."""
    advance.state, advance.paid_at = PAID, clock.now()
    return _add(session, advance, "paid", advance.amount, payment_id=payment_id)


def settle_claim(session: Session, claim: Claim) -> Settled:
    """Set an approved claim against the open advances of whoever asked, the oldest first."""
    waiting = held(session, claim.requester_person_id, claim.legal_entity_id, claim.currency)
    known = {one.advance.id: one.advance for one in waiting}
    found = settle(claim.amount, [(one.advance.id, one.balance) for one in waiting])
    for number, part in found.parts:
        _add(session, known[number], "settled", -part, claim_id=claim.id)
    return found


def give_back(session: Session, advance: Advance, amount: int, note: str) -> AdvanceEntry:
    """Somebody paid ``amount`` back. Raises ``DomainError`` for more than what is open."""
    waiting = held(session, advance.requester_person_id, advance.legal_entity_id, advance.currency)
    left = next((one.balance for one in waiting if one.advance.id == advance.id), 0)
    if not 0 < amount <= left:
        raise DomainError("expense.too_much_back", _("No more than what is open can be paid back."), "amount")
    return _add(session, advance, "returned", -amount, note=note.strip())


def _add(
    session: Session, advance: Advance, kind: str, amount: int, *, claim_id: int | None = None,
    payment_id: int | None = None, note: str = "",
) -> AdvanceEntry:  # fmt: skip
    last = session.execute(
        select(AdvanceEntry.sequence, AdvanceEntry.balance).where(AdvanceEntry.advance_id == advance.id)
        .order_by(AdvanceEntry.sequence.desc()).limit(1)
    ).first()
    sequence, balance = (last.sequence, last.balance) if last is not None else (0, 0)
    made = AdvanceEntry(
        advance_id=advance.id, person_id=advance.requester_person_id, sequence=sequence + 1, kind=kind, amount=amount,
        balance=balance + amount, claim_id=claim_id, payment_id=payment_id, note=note, created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made
