"""The spend guard's rule: June of the story worked by hand, limits to the fen, and a slow count day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.crm.rules.guard import MEASURES, Course, Limits, Standing, Taken, alarms

JUNE = date(2026, 6, 1)


def june() -> tuple[list[tuple[date, int]], list[Taken]]:
    """CNY 100,000 over 20 days, 5,000 each; 25 leads a day; on every second day one of them buys ten days later."""
    spent = [(JUNE + timedelta(days=at), 500_000) for at in range(20)]
    leads = [
        Taken(JUNE + timedelta(days=at), won=JUNE + timedelta(days=at + 10) if number == 0 and at % 2 == 0 else None)
        for at in range(20) for number in range(25)
    ]  # fmt: skip
    return spent, leads


def test_june_would_have_been_stopped() -> None:
    """CNY 8,000 a customer, from 100 leads on. On the 4th 100 leads are there and 20,000 spent for nobody: 20,000 is
    more than 8,000. Seen on the 30th only: 500 leads, 10 customers, 10,000 each.
    """
    spent, leads = june()
    limits = Limits(None, 800_000, least_leads=100)
    days = list(Course(spent, leads, limits).days(JUNE, date(2026, 6, 30)))
    assert (days[-1].spent, days[-1].leads, days[-1].customers) == (10_000_000, 500, 10)
    assert days[-1].cost("customer") == 1_000_000
    (found,) = alarms(days, limits)
    assert (found.measure, found.standing.day, found.standing.spent) == ("customer", date(2026, 6, 4), 2_000_000)


def test_leads_are_given_time() -> None:
    """With ten days for each lead: on the 14th those of the first four days are old enough, 100 of them, and of these
    two have bought (the 1st and the 3rd, both ten days later): 20,000 / 2 = 10,000.
    """
    spent, leads = june()
    limits = Limits(None, 800_000, least_leads=100, wait_days=10)
    days = list(Course(spent, leads, limits).days(JUNE, date(2026, 6, 30)))
    (found,) = alarms(days, limits)
    assert found.standing == Standing(date(2026, 6, 14), 2_000_000, 100, 0, 2)
    # Never more than 10,000 for each: 20,000 / 2, 25,000 / 3, 30,000 / 3 ... and to reach a limit is allowed.
    assert alarms(days, Limits(None, 1_000_000, least_leads=100, wait_days=10)) == []
    assert alarms(days, Limits(None, 999_999, least_leads=100, wait_days=10))[0].standing.day == date(2026, 6, 14)


@pytest.mark.parametrize(("most", "speaks"), [(9_999, True), (10_000, False), (10_001, False)])
def test_to_reach_the_limit_is_allowed(most: int, speaks: bool) -> None:  # noqa: FBT001
    standing = Standing(JUNE, 30_000, 5, 3, 0)
    assert standing.passes("lead", Limits(most, None)) is speaks


@pytest.mark.parametrize(("leads", "speaks"), [(99, False), (100, True)])
def test_nothing_is_said_of_too_few(leads: int, speaks: bool) -> None:  # noqa: FBT001
    assert Standing(JUNE, 30_000, leads, 0, 0).passes("lead", Limits(1, None, least_leads=100)) is speaks


def test_where_nobody_came_of_it_one_costs_all_that_was_spent() -> None:
    limits = Limits(10_000, 10_000)
    assert not Standing(JUNE, 10_000, 5, 0, 0).passes("customer", limits)
    assert Standing(JUNE, 10_001, 5, 0, 0).passes("customer", limits)
    assert Standing(JUNE, 10_001, 5, 0, 0).cost("customer") is None
    assert Standing(JUNE, 10_001, 5, 0, 2).cost("customer") == Fraction(10_001, 2)


_DAYS = st.integers(0, 40).map(lambda number: JUNE + timedelta(days=number))
_LEADS = st.builds(Taken, _DAYS, st.none() | _DAYS, st.none() | _DAYS)


@given(
    st.lists(st.tuples(_DAYS, st.integers(1, 10**9)), max_size=12), st.lists(_LEADS, max_size=30),
    st.builds(Limits, st.none() | st.integers(1, 10**7), st.none() | st.integers(1, 10**7), st.integers(1, 9),
              st.integers(0, 15)),
)  # fmt: skip
def test_it_counts_as_one_counts_by_hand(spent: list[tuple[date, int]], leads: list[Taken], limits: Limits) -> None:
    """Whatever the order, every day is what a count over all rows finds; and an alarm is the first day of its kind."""
    last = JUNE + timedelta(days=60)
    days = list(Course(spent[::-1], leads[::-1], limits).days(JUNE, last))
    for one in days:
        ripe = one.day - timedelta(days=limits.wait_days)
        old = [lead for lead in leads if lead.came <= ripe]
        assert one == Standing(
            one.day, sum(amount for day, amount in spent if day <= ripe), len(old),
            sum(lead.qualified is not None and lead.qualified <= one.day for lead in old),
            sum(lead.won is not None and lead.won <= one.day for lead in old),
        )  # fmt: skip
    found = {one.measure: one.standing for one in alarms(days, limits)}
    for measure in MEASURES:
        most = limits.most(measure)
        dear = [
            one for one in days if most is not None and one.leads >= limits.least_leads
            and one.spent > most * (one.count(measure) or 1)
        ]  # fmt: skip
        assert found.get(measure) == (dear[0] if dear else None)
