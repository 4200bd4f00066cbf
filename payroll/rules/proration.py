"""What a part of a month is worth, by policy, for many slices at once.

Chinese law is silent on partial months; four methods are in use and a company names one (劳社部发〔2008〕3号 gives the
21.75 paid days a month they are built on). A *slice* is a stretch of the month in which one agreed amount held. All
sums are exact fractions, rounded once per employment and component, so that a full month is exactly the agreed
amount however many slices it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

IntColumn = NDArray[np.int64]
Policy = Literal["calendar", "working_day", "additive_21_75", "subtractive_21_75", "thirty"]

POLICIES: tuple[Policy, ...] = ("calendar", "working_day", "additive_21_75", "subtractive_21_75", "thirty")

#: Paid days of a month in hundredths: (365 - 104) / 12 (劳社部发〔2008〕3号).
PAID_DAYS = 2175


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What of a month the policies need: calendar days and, per calendar day, whether it counts as a working day.

    ``working`` is one 0 or 1 per day of the month; statutory holidays on weekdays are paid days and count.
    """

    start: date
    working: IntColumn

    @property
    def days(self) -> int:
        """Calendar days of the month."""
        return int(self.working.size)

    @property
    def working_days(self) -> int:
        """Working days of the month."""
        return int(self.working.sum())

    def working_between(self, first: IntColumn, end: IntColumn) -> IntColumn:
        """Working days in ``[first, end)``, counted from 0 at the first of the month, for many slices."""
        before = np.concatenate(([0], np.cumsum(self.working)))
        counted: IntColumn = before[end] - before[first]
        return counted


def prorate(
    policy: Policy, month: MonthFacts, owner: IntColumn, first: IntColumn, end: IntColumn, amount: IntColumn
) -> tuple[IntColumn, IntColumn]:
    """The pay of slices: one amount per slice, in minor units, and the owners' exact totals rounded once.

    ``owner`` groups slices (one employment and component), sorted ascending; ``first`` and ``end`` are half-open day
    numbers within the month, 0 for the first; slices of one owner do not overlap; ``amount`` is the agreed full
    month. Returns (per slice, total per distinct owner in order). The slices of an owner add up to his total: the
    fen that rounding leaves over go to the largest remainders.
    """
    if owner.size == 0:
        return amount.copy(), np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
    group = np.cumsum(np.concatenate(([False], owner[1:] != owner[:-1]))).astype(np.int64)
    weight, whole = _weights(policy, month, group, starts, first, end)
    numerator = amount * weight
    exact = np.add.reduceat(numerator, starts)
    total = _half_up(exact, whole[starts])
    return _spread(numerator, whole, total, group, starts), total


def _weights(
    policy: Policy, month: MonthFacts, group: IntColumn, starts: IntColumn, first: IntColumn, end: IntColumn
) -> tuple[IntColumn, IntColumn]:
    """Numerator and denominator of each slice's share of the month; the denominator is one per owner."""
    days = (end - first).astype(np.int64)
    covered = np.add.reduceat(days, starts)[group]
    complete = covered == month.days
    if policy == "calendar":
        return days, np.full(days.size, month.days, dtype=np.int64)
    if policy == "thirty":
        return _of_thirty(month, first, end), np.full(days.size, 30, dtype=np.int64)
    worked = month.working_between(first, end)
    present = np.add.reduceat(worked, starts)[group]
    # A month without working days, or a stretch without any, is shared by calendar days instead.
    bare = (present == 0) & complete
    if policy == "working_day" or month.working_days == 0:
        return np.where(bare, days, worked), np.where(bare, month.days, max(month.working_days, 1))
    full_weight = np.where(bare, days, worked)
    full_whole = np.where(bare, month.days, np.maximum(present, 1))
    if policy == "additive_21_75":
        part_weight, part_whole = worked * 100, np.full(days.size, PAID_DAYS, dtype=np.int64)
    else:
        missed = month.working_days - present
        paid = np.maximum(PAID_DAYS - missed * 100, 0)
        part_weight, part_whole = worked * paid, np.maximum(present, 1) * PAID_DAYS
    return np.where(complete, full_weight, part_weight), np.where(complete, full_whole, part_whole)


def _of_thirty(month: MonthFacts, first: IntColumn, end: IntColumn) -> IntColumn:
    """Days of a 30-day month: the 31st does not count, and the last day of February counts to the thirtieth."""
    from_day = np.minimum(first, 30)
    to_day = np.where(end == month.days, 30, np.minimum(end, 30))
    counted: IntColumn = np.maximum(to_day - from_day, 0)
    return counted


def _half_up(numerator: IntColumn, denominator: IntColumn) -> IntColumn:
    sign = np.where(numerator < 0, -1, 1)
    rounded: IntColumn = sign * ((2 * np.abs(numerator) + denominator) // (2 * denominator))
    return rounded


def _spread(
    numerator: IntColumn, whole: IntColumn, total: IntColumn, group: IntColumn, starts: IntColumn
) -> IntColumn:
    """Share each owner's total over his slices by largest remainder."""
    floor = numerator // whole
    rest = numerator - floor * whole
    left = total - np.add.reduceat(floor, starts)
    order = np.lexsort((np.arange(group.size), -rest, group))
    rank = np.empty(group.size, dtype=np.int64)
    rank[order] = np.arange(group.size) - starts[group[order]]
    shared: IntColumn = floor + (rank < left[group])
    return shared
