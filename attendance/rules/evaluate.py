"""Compare punches with the plan: one result per person and day, for any number of people at once.

Everything is whole minutes. A punch counts by its minute: whoever punches at 09:00:59 was there at 09:00. Worked
time is the time between punches without breaks; what the shift says about lateness and overtime is read off the
same stretches of time, so the parts never contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attendance.rules.absent_days import FULL, HALF
from attendance.rules.excuses import halves, share
from attendance.rules.plan import NOWHERE, Ints, Slots
from attendance.rules.shift import DayRules, Excuse, Overtime, Status
from attendance.rules.windows import assign, day_windows, drop_repeats

NO_PUNCH = -1
FULL_DAY = FULL  # days are counted in hundredths
PADDING = 1  # days planned before and after those that are wanted, so that their neighbours are known
_EVER = 1 << 50  # minutes: later than any instant, and its negative earlier


@dataclass(frozen=True, slots=True)
class Punches:
    """Punches of many people: `person` is the row of the matrix, `second` counts from 1970 UTC; any order."""

    person: Ints
    second: Ints


@dataclass(frozen=True, slots=True)
class DayResults:
    """Results, each of shape (people, days): minutes unless said otherwise.

    `status` is a `Status` (0: no plan for that day), `kind` a `DayKind`. `first` and `last` are minutes since 1970
    UTC or `NO_PUNCH`; `punches` counts the punches that were not repeats. `absent` is in hundredths of a day.
    Overtime is rounded per day and kind; `holiday` minutes may also lie inside a planned shift.
    `unplaced` is the number of punches of the wanted days that lie outside every window.
    """

    status: Ints
    kind: Ints
    scheduled: NDArray[np.bool_]
    planned: Ints
    punches: Ints
    first: Ints
    last: Ints
    worked: Ints
    late: Ints
    early: Ints
    absent: Ints
    missing_in: NDArray[np.bool_]
    missing_out: NDArray[np.bool_]
    night: Ints
    overtime_workday: Ints
    overtime_rest: Ints
    overtime_holiday: Ints
    unplaced: int


def evaluate(slots: Slots, matrix: Ints, punches: Punches, rules: DayRules, *, now: int,
             excuses: Ints | None = None) -> DayResults:  # fmt: skip
    """Evaluate all person-days of `matrix`, shape (people, days + 2 * PADDING).

    The first and last column are only neighbours and are not in the results. `now` is the present minute since
    1970 UTC: what is not over yet stays open. `excuses` has the shape of the results and holds the numbers of
    `rules.excuses`: with half a day excused, the other half of the shift is what is compared with.
    """
    people, days = matrix.shape[0], matrix.shape[1] - 2 * PADDING
    if not len(slots) or not people:
        return _nothing(people, days)
    order = np.lexsort((punches.second, punches.person))
    person, second = punches.person[order], punches.second[order]
    kept = drop_repeats(person, second, rules.repeat_seconds)
    person, minute = person[kept], second[kept] // 60
    opens, closes = day_windows(slots, matrix)
    cell = assign(opens, closes, person, minute)
    placed = cell >= 0
    unplaced = int((~placed & _among_wanted(slots, matrix, opens, closes, person, minute)).sum())
    cell, minute = cell[placed], minute[placed]
    inner = np.zeros(matrix.shape, dtype=bool)
    inner[:, PADDING : PADDING + days] = True
    wanted = inner.ravel()
    mine = wanted[cell]
    renumber = np.cumsum(wanted) - 1
    flat = _Cells(
        slots, matrix.ravel()[wanted], closes.ravel()[wanted], renumber[cell[mine]], minute[mine],
        (excuses if excuses is not None else np.zeros((people, days), dtype=np.int64)).ravel(), rules, now,
    )  # fmt: skip
    return flat.results((people, days), unplaced)


def _among_wanted(slots: Slots, matrix: Ints, opens: Ints, closes: Ints, person: Ints,
                  minute: Ints) -> NDArray[np.bool_]:  # fmt: skip
    """Which punches lie between the windows of the two neighbours: those of other days are told with their own month.

    Where somebody is nowhere on a neighbouring day, for he comes or goes, the days of the others bound his too.
    """
    before, after = matrix[:, 0] != NOWHERE, matrix[:, -1] != NOWHERE
    low = np.where(before, closes[:, 0], closes[before, 0].min() if before.any() else slots.opens.min())
    high = np.where(after, opens[:, -1], opens[after, -1].max() if after.any() else slots.closes.max())
    return (minute >= low[person]) & (minute < high[person])


def _nothing(people: int, days: int) -> DayResults:
    zero = np.zeros((people, days), dtype=np.int64)
    none = np.zeros((people, days), dtype=bool)
    gone = zero + NO_PUNCH
    return DayResults(zero, zero, none, zero, zero, gone, gone, zero, zero, zero, zero, none, none, zero, zero, zero,
                      zero, 0)  # fmt: skip


class _Cells:
    """The person-days of one evaluation side by side, and the punches that fell into them."""

    def __init__(self, slots: Slots, slot: Ints, closes: Ints, cell: Ints, minute: Ints, excuse: Ints,
                 rules: DayRules, now: int) -> None:  # fmt: skip
        self.slots, self.slot, self.rules, self.size = slots, slot, rules, len(slot)
        self.cell, self.minute, self.excuse = cell, minute, excuse
        self.known = slot != NOWHERE
        self.has = self.known & slots.has[slot]
        self.count = np.bincount(cell, minlength=self.size).astype(np.int64)
        # Punches are sorted, so the first and the last of a cell stand at the ends of its run.
        ends = np.cumsum(self.count)
        some = self.count > 0
        self.first = np.full(self.size, NO_PUNCH, dtype=np.int64)
        self.last = self.first.copy()
        self.first[some] = minute[(ends - self.count)[some]]
        self.last[some] = minute[ends[some] - 1]
        self._judge(closes, now)

    def _judge(self, closes: Ints, now: int) -> None:
        """Shifted hours, missing punches, lateness, absence and what is still open."""
        slots, slot = self.slots, self.slot
        morning, afternoon = (half != Excuse.NONE for half in halves(self.excuse))
        excused, half = morning & afternoon, morning ^ afternoon
        begin = np.where(half & morning, slots.resumes[slot], slots.start[slot])
        finish = np.where(half & afternoon, slots.noon[slot], slots.end[slot])
        lone = self.has & (self.count == 1)
        odd = self.has & slots.pairs[slot] & (self.count % 2 == 1) & (self.count > 1)
        came = lone & (np.abs(self.first - begin) <= np.abs(self.first - finish))
        shift = np.clip(self.first - begin, -slots.flex_early[slot], slots.flex_late[slot])
        shift = np.where(self.has & (self.count > 0) & (~lone | came) & ~(half & morning), shift, 0)
        self.begin, self.finish = begin + shift, np.where(half & afternoon, finish, finish + shift)
        # What lies beyond the shift is overtime, whatever part of the shift somebody is excused from.
        self.starts, self.ends = slots.start[slot] + shift, slots.end[slot] + shift
        whole = (self.count > 1) & ~odd & (self.last >= self.finish)
        self.open = self.has & ~excused & ~whole & (now < closes)
        self.missing_out = (came | odd) & ~self.open & ~excused
        self.missing_in = lone & ~came & ~self.open & ~excused
        late = self.first - self.begin
        seen_in = self.has & (self.count > 0) & ~(lone & ~came) & ~excused
        self.late = np.where(seen_in & (late > slots.grace_in[slot]), np.minimum(late, finish - begin), 0)
        early = self.finish - self.last
        seen_out = self.has & (self.count > 0) & ~came & ~odd & ~self.open & ~excused
        self.early = np.where(seen_out & (early > slots.grace_out[slot]), np.minimum(early, finish - begin), 0)
        due = np.where(half, HALF, FULL_DAY)
        self.absent = np.where(self.has & (self.count == 0) & ~self.open & ~excused, due, 0)

    def _stretches(self) -> tuple[Ints, Ints, Ints]:
        """Presence as (cell, from, to): one stretch a day, or one for every in-out pair."""
        pairs = self.known & self.slots.pairs[self.slot] & self.has
        span = (self.count > 1) & ~pairs
        begin, finish = self.first.copy(), self.last.copy()
        if self.rules.close_missing:
            lone = (self.missing_in | self.missing_out) & (self.count == 1)
            span = span | lone
            finish = np.where(lone & self.missing_out, np.maximum(self.finish, self.first), finish)
            begin = np.where(lone & self.missing_in, np.minimum(self.begin, self.last), begin)
        single = np.flatnonzero(span)
        rank = np.arange(len(self.cell)) - (np.cumsum(self.count) - self.count)[self.cell]
        opening = np.flatnonzero(pairs[self.cell] & (rank % 2 == 0) & (rank + 1 < self.count[self.cell]))
        return (
            np.concatenate([single, self.cell[opening]]),
            np.concatenate([begin[single], self.minute[opening]]),
            np.concatenate([finish[single], self.minute[opening + 1]]),
        )

    def _total(self, cell: Ints, minutes: Ints) -> Ints:
        total = np.zeros(self.size, dtype=np.int64)
        np.add.at(total, cell, minutes)
        return total

    def _within(self, stretch: tuple[Ints, Ints, Ints], windows: Ints) -> Ints:
        """Minutes of presence inside windows (of the cells, shape (cells, k, 2)), without fixed breaks."""
        cell, begin, finish = stretch
        at = self.slot[cell]
        minutes = np.zeros(len(cell), dtype=np.int64)
        for k in range(windows.shape[1]):
            low = np.maximum(begin, windows[cell, k, 0])
            high = np.minimum(finish, windows[cell, k, 1])
            minutes += np.maximum(0, high - low)
            for b in range(self.slots.breaks.shape[1]):
                pause = self.slots.breaks[at, b]
                minutes -= np.maximum(0, np.minimum(high, pause[:, 1]) - np.maximum(low, pause[:, 0]))
        return self._total(cell, minutes)

    def _window(self, low: Ints | int, high: Ints | int) -> Ints:
        """One window per cell, shape (cells, 1, 2)."""
        both = np.broadcast_arrays(np.asarray(low), np.asarray(high), self.first)[:2]
        return np.stack(both, axis=1)[:, None, :].astype(np.int64)

    def _outside(self, windows: Ints) -> Ints:
        """What of one window per cell (cells, 1, 2) lies outside the statutory holidays: windows (cells, k, 2).

        Holidays are whole days in ascending order, so what is left over lies before, between and after them.
        """
        days = self.slots.holidays[self.slot]
        used = days[:, :, 1] > days[:, :, 0]
        low, high = windows[:, 0, 0], windows[:, 0, 1]
        parts = []
        for k in range(days.shape[1]):
            parts.append(np.stack([low, np.where(used[:, k], np.minimum(high, days[:, k, 0]), low)], axis=1))
            low = np.where(used[:, k], np.maximum(low, days[:, k, 1]), low)
        parts.append(np.stack([low, high], axis=1))
        return np.stack(parts, axis=1)

    def results(self, shape: tuple[int, int], unplaced: int) -> DayResults:
        """Put the measures together; overtime is rounded last, per day and kind."""
        slots, slot, rules = self.slots, self.slot, self.rules
        stretch = self._stretches()
        present = self._within(stretch, self._window(-_EVER, _EVER))
        taken = np.where(present > slots.break_from[slot], slots.break_minutes[slot], 0)
        worked = np.where(self.known, np.maximum(0, present - taken), 0)
        night = np.where(self.known, np.minimum(self._within(stretch, slots.nights[slot]), worked), 0)
        # Breaks taken at will are thought of as lying outside the holiday, in favour of whoever worked on it.
        holiday = np.minimum(self._within(stretch, slots.holidays[slot]), worked)
        kind = np.where(self.known, slots.kind[slot], 0)
        rest = np.where(self.known & ~self.has, worked - holiday, 0)
        extra = self._overtime(stretch, holiday, worked)
        values = {
            "status": self._status(worked),
            "kind": kind,
            "scheduled": self.has,
            "planned": np.where(self.has, slots.planned[slot], 0),
            "punches": self.count,
            "first": self.first,
            "last": self.last,
            "worked": worked,
            "late": self.late,
            "early": self.early,
            "absent": self.absent,
            "missing_in": self.missing_in,
            "missing_out": self.missing_out,
            "night": night,
            "overtime_workday": round_minutes(extra, rules.workday),
            "overtime_rest": round_minutes(rest, rules.rest),
            "overtime_holiday": round_minutes(np.where(self.known, holiday, 0), rules.holiday),
        }
        return DayResults(**{name: value.reshape(shape) for name, value in values.items()}, unplaced=unplaced)

    def _overtime(self, stretch: tuple[Ints, Ints, Ints], holiday: Ints, worked: Ints) -> Ints:
        """Minutes beyond the shift on a scheduled day that do not lie on a statutory holiday."""
        rule = self.rules.workday
        extra = self._within(stretch, self._outside(self._window(self.ends + rule.after, _EVER)))
        if rule.before_shift:
            extra = extra + self._within(stretch, self._outside(self._window(-_EVER, self.starts)))
        return np.where(self.has, np.minimum(extra, worked - holiday), 0)

    def _status(self, worked: Ints) -> Ints:
        leave = share(self.excuse, Excuse.PAID_LEAVE, Excuse.UNPAID_LEAVE)
        away = leave + share(self.excuse, Excuse.TRIP)
        late, early = self.late > 0, self.early > 0
        choices = [
            (~self.known, 0),
            (~self.has & (worked > 0), Status.EXTRA),
            (~self.has, Status.OFF),
            ((away == FULL_DAY) & (leave > 0), Status.LEAVE),
            (away == FULL_DAY, Status.TRIP),
            (self.open, Status.OPEN),
            (self.absent > 0, Status.ABSENT),
            (self.missing_in | self.missing_out, Status.MISSING),
            (late & early, Status.LATE_EARLY),
            (late, Status.LATE),
            (early, Status.EARLY),
            (leave > 0, Status.HALF_LEAVE),
        ]
        picked = np.select([when for when, _ in choices], [int(code) for _, code in choices], int(Status.NORMAL))
        return picked.astype(np.int64)


def round_minutes(minutes: Ints, rule: Overtime) -> Ints:
    """Round to the unit of the rule; less than its minimum is nothing. Half a unit is rounded up by `nearest`."""
    add = {"floor": 0, "nearest": rule.unit // 2, "up": rule.unit - 1}[rule.rounding]
    return np.where(minutes < rule.minimum, 0, (minutes + add) // rule.unit * rule.unit)
