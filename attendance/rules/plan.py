"""From shifts, a weekly pattern and a calendar to planned days on the time line.

A planned day is turned once into *slots*: absolute minutes since 1970 (UTC) of everything that `evaluate` compares
punches with. Wall clock becomes elapsed time here and nowhere else, so a night over which the clocks change has
the length it really had. There are as many slots as groups times days, never as many as people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from attendance.rules.shift import DAY, DayKind, DayRules, Shift

Ints = NDArray[np.int64]

NOWHERE = -1  # in a matrix of slots: the person belongs to no group on that day
_REACH = range(-1, 3)  # early birds come on the evening before; a shift of 24 hours ends the day after tomorrow


class Mark(IntEnum):
    """What the public-holiday calendar of a place says about one date."""

    ORDINARY = 0
    STATUTORY = 1  # one of the holidays by law: 300 % for whoever works
    DAY_OFF = 2  # off by the yearly arrangement, a rest day for pay
    MAKE_UP = 3  # a weekend day that is worked instead


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """The shifts of a group from Monday to Sunday (None is a day off).

    A group that `follows_calendar` is off on holidays and days off and works on make-up workdays, by `make_up`
    when the pattern has no shift for that weekday. One that does not (a shop, a control room) works its pattern
    through; its hours on a statutory holiday are still holiday work.
    """

    week: tuple[Shift | None, ...]
    make_up: Shift | None = None
    follows_calendar: bool = True

    def __post_init__(self) -> None:
        """Refuse a week that has not seven days; raises ValueError."""
        if len(self.week) != 7:
            raise ValueError("a week has seven days")


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day of a group: the shift, if any, and what kind of day it is for overtime."""

    day: date
    shift: Shift | None
    kind: DayKind


def plan_days(pattern: WeekPattern, marks: Mapping[date, Mark], first: date, end: date) -> list[PlannedDay]:
    """The planned days of `[first, end)`; dates that `marks` does not name are ordinary."""
    days = []
    for offset in range((end - first).days):
        day = first + timedelta(days=offset)
        mark = marks.get(day, Mark.ORDINARY)
        shift = pattern.week[day.weekday()]
        if pattern.follows_calendar:
            if mark in (Mark.STATUTORY, Mark.DAY_OFF):
                shift = None
            elif mark is Mark.MAKE_UP:
                shift = shift or pattern.make_up
        if mark is Mark.STATUTORY:
            kind = DayKind.HOLIDAY
        else:
            kind = DayKind.WORKDAY if shift is not None else DayKind.REST
        days.append(PlannedDay(day, shift, kind))
    return days


def epoch_minute(zone: ZoneInfo, day: date, minute: int) -> int:
    """The minute since 1970 (UTC) at which the clocks of `zone` show `minute` minutes after midnight of `day`.

    Counts the wall clock, so 1440 is the next midnight whatever happens in between. A time that the clocks skip
    is read as if they had not been changed yet; of a time that comes twice, the first is meant.
    """
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    return int(wall.replace(tzinfo=zone).timestamp()) // 60


@dataclass(frozen=True, slots=True)
class Slots:
    """Planned days as arrays over slots; minutes since 1970 UTC unless said otherwise.

    `ordinal` is the date (`date.toordinal`), `kind` its `DayKind`, `has` whether there is a shift. `opens` and
    `closes` bound the punches of the day before neighbours are considered. `breaks`, `nights` and `holidays` are
    windows, shape (slots, k, 2), padded with empty ones. The first half of the shift ends at `noon` and the second
    begins at `resumes`.
    """

    ordinal: Ints
    kind: Ints
    has: NDArray[np.bool_]
    start: Ints
    end: Ints
    opens: Ints
    closes: Ints
    planned: Ints
    break_minutes: Ints
    break_from: Ints
    grace_in: Ints
    grace_out: Ints
    flex_early: Ints
    flex_late: Ints
    pairs: NDArray[np.bool_]
    noon: Ints
    resumes: Ints
    breaks: Ints
    nights: Ints
    holidays: Ints

    def __len__(self) -> int:
        """The number of slots."""
        return len(self.ordinal)


def build_slots(days: Sequence[tuple[ZoneInfo, PlannedDay]], statutory: Sequence[frozenset[date]],
                rules: DayRules) -> Slots:  # fmt: skip
    """Slots of planned days, in their order. `statutory` holds, for each day, the statutory holidays of its place.

    Holidays are asked for by date and not by slot, since the night before one runs into it.
    """
    width = max((len(plan.shift.breaks) for _, plan in days if plan.shift is not None), default=0)
    rows: list[list[int]] = []
    breaks = np.zeros((len(days), max(width, 1), 2), dtype=np.int64)
    nights = np.zeros((len(days), len(_REACH), 2), dtype=np.int64)
    holidays = np.zeros((len(days), len(_REACH), 2), dtype=np.int64)
    for at, ((zone, plan), free) in enumerate(zip(days, statutory, strict=True)):
        rows.append(_slot(zone, plan, rules))
        for k, window in enumerate(plan.shift.breaks if plan.shift is not None else ()):
            breaks[at, k] = [epoch_minute(zone, plan.day, minute) for minute in window]
        for k, day in enumerate(_REACH):
            nights[at, k] = [epoch_minute(zone, plan.day, day * DAY + minute) for minute in rules.night]
            if plan.day + timedelta(days=day) in free:
                holidays[at, k] = [epoch_minute(zone, plan.day, day * DAY + edge) for edge in (0, DAY)]
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 17).T
    return Slots(
        table[0], table[1], table[2].astype(bool), table[3], table[4], table[5], table[6], table[7], table[8],
        table[9], table[10], table[11], table[12], table[13], table[14].astype(bool), table[15], table[16],
        breaks, nights, holidays,
    )  # fmt: skip


def _slot(zone: ZoneInfo, plan: PlannedDay, rules: DayRules) -> list[int]:
    shift, ordinal = plan.shift, plan.day.toordinal()
    if shift is None:
        opens = epoch_minute(zone, plan.day, rules.day_cut)
        closes = epoch_minute(zone, plan.day, rules.day_cut + DAY)
        free = [rules.off_break_minutes, rules.off_break_from]
        return [ordinal, plan.kind, 0, opens, opens, opens, closes, 0, *free, 0, 0, 0, 0, 0, opens, opens]
    marks = (shift.start, shift.end, *shift.midday)
    start, end, noon, resumes = (epoch_minute(zone, plan.day, minute) for minute in marks)
    return [
        ordinal, plan.kind, 1, start, end, start - shift.window_before, end + shift.window_after, shift.planned,
        shift.break_minutes, shift.break_from, shift.grace_in, shift.grace_out, shift.flex_early, shift.flex_late,
        shift.method == "pairs", noon, resumes,
    ]  # fmt: skip
