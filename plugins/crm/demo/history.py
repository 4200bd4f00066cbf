"""This module's history of the demo company: two quarters of leads and what became of them, customers and renewals, and
the leads of the running week. Written in bulk and the same in every build; the figures of each channel are the story's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.demo.customers import earlier
from plugins.crm.demo.telling import TRADES, Story
from plugins.crm.models import (
    Budget,
    Campaign,
    Channel,
    Choice,
    Customer,
    Deal,
    Lead,
    LeadEvent,
    Referral,
    SpendRequest,
)
from plugins.crm.services.following.contacting import months_after
from plugins.crm.services.following.deadlines import set_due
from plugins.crm.text import ACTIVE, APPROVED, LOST, NEW, PUT_OFF, REJECTED, WON, WORKING
from remit.base import clock
from remit.demo import Demo
from remit.models import Translation, Unit, bulk
from remit.services import system

#: Code, kind and words of the channels.
CHANNELS = (
    ("wechat-ads", "ads", "微信广告", "WeChat ads"), ("zhihu", "content", "知乎专栏", "Zhihu column"),
    ("fair", "event", "线下展会", "Trade fairs"), ("referral", "referral", "转介绍", "Customer referral"),
)  # fmt: skip
CHOICES = (
    ("industry", "internet", "互联网", "Internet"), ("industry", "manufacturing", "制造业", "Manufacturing"),
    ("industry", "education", "教育", "Education"), ("lost", "price", "价格超出预算", "Too expensive"),
    ("lost", "no_need", "没有需求", "No need"), ("lost", "competitor", "选择了竞品", "Chose a competitor"),
    ("lost", "silent", "多次联系未回复", "Does not answer"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Season:
    """What a channel cost and brought in ``months`` months from ``first``: fen, leads, customers, fen of each."""

    code: str
    title: str
    channel: str
    payee: str
    first: date
    months: int
    spent: int
    leads: int
    won: int
    each: int
    #: In how many payments the money went out, at equal distances.
    payments: int = 1
    #: How many of the leads marketing found qualified, how many sales rejected, how many customers signed only after
    #: the season, and how many days of it are told.
    qualified: int = 0
    rejected: int = 0
    late: int = 0
    days: int = 0
    #: Fen that only this campaign may spend; it may be used up until two months after.
    budget: int = 0


SEASONS = (
    Season("2026-06-AD", "线上广告，6 月", "wechat-ads", "腾讯广告",
           date(2026, 6, 1), 1, 10_000_000, 500, 10, 300_000, payments=4),
    Season("2026-Q3-WX", "微信广告，第三季度", "wechat-ads", "腾讯广告",
           date(2026, 7, 1), 3, 2_000_000, 200, 20, 250_000),
    Season("2026-Q3-ZH", "知乎专栏，第三季度", "zhihu", "知乎",
           date(2026, 7, 1), 3, 900_000, 100, 30, 2_500_000),
    Season("2026-10-WX", "微信广告，10 月", "wechat-ads", "腾讯广告",
           date(2026, 10, 1), 1, 1_000_000, 100, 20, 250_000, qualified=68, rejected=20, late=4, budget=1_500_000),
    Season("2026-10-ZH", "知乎专栏，10 月", "zhihu", "知乎",
           date(2026, 10, 1), 1, 600_000, 50, 15, 2_500_000, qualified=37, rejected=8, late=4, budget=600_000),
    Season("2026-11-WX", "微信广告，11 月", "wechat-ads", "腾讯广告",
           date(2026, 11, 1), 1, 700_000, 64, 6, 250_000, qualified=47, rejected=12, days=21, budget=1_200_000),
    Season("2026-11-ZH", "知乎专栏，11 月", "zhihu", "知乎",
           date(2026, 11, 1), 1, 450_000, 36, 4, 2_500_000, qualified=28, rejected=5, days=21, budget=600_000),
)  # fmt: skip
_NAMES = (
    "王伟", "李静", "张敏", "刘强", "陈磊", "杨洁", "赵军", "黄勇", "周艳", "吴杰", "徐娟", "孙涛", "马超", "朱霞",
)  # fmt: skip
#: What is said of a lead that is closed, by how it stands.
_REASONS = {LOST: ("price", "no_need", "competitor", "silent"), REJECTED: ("no-need", "unreachable", "outside")}
_SIZES = (6, 8, 24, 35, 48, 60, 120, 180, 260, 400, 900)
#: What a customer pays, beside the columns of his lead.
_EACH = "each"


def give_history(session: Session, demo: Demo) -> None:
    """Write it; a company without marketing and sales gets none of it."""
    with system(session, "the history of the demo company"):
        codes = ("MKT-ACQ", "SAL-FOL", "SAL-CARE")
        units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(codes)))}
        reps = [one for one in demo.people.values() if one.position == "FOL-REP" and one.left > demo.today]
        if len(units) < len(codes) or not reps:
            return
        story = Story(session, demo, _words(session, demo, units["MKT-ACQ"]), units, reps,
                       ZoneInfo(clock.DEFAULT_ZONE), set(), demo.rng("crm.history"))  # fmt: skip
        rows = [row for season in SEASONS if season.first <= demo.today for row in _season(story, season)]
        _write(story, sorted(rows, key=lambda row: row["captured_at"]))
        earlier(story)
        _this_week(story)


def _words(session: Session, demo: Demo, unit_id: int) -> dict[str, int]:
    """Channels and words; those that are there are left as they are."""
    known = dict.fromkeys(session.scalars(select(Channel.code)))
    for code, kind, zh, en in CHANNELS:
        if code not in known:
            session.add(Channel(code=code, kind=kind, title=Translation(zh_CN=zh, en=en), unit_id=unit_id,
                                legal_entity_id=demo.legal_entity_id))  # fmt: skip
    said = {(row.kind, row.code) for row in session.execute(select(Choice.kind, Choice.code))}
    for order, (kind, code, zh, en) in enumerate(CHOICES):
        if (kind, code) not in said:
            session.add(Choice(kind=kind, code=code, title=Translation(zh_CN=zh, en=en), order=order))
    session.flush()
    return {row.code: row.id for row in session.execute(select(Channel.code, Channel.id))}


def _season(story: Story, season: Season) -> list[dict[str, Any]]:
    """A campaign and its approved spending; answers its leads and what became of them."""
    session, demo = story.session, story.demo
    end = months_after(season.first, season.months)
    director, placer = demo.actors["linan"], demo.actors["zhoulei"]
    campaign = Campaign(
        code=season.code, title=season.title, unit_id=story.units["MKT-ACQ"], category="ads", starts_on=season.first,
        ends_on=end, legal_entity_id=demo.legal_entity_id, owner_person_id=director.person_id,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    budget_id = _budget(session, demo, season, campaign, end) if season.budget else None
    days = season.days or (end - season.first).days
    session.add_all(SpendRequest(
        budget_id=budget_id, in_budget=budget_id is not None,
        number=f"LK-ZC-{season.code}" + (f"-{part + 1}" if season.payments > 1 else ""), unit_id=campaign.unit_id,
        legal_entity_id=demo.legal_entity_id, requester_person_id=placer.person_id, campaign_id=campaign.id,
        category="ads", payee=season.payee, purpose=f"{season.title}，由表格导入",
        amount=season.spent // season.payments, currency="CNY",
        needed_on=season.first + timedelta(days=part * days // season.payments), state=APPROVED,
        created_at=story.at(season.first, 540),
    ) for part in range(season.payments))  # fmt: skip
    return [_lead(story, season, campaign.id, number, season.first + timedelta(days=number * days // season.leads))
            for number in range(season.leads)]  # fmt: skip


def _budget(session: Session, demo: Demo, season: Season, campaign: Campaign, end: date) -> int:
    budget = Budget(
        unit_id=campaign.unit_id, legal_entity_id=demo.legal_entity_id, campaign_id=campaign.id, category="ads",
        title=season.title, starts_on=season.first, ends_on=months_after(end, 2), amount=season.budget, currency="CNY",
    )  # fmt: skip
    session.add(budget)
    session.flush()
    return budget.id


def _lead(story: Story, season: Season, campaign_id: int, number: int, day: date) -> dict[str, Any]:
    """One lead; every so many is won, so that the figures come out whole and are spread over the time."""
    rng, today = story.rng, story.demo.today
    industry = rng.choice(tuple(TRADES))
    company, captured = story.company(industry), story.at(day, rng.randrange(9 * 60, 18 * 60))
    fate = _fate(season, number)
    touched, closed = _when(story, season, captured, late=fate.late)
    state = WON if fate.won else REJECTED if fate.rejected else LOST
    if state == LOST and season.months == 1:
        state = rng.choice((LOST, LOST, LOST, PUT_OFF, WORKING))
    step = {PUT_OFF: months_after(day, 3), WORKING: today + timedelta(days=rng.randrange(-1, 9))}.get(state)
    return {
        "company": company, "company_key": company.removesuffix("有限公司"), "contact": rng.choice(_NAMES),
        "phone": f"13{rng.randrange(10**8, 10**9)}", "industry": industry, "staff": rng.choice(_SIZES),
        "channel_id": story.channels[season.channel], "campaign_id": campaign_id, "captured_at": captured,
        "captured_by_person_id": story.demo.actors["zhoulei"].person_id, "owner_person_id": story.reps[
            rng.randrange(len(story.reps))].person_id, "assigned_at": captured + timedelta(minutes=5),
        "touched_at": touched, "marketing_at": captured if fate.qualified or rng.random() < fate.chance else None,
        "sales_at": touched if fate.won or state != REJECTED and rng.random() < 0.3 else None,
        "won_at": closed if fate.won else None,
        "closed_at": closed if state in (WON, LOST, REJECTED) else None, "state": state, "next_on": step,
        "closed_reason": rng.choice(_REASONS[state]) if state in _REASONS else "", _EACH: season.each,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a lead: ``late`` is won after its season, ``chance`` that marketing qualifies one not said."""

    won: bool
    late: bool
    qualified: bool
    rejected: bool
    chance: float


def _fate(season: Season, number: int) -> _Fate:
    """Every so many is won, qualified or rejected, at equal distances; of those that are won the last are late."""
    before, after = (at * season.won // season.leads for at in (number, number + 1))
    won, others, at = after > before, season.leads - season.won, number - before
    told = season.qualified - season.won
    return _Fate(
        won, won and after > season.won - season.late, won or _falls(told, at, others),
        not won and _falls(season.rejected, at, others), 0 if season.qualified else 0.8,
    )  # fmt: skip


def _falls(some: int, at: int, of: int) -> bool:
    """Whether one of ``some`` spread over ``of`` falls on a place."""
    return some > 0 and (at + 1) * some // of > at * some // of


def _when(story: Story, season: Season, captured: datetime, *, late: bool) -> tuple[datetime, datetime]:
    """When a lead was touched and when it was closed: within its season, in the next weeks where it is late."""
    rng, end = story.rng, months_after(season.first, season.months)
    touched = captured + timedelta(minutes=rng.randrange(20, 22 * 60))
    last = story.at(story.demo.today - timedelta(days=1), 17 * 60)
    if late:
        closed = story.at(end, 10 * 60) + timedelta(days=rng.randrange(1, 14), minutes=rng.randrange(420))
    else:
        closed = touched + timedelta(days=rng.randrange(4, 22))
        last = min(last, story.at(end - timedelta(days=1), 18 * 60))
    closed = min(closed, last)
    return min(touched, closed - timedelta(minutes=10)), closed


def _write(story: Story, rows: list[dict[str, Any]]) -> None:
    """Leads, what happened to them, and customers and deals of those that were won, in bulk."""
    session = story.session
    ids = bulk.allocate_ids(session, Lead, len(rows)).tolist()
    names = [name for name in rows[0] if name != _EACH]
    bulk.write_columns(session, Lead, {
        "id": ids, **{name: [row[name] for row in rows] for name in names},
        "phone_index": [row["phone"] for row in rows], "captured_unit_id": story.units["MKT-ACQ"],
        "unit_id": story.units["SAL-FOL"], "legal_entity_id": story.demo.legal_entity_id,
        "answers": [{} for _row in rows],
    })  # fmt: skip
    told = [one for lead_id, row in zip(ids, rows, strict=True) for one in _told(lead_id, row)]
    bulk.write_columns(session, LeadEvent, {name: [one[name] for one in told] for name in told[0]})
    won = [(lead_id, row) for lead_id, row in zip(ids, rows, strict=True) if row["state"] == WON]
    customers = bulk.allocate_ids(session, Customer, len(won)).tolist()
    days = [row["won_at"].astimezone(story.zone).date() for _id, row in won]
    place = {
        "lead_id": [lead_id for lead_id, _row in won], "owner_person_id": [row["owner_person_id"] for _id, row in won],
        "captured_unit_id": story.units["MKT-ACQ"], "unit_id": story.units["SAL-FOL"],
        "legal_entity_id": story.demo.legal_entity_id,
    }  # fmt: skip
    bulk.write_columns(session, Customer, {
        "id": customers, **place, "company": [row["company"] for _id, row in won],
        "company_key": [row["company_key"] for _id, row in won], "since_on": days, "term_start": days,
        "term_end": [months_after(day, 12) for day in days],
    })  # fmt: skip
    bulk.write_columns(session, Deal, {
        **place, "customer_id": customers, "title": [f"{row['company']}，一年" for _id, row in won], "state": WON,
        "list_amount": [row[_EACH] for _id, row in won], "amount": [row[_EACH] for _id, row in won], "months": 12,
        "expected_on": days, "won_on": days,
        "created_at": [row["touched_at"] for _id, row in won],
    })  # fmt: skip


def _told(lead_id: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The history of a lead."""
    owner, found = row["owner_person_id"], [
        ("captured", row["captured_at"], row["captured_by_person_id"], {}),
        ("assigned", row["assigned_at"], None, {"to": row["owner_person_id"]}),
    ]  # fmt: skip
    if row["touched_at"] is not None:
        found.append(("touched", row["touched_at"], owner, {}))
    if row["state"] in (WON, LOST, REJECTED):
        reason = {"reason": row["closed_reason"]} if row["closed_reason"] else {}
        found.append((row["state"], row["closed_at"], owner, reason))
    elif row["state"] == PUT_OFF:
        found.append(("put_off", row["touched_at"], owner, {"next_on": row["next_on"].isoformat()}))
    return [{"lead_id": lead_id, "kind": kind, "at": at, "person_id": person, "data": data}
            for kind, at, person, data in found]  # fmt: skip


def _this_week(story: Story) -> None:
    """What is new: leads that wait for their first contact, one in nobody's hands, one that a customer recommended."""
    session, demo, rng = story.session, story.demo, story.rng
    at = story.at(demo.today, 10 * 60)
    liuyang = demo.actors["liuyang"].person_id
    customer = session.scalars(select(Customer).where(Customer.state == ACTIVE).order_by(Customer.id).limit(1)).one()
    new = []
    for number, (channel, industry, staff, hours) in enumerate((
        ("wechat-ads", "internet", 260, 1), ("zhihu", "internet", 400, 3), ("fair", "internet", 900, 20),
        ("wechat-ads", "manufacturing", 48, 2), ("referral", "education", 24, 4), ("zhihu", "education", 8, 30),
    )):  # fmt: skip
        company, captured = story.company(industry), at - timedelta(hours=hours)
        owner = liuyang if industry == "internet" else story.reps[number].person_id if number != 3 else None
        lead = Lead(
            company=company, company_key=company.removesuffix("有限公司"), contact=rng.choice(_NAMES), state=NEW,
            phone=f"13{rng.randrange(10**8, 10**9)}", email=f"contact{number}@example.com", industry=industry,
            staff=staff, channel_id=story.channels[channel], captured_unit_id=story.units["MKT-ACQ"],
            unit_id=story.units["SAL-FOL"], legal_entity_id=demo.legal_entity_id, captured_at=captured,
            captured_by_person_id=demo.actors["zhoulei"].person_id, owner_person_id=owner,
            assigned_at=captured if owner else None, marketing_at=captured,
        )  # fmt: skip
        lead.phone_index = lead.phone
        session.add(lead)
        session.flush()
        set_due(session, [lead], captured)
        session.add(LeadEvent(lead_id=lead.id, kind="captured", at=captured, person_id=lead.captured_by_person_id))
        if owner is not None:
            session.add(LeadEvent(lead_id=lead.id, kind="assigned", at=captured, data={"to": owner}))
        if channel == "referral":
            session.add(Referral(customer_id=customer.id, lead_id=lead.id, created_at=captured))
        new.append(lead)
    _offer(story, new[2], liuyang)


def _offer(story: Story, lead: Lead, owner: int | None) -> None:
    """The largest of them was visited: a deal is open with it."""
    at = story.at(story.demo.today, 9 * 60 + 20)
    lead.state, lead.touched_at, lead.due_at, lead.sales_at = WORKING, at, None, at
    lead.next_on = story.demo.today + timedelta(days=2)
    story.session.add(LeadEvent(
        lead_id=lead.id, kind="touched", at=at, person_id=owner, said="需要 900 人的定制方案",
        data={"next_on": lead.next_on.isoformat(), "next": "出方案"},
    ))  # fmt: skip
    story.session.add(Deal(
        title=f"{lead.company}，旗舰版一年", lead_id=lead.id, owner_person_id=owner, unit_id=lead.unit_id,
        captured_unit_id=lead.captured_unit_id, legal_entity_id=lead.legal_entity_id, list_amount=18_000_000,
        amount=18_000_000, months=12, expected_on=story.demo.today + timedelta(days=14), created_at=at,
    ))  # fmt: skip
    story.session.flush()
