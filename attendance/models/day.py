"""Day results: one wide row per employment and day, written in bulk and replaced until the month is closed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import Boolean, Date, Index, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id


class DayResult(Base):
    """What a day was worth. Minutes unless said otherwise.

    `kind` is a `DayKind`, `status` a `Status`, `excuse` an `Excuse` of `attendance.rules`. `first` and `last` are
    minutes since 1970 UTC, -1 without a punch. `absent` is in hundredths of a day. Computed rows have no foreign keys:
    the database would check millions of them one by one, and employments and groups are never deleted.
    """

    __tablename__ = "attendance_day"
    __audit__: ClassVar[bool] = False  # computed from punches; closing the month is what is audited

    employment_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    excuse: Mapped[int] = mapped_column(SmallInteger)
    scheduled: Mapped[bool] = mapped_column(Boolean)
    planned: Mapped[int] = mapped_column(Integer)
    punches: Mapped[int] = mapped_column(Integer)
    first: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)
    worked: Mapped[int] = mapped_column(Integer)
    late: Mapped[int] = mapped_column(Integer)
    early: Mapped[int] = mapped_column(Integer)
    absent: Mapped[int] = mapped_column(Integer)
    missing_in: Mapped[bool] = mapped_column(Boolean)
    missing_out: Mapped[bool] = mapped_column(Boolean)
    night: Mapped[int] = mapped_column(Integer)
    overtime_workday: Mapped[int] = mapped_column(Integer)
    overtime_rest: Mapped[int] = mapped_column(Integer)
    overtime_holiday: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_attendance_day_day", "day"),)
