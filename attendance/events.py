"""What attendance tells: months that were closed and reopened."""

from __future__ import annotations

from dataclasses import dataclass

from remit.base import Month
from remit.events import Event
from remit.text import catalogue

_ = catalogue("attendance")


@dataclass(frozen=True, slots=True)
class MonthClosed(Event):
    """The attendance of a month is fixed for ``groups`` of the attendance groups; pay can be built on it."""

    name = "attendance.month_closed"
    title = _("Attendance of a month closed")
    thing = "attendance_month"
    about = "month"

    month: Month
    groups: int


@dataclass(frozen=True, slots=True)
class MonthReopened(Event):
    """The attendance of a month may change again for ``groups`` of the attendance groups."""

    name = "attendance.month_reopened"
    title = _("Attendance of a month reopened")
    thing = "attendance_month"
    about = "month"

    month: Month
    groups: int


EVENTS: tuple[type[Event], ...] = (MonthClosed, MonthReopened)
