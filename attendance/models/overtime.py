"""Requests for overtime."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.models.leave import DRAFT
from attendance.rules.overtime import ByKind
from remit.models import Base, EncryptedText, Id, UtcDateTime

PAY: Final = "pay"
IN_LIEU: Final = "in_lieu"
COMPENSATIONS: Final = (PAY, IN_LIEU)
DAY_KINDS: Final = ("workday", "restday", "holiday")


class OvertimeRequest(Base):
    """Somebody asks to work overtime, from ``starts_at`` to ``ends_at``, asked for as times of ``day`` in ``zone``.

    ``work_day`` is the day of attendance the work belongs to; the ``*_minutes`` by kind of day are what it came to by
    the calendar when it was handed in, ``minutes`` their sum and ``day_kind`` the dearest of them. ``compensation`` is
    ``pay`` or ``in_lieu``. ``recognised`` is how many minutes count once the day is over, None before.
    """

    __tablename__ = "attendance_overtime"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(64))
    work_day: Mapped[date] = mapped_column(Date)
    workday_minutes: Mapped[int] = mapped_column(Integer)
    restday_minutes: Mapped[int] = mapped_column(Integer)
    holiday_minutes: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    day_kind: Mapped[str] = mapped_column(String(10))
    compensation: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(EncryptedText("attendance_overtime.reason"), default="")
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    recognised: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("minutes = workday_minutes + restday_minutes + holiday_minutes", name="minutes_are_the_sum"),
        Index("ix_attendance_overtime_employment_id", "employment_id", "work_day"),
        Index("ix_attendance_overtime_person_id", "person_id", "id"),
        Index("ix_attendance_overtime_work_day", "work_day"),
    )

    @property
    def by_kind(self) -> ByKind:
        """Its minutes by kind of day."""
        return self.workday_minutes, self.restday_minutes, self.holiday_minutes
