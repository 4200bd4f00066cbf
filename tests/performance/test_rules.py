"""Scores, shares and gates: the story worked by hand, and properties against slow exact fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.gates import Gate, passes
from performance.rules.scoring import (
    LARGEST_FIGURE,
    NO_TARGET,
    NO_VALUE,
    WHOLE,
    Lines,
    Scale,
    attainment,
    blended,
    faults,
    rounded,
    score,
    worth,
)
from performance.rules.shares import apportion


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


PLAIN = Scale()


def lines(rows: list[tuple[int, int, int]], scale: Scale = PLAIN, missing: tuple[int, ...] = ()) -> Lines:
    """One score of rows (actual, target, weight in percent)."""
    actual, target, weight = (ints(*column) for column in zip(*rows, strict=True))
    gone = np.isin(np.arange(len(rows)), missing)
    return Lines(ints(0), actual, target, weight * 10_000, np.zeros(len(rows), np.int64), gone, (scale,))


def test_marketing_of_the_story_is_96_30() -> None:
    found = score(lines([(105, 100, 30), (180_000, 200_000, 40), (960_000, 1_000_000, 30)]))
    assert rounded(found.parts).tolist() == [3150, 3600, 2880]
    assert found.points.tolist() == [9630]


def test_sales_of_the_story_is_107_44() -> None:
    found = score(lines([(183_000_000, 150_000_000, 50), (18, 20, 30), (920_000, 900_000, 20)]))
    assert found.attainment.tolist() == [1_220_000, 900_000, 1_022_222]
    assert rounded(found.parts).tolist() == [6000, 2700, 2044]
    assert found.points.tolist() == [10744]


def test_what_cannot_be_scored_is_named_and_spoils_nothing_else() -> None:
    found = score(lines([(105, 100, 30), (7, 0, 40), (0, 5, 30)], missing=(2,)))
    assert found.problem.tolist() == [0, NO_TARGET, NO_VALUE]
    assert (found.points.tolist(), found.scored.tolist()) == ([3150], [300_000])


def test_weights_of_99_percent_miss_the_whole() -> None:
    assert faults([300_000, 400_000, 290_000]) == -10_000
    assert faults([300_000, 400_000, 300_000]) == 0


@pytest.mark.parametrize(
    ("reached", "told"), [(0, 0), (599_999, 0), (600_000, 600_000), (1_200_000, 1_200_000), (9_000_000, 1_200_000)]
)
def test_floor_and_cap(reached: int, told: int) -> None:
    assert worth(ints(reached), Scale(floor=600_000)).tolist() == [told]


def test_a_curve_runs_straight_between_its_points() -> None:
    steps = Scale(cap=2 * WHOLE, curve=((800_000, 0), (1_000_000, 1_000_000), (1_200_000, 1_500_000)))
    reached = ints(700_000, 800_000, 900_000, 1_000_000, 1_100_000, 1_900_000)
    assert worth(reached, steps).tolist() == [0, 0, 500_000, 1_000_000, 1_250_000, 1_500_000]
    assert steps.best == 1_500_000
    assert worth(ints(0, WHOLE), Scale(curve=((0, 500_000),))).tolist() == [500_000, 500_000]


def test_less_is_better() -> None:
    assert attainment(ints(4, 5, 10, 0), ints(5, 5, 5, 5), "down").tolist() == [1_250_000, 1_000_000, 500_000, 10**7]
    assert attainment(ints(4), ints(0), "down").tolist() == [0]


def test_two_posts_and_a_change_in_mid_cycle_count_by_fte_and_days() -> None:
    # 60 % for 31 days at 96.30 and 40 % for 31 days at 107.44; then 10 days at 80, 20 at 110.
    parts = ints(9630, 10744, 8000, 11000) * 10**8
    found = blended(parts, ints(60 * 31, 40 * 31, 100 * 10, 100 * 20), ints(0, 2))
    assert rounded(found).tolist() == [10076, 10000]
    assert blended(ints(5), ints(0), ints(0)).tolist() == [0]
    assert blended(ints(), ints(), ints()).tolist() == []


figures = st.integers(-LARGEST_FIGURE, LARGEST_FIGURE)
caps = st.integers(0, 10 * WHOLE)


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=6), st.integers(0, 2 * WHOLE), caps)
def test_a_score_stays_in_its_range_and_equals_a_slow_computation(
    rows: list[tuple[int, int]], floor: int, cap: int
) -> None:
    scale = Scale(floor=floor, cap=cap)
    shares = apportion(100, np.ones(len(rows), dtype=np.int64)).tolist()
    found = score(lines([(a, t, w) for (a, t), w in zip(rows, shares, strict=True)], scale))
    assert 0 <= found.points[0] <= (cap + 50) // 100
    total = Fraction(0)
    for (actual, target), weight in zip(rows, shares, strict=True):
        if target > 0:
            reached = (Decimal(max(actual, 0)) / Decimal(target)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
            if reached >= Decimal(floor) / WHOLE:
                total += min(Fraction(reached), Fraction(cap, WHOLE)) * weight
    assert found.points[0] == int(total * 100 + Fraction(1, 2))


@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**5), min_size=1, max_size=40))
def test_shares_sum_to_the_whole_and_none_is_a_unit_off(whole: int, weights: list[int]) -> None:
    column = ints(*weights)
    if not sum(weights):
        if whole:
            with pytest.raises(ValueError, match="nobody"):
                apportion(whole, column)
        else:
            assert apportion(whole, column).tolist() == [0] * len(weights)
        return
    found = apportion(whole, column)
    assert int(found.sum()) == whole
    for part, weight in zip(found.tolist(), weights, strict=True):
        assert abs(Fraction(whole * weight, sum(weights)) - part) < 1


def test_what_does_not_divide_goes_to_whoever_lost_most() -> None:
    assert apportion(100, ints(1, 1, 1)).tolist() == [34, 33, 33]
    assert apportion(1_650_000, ints(400_000, 600_000)).tolist() == [660_000, 990_000]
    assert set(apportion(660_000, np.ones(10, np.int64)).tolist()) == {66_000}
    assert set(apportion(990_000, np.ones(18, np.int64)).tolist()) == {55_000}
    for bad in ((-1, ints(1)), (1, ints(-1)), (2**61, ints(8))):
        with pytest.raises(ValueError, match=r"negative|too large"):
            apportion(*bad)


@pytest.mark.parametrize(
    ("actual", "at_least", "more_than"),
    [(7999, False, False), (8000, True, False), (8001, True, True), (11999, True, True), (12000, True, True)],
)
def test_eighty_percent_of_the_target(actual: int, at_least: bool, more_than: bool) -> None:
    assert passes(Gate("attainment", 800_000, inclusive=True), actual, 10_000) is at_least
    assert passes(Gate("attainment", 800_000, inclusive=False), actual, 10_000) is more_than


@pytest.mark.parametrize(("actual", "passed"), [(11999, False), (12000, False), (12001, True)])
def test_more_than_120_percent(actual: int, passed: bool) -> None:
    assert passes(Gate("attainment", 1_200_000, inclusive=False), actual, 10_000) is passed


def test_a_gate_compares_what_is_not_what_is_shown() -> None:
    # 79.99999 % would be shown as 80.00 %.
    assert not passes(Gate("attainment", 800_000), 79_999_990, 100_000_000)
    assert passes(Gate("absolute", 200_000), 200_000, 0)
    assert not passes(Gate("absolute", 200_000, inclusive=False), 200_000, 0)
    assert not passes(Gate("attainment", 0), 5, 0)
    assert passes(Gate("absolute", 5, at_most=True), 4, 0)
    assert not passes(Gate("absolute", 5, at_most=True), 6, 0)
