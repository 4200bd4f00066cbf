"""Months: the sums of an employment, and whether the month of a group is closed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime

OPEN, CLOSED = "open", "closed"


class MonthResult(Base):
    """The month of an employment, in the group it belonged to last: the measures of `rules.month.MonthTotals`.

    `month` is a number such as 202610. Days are counted in hundredths. No foreign keys, as in `DayResult`.
    """

    __tablename__ = "attendance_month"
    __audit__: ClassVar[bool] = False

    employment_id: Mapped[int] = mapped_column(Id, primary_key=True)
    month: Mapped[int] = mapped_column(Integer, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    scheduled_days: Mapped[int] = mapped_column(Integer)
    worked_days: Mapped[int] = mapped_column(Integer)
    planned_minutes: Mapped[int] = mapped_column(Integer)
    worked_minutes: Mapped[int] = mapped_column(Integer)
    late_count: Mapped[int] = mapped_column(Integer)
    late_minutes: Mapped[int] = mapped_column(Integer)
    early_count: Mapped[int] = mapped_column(Integer)
    early_minutes: Mapped[int] = mapped_column(Integer)
    missing_count: Mapped[int] = mapped_column(Integer)
    absent_days: Mapped[int] = mapped_column(Integer)
    leave_days: Mapped[int] = mapped_column(Integer)
    unpaid_days: Mapped[int] = mapped_column(Integer)
    trip_days: Mapped[int] = mapped_column(Integer)
    night_minutes: Mapped[int] = mapped_column(Integer)
    ot_workday_minutes: Mapped[int] = mapped_column(Integer)
    ot_restday_minutes: Mapped[int] = mapped_column(Integer)
    ot_holiday_minutes: Mapped[int] = mapped_column(Integer)
    open_days: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_attendance_month_month", "month", "group_id"),)


class MonthState(Base):
    """The month of a group: open or closed, when and by whom. A month without a row is open."""

    __tablename__ = "attendance_month_state"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    month: Mapped[int] = mapped_column(Integer)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_group.id"))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(Id)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_by: Mapped[int | None] = mapped_column(Id)
    reopen_reason: Mapped[str | None] = mapped_column(Text)
    people: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (UniqueConstraint("month", "group_id"),)
