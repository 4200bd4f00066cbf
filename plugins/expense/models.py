"""Claims with their lines and invoices, advances with their ledger, payments, budgets, and the company's rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, UtcDateTime, append_only, no_overlap


class Claim(Base):
    """What somebody wants back of what he paid for the company.

    ``amount`` is what the lines claim, in minor units of ``currency``, that of the company. Once it is approved,
    ``settled`` was set against open advances and ``payable`` is what is still to be paid. ``over_rule``: some line is
    above what the rule gives; ``in_budget``: a budget covered it when it was handed in. Who decided under which entry
    stands in its task.
    """

    __tablename__ = "expense_claim"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    budget_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_budget.id"))
    category: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(300))
    project: Mapped[str] = mapped_column(String(80), default="")
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    settled: Mapped[int] = mapped_column(BigInteger, default=0)
    payable: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    over_rule: Mapped[bool] = mapped_column(Boolean, default=False)
    in_budget: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_on: Mapped[date | None] = mapped_column(Date)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("amount >= 0 AND settled >= 0 AND payable >= 0", name="nothing_is_negative"),
        CheckConstraint("settled + payable <= amount", name="no_more_than_claimed"),
        Index("ix_expense_claim_requester_person_id", "requester_person_id", "id"),
        Index("ix_expense_claim_unit_id", "unit_id", "id"),
        Index("ix_expense_claim_budget_id", "budget_id", "state"),
        Index("ix_expense_claim_state", "state", "legal_entity_id"),
    )


class Invoice(Base):
    """An invoice as it was read from its file, for a claim. Amounts are in minor units.

    ``key`` is the number in the form in which two readings of one invoice are equal. ``held`` is the same while the
    claim stands, that is from handing in until it is refused or taken back: the database lets one claim hold a number.
    """

    __tablename__ = "expense_invoice"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("expense_claim.id"), index=True)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("core_file.id"), index=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    held: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(12), default="")
    type: Mapped[str] = mapped_column(String(12))
    issued_on: Mapped[date] = mapped_column(Date)
    seller_name: Mapped[str] = mapped_column(String(200))
    seller_tax_number: Mapped[str] = mapped_column(String(20), default="")
    buyer_name: Mapped[str] = mapped_column(String(200))
    buyer_tax_number: Mapped[str] = mapped_column(String(20), default="")
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    items: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("net + tax = total", name="adds_up"),
        Index("uq_expense_invoice_held", "held", unique=True),
        Unique("claim_id", "key"),
    )


class Line(Base):
    """One thing that was paid. ``amount`` is in minor units of ``currency``, ``claimed`` of that of the claim.

    ``allowed`` is what the rule gives for ``quantity`` nights or days in ``city``, None where no rule speaks of it;
    what is above it says why in ``explanation``. A line has an invoice, or says in ``without`` why it has none.
    """

    __tablename__ = "expense_line"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(Id, ForeignKey("expense_claim.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_invoice.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    spent_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    claimed: Mapped[int] = mapped_column(BigInteger)
    city: Mapped[str] = mapped_column(String(40), default="")
    quantity: Mapped[int] = mapped_column(Integer, default=1)
    allowed: Mapped[int | None] = mapped_column(BigInteger)
    rule_source: Mapped[str] = mapped_column(String(200), default="")
    without: Mapped[str] = mapped_column(String(12), default="")
    explanation: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        CheckConstraint("amount > 0 AND claimed > 0 AND quantity > 0", name="something_was_paid"),
    )


class Budget(Base):
    """What a unit may spend on one category during ``[starts_on, ends_on)``. What is used up is counted from the
    approved claims, never kept.
    """

    __tablename__ = "expense_budget"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        Index("ix_expense_budget_unit_id", "unit_id", "category"),
    )


class Rule(Base):
    """What the company gives for a kind, in a tier of cities, to a grade, during ``[valid_from, valid_to)``.

    ``amount`` is in minor units a night or a day; for ``invoice_age`` it is days. ``grade`` is empty for everybody
    whose grade is not named. ``source`` is the paragraph of the company's rules that says so. ``subject_key`` numbers
    kind, tier and grade, so that the database keeps their periods apart.
    """

    __tablename__ = "expense_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    subject_key: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(2), default="")
    grade: Mapped[str] = mapped_column(String(20), default="")
    amount: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)

    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_is_not_negative"),
        Index("ix_expense_rule_legal_entity_id", "legal_entity_id", "kind", "valid_from"),
    )


class City(Base):
    """The tier of a city in the company's rules during ``[valid_from, valid_to)``; what is not named is tier 3.
    ``city_key`` numbers its name, so that the database keeps its periods apart.
    """

    __tablename__ = "expense_city"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    city_key: Mapped[int] = mapped_column(BigInteger)
    city: Mapped[str] = mapped_column(String(40))
    tier: Mapped[str] = mapped_column(String(2))
    source: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)

    __table_args__ = (Index("ix_expense_city_legal_entity_id", "legal_entity_id", "city_key", "valid_from"),)


no_overlap(Rule.__table__, keys=["legal_entity_id", "subject_key"])
no_overlap(City.__table__, keys=["legal_entity_id", "city_key"])


class Advance(Base):
    """Money that somebody asks to have beforehand. What is still open of it stands in the ledger, ``AdvanceEntry``."""

    __tablename__ = "expense_advance"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    category: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(300))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    needed_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        Index("ix_expense_advance_requester_person_id", "requester_person_id", "id"),
        Index("ix_expense_advance_state", "state", "legal_entity_id"),
    )


class AdvanceEntry(Base):
    """A line of the ledger of an advance: paid out, settled by a claim, paid back. Never changed, never below zero.

    ``amount`` is signed, ``balance`` what is open after it. ``sequence`` counts from 1, so that two who write at once
    cannot both go on from one balance.
    """

    __tablename__ = "expense_advance_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    advance_id: Mapped[int] = mapped_column(Id, ForeignKey("expense_advance.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int] = mapped_column(BigInteger)
    claim_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_claim.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_payment.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("balance >= 0", name="never_below_zero"),
        CheckConstraint("amount <> 0", name="something_moves"),
        Unique("advance_id", "sequence"),
    )


append_only(AdvanceEntry.__table__)


class Payment(Base):
    """Approved claims and advances that are paid together: by a bank file, or with the payroll of ``month``.

    ``state``: ``open``, ``included`` in the payroll ``run_id``, ``paid`` or ``cancelled``. ``digest`` is that of the
    file that was written first.
    """

    __tablename__ = "expense_payment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    method: Mapped[str] = mapped_column(String(12))
    month: Mapped[int | None] = mapped_column(Integer)
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12), default="open")
    digest: Mapped[str] = mapped_column(String(64), default="")
    made_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("total > 0", name="total_is_positive"),
        Index("ix_expense_payment_month", "month", "method"),
        Index("ix_expense_payment_made_by_person_id", "made_by_person_id"),
    )


class PaymentItem(Base):
    """What a payment pays of one claim or advance. ``held`` names it while the payment stands: the database lets one
    payment hold it, so that nothing is paid twice.
    """

    __tablename__ = "expense_payment_item"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[int] = mapped_column(Id, ForeignKey("expense_payment.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_claim.id"), index=True)
    advance_id: Mapped[int | None] = mapped_column(Id, ForeignKey("expense_advance.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    employment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_employment.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("(claim_id IS NULL) <> (advance_id IS NULL)", name="one_of_both"),
        Index("uq_expense_payment_item_held", "held", unique=True),
    )
