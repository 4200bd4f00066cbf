"""The funnel against the figures of the story, worked by hand, and against counting the rows one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from plugins.crm.models import Campaign, Deal, Exposure, Lead, SpendRequest
from plugins.crm.pages.funnel import money, percent, span, times
from plugins.crm.services.funnel import figures
from plugins.crm.services.funnel.lines import Funnel, Line
from remit.services import system
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.selling.conftest import Sales

OCTOBER = (date(2025, 10, 1), date(2025, 11, 1))
NUMBERS = count(1)


def campaign(sales: Sales, code: str, spend: int, day: date) -> int:
    """A campaign for which a sum of fen was approved."""

    def write(session: Any) -> int:
        made = Campaign(code=code, title=code, unit_id=sales.company.units["ACQ"].id,
                        legal_entity_id=sales.company.entity.id, category="ads", starts_on=day,
                        ends_on=day + timedelta(days=31))  # fmt: skip
        session.add(made)
        session.flush()
        for amount, state in ((spend, "approved"), (99_999, "refused"), (77_777, "submitted")):
            session.add(SpendRequest(
                number=f"N{next(NUMBERS)}", unit_id=made.unit_id, legal_entity_id=made.legal_entity_id,
                requester_person_id=sales.person("sun"), campaign_id=made.id, category="ads", payee="x", purpose="x",
                amount=amount, currency="CNY", needed_on=day, state=state, created_at=datetime(2025, 1, 1, tzinfo=UTC),
            ))  # fmt: skip
        return made.id

    return int(sales.write(write))


def leads(sales: Sales, channel: str, campaign_id: int | None, number: int, won: int, each: int, day: date) -> None:
    """Leads of a day at noon in Shanghai, the first ``won`` of which bought for ``each`` fen."""

    def write(session: Any) -> None:
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        for index in range(number):
            one = Lead(
                captured_unit_id=sales.company.units["ACQ"].id, unit_id=sales.company.units["EAST"].id,
                legal_entity_id=sales.company.entity.id, channel_id=sales.channels[channel], campaign_id=campaign_id,
                company=f"{channel} {index}", company_key=f"{channel}{index}", captured_at=at,
                owner_person_id=sales.person("qian" if index % 2 else "zhou"),
                state="won" if index < won else "working", touched_at=at + timedelta(hours=1),
                won_at=at + timedelta(days=2) if index < won else None,
            )  # fmt: skip
            session.add(one)
            session.flush()
            if index < won:
                session.add(Deal(
                    title="x", lead_id=one.id, owner_person_id=one.owner_person_id, unit_id=one.unit_id,
                    captured_unit_id=one.captured_unit_id, legal_entity_id=one.legal_entity_id, state="won",
                    won_on=day, list_amount=each, amount=each, expected_on=day, created_at=at,
                ))  # fmt: skip

    sales.write(write)


def read(sales: Sales, by: Any, period: tuple[date, date], who: str = "li") -> Funnel:
    """The funnel as somebody sees it."""
    actor = sales.company.actor(who)
    with sales.house.session(actor) as session:
        return figures.funnel(session, actor, by, *period)


@pytest.fixture
def october(sales: Sales) -> Sales:
    """October of the story: 10,000 for 100 leads, 20 customers, 50,000; 6,000 for 50 leads, 15 customers, 375,000."""
    day = date(2025, 10, 15)
    leads(sales, "wx", campaign(sales, "WX10", 1_000_000, day), 100, 20, 250_000, day)
    leads(sales, "zhihu", campaign(sales, "ZH10", 600_000, day), 50, 15, 2_500_000, day)
    return sales


def test_october(october: Sales) -> None:
    wx, zhihu = read(october, "channel", OCTOBER).lines
    assert (wx.leads, wx.customers, wx.revenue, wx.spend) == (100, 20, 5_000_000, Fraction(1_000_000))
    assert [money(wx.cost_per_lead), money(wx.cac), percent(wx.conversion), percent(wx.roi), times(wx.roas)] == [
        "¥100.00", "¥500.00", "20%", "400%", "5.0"]  # fmt: skip
    # 6,000 / 50 = 120; 6,000 / 15 = 400; 15 / 50 = 30 %; (375,000 - 6,000) / 6,000 = 61.5; 375,000 / 6,000 = 62.5
    assert (zhihu.cost_per_lead, zhihu.cac, zhihu.conversion) == (Fraction(12_000), Fraction(40_000), Fraction(3, 10))
    assert (zhihu.roi, zhihu.roas) == (Fraction(123, 2), Fraction(125, 2))


def test_third_quarter(sales: Sales) -> None:
    """20,000 for 200 and 20 customers, 10 %; 9,000 for 100 and 30, 30 %."""
    day = date(2025, 8, 15)
    leads(sales, "wx", campaign(sales, "WX", 2_000_000, day), 200, 20, 100, day)
    leads(sales, "zhihu", campaign(sales, "ZH", 900_000, day), 100, 30, 100, day)
    wx, zhihu = read(sales, "channel", (date(2025, 7, 1), date(2025, 10, 1))).lines
    assert [percent(wx.conversion), percent(zhihu.conversion)] == ["10%", "30%"]
    assert [money(wx.cost_per_lead), money(zhihu.cost_per_lead)] == ["¥100.00", "¥90.00"]
    months = read(sales, "month", (date(2025, 7, 1), date(2025, 10, 1))).lines
    assert [(date.fromordinal(one.key or 0), one.leads) for one in months] == [(date(2025, 8, 1), 300)]


@pytest.mark.parametrize("by", ["channel", "campaign", "owner", "unit", "month"])
def test_every_view_adds_up_to_the_same(october: Sales, by: Any) -> None:
    total = read(october, by, OCTOBER).total
    assert (total.leads, total.customers, total.revenue, total.spend) == (150, 35, 42_500_000, Fraction(1_600_000))


def test_middle_times(october: Sales) -> None:
    """Everybody was contacted an hour after, and bought two days after he came."""
    found = read(october, "channel", OCTOBER)
    assert found.stages == {"touched": 3_600, "won": 47 * 3_600}


def test_who_sees_half_of_the_leads_is_told_half_of_the_spending(october: Sales) -> None:
    """A head sees all; a rep his own leads and nothing of the money, since his list does not give him costs."""
    head, rep = read(october, "channel", OCTOBER, "wang"), read(october, "channel", OCTOBER, "qian")
    assert (head.total.leads, head.total.spend) == (150, Fraction(1_600_000))
    assert (rep.total.leads, rep.total.spend, rep.total.cac, rep.costs_told) == (75, None, None, False)
    assert read(october, "channel", OCTOBER, "sun").total.leads == 0


def test_spending_without_leads_stands_by_itself(sales: Sales) -> None:
    day = date(2025, 10, 2)
    quiet = campaign(sales, "QUIET", 500_000, day)
    (line,) = read(sales, "channel", OCTOBER).lines
    assert (line.key, line.leads, line.spend, line.cost_per_lead, line.roi) == (
        None, 0, Fraction(500_000), None, Fraction(-1))  # fmt: skip
    (line,) = read(sales, "campaign", OCTOBER).lines
    assert line.key == quiet


def test_exposure_stands_beside_what_it_belongs_to(october: Sales) -> None:
    """620,000 of ads and 340,000 of the column; another month, and what nobody counted, are left out. A head of sales,
    whose list does not give it, is told nothing.
    """
    place = {"unit_id": october.company.units["ACQ"].id, "legal_entity_id": october.company.entity.id}
    days = {"starts_on": OCTOBER[0], "ends_on": OCTOBER[1]}
    october.write(lambda session: session.add_all([
        Exposure(channel_id=october.channels["wx"], impressions=600_000, **place, **days),
        Exposure(channel_id=october.channels["wx"], impressions=20_000, **place, **days),
        Exposure(channel_id=october.channels["wx"], impressions=None, paid=5, **place, **days),
        Exposure(channel_id=october.channels["zhihu"], impressions=340_000, **place, **days),
        Exposure(channel_id=october.channels["wx"], impressions=9, **place, starts_on=OCTOBER[1],
                 ends_on=date(2025, 12, 1)),
    ]))  # fmt: skip
    by_channel = read(october, "channel", OCTOBER)
    assert [one.exposure for one in by_channel.lines] == [Fraction(620_000), Fraction(340_000)]
    by_campaign = read(october, "campaign", OCTOBER)
    assert by_campaign.total.exposure == by_channel.total.exposure == Fraction(960_000)
    assert by_campaign.lines[-1].key is None
    assert read(october, "channel", OCTOBER, "wang").total.exposure is None


def test_few_statements(october: Sales) -> None:
    actor = october.company.actor("li")
    with october.house.session(actor) as session:
        figures.funnel(session, actor, "channel", *OCTOBER)
        with counting(october.house.database) as seen:
            figures.funnel(session, actor, "channel", *OCTOBER)
    assert len(seen) < 10


def in_october(lead: Lead) -> bool:
    """Whether it was taken in then on the clock of Shanghai, eight hours ahead all year."""
    return "2025-10-01" <= (lead.captured_at + timedelta(hours=8)).date().isoformat() <= "2025-10-31"


def test_agrees_with_counting_one_by_one(sales: Sales) -> None:
    """A hundred leads at random, taken in around the ends of the month on the clock of Shanghai."""
    rng = np.random.default_rng(7)
    spent = {campaign(sales, f"C{one}", 100_000 * one, date(2025, 10, 3)): 100_000 * one for one in (1, 2, 3)}
    start = datetime(2025, 9, 30, 12, tzinfo=UTC)

    def write(session: Any) -> None:
        for index in range(100):
            at = start + timedelta(hours=int(rng.integers(0, 24 * 33)))
            sold = bool(rng.integers(2))
            session.add(Lead(
                captured_unit_id=sales.company.units["ACQ"].id, unit_id=sales.company.units["EAST"].id,
                legal_entity_id=sales.company.entity.id, company=str(index), company_key=str(index), captured_at=at,
                channel_id=sales.channels[["wx", "zhihu"][int(rng.integers(2))]],
                campaign_id=[None, *spent][int(rng.integers(4))],
                state=["new", "working", "won", "merged"][int(rng.integers(4))],
                touched_at=at + timedelta(minutes=int(rng.integers(1, 9_999))) if sold else None,
                won_at=at + timedelta(days=20) if sold else None,
            ))  # fmt: skip

    sales.write(write)
    with sales.house.session(SYSTEM) as session, system(session, "a test counts by itself"):
        rows = [one for one in session.scalars(select(Lead)) if one.state != "merged" and in_october(one)]
        session.expunge_all()
    found = read(sales, "channel", OCTOBER)
    for line in found.lines:
        own = [one for one in rows if one.channel_id == line.key]
        share = Fraction(0)
        for key, amount in spent.items():
            share += Fraction(amount * sum(one.campaign_id == key for one in own),
                              sum(one.campaign_id == key for one in rows))  # fmt: skip
        assert (line.leads, line.touched, line.customers) == (
            len(own), sum(one.touched_at is not None for one in own), sum(one.won_at is not None for one in own),
        )
        assert line.spend == share
    assert found.total.spend == sum(spent.values())
    took = sorted(int((one.touched_at - one.captured_at).total_seconds()) for one in rows if one.touched_at)
    assert found.stages["touched"] == took[(len(took) - 1) // 2]


def test_ratios_are_written_as_people_round() -> None:
    assert percent(Fraction(1, 3)) == "33.3%"
    assert percent(Fraction(-1, 2)) == "−50%"
    assert percent(Fraction(5, 10_000)) == "0.1%"
    assert money(Fraction(10, 3)) == "¥0.03"
    assert Line().conversion is None
    assert span("last_quarter", date(2026, 2, 5)) == (date(2025, 10, 1), date(2026, 1, 1))
    assert span("last_month", date(2026, 1, 5)) == (date(2025, 12, 1), date(2026, 1, 1))
