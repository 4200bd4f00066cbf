"""Groups that may be told of: none below k, and none left over by subtraction, against enumerating everything."""

from __future__ import annotations

import statistics
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.rules.fairness import kept, quarter

PEOPLE = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 2), st.booleans()), min_size=1, max_size=26
)


def told(people: list[tuple[int, int, int, bool]], k: int) -> tuple[bool, list[set[int]]]:
    """What may be told of these people: three ways of dividing them, and whom the reader may not open."""
    ways = [np.array([one[at] for one in people], dtype=np.int64) for at in range(3)]
    return kept(ways, np.array([one[3] for one in people]), k)


def unions(people: list[tuple[int, int, int, bool]], way: int, shown: set[int]) -> list[frozenset[int]]:
    """Every union of shown groups of one way, as sets of people."""
    groups = [frozenset(at for at, one in enumerate(people) if one[way] == group) for group in sorted(shown)]
    return [
        frozenset().union(*chosen) for size in range(1, len(groups) + 1) for chosen in combinations(groups, size)
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.integers(2, 5))
def test_nobody_few_is_told_of(people: list[tuple[int, int, int, bool]], k: int) -> None:
    """Whatever shown groups are added up, taken from all or from those of another way: what remains is nobody or at
    least k people, and of those the reader may not open nobody or at least k."""
    whole, shown = told(people, k)
    everybody = frozenset(range(len(people)))
    sets = [(way, union) for way in range(3) for union in unions(people, way, shown[way])]
    if whole:
        sets.append((3, everybody))
    else:
        assert not any(shown)
    for _way, one in sets:
        assert fine(people, one, k)
    for way, one in sets:
        for other, two in sets:
            if way != other and one < two:
                assert fine(people, two - one, k)


def fine(people: list[tuple[int, int, int, bool]], some: frozenset[int], k: int) -> bool:
    hidden = sum(people[at][3] for at in some)
    return (len(some) == 0 or len(some) >= k) and (hidden == 0 or hidden >= k)


def test_a_second_group_is_kept_back_for_the_first() -> None:
    """Units of 7, 6 and 3, all hidden: the 3 are few, and without the 6 beside them they would be what is left over."""
    people = [(0, 0, 0, True)] * 7 + [(1, 0, 0, True)] * 6 + [(2, 0, 0, True)] * 3
    whole, shown = told(people, 5)
    assert whole
    assert shown == [{0}, {0}, {0}]


def test_men_less_the_men_of_a_unit_of_men() -> None:
    """A unit of 6 men; 2 other men and 9 women elsewhere: men and the unit together would tell of the 2."""
    people = [(0, 0, 0, True)] * 6 + [(1, 0, 0, True)] * 2 + [(1, 1, 0, True)] * 9
    _whole, shown = told(people, 5)
    assert not (0 in shown[0] and 0 in shown[1])


def test_all_are_told_where_all_are_many() -> None:
    people = [(unit, sex, 0, True) for unit in range(2) for sex in range(2) for _one in range(5)]
    assert told(people, 5) == (True, [{0, 1}, {0, 1}, {0}])


@given(st.lists(st.integers(0, 12_000), min_size=2, max_size=40))
def test_quarters_are_those_of_the_library(values: list[int]) -> None:
    exact = statistics.quantiles(values, n=4, method="inclusive")
    ordered = np.sort(np.array(values, dtype=np.int64))
    assert all(abs(quarter(ordered, part) - exact[part - 1]) <= 0.5 for part in (1, 2, 3))
