"""Which work day a punch belongs to, and which punches are the same gesture twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attendance.rules.plan import NOWHERE, Ints, Slots


def drop_repeats(person: Ints, second: Ints, within: int) -> NDArray[np.bool_]:
    """Which punches count, given punches sorted by person and time: shape of the input, True is kept.

    A punch at most `within` seconds after the last one that counted is a repeat. So of punches at 0, 50 and 100
    seconds the first and the last count.
    """
    keep = np.ones(len(second), dtype=bool)
    if len(second) < 2:
        return keep
    close = (np.diff(second) <= within) & (np.diff(person) == 0)
    # Only runs of close neighbours need to be walked through, and they are rare and short.
    counted, followed = 0, -1
    for at in np.flatnonzero(close).tolist():
        if at != followed:
            counted = at
        followed = at + 1
        if second[followed] - second[counted] <= within:
            keep[followed] = False
        else:
            counted = followed
    return keep


def day_windows(slots: Slots, matrix: Ints) -> tuple[Ints, Ints]:
    """The stretch of time whose punches belong to each person-day: (opens, closes), shape of `matrix`.

    `matrix` holds slot numbers, people by consecutive days, `NOWHERE` where somebody belongs to no group; `slots`
    is not empty. Windows of one person never overlap: between two shifts the middle of the pause divides, beside
    a day off the shift's own window counts. A punch outside all windows is stored and belongs to no day.
    """
    people, days = matrix.shape
    opens = np.empty((people, days), dtype=np.int64)
    closes = np.empty((people, days), dtype=np.int64)
    floor = np.full(people, int(slots.opens.min()) - 1, dtype=np.int64)
    for day in range(days):
        slot = matrix[:, day]
        known = slot != NOWHERE
        begin = slots.opens[slot]
        if day:
            before, until = matrix[:, day - 1], closes[:, day - 1]
            near = known & (before != NOWHERE) & (begin < until)
            both = slots.has[slot] & slots.has[before]
            middle = np.clip((slots.end[before] + slots.start[slot]) // 2, begin, until)
            cut = np.where(both, middle, np.where(slots.has[slot], begin, until))
            cut = np.where(near, np.maximum(cut, opens[:, day - 1]), until)
            closes[:, day - 1] = cut
            floor = np.maximum(floor, cut)
        opens[:, day] = np.where(known, np.maximum(begin, floor), floor)
        closes[:, day] = np.where(known, np.maximum(slots.closes[slot], opens[:, day]), floor)
    return opens, closes


def assign(opens: Ints, closes: Ints, person: Ints, minute: Ints) -> Ints:
    """The flat person-day (row * days + day) of each punch, or -1.

    One binary search serves all people: windows and punches are keyed by (person, minute) in one integer. `opens`
    never falls along a row.
    """
    days = opens.shape[1]
    low, high = int(opens.min()), int(closes.max())
    stride = high - low + 1
    rows = np.arange(len(opens), dtype=np.int64)[:, None] * stride
    inside = (minute >= low) & (minute < high)
    keys = person * stride + np.where(inside, minute - low, 0)
    found = np.searchsorted((rows + (opens - low)).ravel(), keys, side="right") - 1
    safe = np.maximum(found, 0)
    good = inside & (found >= 0) & (safe // days == person) & (minute < closes.ravel()[safe])
    return np.where(good, safe, -1)
