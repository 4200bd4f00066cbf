"""Proration against published cases worked by hand, and against Fraction day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.proration import POLICIES, MonthFacts, Policy, prorate
from remit.base import Month


def month_of(text: str, holidays: tuple[int, ...] = ()) -> MonthFacts:
    """A month whose working days are its weekdays, as the cases say."""
    month = Month.parse(text)
    days = month.period.each_day()
    working = [int(day.weekday() < 5 and day.day not in holidays) for day in days]
    return MonthFacts(month.start, np.array(working, dtype=np.int64))


def pay(policy: Policy, month: MonthFacts, *slices: tuple[int, int, int]) -> tuple[list[int], int]:
    """Slices as (first day of month, last day of month, agreed amount), one owner."""
    first, last, amount = (np.array(column, dtype=np.int64) for column in zip(*slices, strict=True))
    shares, totals = prorate(policy, month, np.zeros(len(slices), dtype=np.int64), first - 1, last, amount)
    return shares.tolist(), int(totals[0])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("calendar", 750_000), ("working_day", 811_905), ("additive_21_75", 783_908), ("subtractive_21_75", 837_356)],
)
def test_a_joiner_in_mid_month(policy: Policy, expected: int) -> None:
    """15,500.00, joins Monday 2026-08-17; August 2026 has 31 days and 21 weekdays, 11 of them worked."""
    assert pay(policy, month_of("2026-08"), (17, 31, 1_550_000))[1] == expected


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("text", ["2026-02", "2026-07", "2026-08", "2028-02"])
def test_a_full_month_is_exactly_the_agreed_amount(policy: Policy, text: str) -> None:
    month = month_of(text)
    assert pay(policy, month, (1, month.days, 1_550_000))[1] == 1_550_000


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("additive_21_75", 1_300_000), ("subtractive_21_75", 1_175_000), ("working_day", 1_229_348),
     ("calendar", 1_192_742)],
)
def test_the_four_methods_for_a_joiner_of_december(policy: Policy, expected: int) -> None:
    """21,750.00, joins Monday 2025-12-15: 13 of 23 working days, 17 of 31 calendar days."""
    assert pay(policy, month_of("2025-12"), (15, 31, 2_175_000))[1] == expected


def test_a_raise_inside_the_month_pays_two_slices() -> None:
    """10,000 to 21 June, 12,000 from 22 June on a thirty-day month: 7,000 and 3,600."""
    paid = pay("thirty", month_of("2026-06"), (1, 21, 1_000_000), (22, 30, 1_200_000))
    assert paid == ([700_000, 360_000], 1_060_000)


def test_the_order_of_slices_does_not_matter() -> None:
    one = pay("thirty", month_of("2026-06"), (1, 21, 1_000_000), (22, 30, 1_200_000))
    other = pay("thirty", month_of("2026-06"), (22, 30, 1_200_000), (1, 21, 1_000_000))
    assert one[1] == other[1] == 1_060_000


def test_nobody_is_paid_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    shares, totals = prorate("calendar", month_of("2026-06"), none, none, none, none)
    assert (shares.size, totals.size) == (0, 0)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[MonthFacts, list[tuple[int, int, int, int]]]:
    start = draw(st.dates(date(2020, 1, 1), date(2030, 12, 1)))
    month = Month.of(start)
    holidays = tuple(draw(st.sets(st.integers(1, 28), max_size=8)))
    facts = month_of(str(month), holidays)
    slices = []
    for owner in range(draw(st.integers(1, 5))):
        cuts = sorted(draw(st.sets(st.integers(0, facts.days), min_size=2, max_size=5)))
        slices += [
            (owner, a, b, draw(st.integers(0, 10_000_000))) for a, b in zip(cuts, cuts[1:], strict=False)
        ]
    return facts, slices


def by_hand(policy: Policy, month: MonthFacts, slices: list[tuple[int, int, int]]) -> int:
    """The rule read literally for one owner, with Fractions and a loop over days."""
    days = [month.start + timedelta(days=n) for n in range(month.days)]
    working = [bool(w) for w in month.working]
    covered = [n for a, b, _amount in slices for n in range(a, b)]
    complete = len(covered) == month.days
    present = sum(working[n] for n in covered)
    total = Fraction(0)
    for a, b, amount in slices:
        calendar = Fraction(b - a, month.days)
        worked = sum(working[a:b])
        if policy == "calendar":
            share = calendar
        elif policy == "thirty":
            thirty = sum(1 for n in range(a, b) if days[n].day <= 30)
            if b == month.days and month.days < 30:
                thirty += 30 - month.days
            share = Fraction(thirty, 30)
        elif complete:
            share = Fraction(worked, present) if present else calendar
        elif month.working_days == 0:
            share = Fraction(0)
        elif policy == "working_day":
            share = Fraction(worked, month.working_days)
        elif policy == "additive_21_75":
            share = Fraction(worked * 100, 2175)
        else:
            paid = max(Fraction(2175, 100) - (month.working_days - present), Fraction(0)) / Fraction(2175, 100)
            share = paid * worked / present if present else Fraction(0)
        total += amount * share
    return int(total + Fraction(1, 2))


@given(worlds(), st.sampled_from(POLICIES))
def test_many_at_once_equals_one_by_one_read_literally(
    world: tuple[MonthFacts, list[tuple[int, int, int, int]]], policy: Policy
) -> None:
    month, slices = world
    owner, first, end, amount = (np.array(column, dtype=np.int64) for column in zip(*slices, strict=True))
    shares, totals = prorate(policy, month, owner, first, end, amount)
    for n, mine in enumerate(np.unique(owner).tolist()):
        rows = [(a, b, pay) for o, a, b, pay in slices if o == mine]
        assert totals[n] == by_hand(policy, month, rows)
        assert shares[owner == mine].sum() == totals[n]
    assert (shares >= 0).all()
