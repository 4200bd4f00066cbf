"""What a shift is and how overtime is rounded: the parameters of an evaluation, frozen and in minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

DAY = 1440  # minutes of a day on the wall clock

Method = Literal["span", "pairs"]
Rounding = Literal["floor", "nearest", "up"]


class DayKind(IntEnum):
    """What kind of day it is for overtime pay (Labour Law of the PRC, article 44).

    Overtime on a workday is paid at 150 %, on a rest day at 200 %, on a statutory holiday at 300 %. A make-up
    workday is a workday; the other days off of the yearly arrangement are rest days.
    """

    WORKDAY = 1
    REST = 2
    HOLIDAY = 3


class Status(IntEnum):
    """The one mark a day shows; the numbers behind it stand in columns of their own."""

    NORMAL = 1
    LATE = 2
    EARLY = 3
    LATE_EARLY = 4
    MISSING = 5
    ABSENT = 6
    LEAVE = 7
    TRIP = 8
    OFF = 9
    EXTRA = 10  # worked on a day off
    OPEN = 11  # the day's window is not over yet
    HALF_LEAVE = 12  # half of the day is leave, and the other half was worked as planned


class Excuse(IntEnum):
    """Why somebody need not punch on a scheduled day."""

    NONE = 0
    PAID_LEAVE = 1
    UNPAID_LEAVE = 2
    TRIP = 3


@dataclass(frozen=True, slots=True)
class Shift:
    """When work begins and ends on a work day. All times are minutes from the local midnight of that day.

    An overnight shift ends past 1440 (18:00 to 07:00 is 1080 to 1860). `breaks` lie at fixed times and are never
    worked; `break_minutes` are taken whenever one likes and come off any presence longer than `break_from`.
    Up to `grace_in` minutes late and `grace_out` minutes early do not count; more counts from the first minute.
    With `flex_late` one may begin up to that much later and ends so much later, with `flex_early` likewise
    earlier; what lies between is core time. Punches from `window_before` minutes before the start to
    `window_after` minutes after the end belong to the day. `span` counts from the first punch to the last,
    `pairs` adds up in-out pairs and never closes an odd one.
    """

    start: int
    end: int
    breaks: tuple[tuple[int, int], ...] = ()
    break_minutes: int = 0
    break_from: int = 0
    grace_in: int = 0
    grace_out: int = 0
    flex_early: int = 0
    flex_late: int = 0
    window_before: int = 240
    window_after: int = 600
    method: Method = "span"

    def __post_init__(self) -> None:
        """Refuse what no clock can show; raises ValueError (the schema explains it to people beforehand)."""
        if not 0 <= self.start < DAY or not self.start < self.end <= self.start + DAY:
            raise ValueError("a shift starts within its day and lasts at most 24 hours")
        last = self.start
        for begin, end in self.breaks:
            if not last <= begin < end <= self.end:
                raise ValueError("breaks lie inside the shift, in order and apart")
            last = end
        numbers = (
            self.break_minutes, self.break_from, self.grace_in, self.grace_out, self.flex_early, self.flex_late,
            self.window_before, self.window_after,
        )  # fmt: skip
        if min(numbers) < 0:
            raise ValueError("minutes of a shift are not negative")

    @property
    def planned(self) -> int:
        """Minutes of work the shift asks for: its length without breaks."""
        fixed = sum(end - begin for begin, end in self.breaks)
        return max(0, self.end - self.start - fixed - self.break_minutes)

    @property
    def midday(self) -> tuple[int, int]:
        """When the first half of the shift ends and the second begins, for half a day of leave.

        The fixed break nearest to the middle divides it, if it lies in the middle half of the shift; else the middle.
        """
        middle, quarter = (self.start + self.end) / 2, (self.end - self.start) / 4
        near = [
            (abs((begin + end) / 2 - middle), begin, end)
            for begin, end in self.breaks if abs((begin + end) / 2 - middle) <= quarter
        ]  # fmt: skip
        if near:
            return min(near)[1:]
        return (self.start + self.end) // 2, (self.start + self.end) // 2

    @property
    def core(self) -> tuple[int, int]:
        """The part of the shift during which everybody must be there."""
        return self.start + self.flex_late, self.end - self.flex_early


@dataclass(frozen=True, slots=True)
class Overtime:
    """From when overtime counts and in what steps.

    `after` minutes past the end of the shift do not count (dinner); less than `minimum` is nothing; the rest is
    rounded to `unit` by `rounding`. `before_shift` also counts what lies before the start. Work on days off uses
    `minimum`, `unit` and `rounding` alone.
    """

    minimum: int = 30
    unit: int = 30
    rounding: Rounding = "floor"
    after: int = 0
    before_shift: bool = False


@dataclass(frozen=True, slots=True)
class DayRules:
    """The parameters of a company that are not those of a shift.

    `repeat_seconds`: a punch so soon after the one before it is the same gesture. `night`: minutes of the local
    day that count as night work. `day_cut`: where one day off ends and the next begins, as somebody who leaves at
    two in the night still belongs to the evening before. `close_missing`: count a day with one punch up to the
    planned end (or from the planned start) and flag it; otherwise it counts nothing. `off_break_minutes` come off
    a presence of more than `off_break_from` minutes on a day off.
    """

    repeat_seconds: int = 60
    night: tuple[int, int] = (0, 360)
    day_cut: int = 300
    close_missing: bool = True
    off_break_minutes: int = 0
    off_break_from: int = 0
    workday: Overtime = field(default_factory=Overtime)
    rest: Overtime = field(default_factory=Overtime)
    holiday: Overtime = field(default_factory=lambda: Overtime(minimum=1, unit=1))
