"""Arithmetic of reviews: exact in whole numbers, rounded half up once, at the end.

Weights are millionths, an answer is worth millionths of a rating (4,300,000 = 4.3), a result hundredths (430 = 4.30).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from performance.rules.scoring import WHOLE

#: Peers and subordinates are told of only together, and only from so many answers on.
LEAST_ANSWERS = 4
#: Those who write, in the order in which they are named; the last two are promised that nobody learns who said what.
PARTS = ("self", "manager", "matrix", "peer", "upward")
UNNAMED = frozenset({"peer", "upward"})
HUNDREDTHS = 10_000


@dataclass(frozen=True, slots=True)
class Overall:
    """What a review comes to, in hundredths; ``parts`` are whose part counted and what it came to, alike."""

    rating: int | None
    parts: dict[str, int]


def told(part: str, answers: int) -> bool:
    """Whether answers of a part may be shown and counted, so many as there are."""
    return answers >= (LEAST_ANSWERS if part in UNNAMED else 1)


def worth(ratings: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """What one answer is worth, in millionths of a rating; ratings and weights by section, weights are the whole."""
    return sum(weight * ratings[section] for section, weight in weights.items())


def overall(answers: Mapping[str, Sequence[int]], weights: Mapping[str, int]) -> Overall:
    """The mean of the parts by their weights, each part the mean of its answers (millionths of a rating).

    A part that may not be told does not count at all: whoever knows the other parts could work it out from the whole
    otherwise. The weights of the others stand for the whole then. Nothing where no part counts.
    """
    means = {
        part: Fraction(sum(answers[part]), len(answers[part]))
        for part in PARTS if weights.get(part) and told(part, len(answers.get(part, ())))
    }
    total = sum(weights[part] for part in means)
    if not total:
        return Overall(None, {})
    mean = sum((weights[part] * one for part, one in means.items()), Fraction(0)) / total
    return Overall(_hundredths(mean), {part: _hundredths(one) for part, one in means.items()})


def mean(ratings: Sequence[int]) -> int:
    """The mean of whole ratings in hundredths, rounded half up."""
    return _hundredths(Fraction(sum(ratings) * WHOLE, len(ratings)))


def _hundredths(value: Fraction) -> int:
    return int((value / HUNDREDTHS + Fraction(1, 2)) // 1)


def level(rating: int, top: int) -> int:
    """The whole rating that a rating in hundredths is nearest to, half up, within the scale."""
    return max(1, min(top, (rating + 50) // 100))


def distribution(ratings: Sequence[int], top: int) -> list[int]:
    """How many people have each whole rating, from 1 to ``top``."""
    found = [0] * top
    for one in ratings:
        found[level(one, top) - 1] += 1
    return found


def third(rating: int, top: int) -> int:
    """Which third of the scale a rating lies in, 1 to 3; a bound belongs to the third above it."""
    return min(3, 1 + (rating - 100) * 3 // (100 * (top - 1)))
