"""Paying what is approved: putting a payment together, its bank file, and that it was paid, once.

A payment and what it holds are committed before any file is written, and the file says the same whenever it is written
again. Whoever is interrupted between the file and the confirmation finds the payment open and goes on from there; what
it holds is in no other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from plugins.expense.actions import PAYMENT_CONFIRM, PAYMENT_MAKE, PAYMENT_READ
from plugins.expense.events import AdvancePaid, ClaimPaid
from plugins.expense.models import Advance, Claim, Payment, PaymentItem
from plugins.expense.services import ledger
from plugins.expense.services.places import employments_on, entity_of
from plugins.expense.text import APPROVED, CANCELLED, OPEN, PAID, _
from remit.base import Actor, DomainError, Month, clock
from remit.contracts import PaymentRow
from remit.events import emit
from remit.exchange import media_of, outgoing
from remit.letters import number_for
from remit.models import LegalEntity, Person
from remit.services import modules_on, of, record_bulk, require, system, visible

NUMBER = "expense.payment"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Due:
    """What waits to be paid: approved claims with something payable, approved advances, and nothing held already."""

    claims: Sequence[Claim]
    advances: Sequence[Advance]

    @property
    def total(self) -> int:
        """What all of it comes to."""
        return sum(one.payable for one in self.claims) + sum(one.amount for one in self.advances)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A finished file with what it adds up to."""

    name: str
    media: str
    data: bytes
    count: int
    total: int


def due(session: Session, actor: Actor, entity: LegalEntity, *, hold: bool = False) -> Due:
    """What a company has to pay, in its currency. Raises ``Denied`` for whoever may not put payments together.

    ``hold``: nobody else pays it until the commit.
    """
    require(session, actor, PAYMENT_MAKE, Payment(legal_entity_id=entity.id, total=0, currency=entity.currency))
    taken_claims = select(PaymentItem.claim_id).where(PaymentItem.held.is_not(None), PaymentItem.claim_id.is_not(None))
    taken = select(PaymentItem.advance_id).where(PaymentItem.held.is_not(None), PaymentItem.advance_id.is_not(None))
    claims = select(Claim).where(
        Claim.state == APPROVED, Claim.legal_entity_id == entity.id, Claim.payable > 0,
        Claim.currency == entity.currency, Claim.id.not_in(taken_claims),
    ).order_by(Claim.id)  # fmt: skip
    advances = select(Advance).where(
        Advance.state == APPROVED, Advance.legal_entity_id == entity.id, Advance.currency == entity.currency,
        Advance.id.not_in(taken),
    ).order_by(Advance.id)  # fmt: skip
    with system(session, "what is approved and not paid yet"):
        return Due(
            session.scalars(claims.with_for_update() if hold else claims).all(),
            session.scalars(advances.with_for_update() if hold else advances).all(),
        )  # fmt: skip


def make(session: Session, actor: Actor, values: dict[str, Any]) -> Payment:
    """Put everything that is due into one payment: ``legal_entity_id``, ``method``, and ``month`` for the payroll.

    With the payroll go claims of people who are employed in the month; advances are handed out by a bank file. Raises
    ``Denied``, ``DomainError`` with the field where there is nothing to pay or somebody else pays it at this moment.
    """
    entity = entity_of(session, values["legal_entity_id"])
    method, month = values["method"], values.get("month")
    if method == "payroll" and month is None:
        raise DomainError("expense.month", _("Choose the month of the payroll."), "month")
    waiting = due(session, actor, entity, hold=True)
    items = [
        PaymentItem(claim_id=one.id, person_id=one.requester_person_id, amount=one.payable, held=f"claim:{one.id}")
        for one in waiting.claims
    ]
    if method == "payroll" and month is not None:
        last = month.period.last
        known = employments_on(session, {one.person_id for one in items}, entity.id, last)
        for one in items:
            one.employment_id = known.get(one.person_id)
        items = [one for one in items if one.employment_id is not None]
    else:
        items += [
            PaymentItem(advance_id=one.id, person_id=one.requester_person_id, amount=one.amount,
                        held=f"advance:{one.id}") for one in waiting.advances
        ]  # fmt: skip
    if not items:
        raise DomainError("expense.nothing_due", _("There is nothing to pay."), "legal_entity_id")
    made = Payment(
        legal_entity_id=entity.id, method=method, month=month.number if method == "payroll" and month else None,
        currency=entity.currency, total=sum(one.amount for one in items), state=OPEN, digest="",
        made_by_person_id=actor.person_id, created_at=clock.now(),
    )  # fmt: skip
    made.number = number_for(session, actor, NUMBER, entity.id, clock.today(actor.zone))
    require(session, actor, PAYMENT_MAKE, made)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
            for one in items:
                one.payment_id = made.id
            session.add_all(items)
            session.flush()
    except IntegrityError:
        raise DomainError(
            "expense.held", _("Somebody else put a payment together at this moment; look at the list again."),
            "legal_entity_id",
        ) from None
    return made


def items_of(session: Session, payment: Payment) -> Sequence[PaymentItem]:
    """What a payment pays."""
    return session.scalars(
        select(PaymentItem).where(PaymentItem.payment_id == payment.id).order_by(PaymentItem.id)
    ).all()


def bank_file(session: Session, actor: Actor, payment: Payment, *, extension: str | None = None) -> BankFile:
    """The bank file of a payment, in the first layout of the country pack; a person stands in it once.

    Raises ``Denied``, ``DomainError`` where no pack has a layout, ``InputErrors`` naming everybody whose bank details
    are not complete. Each writing is audited with its count and digest.
    """
    require(session, actor, PAYMENT_MAKE, payment)
    if payment.method != "bank" or payment.state == CANCELLED:
        raise DomainError("expense.no_file", _("Only a payment by bank has a bank file."))
    code = entity_of(session, payment.legal_entity_id).country
    country = of(session).registry.countries(modules_on(session)).get(code)
    layout = next((one for one in country.files if one.purpose == "bank"), None) if country is not None else None
    if layout is None:
        raise DomainError("expense.no_layout", _("No country pack that is on knows a bank file."))
    kind = extension if extension is not None and extension in layout.extensions else layout.extensions[0]
    with system(session, f"the bank file of payment {payment.number} is written"):
        table = layout.rows(_rows(session, payment))
        data = outgoing(table, layout, kind, made_at=payment.created_at)
        digest = sha256(data).hexdigest()
        record_bulk(session, PaymentItem.__tablename__, f"payment:{payment.id}", table.count, digest,
                    operation="export", action=PAYMENT_MAKE)  # fmt: skip
    if not payment.digest:
        payment.digest = digest
        session.flush()
    return BankFile(f"{layout.file_name}_{payment.number}.{kind}", media_of(kind), data, table.count, table.total)


def _rows(session: Session, payment: Payment) -> list[PaymentRow]:
    sums: dict[int, int] = {}
    for item in items_of(session, payment):
        sums[item.person_id] = sums.get(item.person_id, 0) + item.amount
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(sums)))}
    return [
        PaymentRow(number, people[key].name, people[key].bank_account or "", people[key].bank_name or "", amount,
                   payment.number)
        for number, (key, amount) in enumerate(sums.items(), start=1)
    ]  # fmt: skip


def confirm(session: Session, actor: Actor, payment: Payment) -> bool:
    """Say that the bank has paid. True the first time, False where it was said before: nothing happens twice.

    Raises ``Denied``, ``DomainError`` for what is paid with the payroll or was cancelled.
    """
    require(session, actor, PAYMENT_CONFIRM, payment)
    session.refresh(payment, with_for_update=True)
    if payment.method != "bank":
        raise DomainError("expense.by_payroll", _("It is paid when the payroll is."))
    return settle(session, payment)


def settle(session: Session, payment: Payment) -> bool:
    """Mark a payment that is locked as paid, with all it holds; False where it is already."""
    if payment.state == PAID:
        return False
    if payment.state == CANCELLED:
        raise DomainError("expense.cancelled", _("This payment was cancelled."))
    now = clock.now()
    payment.state, payment.paid_at = PAID, now
    with system(session, f"payment {payment.number} is made"):
        for item in items_of(session, payment):
            if item.claim_id is not None:
                claim = session.get_one(Claim, item.claim_id)
                claim.state, claim.paid_at = PAID, now
                emit(session, ClaimPaid(claim.id))
            elif item.advance_id is not None:
                advance = session.get_one(Advance, item.advance_id)
                ledger.pay_out(session, advance, payment.id)
                emit(session, AdvancePaid(advance.id))
        session.flush()
    return True


def cancel(session: Session, actor: Actor, payment: Payment) -> None:
    """Take a payment apart that was not made; what it held is due again. Raises ``DomainError`` for any other."""
    require(session, actor, PAYMENT_MAKE, payment)
    session.refresh(payment, with_for_update=True)
    if payment.state != OPEN:
        raise DomainError("expense.not_open", _("Only a payment that is still to be made is cancelled."))
    payment.state = CANCELLED
    for item in items_of(session, payment):
        item.held = None
    session.flush()


def payments(session: Session, actor: Actor, *, before: int | None = None) -> Sequence[Payment]:
    """The payments somebody may see, the latest first, a page of them."""
    statement = select(Payment).order_by(Payment.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(Payment.id < before)
    return session.scalars(visible(session, actor, PAYMENT_READ, statement)).all()


def of_month(session: Session, month: Month, entity_id: int) -> Sequence[Payment]:
    """The payments that wait for the payroll of a month of a company, locked."""
    with system(session, "expenses that are paid with a payroll"):
        return session.scalars(
            select(Payment).where(
                Payment.method == "payroll", Payment.month == month.number, Payment.legal_entity_id == entity_id,
                Payment.state == OPEN,
            ).order_by(Payment.id).with_for_update()
        ).all()  # fmt: skip
