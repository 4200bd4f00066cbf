"""This module's history of the demo company: two quarters of leads and what became of them, customers and renewals, and
the leads of the running week. Written in bulk and the same in every build; the figures of each channel are the story's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Campaign, Channel, Choice, Customer, Deal, Lead, LeadEvent, Referral, SpendRequest
from plugins.crm.services.following.contacting import months_after
from plugins.crm.services.following.deadlines import set_due
from plugins.crm.text import ACTIVE, APPROVED, CHURNED, LOST, NEW, PUT_OFF, WON, WORKING
from remit.base import clock
from remit.demo import Demo, DemoPerson
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


SEASONS = (
    Season("2026-06-AD", "线上广告，6 月", "wechat-ads", "腾讯广告",
           date(2026, 6, 1), 1, 10_000_000, 500, 10, 300_000, payments=4),
    Season("2026-Q3-WX", "微信广告，第三季度", "wechat-ads", "腾讯广告",
           date(2026, 7, 1), 3, 2_000_000, 200, 20, 250_000),
    Season("2026-Q3-ZH", "知乎专栏，第三季度", "zhihu", "知乎",
           date(2026, 7, 1), 3, 900_000, 100, 30, 2_500_000),
    Season("2026-10-WX", "微信广告，10 月", "wechat-ads", "腾讯广告",
           date(2026, 10, 1), 1, 1_000_000, 100, 20, 250_000),
    Season("2026-10-ZH", "知乎专栏，10 月", "zhihu", "知乎",
           date(2026, 10, 1), 1, 600_000, 50, 15, 2_500_000),
)  # fmt: skip
_PLACES = (
    "苏州", "杭州", "宁波", "无锡", "常州", "合肥", "南通", "嘉兴", "温州", "金华", "绍兴", "扬州", "徐州", "芜湖",
)  # fmt: skip
_WORDS = (
    "恒远", "蓝湾", "青禾", "云帆", "启明", "瑞丰", "博锐", "正泽", "新航", "明德", "华腾", "思源", "卓越", "安和",
    "万象", "天衡", "嘉诚", "东方", "金石", "海纳", "致远", "聚力", "晨曦", "弘毅", "立信", "森源", "星辰", "同创",
    "百川", "智汇", "长青", "元亨",
)  # fmt: skip
_TRADES = {"internet": "科技", "manufacturing": "机电", "education": "教育"}
_NAMES = (
    "王伟", "李静", "张敏", "刘强", "陈磊", "杨洁", "赵军", "黄勇", "周艳", "吴杰", "徐娟", "孙涛", "马超", "朱霞",
)  # fmt: skip
_SIZES = (6, 8, 24, 35, 48, 60, 120, 180, 260, 400, 900)
#: What a customer pays, beside the columns of his lead.
_EACH = "each"
#: The customers of last year: all, how many renewed in the third quarter, how many left; the rest is due this winter.
EARLIER, RENEWED, GONE = 62, 46, 4


@dataclass(slots=True)
class _Story:
    """What the writing of it needs."""

    session: Session
    demo: Demo
    channels: dict[str, int]
    units: dict[str, int]
    reps: Sequence[DemoPerson]
    zone: ZoneInfo
    names: set[str]
    rng: Any

    def company(self, industry: str) -> str:
        """A name nobody has had yet."""
        while True:
            made = f"{self.rng.choice(_PLACES)}{self.rng.choice(_WORDS)}{_TRADES[industry]}有限公司"
            if made not in self.names:
                self.names.add(made)
                return made

    def at(self, day: date, minute: int) -> datetime:
        """A minute of a day in Shanghai."""
        start = datetime.combine(day, datetime.min.time(), self.zone) + timedelta(minutes=minute)
        return start.astimezone(UTC)


def give_history(session: Session, demo: Demo) -> None:
    """Write it; a company without marketing and sales gets none of it."""
    with system(session, "the history of the demo company"):
        codes = ("MKT-ACQ", "SAL-FOL", "SAL-CARE")
        units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(codes)))}
        reps = [one for one in demo.people.values() if one.position == "FOL-REP" and one.left > demo.today]
        if len(units) < len(codes) or not reps:
            return
        story = _Story(session, demo, _words(session, demo, units["MKT-ACQ"]), units, reps,
                       ZoneInfo(clock.DEFAULT_ZONE), set(), demo.rng("crm.history"))  # fmt: skip
        rows = [row for season in SEASONS for row in _season(story, season)]
        _write(story, sorted(rows, key=lambda row: row["captured_at"]))
        _earlier(story)
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


def _season(story: _Story, season: Season) -> list[dict[str, Any]]:
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
    days = (end - season.first).days
    session.add_all(SpendRequest(
        number=f"LK-ZC-{season.code}" + (f"-{part + 1}" if season.payments > 1 else ""), unit_id=campaign.unit_id,
        legal_entity_id=demo.legal_entity_id, requester_person_id=placer.person_id, campaign_id=campaign.id,
        category="ads", payee=season.payee, purpose=f"{season.title}，由表格导入",
        amount=season.spent // season.payments, currency="CNY",
        needed_on=season.first + timedelta(days=part * days // season.payments), state=APPROVED,
        created_at=story.at(season.first, 540),
    ) for part in range(season.payments))  # fmt: skip
    return [_lead(story, season, campaign.id, number, season.first + timedelta(days=number * days // season.leads))
            for number in range(season.leads)]  # fmt: skip


def _lead(story: _Story, season: Season, campaign_id: int, number: int, day: date) -> dict[str, Any]:
    """One lead; every so many is won, so that the figures come out whole and are spread over the time."""
    rng, today = story.rng, story.demo.today
    industry = rng.choice(tuple(_TRADES))
    company, captured = story.company(industry), story.at(day, rng.randrange(9 * 60, 18 * 60))
    won = (number + 1) * season.won // season.leads > number * season.won // season.leads
    touched = captured + timedelta(minutes=rng.randrange(20, 22 * 60))
    closed = min(touched + timedelta(days=rng.randrange(4, 22)), story.at(today - timedelta(days=1), 17 * 60))
    state = WON if won else rng.choice((LOST, LOST, LOST, PUT_OFF, WORKING)) if season.months == 1 else LOST
    step = {PUT_OFF: months_after(day, 3), WORKING: today + timedelta(days=rng.randrange(-1, 9))}.get(state)
    return {
        "company": company, "company_key": company.removesuffix("有限公司"), "contact": rng.choice(_NAMES),
        "phone": f"13{rng.randrange(10**8, 10**9)}", "industry": industry, "staff": rng.choice(_SIZES),
        "channel_id": story.channels[season.channel], "campaign_id": campaign_id, "captured_at": captured,
        "captured_by_person_id": story.demo.actors["zhoulei"].person_id, "owner_person_id": story.reps[
            rng.randrange(len(story.reps))].person_id, "assigned_at": captured + timedelta(minutes=5),
        "touched_at": touched, "marketing_at": captured if won or rng.random() < 0.8 else None,
        "sales_at": touched if won or rng.random() < 0.3 else None, "won_at": closed if won else None,
        "closed_at": closed if state in (WON, LOST) else None, "state": state, "next_on": step,
        "closed_reason": rng.choice(("price", "no_need", "competitor", "silent")) if state == LOST else "",
        _EACH: season.each,
    }  # fmt: skip


def _write(story: _Story, rows: list[dict[str, Any]]) -> None:
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
    if row["state"] in (WON, LOST):
        found.append((row["state"], row["closed_at"], owner, {"reason": row["closed_reason"]} if row["state"] == LOST
                      else {}))  # fmt: skip
    elif row["state"] == PUT_OFF:
        found.append(("put_off", row["touched_at"], owner, {"next_on": row["next_on"].isoformat()}))
    return [{"lead_id": lead_id, "kind": kind, "at": at, "person_id": person, "data": data}
            for kind, at, person, data in found]  # fmt: skip


def _earlier(story: _Story) -> None:
    """The customers of last year: of fifty whose term ended in the third quarter 46 renewed; others are due soon."""
    session, rng, demo = story.session, story.rng, story.demo
    care = [one for one in demo.people.values() if one.position == "CARE-CSM" and one.left > demo.today]
    care = [one for one in care if one.note != "maternity"] or list(story.reps)
    for number in range(EARLIER):
        company = story.company(rng.choice(tuple(_TRADES)))
        since = (date(2025, 7, 3) if number < RENEWED + GONE else date(2025, 12, 5)) + timedelta(days=number % 50)
        end, gone = months_after(since, 12), RENEWED <= number < RENEWED + GONE
        renewed = number < RENEWED
        customer = Customer(
            company=company, company_key=company.removesuffix("有限公司"), unit_id=story.units["SAL-CARE"],
            owner_person_id=care[number % len(care)].person_id, captured_unit_id=story.units["MKT-ACQ"],
            legal_entity_id=demo.legal_entity_id, state=CHURNED if gone else ACTIVE, since_on=since, term_start=since,
            term_end=months_after(since, 24) if renewed else end, churned_on=end if gone else None,
            churned_reason="price" if gone else "",
        )  # fmt: skip
        session.add(customer)
        session.flush()
        for kind, day, told in (("new", since, True), ("renewal", end, renewed)):
            if told:
                session.add(Deal(
                    title=f"{company}，{'续费' if kind == 'renewal' else '首年'}", customer_id=customer.id, kind=kind,
                    owner_person_id=customer.owner_person_id, captured_unit_id=customer.captured_unit_id,
                    unit_id=customer.unit_id, legal_entity_id=customer.legal_entity_id, state=WON, months=12,
                    list_amount=1_200_000, amount=1_200_000, expected_on=day, won_on=day, created_at=story.at(day, 600),
                ))  # fmt: skip
    session.flush()


def _this_week(story: _Story) -> None:
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


def _offer(story: _Story, lead: Lead, owner: int | None) -> None:
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
