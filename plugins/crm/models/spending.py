"""Campaigns, budgets, requests to spend and to move money from one budget to another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class Campaign(Base):
    """What a unit does to win customers, from ``starts_on`` until the day before ``ends_on``."""

    __tablename__ = "crm_campaign"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    category: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    owner_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        Index("ix_crm_campaign_owner_person_id", "owner_person_id"),
    )


class Budget(Base):
    """What a unit may spend on one category during ``[starts_on, ends_on)``, for one campaign where that is named.

    What is used up of it is counted from the approved requests, never kept.
    """

    __tablename__ = "crm_budget"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        Index("ix_crm_budget_unit_id", "unit_id", "category"),
    )


class SpendRequest(Base):
    """Somebody asks to spend money of his unit: how much, on what, for whom.

    ``in_budget`` is whether a budget covered it when it was asked for; a decision looks again. Who decided under which
    entry stands in its task.
    """

    __tablename__ = "crm_spend"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_campaign.id"))
    budget_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_budget.id"))
    category: Mapped[str] = mapped_column(String(20))
    payee: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(500))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    needed_on: Mapped[date] = mapped_column(Date)
    in_budget: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        Index("ix_crm_spend_requester_person_id", "requester_person_id", "id"),
        Index("ix_crm_spend_unit_id", "unit_id", "id"),
        Index("ix_crm_spend_budget_id", "budget_id", "state"),
        Index("ix_crm_spend_payee", "payee", "category"),
    )


class BudgetTransfer(Base):
    """Somebody asks to move ``amount`` of what is left of one budget to another of the same company and currency.

    ``unit_id`` is the unit that gives the money up: its list says who decides. The budgets change when it is approved.
    """

    __tablename__ = "crm_budget_transfer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    from_budget_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_budget.id"))
    to_budget_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_budget.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    requester_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("from_budget_id <> to_budget_id", name="from_one_to_another"),
        Index("ix_crm_budget_transfer_from_budget_id", "from_budget_id", "id"),
        Index("ix_crm_budget_transfer_to_budget_id", "to_budget_id", "id"),
        Index("ix_crm_budget_transfer_unit_id", "unit_id", "id"),
        Index("ix_crm_budget_transfer_requester_person_id", "requester_person_id", "id"),
    )
