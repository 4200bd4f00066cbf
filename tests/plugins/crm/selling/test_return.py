"""What leads brought in beside what they cost: worked by hand, and what is not known is not told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.crm.models import Budget, Customer, Deal, Exposure
from plugins.crm.services.budgets import Standing
from plugins.crm.services.funnel.hints import hint
from plugins.crm.services.funnel.lines import Funnel, Line
from plugins.crm.services.funnel.worth import Worth, worth
from tests.plugins.crm.selling.conftest import Sales
from tests.plugins.crm.selling.test_funnel import OCTOBER, campaign, leads, read


def test_what_was_paid_stands_beside_what_was_approved(sales: Sales) -> None:
    """10,000 approved, 9,500 and 300 paid; what was paid in another currency is not added."""
    day = date(2025, 10, 15)
    leads(sales, "wx", campaign(sales, "WX10", 1_000_000, day), 10, 2, 100, day)

    def write(session: Any) -> None:
        for paid, currency in ((950_000, "CNY"), (30_000, "CNY"), (70_000, "USD"), (None, "CNY")):
            session.add(Exposure(
                channel_id=sales.channels["wx"], unit_id=sales.company.units["ACQ"].id, starts_on=day,
                legal_entity_id=sales.company.entity.id, ends_on=date(2025, 10, 16), paid=paid, currency=currency,
            ))  # fmt: skip

    sales.write(write)
    found = read(sales, "channel", OCTOBER)
    assert [found.total.spend, found.total.paid, found.total.exposure] == [1_000_000, 980_000, None]
    assert read(sales, "owner", OCTOBER).total.paid == 980_000


def test_people_count_as_spent() -> None:
    """Revenue 100,000, spending 20,000, people 30,000: (100 - 20 - 30) / 50 = 100 %."""
    line = Line(revenue=10_000_000, spend=Fraction(2_000_000), people=Fraction(3_000_000))
    assert line.roi_people == 1
    assert Line(revenue=5, spend=Fraction(1)).roi_people is None
    assert Line(revenue=5, spend=Fraction(0), people=Fraction(0)).roi_people is None


# -- what a customer is worth ------------------------------------------------------------------------------------------


def sold(sales: Sales, kind: str, amount: int, months: int | None, day: date, state: str = "won") -> None:
    """A deal with a customer that is there."""

    def write(session: Any) -> None:
        customer = Customer(
            company="x", company_key="x", captured_unit_id=sales.company.units["ACQ"].id, since_on=day,
            unit_id=sales.company.units["EAST"].id, legal_entity_id=sales.company.entity.id,
        )  # fmt: skip
        session.add(customer)
        session.flush()
        session.add(Deal(
            title="x", customer_id=customer.id, unit_id=customer.unit_id, captured_unit_id=customer.captured_unit_id,
            legal_entity_id=customer.legal_entity_id, kind=kind, state=state, won_on=day if state == "won" else None,
            list_amount=amount, amount=amount, months=months, expected_on=day,
            created_at=datetime(2025, 1, 1, tzinfo=UTC),
        ))  # fmt: skip

    sales.write(write)


def gone(sales: Sales, day: date) -> None:
    """A customer who left."""
    sales.write(lambda session: session.add(Customer(
        company="y", company_key="y", captured_unit_id=sales.company.units["ACQ"].id, since_on=date(2024, 1, 1),
        unit_id=sales.company.units["EAST"].id, legal_entity_id=sales.company.entity.id, state="churned",
        churned_on=day,
    )))  # fmt: skip


def counted(sales: Sales, until: date, who: str = "li") -> Worth:
    """As somebody sees it."""
    actor = sales.company.actor(who)
    with sales.house.session(actor) as session:
        return worth(session, actor, until)


def test_a_customer_stays_as_long_as_others_did(sales: Sales) -> None:
    """Three of four stayed: 1 / (1 - 3/4) = 4 terms of a year; an order is (1,000 + 3 x 2,000) / 4 = 1,750: 7,000."""
    day = date(2025, 6, 1)
    sold(sales, "new", 100_000, 12, day)
    for _number in range(3):
        sold(sales, "renewal", 200_000, None, day)
    sold(sales, "upsell", 999_999, 12, day)
    sold(sales, "renewal", 999_999, 12, day, "open")
    sold(sales, "renewal", 999_999, 12, date(2024, 6, 1))
    gone(sales, day)
    gone(sales, date(2024, 5, 31))
    found = counted(sales, date(2026, 1, 1))
    assert (found.orders, found.amount, found.months, found.renewed, found.left) == (4, 700_000, 48, 3, 1)
    assert [found.order, found.kept, found.terms, found.value] == [175_000, Fraction(3, 4), 4, 700_000]


def test_nobody_stays_for_ever(sales: Sales) -> None:
    """All stayed, half a year each time: at most 60 months are ten terms."""
    for _number in range(2):
        sold(sales, "renewal", 100_000, 6, date(2025, 6, 1))
    assert counted(sales, date(2026, 1, 1)).value == 10 * 100_000


def test_what_has_never_ended_says_nothing(sales: Sales) -> None:
    sold(sales, "new", 100_000, 12, date(2025, 6, 1))
    found = counted(sales, date(2026, 1, 1))
    assert [found.order, found.kept, found.value] == [100_000, None, None]
    assert counted(sales, date(2024, 1, 1)).value is None


@given(orders=st.integers(1, 50), renewed=st.integers(0, 50), left=st.integers(0, 50), months=st.integers(1, 36))
def test_a_worth_is_never_less_than_an_order_nor_more_than_five_years(
    orders: int, renewed: int, left: int, months: int
) -> None:
    """Against a sum over terms: of those who are there at the beginning of a term, ``kept`` begin the next one."""
    found = Worth(orders, 1_000 * orders, months * orders, renewed, left)
    if renewed + left == 0:
        assert found.value is None
        return
    stays, there = Fraction(0), Fraction(1)
    for _term in range(400):
        stays, there = stays + there, there * Fraction(renewed, renewed + left).limit_denominator(10_000)
        if there < Fraction(1, 10**6):
            break
        there = Fraction(round(there * 10**12), 10**12)
    most = Fraction(60, months)
    assert found.value is not None
    assert float(found.value) == pytest.approx(float(1_000 * min(stays, most)), rel=1e-3)


# -- where money would do more -----------------------------------------------------------------------------------------


def standing(number: int, campaign_id: int, amount: int, used: int, **more: Any) -> Standing:
    """A budget of a campaign."""
    return Standing(Budget(
        id=number, unit_id=1, legal_entity_id=more.get("entity", 1), campaign_id=campaign_id, category="ads",
        title=f"B{number}", starts_on=date(2025, 10, 1), ends_on=more.get("end", date(2026, 1, 1)), amount=amount,
        currency="CNY",
    ), used)  # fmt: skip


def two_channels(customers: int = 10, revenue: int = 6_000_000) -> Funnel:
    """Channel 1: 10,000 spent, 20,000 came; channel 2: 20,000 spent, ``revenue`` fen came. Campaigns 11 and 12."""
    lines = [Line(1, leads=100, customers=10, revenue=2_000_000, spend=Fraction(1_000_000)),
             Line(2, leads=50, customers=customers, revenue=revenue, spend=Fraction(2_000_000)),
             Line(None, spend=Fraction(0))]  # fmt: skip
    return Funnel("channel", lines, Line(), costs_told=True, leads_of={11: {1: 90, 2: 3}, 12: {2: 47, 1: 10}})


def test_a_hint_states_its_arithmetic() -> None:
    """2.0 against 3.0 for a yuan: 4,000 that are left bring 8,000 where they are and 12,000 there."""
    found = hint(two_channels(), [
        standing(1, 11, 900_000, 500_000), standing(2, 12, 100, 100),
        standing(3, 12, 100, 100, end=date(2026, 2, 1)), standing(4, 99, 10**9, 0),
    ])  # fmt: skip
    assert found is not None
    assert (found.giving.budget.id, found.taking.budget.id, found.amount) == (1, 3, 400_000)
    assert [found.now, found.then] == [800_000, 1_200_000]


@pytest.mark.parametrize(
    "nothing",
    [
        hint(two_channels(customers=9), [standing(1, 11, 9, 0), standing(2, 12, 9, 0)]),
        hint(two_channels(revenue=4_999_999), [standing(1, 11, 9, 0), standing(2, 12, 9, 0)]),
        hint(two_channels(), [standing(1, 11, 9, 9), standing(2, 12, 9, 0)]),
        hint(two_channels(), [standing(1, 11, 9, 0), standing(2, 12, 9, 0, entity=2)]),
        hint(two_channels(), [standing(2, 12, 9, 0)]),
    ],
    ids=["too few customers", "too little difference", "nothing left", "another company", "no budget to give"],
)
def test_where_little_is_known_nothing_is_hinted(nothing: Any) -> None:
    assert nothing is None


def test_a_quarter_more_is_enough() -> None:
    """2.5 against 2.0 is exactly a quarter more."""
    found = hint(two_channels(revenue=5_000_000), [standing(1, 11, 9, 0), standing(2, 12, 9, 0)])
    assert found is not None
