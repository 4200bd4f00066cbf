"""Arithmetic of reviews, against sums worked out with fractions, and the properties that hold for all of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.reviewing import (
    LEAST_ANSWERS,
    PARTS,
    UNNAMED,
    distribution,
    level,
    mean,
    overall,
    third,
    told,
    worth,
)

WEIGHTS = {"self": 100_000, "manager": 500_000, "matrix": 100_000, "peer": 200_000, "upward": 100_000}
answers = st.lists(st.integers(1_000_000, 5_000_000), max_size=7)


def test_an_answer_is_worth_its_weighed_ratings() -> None:
    assert worth({1: 4, 2: 5}, {1: 600_000, 2: 400_000}) == 4_400_000


def test_by_hand() -> None:
    """Self 4, manager 3, four peers 5, 4, 4, 3: (0.1 x 4 + 0.5 x 3 + 0.2 x 4) / 0.8 = 3.375, half up 3.38."""
    found = overall(
        {"self": [4_000_000], "manager": [3_000_000], "peer": [5_000_000, 4_000_000, 4_000_000, 3_000_000]}, WEIGHTS
    )
    assert found.rating == 338
    assert found.parts == {"self": 400, "manager": 300, "peer": 400}


def test_three_peers_do_not_count_at_all() -> None:
    """(0.1 x 4 + 0.5 x 3) / 0.6 = 3.1666: nothing of them can be taken out of it."""
    three = {"self": [4_000_000], "manager": [3_000_000], "peer": [5_000_000, 5_000_000, 1_000_000]}
    assert overall(three, WEIGHTS).rating == overall(three | {"peer": []}, WEIGHTS).rating == 317
    assert overall({"peer": [1_000_000] * 3}, WEIGHTS).rating is None


@given(st.fixed_dictionaries({part: answers for part in PARTS}))
def test_it_stays_within_the_scale_and_is_what_fractions_say(given_: dict[str, list[int]]) -> None:
    found = overall(given_, WEIGHTS)
    counted = {part: rows for part, rows in given_.items() if len(rows) >= (4 if part in ("peer", "upward") else 1)}
    assert set(found.parts) == set(counted)
    if not counted:
        assert found.rating is None
        return
    total = sum(WEIGHTS[part] for part in counted)
    exact = sum(Fraction(WEIGHTS[part] * sum(rows), len(rows)) for part, rows in counted.items()) / total / 10_000
    assert found.rating is not None
    assert 100 <= found.rating <= 500
    assert exact - Fraction(1, 2) < found.rating <= exact + Fraction(1, 2)


@given(st.lists(st.integers(1_000_000, 5_000_000), max_size=3), st.lists(st.integers(1_000_000, 5_000_000), max_size=3),
       st.sampled_from(sorted(UNNAMED)))
def test_fewer_than_four_change_nothing_of_the_whole(one: list[int], other: list[int], part: str) -> None:
    """Whatever fewer than four wrote, everything that is told is the same: nothing of them can be deduced."""
    known = {"self": [4_000_000], "manager": [3_500_000]}
    assert overall(known | {part: one}, WEIGHTS) == overall(known | {part: other}, WEIGHTS)


@pytest.mark.parametrize(("part", "count", "yes"), [
    ("peer", 3, False), ("peer", 4, True), ("upward", 3, False), ("upward", 4, True), ("manager", 1, True),
    ("manager", 0, False),
])
def test_from_how_many_on(part: str, count: int, yes: bool) -> None:
    assert LEAST_ANSWERS == 4
    assert told(part, count) is yes


def test_levels_thirds_and_distributions() -> None:
    assert [level(one, 5) for one in (100, 149, 150, 449, 450, 500)] == [1, 1, 2, 4, 5, 5]
    assert [third(one, 5) for one in (100, 233, 234, 366, 367, 500)] == [1, 1, 2, 2, 3, 3]
    assert distribution([100, 320, 349, 350, 500], 5) == [1, 0, 2, 1, 1]
    assert mean([5, 4, 4, 4]) == 425
    assert mean([1, 1, 2]) == 133


@given(st.lists(st.integers(100, 500), max_size=40))
def test_a_distribution_counts_everybody_once(ratings: list[int]) -> None:
    assert sum(distribution(ratings, 5)) == len(ratings)
