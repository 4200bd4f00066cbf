"""What crm tells of figures: October as worked by hand, any month against counting rows one by one, what is behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.house import give
from plugins.crm.figures import MEASURES
from plugins.crm.models import Customer, Deal, Exposure, Lead
from plugins.crm.services.following.handing import give_to
from plugins.crm.services.following.people import Colleague
from remit.base import Period
from remit.contracts import KpiAsk, KpiRows, KpiRowsAsk
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales
from tests.plugins.crm.selling.test_funnel import OCTOBER, campaign, leads

PERIOD = Period(*OCTOBER)
END = date(2025, 10, 31)
STATES = ("new", "won", "merged", "rejected")


def told(sales: Sales, *units: str, as_of: date = END) -> dict[str, list[int]]:
    """Every source of October of some units, by its key without the module's name."""
    ids = [sales.company.units[one].id for one in units]
    order = np.array(sorted(ids), dtype=np.int64)
    keys = frozenset(f"crm_{name}" for name in MEASURES)
    with sales.house.session(SYSTEM) as session:
        (table,) = give(session, "give_kpi_values", ask=KpiAsk(order, "unit", PERIOD, as_of, keys))
        assert give(session, "give_kpi_values", ask=KpiAsk(order, "person", PERIOD, as_of, keys)) == []
    at = [order.tolist().index(one) for one in ids]
    return {key.removeprefix("crm_"): column[at].tolist() for key, column in table.columns.items()}


def behind(sales: Sales, who: str, key: str, unit: str, most: int = 200) -> KpiRows:
    """The things behind one number of October, as somebody sees them."""
    actor = sales.company.actor(who)
    ask = KpiRowsAsk(key, "unit", sales.company.units[unit].id, PERIOD, END, most)
    with sales.house.session(actor) as session:
        (found,) = give(session, "give_kpi_rows", actor=actor, ask=ask)
    return found  # type: ignore[no-any-return]


def october(sales: Sales) -> None:
    """10,000 for 100 leads of which 20 buy for 2,500; 6,000 for 50 of which 15 buy for 25,000; all on the 15th."""
    day = date(2025, 10, 15)
    leads(sales, "wx", campaign(sales, "WX10", 1_000_000, day), 100, 20, 250_000, day)
    leads(sales, "zhihu", campaign(sales, "ZH10", 600_000, day), 50, 15, 2_500_000, day)
    place = {"unit_id": sales.company.units["ACQ"].id, "legal_entity_id": sales.company.entity.id}
    sales.write(lambda session: session.add(Exposure(
        channel_id=sales.channels["wx"], impressions=960_000, starts_on=OCTOBER[0], ends_on=OCTOBER[1], **place,
    )))  # fmt: skip


def test_october(sales: Sales) -> None:
    """The group brought the leads, the east below it won them: 20 x 2,500 and 15 x 25,000 are 425,000.00."""
    october(sales)
    found = told(sales, "MKT", "ACQ", "EAST")
    assert (found["leads"], found["impressions"]) == ([150, 150, 0], [960_000, 960_000, 0])
    assert (found["spend"], found["orders"]) == ([1_600_000, 1_600_000, 0], [35, 35, 35])
    assert (found["won_leads"], found["touched_leads"]) == ([35, 35, 35], [150, 150, 150])
    assert (found["sales"], found["renewals"]) == ([42_500_000] * 3, [0, 0, 0])


def test_only_days_that_are_over_count(sales: Sales) -> None:
    """Taken in on the 15th, won on the 17th: on the 16th nobody has won anything, on the 14th there was nothing."""
    october(sales)
    on_the_16th = told(sales, "MKT", "EAST", as_of=date(2025, 10, 16))
    assert (on_the_16th["leads"], on_the_16th["won_leads"]) == ([150, 0], [0, 0])
    on_the_14th = told(sales, "MKT", as_of=date(2025, 10, 14))
    assert (on_the_14th["leads"], on_the_14th["spend"]) == ([0], [0])


def test_a_month_counts_what_it_counted_whoever_gets_a_lead_later(sales: Sales) -> None:
    """Handed over on the 15th of October, given to somebody else later: it stays one of October."""
    handed = datetime(2025, 10, 15, 4, tzinfo=UTC)
    lead_id = sales.lead(owner="qian", assigned_at=handed)
    before = told(sales, "EAST")["assigned_leads"]
    to = Colleague(sales.person("zhou"), "zhou", sales.company.units["EAST"].id, 0, False, 0)

    def give_on(session: Session) -> None:
        with system(session, "a lead changes hands"):
            give_to(session, session.get_one(Lead, lead_id), to, None)

    sales.write(give_on)
    assert sales.see(lead_id).owner_person_id == sales.person("zhou")
    assert before == told(sales, "EAST")["assigned_leads"] == [1]


def test_what_is_behind_adds_up_as_far_as_one_may_see_it(sales: Sales) -> None:
    """Li directs marketing and sees its leads and the deals that came of them, wang's list ends at the east; spending
    is in neither's list. What is not shown is counted all the same.
    """
    october(sales)
    found = behind(sales, "li", "crm_sales", "EAST")
    assert (found.total, len(found.rows), sum(one.value for one in found.rows)) == (35, 35, 42_500_000)
    assert {(one.endpoint, *one.values) for one in found.rows} == {("crm.deal", "deal_id")}
    few = behind(sales, "li", "crm_leads", "MKT", most=10)
    assert (few.total, len(few.rows), {one.day for one in few.rows}) == (150, 10, {date(2025, 10, 15)})
    hidden = behind(sales, "li", "crm_spend", "MKT")
    assert (hidden.total, hidden.rows) == (2, [])
    assert behind(sales, "wang", "crm_impressions", "MKT").rows == []
    with sales.house.session(SYSTEM) as session:
        ask = KpiRowsAsk("sample_readings", "unit", 1, PERIOD, END)
        assert give(session, "give_kpi_rows", actor=SYSTEM, ask=ask) == []


def _at_random(session: Session, sales: Sales, units: list[int]) -> None:
    """A hundred leads, each with a deal and a customer."""
    rng, start = np.random.default_rng(11), datetime(2025, 9, 30, 10, tzinfo=UTC)
    for index in range(100):
        at = start + timedelta(hours=int(rng.integers(0, 24 * 33)))
        times = {name: at + timedelta(hours=int(rng.integers(1, 300))) if rng.integers(2) else None
                 for name in ("marketing_at", "sales_at", "assigned_at", "touched_at", "won_at")}  # fmt: skip
        lead = Lead(
            captured_unit_id=units[int(rng.integers(3))], unit_id=units[int(rng.integers(3))],
            legal_entity_id=sales.company.entity.id, company=str(index), company_key=str(index), captured_at=at,
            channel_id=sales.channels["wx"], state=STATES[int(rng.integers(4))], **times,
        )  # fmt: skip
        session.add(lead)
        session.flush()
        day = (at + timedelta(hours=8)).date()
        session.add(Deal(
            title="x", lead_id=lead.id, unit_id=units[int(rng.integers(3))], captured_unit_id=units[0],
            legal_entity_id=sales.company.entity.id, kind=["new", "renewal"][int(rng.integers(2))], state="won",
            won_on=day, list_amount=1_000 + index, amount=1_000 + index, expected_on=day, created_at=at,
        ))  # fmt: skip
        gone = day if rng.integers(2) else None
        session.add(Customer(
            company=str(index), company_key=str(index), unit_id=units[int(rng.integers(3))], since_on=day,
            captured_unit_id=units[0], legal_entity_id=sales.company.entity.id, churned_on=gone,
            state="churned" if gone else "active",
        ))  # fmt: skip


def test_agrees_with_counting_one_by_one(sales: Sales) -> None:
    """A hundred leads and deals at random around both ends of the month on the clock of Shanghai."""
    units = [sales.company.units[one].id for one in ("ACQ", "EAST", "MKT")]
    sales.write(lambda session: _at_random(session, sales, units))
    with sales.house.session(SYSTEM) as session, system(session, "a test counts by itself"):
        rows = [one for one in session.scalars(select(Lead)) if one.state != "merged"]
        deals = [one for one in session.scalars(select(Deal)) if OCTOBER[0] <= (one.won_on or END) < OCTOBER[1]]
        left = [one for one in session.scalars(select(Customer)) if OCTOBER[0] <= (one.churned_on or END) < OCTOBER[1]]
        left = [one for one in left if one.state == "churned"]
        session.expunge_all()

    def within(moment: datetime | None) -> bool:
        return moment is not None and (moment + timedelta(hours=8)).date().isoformat()[:7] == "2025-10"

    def accepted(one: Lead) -> bool:
        return one.touched_at is not None and one.state != "rejected"

    below = {"ACQ": units[:2], "EAST": [units[1]], "MKT": units}  # the east lies below the group, that below marketing
    found = told(sales, *below)
    for place, (name, mine) in enumerate(below.items()):
        brought = [one for one in rows if one.captured_unit_id in mine]
        in_hand = [one for one in rows if one.unit_id in mine]
        assert {key: column[place] for key, column in found.items() if key not in ("spend", "impressions")} == {
            "leads": sum(within(one.captured_at) for one in brought),
            "marketing_leads": sum(within(one.marketing_at) for one in brought),
            "sales_leads": sum(within(one.sales_at) for one in brought),
            "assigned_leads": sum(within(one.assigned_at) for one in in_hand),
            "accepted_leads": sum(within(one.assigned_at) and accepted(one) for one in in_hand),
            "passed_leads": sum(within(one.assigned_at) for one in brought),
            "passed_accepted_leads": sum(within(one.assigned_at) and accepted(one) for one in brought),
            "touched_leads": sum(within(one.touched_at) for one in in_hand),
            "won_leads": sum(within(one.won_at) for one in in_hand),
            "orders": sum(one.unit_id in mine for one in deals),
            "sales": sum(one.amount for one in deals if one.unit_id in mine),
            "renewals": sum(one.amount for one in deals if one.unit_id in mine and one.kind == "renewal"),
            "renewed_terms": sum(one.unit_id in mine and one.kind == "renewal" for one in deals),
            "churned": sum(one.unit_id in mine for one in left),
        }, name  # fmt: skip
