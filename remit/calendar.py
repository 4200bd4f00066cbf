"""Which days are worked, by place: kinds of days for a month, working days and working minutes."""

from core.calendar.rules import (
    OFFICE_HOURS,
    DayKind,
    SpecialDay,
    WorkCalendar,
    add_working_days,
    add_working_minutes,
    working_days_between,
    working_minutes,
)
from core.calendar.services import day_kinds, load_calendar, load_calendars, sync_calendars

__all__ = [
    "OFFICE_HOURS",
    "DayKind",
    "SpecialDay",
    "WorkCalendar",
    "add_working_days",
    "add_working_minutes",
    "day_kinds",
    "load_calendar",
    "load_calendars",
    "sync_calendars",
    "working_days_between",
    "working_minutes",
]
