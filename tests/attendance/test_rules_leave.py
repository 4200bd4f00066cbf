"""Lots and the counting of leave: cases of others' bug trackers, and a slow reference at random."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.absent_days import AFTERNOON, MORNING, Span, count
from attendance.rules.lots import Lot, Part, balance, by_expiry, draw, expiring, taken_off

OLD, NEW = 1, 2
NEW_YEAR, APRIL, NEXT_YEAR = date(2026, 1, 1), date(2026, 4, 1), date(2027, 1, 1)


def two_lots(old: int = 1000, new: int = 2000) -> list[Lot]:
    """Ten old days that expire with 31 March, and twenty new ones."""
    return [Lot(OLD, date(2025, 1, 1), APRIL, old), Lot(NEW, NEW_YEAR, NEXT_YEAR, new)]


def workdays(first: date, amount: int) -> list[tuple[date, int]]:
    return [(first + timedelta(days=at), 100) for at in range(amount)]


# -- the case of carried-over days --------------------------------------------------------------------------------


@pytest.mark.parametrize(("taken", "expired", "left"), [(0, 10, 20), (8, 2, 20), (10, 0, 20), (12, 0, 18)])
def test_carried_days_expire_and_the_new_ones_stay(taken: int, expired: int, left: int) -> None:
    """Ten old days expiring on 31 March and twenty new; nothing is lost twice, nothing comes back."""
    drawn = draw(two_lots(), workdays(date(2026, 3, 2), taken))
    assert drawn.missing == 0
    lots = taken_off(two_lots(), drawn.parts)
    lost = expiring(lots, APRIL)
    assert sum(amount for _lot, amount in lost) == expired * 100
    after = taken_off(lots, [Part(lot.id, lot.expires, amount) for lot, amount in lost])
    assert balance(after, APRIL) == left * 100
    assert expiring(after, APRIL) == []  # run twice, lost once
    late = expiring(lots, APRIL + timedelta(days=3))  # three days of outage
    assert late == lost
    assert all(lot.left >= 0 for lot in after)


def test_nothing_expires_before_its_day() -> None:
    assert expiring(two_lots(), date(2026, 3, 31)) == []
    assert balance(two_lots(), date(2026, 3, 31)) == 3000
    assert balance(two_lots(), APRIL) == 2000


def test_what_a_request_waits_for_does_not_expire_under_it() -> None:
    assert expiring(two_lots(), APRIL, {OLD: 300}) == [(two_lots()[0], 700)]
    assert expiring(two_lots(), APRIL, {OLD: 1000}) == []


def test_a_leave_over_the_end_of_a_lot_takes_each_day_from_where_it_may() -> None:
    days = [(date(2026, 3, 31), 100), (APRIL, 100)]
    assert draw(two_lots(), days).parts == (Part(OLD, date(2026, 3, 31), 100), Part(NEW, APRIL, 100))
    assert draw(two_lots(new=0), days).missing == 100


def test_eighty_days_with_seven_of_approved_leave_to_come_are_seventy_three() -> None:
    lots = [Lot(1, NEW_YEAR, NEXT_YEAR, 8000)]
    drawn = draw(lots, workdays(date(2026, 12, 1), 7))
    assert balance(taken_off(lots, drawn.parts), date(2026, 11, 23)) == 7300


def test_more_days_than_a_year_has_are_carried_as_they_are() -> None:
    assert balance([Lot(1, NEW_YEAR, NEXT_YEAR, 40_000)], APRIL) == 40_000


def test_a_lot_that_was_overdrawn_by_hand_is_no_debt_of_the_others() -> None:
    lots = [Lot(OLD, date(2025, 1, 1), APRIL, -50), *two_lots()[1:]]
    assert balance(lots, date(2026, 3, 1)) == 2000
    assert expiring(lots, APRIL) == []
    assert draw(lots, [(date(2026, 3, 2), 100)]).parts == (Part(NEW, date(2026, 3, 2), 100),)


def test_lots_stand_in_the_order_they_end() -> None:
    assert [lot.id for lot in by_expiry(two_lots(), NEW_YEAR)] == [OLD, NEW]
    assert [lot.id for lot in by_expiry(two_lots(), APRIL)] == [NEW]


_LOTS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 6)).map(lambda t: (t[0], t[0] + t[1], t[2])),
    max_size=4,
)
_DAYS = st.lists(st.integers(0, 30), max_size=12, unique=True)


def _most(lots: list[tuple[int, int, int]], days: list[int]) -> int:
    """How many halves could be served at best: every unit of a lot is matched to a day by trying all (augmenting)."""
    units = [index for index, (_from, _to, amount) in enumerate(lots) for _unit in range(amount)]
    served: dict[int, int] = {}

    def place(unit: int, seen: set[int]) -> bool:
        start, end, _amount = lots[units[unit]]
        for at, day in enumerate(days):
            if start <= day < end and at not in seen:
                seen.add(at)
                if at not in served or place(served[at], seen):
                    served[at] = unit
                    return True
        return False

    return sum(place(unit, set()) for unit in range(len(units)))


@given(given_lots=_LOTS, days=_DAYS)
def test_no_other_order_would_serve_more_days(given_lots: list[tuple[int, int, int]], days: list[int]) -> None:
    zero = date(2026, 1, 1)
    lots = [
        Lot(at, zero + timedelta(days=start), zero + timedelta(days=end), amount * 50)
        for at, (start, end, amount) in enumerate(given_lots)
    ]
    drawn = draw(lots, [(zero + timedelta(days=day), 50) for day in days])
    assert sum(part.amount for part in drawn.parts) == 50 * _most(given_lots, sorted(days))
    assert sum(part.amount for part in drawn.parts) + drawn.missing == 50 * len(days)
    after = taken_off(lots, drawn.parts)
    assert all(lot.left >= 0 for lot in after)
    for part in drawn.parts:
        assert lots[part.lot_id].holds(part.day)


@given(given_lots=_LOTS, days=_DAYS, runs=st.lists(st.integers(0, 45), min_size=1, max_size=4))
def test_expiry_is_the_same_however_often_and_late_it_runs(
    given_lots: list[tuple[int, int, int]], days: list[int], runs: list[int]
) -> None:
    zero = date(2026, 1, 1)
    lots = [
        Lot(at, zero + timedelta(days=start), zero + timedelta(days=end), amount * 50)
        for at, (start, end, amount) in enumerate(given_lots)
    ]
    lots = taken_off(lots, draw(lots, [(zero + timedelta(days=day), 50) for day in days]).parts)
    last = zero + timedelta(days=max(runs))
    often = lots
    for run in sorted(runs):
        lost = expiring(often, zero + timedelta(days=run))
        assert all(amount > 0 for _lot, amount in lost)
        often = taken_off(often, [Part(lot.id, lot.expires, amount) for lot, amount in lost])
    once = taken_off(lots, [Part(lot.id, lot.expires, amount) for lot, amount in expiring(lots, last)])
    assert often == once
    assert balance(often, last) == balance(lots, last)  # what may be taken is never changed by it


# -- counting days ------------------------------------------------------------------------------------------------


def counted(first: str, begins: int, last: str, ends: int, off: tuple[str, ...] = ()) -> int:
    span = Span(date.fromisoformat(first), begins, date.fromisoformat(last), ends)
    free = {date.fromisoformat(day) for day in off}
    return sum(amount for _day, amount in count(span, [day not in free for day in span.days()]))


CHRISTMAS = ("2022-12-24", "2022-12-25", "2022-12-26")


@pytest.mark.parametrize(
    ("first", "begins", "last", "ends", "days"),
    [
        ("2022-12-23", MORNING, "2022-12-27", AFTERNOON, 200),
        ("2022-12-23", AFTERNOON, "2022-12-27", AFTERNOON, 150),
        ("2022-12-23", AFTERNOON, "2022-12-27", MORNING, 100),
        # The half that lies on a holiday takes nothing off: 24 to 27 December is the 27th.
        ("2022-12-24", AFTERNOON, "2022-12-27", AFTERNOON, 100),
        ("2022-12-23", MORNING, "2022-12-26", MORNING, 100),
        ("2022-12-24", AFTERNOON, "2022-12-24", AFTERNOON, 0),
        ("2022-12-27", AFTERNOON, "2022-12-27", AFTERNOON, 50),
        ("2022-12-27", MORNING, "2022-12-27", MORNING, 50),
    ],
)
def test_half_days_around_holidays(first: str, begins: int, last: str, ends: int, days: int) -> None:
    assert counted(first, begins, last, ends, CHRISTMAS) == days


@pytest.mark.parametrize(("begins", "ends"), [(AFTERNOON, MORNING), (0, AFTERNOON), (MORNING, 3)])
def test_a_day_that_ends_before_it_begins_is_refused(begins: int, ends: int) -> None:
    with pytest.raises(ValueError, match="day|begins"):
        Span(date(2026, 11, 23), begins, date(2026, 11, 23), ends)


def test_every_day_is_spoken_of() -> None:
    with pytest.raises(ValueError, match="each day"):
        count(Span(date(2026, 11, 23), MORNING, date(2026, 11, 24), AFTERNOON), [True])


_HALF = st.tuples(st.integers(0, 14), st.sampled_from([MORNING, AFTERNOON]))
_SPAN = st.tuples(_HALF, _HALF).map(sorted)
ZERO = date(2026, 2, 16)


def span_of(ends: list[tuple[int, int]]) -> Span:
    (first, begins), (last, until) = ends
    return Span(ZERO + timedelta(days=first), begins, ZERO + timedelta(days=last), until)


def half_days(ends: list[tuple[int, int]]) -> set[int]:
    """The reference: half days are numbers, and a leave is a set of them."""
    (first, begins), (last, until) = ends
    return set(range(first * 2 + begins, last * 2 + until + 1))


@given(ends=_SPAN, off=st.sets(st.integers(0, 14)))
def test_counting_is_the_size_of_a_set(ends: list[tuple[int, int]], off: set[int]) -> None:
    span, zero = span_of(ends), ZERO
    found = count(span, [(day - zero).days not in off for day in span.days()])
    expected = {half for half in half_days(ends) if (half - 1) // 2 not in off}
    assert sum(amount for _day, amount in found) == 50 * len(expected)
    assert all(amount == 50 * sum((half - 1) // 2 == (day - zero).days for half in expected) for day, amount in found)


@given(one=_SPAN, other=_SPAN)
def test_leaves_meet_where_they_share_a_half_day(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    assert span_of(one).meets(span_of(other)) == bool(half_days(one) & half_days(other))


@given(ends=_SPAN)
def test_stretches_cover_the_leave_and_nothing_else(ends: list[tuple[int, int]]) -> None:
    span = span_of(ends)
    covered: list[int] = []
    for start, end, first, last in span.stretches():
        for offset in range((end - start).days):
            at = (start - ZERO).days + offset
            covered += range(at * 2 + first, at * 2 + last + 1)
    assert sorted(covered) == sorted(half_days(ends))
    assert len(span.stretches()) <= 3
