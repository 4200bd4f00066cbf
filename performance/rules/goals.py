"""How far goals are, as exact arithmetic: a key result between start and target, and several by their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from performance.rules.scoring import WHOLE


def progress(start: int, target: int, current: int) -> int:
    """How far a number is from start to target, in millionths, between 0 and the whole; it may go up or down.

    Rounded down, so that only what is reached is whole. Raises ``ValueError`` where start and target are the same.
    """
    if start == target:
        raise ValueError("a key result goes from one number to another")
    way, gone = target - start, current - start
    if way < 0:
        way, gone = -way, -gone
    return min(max(gone * WHOLE // way, 0), WHOLE)


def together(parts: Sequence[tuple[int, int]]) -> int | None:
    """Several as one: pairs of weight and progress, in millionths, rounded down; None where nothing counts."""
    total = sum(weight for weight, _progress in parts)
    if total <= 0:
        return None
    return sum(weight * reached for weight, reached in parts) // total


def circle(parents: Mapping[int, int | None], goal: int, parent: int) -> list[int]:
    """The way from ``parent`` up to ``goal`` where hanging ``goal`` below ``parent`` would close a circle, both ends
    included; empty where it would not. ``parents`` is the tree as it stands, without circles."""
    way: list[int] = []
    current: int | None = parent
    while current is not None and current not in way:
        way.append(current)
        if current == goal:
            return way
        current = parents.get(current)
    return []
