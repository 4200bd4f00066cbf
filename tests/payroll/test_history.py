"""Told periods over stored ones: cases worked by hand, and day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.history import Piece, Stored, difference, overlapping
from remit.base import FOREVER

JAN, FEB, MAR, APR, MAY = (date(2026, month, 1) for month in range(1, 6))
OLD, NEW = (100,), (200,)


@pytest.mark.parametrize(
    ("stored", "told", "delete", "insert"),
    [
        ([], [(JAN, FOREVER, NEW)], (), ((JAN, FOREVER, NEW),)),
        ([(JAN, FOREVER, OLD)], [(JAN, FOREVER, OLD)], (), ()),
        # A raise from March on ends what was stored there.
        ([(JAN, FOREVER, OLD)], [(MAR, FOREVER, NEW)], (1,), ((JAN, MAR, OLD), (MAR, FOREVER, NEW))),
        # A month in the middle cuts it in two.
        ([(JAN, FOREVER, OLD)], [(MAR, APR, NEW)], (1,),
         ((JAN, MAR, OLD), (MAR, APR, NEW), (APR, FOREVER, OLD))),
        # Days that nobody told stay, before and behind.
        ([(JAN, FEB, OLD)], [(MAR, APR, NEW)], (), ((MAR, APR, NEW),)),
        ([(MAR, APR, OLD)], [(JAN, FEB, NEW)], (), ((JAN, FEB, NEW),)),
        # Told in two, stored as one; and told next to what says the same already.
        ([], [(FEB, MAR, NEW), (JAN, FEB, NEW)], (), ((JAN, MAR, NEW),)),
        ([(JAN, MAR, OLD)], [(MAR, MAY, OLD)], (1,), ((JAN, MAY, OLD),)),
        # All of it replaced, and two told months in one stored year.
        ([(FEB, MAR, OLD)], [(JAN, MAY, NEW)], (1,), ((JAN, MAY, NEW),)),
        ([(JAN, MAY, OLD)], [(JAN, FEB, NEW), (MAR, APR, NEW)], (1,),
         ((JAN, FEB, NEW), (FEB, MAR, OLD), (MAR, APR, NEW), (APR, MAY, OLD))),
    ],
)
def test_told_days_win_and_others_stay(
    stored: list[Piece], told: list[Piece], delete: tuple[int, ...], insert: tuple[Piece, ...]
) -> None:
    found = difference([Stored(number, piece) for number, piece in enumerate(stored, start=1)], told)
    assert (found.delete, found.insert) == (delete, insert)


@pytest.mark.parametrize(
    ("told", "shared"),
    [
        ([], False), ([(JAN, FEB, NEW)], False), ([(FEB, MAR, NEW), (JAN, FEB, OLD)], False),
        ([(JAN, MAR, NEW), (FEB, APR, OLD)], True), ([(JAN, FEB, NEW), (JAN, FEB, NEW)], True),
    ],
)
def test_two_amounts_for_one_day_are_seen(told: list[Piece], shared: bool) -> None:
    assert overlapping(told) is shared


def pieces(values: tuple[int, ...]) -> st.SearchStrategy[list[Piece]]:
    """Periods among the first forty days of a year that share no day."""
    cuts = st.lists(st.integers(0, 40), unique=True, max_size=7).map(sorted)
    return cuts.flatmap(
        lambda days: st.lists(
            st.sampled_from([None, *values]), min_size=max(len(days) - 1, 0), max_size=max(len(days) - 1, 0)
        ).map(lambda chosen: [
            (JAN + timedelta(days=start), JAN + timedelta(days=end), (value,))
            for (start, end), value in zip(pairwise(days), chosen, strict=True) if value is not None
        ])
    )


def by_day(rows: list[Piece]) -> dict[date, tuple[int, ...]]:
    return {
        start + timedelta(days=n): values for start, end, values in rows for n in range((end - start).days)
    }


@given(stored=pieces((1, 2, 3)), told=pieces((1, 2, 3)))
def test_every_day_says_what_was_told_else_what_was_stored(stored: list[Piece], told: list[Piece]) -> None:
    found = difference([Stored(number, piece) for number, piece in enumerate(stored)], told)
    left = [piece for number, piece in enumerate(stored) if number not in found.delete]
    after = [*left, *found.insert]
    assert by_day(after) == by_day(stored) | by_day(told)
    assert not overlapping(after)
