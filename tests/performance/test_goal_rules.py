"""Progress and the tree of goals: exact, within their range, without circles, against slow ways of saying the same."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.goals import circle, progress, together

FIGURES = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(("start", "target", "current", "expected"), [
    (0, 300, 183, 610_000), (0, 3, 1, 333_333), (880_000, 930_000, 910_000, 600_000), (320, 260, 284, 600_000),
    (0, 10, 12, 1_000_000), (0, 10, -5, 0), (0, 3_000_000, 2_999_999, 999_999),
])  # fmt: skip
def test_progress_by_hand(start: int, target: int, current: int, expected: int) -> None:
    assert progress(start, target, current) == expected


@given(FIGURES, FIGURES, FIGURES)
def test_progress_stays_within_its_range(start: int, target: int, current: int) -> None:
    """It is the fraction of the way, rounded down, cut at none and all; whole only where the target is reached."""
    if start == target:
        with pytest.raises(ValueError, match="from one number to another"):
            progress(start, target, current)
        return
    found = progress(start, target, current)
    exact = min(max(Fraction(current - start, target - start), Fraction(0)), Fraction(1))
    assert 0 <= found <= 1_000_000
    assert Fraction(found, 1_000_000) <= exact < Fraction(found + 1, 1_000_000)
    assert (found == 1_000_000) == (current >= target if target > start else current <= target)


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 1_000_000)), max_size=8))
def test_several_are_within_the_least_and_the_most(parts: list[tuple[int, int]]) -> None:
    found = together(parts)
    if not parts:
        assert found is None
    else:
        reached = [one for _weight, one in parts]
        assert found is not None
        assert min(reached) <= found <= max(reached)


@given(st.integers(2, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40))
def test_no_moves_close_a_circle(size: int, moves: list[tuple[int, int]]) -> None:
    """Random moves, each refused where a circle is told: from nobody a way upwards comes back to him. And none is
    refused that would have left the tree a tree."""
    parents: dict[int, int | None] = dict.fromkeys(range(size))
    for goal, parent in moves:
        goal, parent = goal % size, parent % size
        way = circle(parents, goal, parent)
        tried = parents | {goal: parent}
        assert bool(way) == any(returns(tried, one) for one in tried)
        if way:
            assert (way[0], way[-1]) == (parent, goal)
            assert all(parents[low] == high for low, high in zip(way, way[1:], strict=False))
        else:
            parents = tried


def returns(parents: dict[int, int | None], goal: int) -> bool:
    """Whether going up from a goal comes back to it, walked step by step."""
    current = parents[goal]
    for _step in range(len(parents) + 1):
        if current is None:
            return False
        if current == goal:
            return True
        current = parents[current]
    return False
