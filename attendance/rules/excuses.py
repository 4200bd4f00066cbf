"""Who is excused from which half of a day, as one number a day.

A day excused as a whole, or not at all, holds the `Excuse` itself. Where its halves differ, as after half a day of
leave, it holds `HALVES` + 10 x that of the morning + that of the afternoon.
"""

from __future__ import annotations

import numpy as np

from attendance.rules.absent_days import AFTERNOON, HALF, MORNING
from attendance.rules.plan import Ints
from attendance.rules.shift import Excuse

HALVES = 100
_WIDTH = 10


def halves(codes: Ints) -> tuple[Ints, Ints]:
    """The `Excuse` of the mornings and that of the afternoons."""
    split = codes >= HALVES
    morning = np.where(split, (codes - HALVES) // _WIDTH, codes)
    return morning, np.where(split, (codes - HALVES) % _WIDTH, codes)


def excused(codes: Ints, excuse: Excuse, first: int = MORNING, last: int = AFTERNOON) -> Ints:
    """The same days with the halves from `first` to `last` excused."""
    morning, afternoon = halves(codes)
    morning = np.where(first == MORNING, int(excuse), morning)
    afternoon = np.where(last == AFTERNOON, int(excuse), afternoon)
    return np.where(morning == afternoon, morning, HALVES + _WIDTH * morning + afternoon)


def share(codes: Ints, *excuses: Excuse) -> Ints:
    """How much of each day is excused in one of these ways, in hundredths."""
    wanted = [int(excuse) for excuse in excuses]
    return sum((np.isin(half, wanted) * HALF for half in halves(codes)), np.zeros_like(codes))


def shares(*excuses: Excuse) -> dict[int, int]:
    """The same for every number there can be, without those that come to nothing: for statements."""
    every = [int(excuse) for excuse in Excuse]
    codes = every + [HALVES + _WIDTH * one + other for one in every for other in every if one != other]
    found = share(np.array(codes, dtype=np.int64), *excuses)
    return {code: amount for code, amount in zip(codes, found.tolist(), strict=True) if amount}
