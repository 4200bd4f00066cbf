"""The spend guard: what a campaign may cost for what it brings, and when it was too much."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime

_OPEN = text("state = 'open'")


class SpendGuard(Base):
    """What a qualified lead and a customer of one campaign may cost, in minor units; see ``plugins.crm.rules.guard``.

    ``level`` says which qualification counts: ``marketing`` or ``sales``.
    """

    __tablename__ = "crm_guard"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_campaign.id"), unique=True)
    level: Mapped[str] = mapped_column(String(12), default="sales")
    per_lead: Mapped[int | None] = mapped_column(BigInteger)
    per_customer: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    least_leads: Mapped[int] = mapped_column(Integer, default=30)
    wait_days: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        CheckConstraint("per_lead > 0", name="per_lead_is_positive"),
        CheckConstraint("per_customer > 0", name="per_customer_is_positive"),
        CheckConstraint("per_lead IS NOT NULL OR per_customer IS NOT NULL", name="has_a_limit"),
        CheckConstraint("least_leads > 0 AND wait_days >= 0", name="sample"),
    )


class GuardAlarm(Base):
    """A campaign that was too dear on a day: what stood there, and what was done about it.

    ``measure`` is lead or customer. One of a measure is open at a time; nobody is told again before ``quiet_until``,
    and of a campaign that was stopped never.
    """

    __tablename__ = "crm_guard_alarm"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    guard_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_guard.id"))
    measure: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    spent: Mapped[int] = mapped_column(BigInteger)
    leads: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)
    most: Mapped[int] = mapped_column(BigInteger)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="open")
    settled_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quiet_until: Mapped[date | None] = mapped_column(Date)
    said: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        Index("ix_crm_guard_alarm_guard_id", "guard_id", "measure", "day"),
        Index("ix_crm_guard_alarm_settled_by_person_id", "settled_by_person_id"),
        Index("uq_crm_guard_alarm_open", "guard_id", "measure", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
    )  # fmt: skip
