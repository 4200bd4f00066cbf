"""Calendars as values: kinds of days for a range, counting in working days and in working minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Kinds = NDArray[np.int8]
Flags = NDArray[np.bool_]

WEEKEND = frozenset({5, 6})
#: A company that says nothing works from nine to six with an hour's break; minutes of the day.
OFFICE_HOURS: tuple[tuple[int, int], ...] = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
# : From this day on a missing notice for the next year is worth a warning: by then it has always been
# published.
WARN_FROM = (12, 1)
#: Ten years without one working day is no calendar; searching ends there instead of running for ever.
_FARTHEST = 3_660


class DayKind(IntEnum):
    """What a day is. Whether a holiday is a statutory one is a flag of its own, because only that earns its
    rate.
    """

    WORKDAY = 0
    REST = 1
    HOLIDAY = 2


KIND_NAMES: Mapping[str, DayKind] = {
    "workday": DayKind.WORKDAY,
    "rest": DayKind.REST,
    "holiday": DayKind.HOLIDAY,
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that a notice or the company says something about. ``name`` is translated data."""

    kind: DayKind
    statutory: bool = False
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkCalendar:
    """One place's calendar: the weekend, the special days, and for which years the notice is complete."""

    place: str = ""
    weekend: frozenset[int] = WEEKEND
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    complete_years: frozenset[int] = frozenset()
    zone: str = "UTC"

    def kind(self, day: date) -> DayKind:
        """What a day is."""
        found = self.special.get(day)
        if found is not None:
            return found.kind
        return DayKind.REST if day.weekday() in self.weekend else DayKind.WORKDAY

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked, make-up workdays included."""
        return self.kind(day) is DayKind.WORKDAY

    def is_statutory(self, day: date) -> bool:
        """Whether the day is a statutory holiday."""
        found = self.special.get(day)
        return found is not None and found.statutory

    def is_make_up(self, day: date) -> bool:
        """Whether a weekend day is worked by order of the arrangement (补班)."""
        return self.is_workday(day) and day.weekday() in self.weekend

    def name(self, day: date) -> Mapping[str, str]:
        """The translated name of a special day; empty for any other."""
        found = self.special.get(day)
        return found.name if found is not None else {}

    def kinds(self, start: date, end: date) -> Kinds:
        """The ``DayKind`` of every day in ``[start, end)`` as int8, in order."""
        first, count = start.toordinal(), max(0, end.toordinal() - start.toordinal())
        weekdays = (np.arange(first, first + count) - 1) % 7  # day 1 of the calendar was a Monday
        kinds = np.where(np.isin(weekdays, sorted(self.weekend)), DayKind.REST, DayKind.WORKDAY).astype(np.int8)
        for position, special in self._inside(start, end):
            kinds[position] = special.kind
        return kinds

    def statutory(self, start: date, end: date) -> Flags:
        """Which days in ``[start, end)`` are statutory holidays."""
        flags = np.zeros(max(0, end.toordinal() - start.toordinal()), dtype=np.bool_)
        for position, special in self._inside(start, end):
            flags[position] = special.statutory
        return flags

    def workdays(self, start: date, end: date) -> Flags:
        """Which days in ``[start, end)`` are worked."""
        return np.asarray(self.kinds(start, end) == DayKind.WORKDAY)

    def unconfirmed_years(self, start: date, end: date) -> tuple[int, ...]:
        """The years touched by ``[start, end)`` whose arrangement is not known: counts in them may change."""
        last = end - timedelta(days=1)
        return tuple(year for year in range(start.year, last.year + 1) if year not in self.complete_years)

    def missing_year(self, today: date) -> int | None:
        """The year to warn about: this one without a notice, or from December on the next; None if all is
        well.
        """
        if today.year not in self.complete_years:
            return today.year
        if (today.month, today.day) >= WARN_FROM and today.year + 1 not in self.complete_years:
            return today.year + 1
        return None

    def _inside(self, start: date, end: date) -> list[tuple[int, SpecialDay]]:
        if len(self.special) <= (end - start).days:
            chosen = [(day, special) for day, special in self.special.items() if start <= day < end]
        else:
            days = (start + timedelta(days=offset) for offset in range((end - start).days))
            chosen = [(day, self.special[day]) for day in days if day in self.special]
        return [((day - start).days, special) for day, special in chosen]


def working_days_between(calendar: WorkCalendar, start: date, end: date) -> int:
    """Working days in ``[start, end)``; negative when ``end`` lies before ``start``."""
    if end < start:
        return -working_days_between(calendar, end, start)
    return int(np.count_nonzero(calendar.workdays(start, end)))


def add_working_days(calendar: WorkCalendar, day: date, count: int) -> date:
    """The working day so many working days after ``day`` (before it, if negative).

    With 0: ``day`` itself if it is worked, else the next day that is. Raises ``ValueError`` for a calendar
    that has no working day within ten years.
    """
    step = timedelta(days=-1 if count < 0 else 1)
    left, idle = abs(count), 0
    found = day
    while left or not calendar.is_workday(found):
        found += step
        idle += 1
        if calendar.is_workday(found):
            left, idle = max(0, left - 1), 0
        if idle > _FARTHEST:
            raise ValueError("the calendar has no working days")
    return found


def working_minutes(
    calendar: WorkCalendar,
    start: datetime,
    end: datetime,
    hours: tuple[tuple[int, int], ...] = OFFICE_HOURS,
) -> int:
    """Whole minutes between two aware moments that fall into working hours of working days.

    ``hours`` are (from, to) in minutes of the day on the place's own clock; elapsed time counts, so an hour
    lost or doubled by summer time is lost or doubled here as well. 0 when ``end`` is not after ``start``.
    """
    zone = ZoneInfo(calendar.zone)
    total = timedelta()
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if calendar.is_workday(day):
            for opens, closes in _openings(day, hours, zone):
                total += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return int(total // timedelta(minutes=1))


def add_working_minutes(
    calendar: WorkCalendar,
    start: datetime,
    minutes: int,
    hours: tuple[tuple[int, int], ...] = OFFICE_HOURS,
) -> datetime:
    """The moment, in UTC, at which so many working minutes have passed since ``start``: a deadline.

    Raises ``ValueError`` without working hours or without a working day within ten years.
    """
    zone = ZoneInfo(calendar.zone)
    left, day, idle = timedelta(minutes=minutes), start.astimezone(zone).date(), 0
    while idle <= _FARTHEST:
        idle += 1
        for opens, closes in _openings(day, hours, zone) if calendar.is_workday(day) else ():
            begins = max(start, opens)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return (begins + left).astimezone(UTC)
            left, idle = left - (closes - begins), 0
        day += timedelta(days=1)
    raise ValueError("the calendar has no working hours")


def _openings(
    day: date, hours: tuple[tuple[int, int], ...], zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    return [(_moment(day, opens, zone), _moment(day, closes, zone)) for opens, closes in hours]


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A minute of a day in UTC; minute 1440 is the next midnight."""
    local = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), zone)
    return local.astimezone(UTC)
