"""What leads become: customers, the deals with them, discounts, and when leads have to be touched."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class Customer(Base):
    """A company that buys, from ``since_on``; what it has bought runs during ``[term_start, term_end)``.

    ``lead_id`` is the lead it came from, ``captured_unit_id`` the unit that brought that, ``unit_id`` the one that
    looks after it. ``state`` is one of ``CUSTOMER_STATES``; one that left keeps its term, and says when and why.
    """

    __tablename__ = "crm_customer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company: Mapped[str] = mapped_column(String(160))
    company_key: Mapped[str] = mapped_column(String(160))
    lead_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_lead.id"))
    owner_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    captured_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    state: Mapped[str] = mapped_column(String(12), default="active")
    since_on: Mapped[date] = mapped_column(Date)
    term_start: Mapped[date | None] = mapped_column(Date)
    term_end: Mapped[date | None] = mapped_column(Date)
    churned_on: Mapped[date | None] = mapped_column(Date)
    churned_reason: Mapped[str] = mapped_column(String(40), default="")
    revision: Mapped[int] = mapped_column(Integer, default=1)

    __table_args__ = (
        CheckConstraint("term_end IS NULL OR term_start < term_end", name="term_starts_before_it_ends"),
        Index("ix_crm_customer_company_key", "company_key"),
        Index("ix_crm_customer_lead_id", "lead_id"),
        Index("ix_crm_customer_owner_person_id", "owner_person_id", "state", "term_end"),
        Index("ix_crm_customer_unit_id", "unit_id", "state", "term_end"),
        Index("ix_crm_customer_captured_unit_id", "captured_unit_id"),
    )


class Deal(Base):
    """What somebody wants to sell to a lead or a customer: an order once it is won.

    ``kind`` is one of ``DEAL_KINDS``, ``state`` one of ``DEAL_STATES``. ``list_amount`` is what it costs by the price
    list, ``amount`` what the customer pays: less only where a discount was approved. Both in minor units of
    ``currency``. ``months`` is how long what is bought runs, where it runs for a time.
    """

    __tablename__ = "crm_deal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    lead_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_lead.id"))
    customer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_customer.id"))
    owner_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    captured_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    kind: Mapped[str] = mapped_column(String(12), default="new")
    state: Mapped[str] = mapped_column(String(12), default="open")
    list_amount: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    months: Mapped[int | None] = mapped_column(Integer)
    expected_on: Mapped[date] = mapped_column(Date)
    won_on: Mapped[date | None] = mapped_column(Date)
    closed_reason: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer, default=1)

    __table_args__ = (
        CheckConstraint("amount > 0 AND amount <= list_amount", name="amount_is_no_more_than_the_list"),
        CheckConstraint("lead_id IS NOT NULL OR customer_id IS NOT NULL", name="with_somebody"),
        CheckConstraint("(state = 'won') = (won_on IS NOT NULL)", name="won_has_a_day"),
        Index("ix_crm_deal_lead_id", "lead_id", "state"),
        Index("ix_crm_deal_customer_id", "customer_id", "state"),
        Index("ix_crm_deal_owner_person_id", "owner_person_id", "state", "expected_on"),
        Index("ix_crm_deal_unit_id", "unit_id", "state", "expected_on"),
        Index("ix_crm_deal_captured_unit_id", "captured_unit_id"),
        Index("ix_crm_deal_won_on", "state", "won_on"),
    )


class Discount(Base):
    """Somebody asks to give away a part of a deal: ``amount`` in minor units, ``rate`` of the list in millionths.

    Who decided under which entry stands in its task.
    """

    __tablename__ = "crm_discount"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    deal_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_deal.id"))
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(12), default="submitted")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        Index("ix_crm_discount_deal_id", "deal_id", "state"),
        Index("ix_crm_discount_requester_person_id", "requester_person_id", "id"),
        Index("ix_crm_discount_unit_id", "unit_id", "id"),
    )


class Referral(Base):
    """A customer recommended us to a lead."""

    __tablename__ = "crm_referral"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_customer.id"))
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_crm_referral_customer_id", "customer_id"),)


class FollowRule(Base):
    """How soon a unit touches its leads first, in working minutes, and what happens where it does not.

    ``remind_minutes`` before the time is over its owner is told; when it is over, his head; ``reclaim_minutes`` later
    the lead is taken from him.
    """

    __tablename__ = "crm_follow_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    touch_minutes: Mapped[int] = mapped_column(Integer)
    remind_minutes: Mapped[int] = mapped_column(Integer)
    reclaim_minutes: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("touch_minutes > 0 AND remind_minutes >= 0 AND remind_minutes < touch_minutes "
                        "AND reclaim_minutes >= 0", name="minutes_make_sense"),
    )  # fmt: skip


class Overdue(Base):
    """What was done about a lead not touched in time: ``step`` of ``OVERDUE_STEPS`` for the deadline ``due_at``.

    Each is done once.
    """

    __tablename__ = "crm_overdue"
    __audit__ = False  # what happened stands in the history of the lead

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"))
    step: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("lead_id", "step", "due_at"),
        Index("ix_crm_overdue_person_id", "person_id"),
    )
