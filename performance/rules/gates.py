"""Thresholds that a figure must pass, compared exactly: 79.995 % is not 80 %, whatever is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal["attainment", "absolute"]


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure must be at least (``inclusive``) or more than a threshold.

    With ``attainment`` the threshold is millionths of the target, with ``absolute`` it is in the unit of the figure.
    ``at_most`` turns it round: at most, or less than.
    """

    measure: Measure
    threshold: int
    inclusive: bool = True
    at_most: bool = False


def passes(gate: Gate, actual: int, target: int) -> bool:
    """Whether a figure passes. A target of zero or less is never attained; compared as whole products, not rounded."""
    if gate.measure == "absolute":
        left, right = actual, gate.threshold
    elif target <= 0:
        return False
    else:
        left, right = actual * 1_000_000, gate.threshold * target
    if left == right:
        return gate.inclusive
    return left < right if gate.at_most else left > right
