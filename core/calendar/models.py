"""Calendars of places and their special days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import Id, Translated, Translation


class CalendarPlace(Base):
    """The calendar of a place such as ``CN`` or ``CN-SH``; a place inherits the days of those above it."""

    __tablename__ = "core_calendar"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    place: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    weekend: Mapped[str] = mapped_column(String(7))  # weekdays as date.weekday() counts them: "56"
    zone: Mapped[str] = mapped_column(String(64))


class CalendarNotice(Base):
    """The published arrangement of one year, or the fact that it is not complete yet."""

    __tablename__ = "core_calendar_year"
    __kept__ = True

    calendar_id: Mapped[int] = mapped_column(Id, ForeignKey("core_calendar.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column()
    confidence: Mapped[str] = mapped_column(String(8))
    complete: Mapped[bool] = mapped_column()


class CalendarSpecialDay(Base):
    """One day that differs from its weekday. ``origin`` company: set by the company, never touched by a
    country.
    """

    __tablename__ = "core_calendar_day"
    __kept__ = True
    __table_args__ = (
        CheckConstraint("kind IN ('workday', 'rest', 'holiday')", name="kind"),
        CheckConstraint("origin IN ('country', 'company')", name="origin"),
    )

    calendar_id: Mapped[int] = mapped_column(Id, ForeignKey("core_calendar.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    statutory: Mapped[bool] = mapped_column(default=False)
    name: Mapped[Translation] = mapped_column(Translated)
    source: Mapped[str] = mapped_column()
    origin: Mapped[str] = mapped_column(String(8), default="country")
