"""What scores lead to: tables of rules, and the proposals they make of the final scores of a period."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class OutcomeTable(Base):
    """The rules of a company for periods that begin on ``valid_from`` or later, until its next table."""

    __tablename__ = "performance_outcome_table"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("legal_entity_id", "valid_from"),)


class OutcomeRule(Base):
    """A band of scores ``[low, high)`` in hundredths of a point, and what it leads to: ``bonus``, ``raise``,
    ``training`` or ``promotion``. ``rate`` are millionths of pay, of bonuses and raises only."""

    __tablename__ = "performance_outcome_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    table_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_outcome_table.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    low: Mapped[int] = mapped_column(Integer)
    high: Mapped[int] = mapped_column(Integer)
    rate: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        CheckConstraint("low >= 0 AND low < high", name="a_band"),
        CheckConstraint("rate >= 0 AND rate <= 10000000", name="rate_in_range"),
    )


class Proposal(Base):
    """What the final score of an employment in ``[starts_on, ends_on)`` leads to, once for each kind.

    ``points`` and the band ``[low, high)`` are why. ``state`` is proposed, confirmed or declined, with ``reason``. A
    confirmed bonus is ``rate`` millionths of the pay that payroll's formula names, paid with work month ``month``.
    """

    __tablename__ = "performance_proposal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    table_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_outcome_table.id"), index=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10))
    points: Mapped[int] = mapped_column(Integer)
    low: Mapped[int] = mapped_column(Integer)
    high: Mapped[int] = mapped_column(Integer)
    rate: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    reason: Mapped[str] = mapped_column(String(400), default="")
    month: Mapped[int | None] = mapped_column(Integer)
    proposed_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        UniqueConstraint("employment_id", "starts_on", "ends_on", "kind"),
        Index("ix_performance_proposal_starts_on", "starts_on", "ends_on"),
        Index("ix_performance_proposal_month", "month", "state"),
    )
