"""A slow second opinion: attendance of one person counted minute by minute with sets and the clock on the wall.

Nothing of the product's rules is used here. Instants are aware datetimes, presence is a set of UTC minutes, and
every figure is the size of a set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass
class RefShift:
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
    method: str = "span"


@dataclass
class RefDay:
    worked: int = 0
    late: int = 0
    early: int = 0
    absent: int = 0
    missing: str = ""
    night: int = 0
    overtime_workday: int = 0
    overtime_rest: int = 0
    overtime_holiday: int = 0
    open: bool = False
    punches: int = 0


def instant(zone: ZoneInfo, day: date, minute: int) -> int:
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)  # wall arithmetic
    return int(wall.timestamp() // 60)


def local(zone: ZoneInfo, minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, tz=UTC).astimezone(zone)


def counted(punches: Sequence[int], within: int) -> list[int]:
    kept: list[int] = []
    for second in sorted(punches):
        if not kept or second - kept[-1] > within:
            kept.append(second)
    return kept


class RefPerson:
    """Consecutive days of one person: `shifts[i]` is the shift of `first + i` or None."""

    def __init__(
        self, zone: ZoneInfo, first: date, shifts: Sequence[RefShift | None], holidays: set[date],
        punches: Sequence[int], *, night: tuple[int, int] = (0, 360), day_cut: int = 300, within: int = 60,
        close_missing: bool = True, after: int = 0, before: bool = False, now: int = 10**12,
    ) -> None:  # fmt: skip
        self.zone, self.first, self.shifts, self.holidays = zone, first, shifts, holidays
        self.night, self.day_cut, self.close_missing, self.after, self.now = night, day_cut, close_missing, after, now
        self.before = before
        self.minutes = [second // 60 for second in counted(punches, within)]
        self.windows = [self.raw_window(index) for index in range(len(shifts))]
        for index in range(1, len(shifts)):
            self.divide(index)

    def day(self, index: int) -> date:
        return self.first + timedelta(days=index)

    def raw_window(self, index: int) -> list[int]:
        shift, day = self.shifts[index], self.day(index)
        if shift is None:
            return [instant(self.zone, day, self.day_cut), instant(self.zone, day, self.day_cut + 1440)]
        return [
            instant(self.zone, day, shift.start) - shift.window_before,
            instant(self.zone, day, shift.end) + shift.window_after,
        ]

    def divide(self, index: int) -> None:
        before, after = self.windows[index - 1], self.windows[index]
        if after[0] >= before[1]:
            return
        left, right = self.shifts[index - 1], self.shifts[index]
        if left is not None and right is not None:
            end = instant(self.zone, self.day(index - 1), left.end)
            start = instant(self.zone, self.day(index), right.start)
            cut = min(max((end + start) // 2, after[0]), before[1])
        elif right is not None:
            cut = after[0]
        else:
            cut = before[1]
        cut = max(cut, before[0])
        before[1] = cut
        after[0] = cut
        after[1] = max(after[1], cut)

    def noon(self, shift: RefShift) -> tuple[int, int]:
        """By trial: of the breaks whose middle is no more than a quarter off the middle, the one least off it."""
        best = None
        for begin, end in shift.breaks:
            off = abs((begin + end) * 2 - (shift.start + shift.end) * 2)  # in quarters of a minute
            if off <= shift.end - shift.start and (best is None or off < best[0]):
                best = (off, begin, end)
        return (best[1], best[2]) if best else ((shift.start + shift.end) // 2,) * 2

    def evaluate(self, index: int, excused: bool = False, half: str = "") -> RefDay:
        shift, day, (opens, closes) = self.shifts[index], self.day(index), self.windows[index]
        found = [minute for minute in self.minutes if opens <= minute < closes]
        result = RefDay(punches=len(found))
        if shift is None:
            self.fill(result, index, set(range(found[0], found[-1])) if len(found) > 1 else set(), None)
            return result
        start, end = instant(self.zone, day, shift.start), instant(self.zone, day, shift.end)
        hours = [start, end]
        noon, resumes = (instant(self.zone, day, minute) for minute in self.noon(shift))
        start, end = (resumes if half == "morning" else start), (noon if half == "afternoon" else end)
        length = end - start
        lone = len(found) == 1
        came = lone and abs(found[0] - start) <= abs(found[0] - end)
        if found and (came or not lone) and half != "morning":
            moved = min(max(found[0] - start, -shift.flex_early), shift.flex_late)
            start, end = start + moved, end + (0 if half else moved)
            hours = [hours[0] + moved, hours[1] + moved]
        odd = shift.method == "pairs" and len(found) > 1 and len(found) % 2 == 1
        done = len(found) > 1 and not odd and found[-1] >= end
        result.open = not excused and not done and self.now < closes
        if not excused:
            if not found and not result.open:
                result.absent = 50 if half else 100
            if not result.open:
                result.missing = "out" if came or odd else "in" if lone else ""
            if found and (came or not lone) and found[0] - start > shift.grace_in:
                result.late = min(found[0] - start, length)
            if found and not came and not odd and not result.open and end - found[-1] > shift.grace_out:
                result.early = min(end - found[-1], length)
        self.fill(result, index, self.presence(result, shift, found, start, end), (hours[0], hours[1]))
        return result

    def presence(self, result: RefDay, shift: RefShift, found: list[int], start: int, end: int) -> set[int]:
        if len(found) == 1:
            if result.missing == "out" and self.close_missing:
                return set(range(found[0], max(found[0], end)))
            if result.missing == "in" and self.close_missing:
                return set(range(min(start, found[0]), found[0]))
            return set()
        if shift.method == "pairs":
            return {m for at in range(0, len(found) - 1, 2) for m in range(found[at], found[at + 1])}
        return set(range(found[0], found[-1])) if found else set()

    def fill(self, result: RefDay, index: int, present: set[int], hours: tuple[int, int] | None) -> None:
        shift, day = self.shifts[index], self.day(index)
        for begin, finish in shift.breaks if shift else ():
            present = present - set(range(instant(self.zone, day, begin), instant(self.zone, day, finish)))
        clock = {minute: local(self.zone, minute) for minute in present}
        pause = shift.break_minutes if shift and len(present) > shift.break_from else 0
        result.worked = max(0, len(present) - pause)
        dark = {m for m, at in clock.items() if self.night[0] <= at.hour * 60 + at.minute < self.night[1]}
        result.night = min(len(dark), result.worked)
        feast = {m for m, at in clock.items() if at.date() in self.holidays}
        result.overtime_holiday = min(len(feast), result.worked)
        rest = result.worked - result.overtime_holiday
        if hours is None:
            result.overtime_rest = rest
        else:
            extra = {m for m in present - feast if m >= hours[1] + self.after or (self.before and m < hours[0])}
            result.overtime_workday = min(len(extra), rest)
