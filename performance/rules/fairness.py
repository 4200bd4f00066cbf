"""Which groups of people may be told of without telling of few: none below ``k``, and none left over by subtraction.

The same people are divided in several ways (by unit, by gender, ...). Whoever reads the figures of groups can take
those of one way from those of another: all men less the men of a unit of men alone. So no union of shown groups of one
way may lie within a union of another, or within all, leaving between one and ``k - 1`` people over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from performance.rules.scoring import Ints, Mask

#: More groups of one way than this are not compared with others; the smallest beyond it are kept back.
MOST_GROUPS = 10


@dataclass(frozen=True, slots=True)
class _Cells:
    """People who are alike in all ways, counted: how many, and how many of them the reader may not open one by one."""

    people: Sequence[int]
    hidden: Sequence[int]

    def few(self, cells: int, k: int) -> bool:
        """Whether a set of cells tells of some, but of fewer than ``k`` people or people hidden from the reader."""
        people = hidden = 0
        at = 0
        while cells:
            if cells & 1:
                people += self.people[at]
                hidden += self.hidden[at]
            cells >>= 1
            at += 1
        return 0 < people < k or 0 < hidden < k

    def size(self, cells: int) -> int:
        """How many people they are."""
        return sum(count for at, count in enumerate(self.people) if cells >> at & 1)


def kept(ways: Sequence[Ints], hidden: Mask, k: int) -> tuple[bool, list[set[int]]]:
    """Whether all together may be told of, and the groups of each way that may be.

    ``ways`` holds for each way the group of every person, ``hidden`` marks people whom the reader may not open one by
    one. Groups that would tell of few are kept back, the smallest first.
    """
    if not hidden.size:
        return True, [set() for _way in ways]
    pairs, back = np.unique(np.stack(ways, axis=1), axis=0, return_inverse=True)
    count = len(pairs)
    cells = _Cells(
        np.bincount(back.ravel(), minlength=count).tolist(),
        np.bincount(back.ravel(), weights=hidden.astype(np.int64), minlength=count).astype(np.int64).tolist(),
    )
    everybody = (1 << count) - 1
    if cells.few(everybody, k):
        return False, [set() for _way in ways]
    groups = [_masks(pairs[:, at]) for at in range(len(ways))]
    shown: list[dict[int, int]] = []
    for way in groups:
        large = sorted(way, key=lambda one: (-cells.size(way[one]), one))[:MOST_GROUPS]
        shown.append({one: way[one] for one in large if not cells.few(way[one], k)})
    _hold_back([{0: everybody}, *groups], [{0: everybody}, *shown], cells, k)
    return True, [set(way) for way in shown]


def _masks(column: Ints) -> dict[int, int]:
    found: dict[int, int] = {}
    for at, group in enumerate(column.tolist()):
        found[group] = found.get(group, 0) | 1 << at
    return found


def _hold_back(
    groups: Sequence[dict[int, int]], shown: Sequence[dict[int, int]], cells: _Cells, k: int
) -> None:
    """Take the smallest group away wherever something is left over, until nothing is. The first way is everybody."""
    while True:
        told = _left_over(groups, shown, cells, k)
        if told is None:
            return
        way, group = min(told, key=lambda one: (cells.size(shown[one[0]][one[1]]), one))
        del shown[way][group]


def _left_over(
    groups: Sequence[dict[int, int]], shown: Sequence[dict[int, int]], cells: _Cells, k: int
) -> list[tuple[int, int]] | None:
    """The groups, but for everybody, of a union whose cover in another way leaves few over; None where there is none.

    Of all unions of the other way that hold it, its cover leaves the fewest over: whatever is added is a group of its
    own, which is not small.
    """
    for first in range(1, len(shown)):
        names = list(shown[first])
        for choice in range(1, 1 << len(names)):
            union = 0
            for at, name in enumerate(names):
                if choice >> at & 1:
                    union |= shown[first][name]
            for second, other in enumerate(groups):
                if second == first:
                    continue
                cover = [name for name, mask in other.items() if mask & union]
                if any(name not in shown[second] for name in cover):
                    continue
                over = 0
                for name in cover:
                    over |= other[name]
                if cells.few(over & ~union, k):
                    taken = [(first, name) for at, name in enumerate(names) if choice >> at & 1]
                    return taken + [(second, name) for name in cover if second]
    return None


def quarter(values: Ints, part: int) -> int:
    """The value at a quarter (1), the half (2) or three quarters (3) of sorted values, between neighbours in
    proportion, rounded half up. Raises ``ValueError`` for no values."""
    if not values.size:
        raise ValueError("no values have no middle")
    place = part * (values.size - 1)
    low, rest = divmod(place, 4)
    left = int(values[low])
    right = int(values[min(low + 1, values.size - 1)])
    return (4 * left + rest * (right - left) + 2) // 4
