"""What an actual figure is worth against its target: attainment, floor, cap, curve, weight, score.

Everything is an integer. Attainment, floor, cap, weight and the worth of a line are millionths of the whole
(1,000,000 = 100 %); a score is hundredths of a point (9,630 = 96.30). Attainment is rounded half up to a millionth, and
the sum of a score half up to a hundredth of a point, once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

WHOLE = 1_000_000
#: No actual and no target is larger, so that a million times it fits into 64 bits.
LARGEST_FIGURE = 10**12
#: No cap is above 1,000 %.
LARGEST_CAP = 10 * WHOLE
#: Millionths of weight times millionths of worth in one hundredth of a point.
_POINT = WHOLE * WHOLE // 10_000

#: What keeps a line from being scored.
SCORED, NO_VALUE, NO_TARGET = 0, 1, 2

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Scale:
    """How attainment becomes worth. Below ``floor`` it is worth nothing; above ``cap`` it counts as ``cap``.

    ``curve`` are points (attainment, worth) in rising order of attainment, between which worth runs straight; before
    the first and after the last it stays what it is there. Without points worth is attainment. ``direction`` ``down``
    is a figure that is better the smaller it is: attainment is then target / actual.
    """

    floor: int = 0
    cap: int = 1_200_000
    curve: tuple[tuple[int, int], ...] = field(default=())
    direction: Direction = "up"

    @property
    def best(self) -> int:
        """The most that a line can be worth."""
        return max((worth for _at, worth in self.curve), default=self.cap)


def faults(weights: Sequence[int]) -> int:
    """By how many millionths weights miss 100 %; 0 where they add up."""
    return sum(weights) - WHOLE


def attainment(actual: Ints, target: Ints, direction: Direction = "up") -> Ints:
    """Actual / target in millionths, rounded half up, never below 0; where the target is 0 or less it is 0.

    With ``down`` it is target / actual; an actual of 0 or less has no bound, and is told as ``LARGEST_CAP``.
    """
    above, below = (actual, target) if direction == "up" else (target, actual)
    if below.size and int(below.min()) > 0 and int(above.min()) >= 0:
        return _divided(above, below)  # nothing is out of order: spare the masks
    good = below > 0
    found = _divided(np.maximum(above, 0), np.where(good, below, 1))
    if direction == "up":
        return np.where(good, found, 0)
    return np.where(target > 0, np.where(good, found, LARGEST_CAP), 0)


def _divided(above: Ints, below: Ints) -> Ints:
    """Millionths, rounded half up without doubling the product: half the divisor is added before the division."""
    found = above * WHOLE
    found += below >> 1
    found //= below
    return found


def worth(reached: Ints, scale: Scale) -> Ints:
    """What attainment is worth, in millionths, between 0 and ``scale.best``."""
    capped = np.minimum(reached, scale.cap)
    found = along(capped, scale.curve) if scale.curve else capped
    if scale.floor:
        found[reached < scale.floor] = 0
    return found


def along(at: Ints, curve: Sequence[tuple[int, int]]) -> Ints:
    """Straight lines between the points of a curve, rounded half up."""
    xs = np.array([x for x, _y in curve], dtype=np.int64)
    ys = np.array([y for _x, y in curve], dtype=np.int64)
    if xs.size == 1:
        return np.full(at.shape, ys[0], dtype=np.int64)
    left = np.clip(np.searchsorted(xs, at, side="right") - 1, 0, xs.size - 2)
    run = xs[left + 1] - xs[left]
    inside = np.clip(at - xs[left], 0, run)
    rise = ys[left + 1] - ys[left]
    found: Ints = ys[left] + (2 * rise * inside + run) // (2 * run)
    return found


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of many scores at once: one row for each figure of each score, rows of one score next to each other.

    ``first`` is the number of the first row of each score. ``scale`` numbers into ``scales``. ``missing`` marks rows
    for which no source said anything.
    """

    first: Ints
    actual: Ints
    target: Ints
    weight: Ints
    scale: Ints
    missing: Mask
    scales: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """What the lines come to. ``problem`` says for each row why it is not scored; ``parts`` are weight times worth in
    10^-12, exact; ``points`` is the sum of each score in hundredths of a point, ``scored`` the weight that was."""

    attainment: Ints
    worth: Ints
    problem: Ints
    parts: Ints
    points: Ints
    scored: Ints


def score(lines: Lines) -> Scores:
    """Score everything in one pass over the columns. A row with a problem gives nothing and spoils nothing else."""
    if len(lines.scales) == 1:
        reached = attainment(lines.actual, lines.target, lines.scales[0].direction)
        valued = worth(reached, lines.scales[0])
    else:
        reached = np.zeros(lines.actual.size, dtype=np.int64)
        valued = np.zeros(lines.actual.size, dtype=np.int64)
        for number, scale in enumerate(lines.scales):
            rows = np.flatnonzero(lines.scale == number)
            reached[rows] = attainment(lines.actual[rows], lines.target[rows], scale.direction)
            valued[rows] = worth(reached[rows], scale)
    problem = np.zeros(lines.actual.size, dtype=np.int8)
    problem[lines.target <= 0] = NO_TARGET
    problem[lines.missing] = NO_VALUE
    parts, weight = lines.weight * valued, lines.weight
    if problem.any():
        good = problem == SCORED
        parts, weight = np.where(good, parts, 0), np.where(good, weight, 0)
    return Scores(
        reached, valued, problem.astype(np.int64), parts, rounded(_sums(parts, lines.first)),
        _sums(weight, lines.first),
    )  # fmt: skip


def rounded(parts: Ints) -> Ints:
    """Parts in 10^-12 as hundredths of a point, half up."""
    return (parts + _POINT // 2) // _POINT


def blended(parts: Ints, share: Ints, first: Ints) -> Ints:
    """Scores of several posts, or of several versions of a scheme, as one: ``parts`` of each weighed by ``share``.

    ``share`` is fte (hundredths) times days; ``first`` the number of the first row of each person. In 10^-12, rounded
    half up; where all shares are zero it is 0.
    """
    total = _sums(share, first)
    whole = np.maximum(total, 1)
    found: Ints = (_sums(parts * share, first) + whole // 2) // whole
    return found


def _sums(values: Ints, first: Ints) -> Ints:
    return np.add.reduceat(values, first) if first.size else np.zeros(0, dtype=np.int64)
