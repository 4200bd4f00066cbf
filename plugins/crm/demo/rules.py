"""The demo's standard, its tables of rules and the people who take leads; and what became of some leads.

Marketing counted whoever downloaded the white paper, sales whoever filled in the form of purchase; on 25 September both
heads signed what is which. The head of acquisition looks after the tables; 互联网 of 200 and more is 刘洋's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Choice, Lead, RuleTable
from plugins.crm.services import disputes, reps
from plugins.crm.services.arriving import steps as arriving
from plugins.crm.services.rules import tables
from plugins.crm.services.standard import signing
from remit.base import Actor
from remit.demo import Demo, acting
from remit.models import Unit
from remit.services import system
from remit.workflow import decide, open_tasks

_PEOPLE = frozenset({"linan", "zhangwei", "chenjing", "gaofei", "liuyang"})
_CHANNELS = (
    ("wechat", "微信广告", "WeChat ads", "ads"), ("zhihu", "知乎专栏", "Zhihu column", "content"),
    ("fair", "线下展会", "Trade fairs", "event"), ("referral", "转介绍", "Recommendation", "referral"),
)  # fmt: skip
_CHOICES = (
    ("industry", "internet", "互联网", "Internet"), ("industry", "manufacturing", "制造业", "Manufacturing"),
    ("industry", "education", "教育", "Education"),
    ("rejected", "not_qualified", "不符合合格标准", "Does not meet the standard"),
)  # fmt: skip
_SIZES = (("1-9", "1–9 人", "1–9"), ("10-49", "10–49 人", "10–49"), ("50-199", "50–199 人", "50–199"),
          ("200+", "200 人以上", "200 or more"))  # fmt: skip
#: What the representatives know besides, by the number of the employee; nobody named: everything.
_KNOWS = {"LK020": ("internet", "大客户"), "LK024": ("manufacturing", ""), "LK032": ("education", ""),
          "LK035": ("internet", "")}  # fmt: skip
#: Leads of a small company that has taken in none so far: name, industry, people, channel, days ago, answers.
_LEADS = (
    ("云帆科技", "internet", 320, "wechat", 2, "wp"), ("蓝海互动", "internet", 80, "zhihu", 3, "w"),
    ("启明教育", "education", 45, "wechat", 4, "w"), ("恒盛机械", "manufacturing", 500, "fair", 5, "wp"),
    ("星辰在线", "internet", 12, "wechat", 6, ""), ("博学堂", "education", 210, "zhihu", 7, "w"),
    ("华拓精工", "manufacturing", 66, "referral", 8, "wp"), ("青禾网络", "internet", 1200, "zhihu", 9, "wp"),
    ("知行学校", "education", 8, "wechat", 10, "w"), ("铭远制造", "manufacturing", 150, "fair", 12, ""),
    ("未来数据", "internet", 240, "referral", 13, "p"), ("小满文化", "", 20, "wechat", 14, "w"),
    ("海纳软件", "internet", None, "wechat", 16, "w"), ("天工铸造", "manufacturing", 38, "wechat", 18, "w"),
)  # fmt: skip


def give_rules(session: Session, demo: Demo) -> None:
    """The words, the signed standard, the tables and the profiles; nothing where people of the story are missing."""
    if not set(demo.actors) >= _PEOPLE:
        return
    units = {code: session.scalars(select(Unit.id).where(Unit.code == code)).one()
             for code in ("MKT", "SAL", "MKT-ACQ", "SAL-FOL")}  # fmt: skip
    with system(session, "the words of the demo"):
        _words(session, demo, units["MKT"])
    _standard(session, demo, units)
    _profiles(session, demo, units["SAL-FOL"])
    _tables(session, demo, units)


def _words(session: Session, demo: Demo, unit_id: int) -> None:
    """Channels and choices, as far as nobody has named them yet."""
    channels = {one.title.get("zh_CN") for one in session.scalars(select(Channel))}
    for code, zh, en, kind in _CHANNELS:
        if zh not in channels:
            session.add(Channel(code=code, title={"zh_CN": zh, "en": en}, kind=kind, unit_id=unit_id,
                                legal_entity_id=demo.legal_entity_id, is_active=True))  # fmt: skip
    words = session.scalars(select(Choice)).all()
    choices = {(one.kind, one.title.get("zh_CN")) for one in words} | {(one.kind, one.code) for one in words}
    for order, (kind, code, zh, en) in enumerate(_CHOICES):
        if (kind, zh) not in choices and (kind, code) not in choices:
            session.add(Choice(kind=kind, code=code, title={"zh_CN": zh, "en": en}, order=order, is_active=True))
    session.flush()


def _standard(session: Session, demo: Demo, units: dict[str, int]) -> None:
    linan = demo.actors["linan"]
    paper, form = {"zh_CN": "下载白皮书", "en": "Downloaded the white paper"}, {
        "zh_CN": "填写采购意向表", "en": "Filled in the form of purchase"}  # fmt: skip
    with acting(session, linan):
        made = signing.draft(session, linan, None, {
            "effective_from": date(2026, 10, 1), "marketing_unit_id": units["MKT"], "sales_unit_id": units["SAL"],
            "note": "线索质量复盘会商定",
            "questions": [{"name": "white_paper", "kind": "yes", "title": paper},
                          {"name": "purchase_intent", "kind": "yes", "title": form}],
            "criteria": [
                {"level": "marketing", "formula": "white_paper", "title": paper,
                 "evidence": {"zh_CN": "官网下载记录", "en": "The record of the download"}},
                {"level": "sales", "formula": "purchase_intent", "title": form,
                 "evidence": {"zh_CN": "客户提交的采购意向表", "en": "The form that the customer handed in"}},
            ],
        })  # fmt: skip
    run = signing.submit(session, Actor.system("the standard signed on paper is taken over"), made, asker=linan)
    for login, task in zip(("linan", "zhangwei"), open_tasks(session, run), strict=True):
        with acting(session, demo.actors[login]):
            decide(session, demo.actors[login], task.id, "approved", seen=task.digest, comment="同意")
    with system(session, "the demo tells of September"):
        made.signed_at = made.created_at = datetime(2026, 9, 25, 2, tzinfo=UTC)
        session.flush()


def _profiles(session: Session, demo: Demo, team: int) -> None:
    head = demo.actors["gaofei"]
    with acting(session, head):
        for number, person in sorted(demo.people.items()):
            if person.position == "FOL-REP" and person.hired <= demo.today < person.left:
                industry, skill = _KNOWS.get(number, ("", ""))
                reps.save(session, head, None, {
                    "person_id": person.person_id, "unit_id": team, "industries": _title(industry),
                    "skills": skill, "most_open": 40, "is_active": True,
                })  # fmt: skip


def _title(code: str) -> str:
    """The Chinese word of an industry, whatever its code is by now."""
    return next((zh for kind, known, zh, _en in _CHOICES if kind == "industry" and known == code), "")


def _tables(session: Session, demo: Demo, units: dict[str, int]) -> None:
    own, team = units["MKT-ACQ"], units["SAL-FOL"]
    sources = [{"when": {"channel": zh}, "then": {"tag": code, "title": {"zh_CN": zh, "en": en}}}
               for code, zh, en, _kind in _CHANNELS]  # fmt: skip
    industries = [{"when": {"industry": zh}, "then": {"tag": code, "title": {"zh_CN": zh, "en": en}}}
                  for kind, code, zh, en in _CHOICES if kind == "industry"]  # fmt: skip
    sizes = [{"when": {"staff": cell}, "then": {"tag": cell, "title": {"zh_CN": zh, "en": en}}}
             for cell, zh, en in _SIZES]  # fmt: skip
    handing: list[dict[str, Any]] = [
        {"when": {"industry": "互联网", "staff": "200+"}, "then": {"unit_id": team, "skill": "大客户"}},
        {"when": {"industry": "互联网", "staff": "1-199"}, "then": {"unit_id": team}},
        {"when": {"industry": "制造业、教育"}, "then": {"unit_id": team}},
    ]
    for order, (code, kind, zh, en, columns, rows) in enumerate((
        ("source", "tag", "来源", "Source", ["channel"], sources),
        ("industry", "tag", "行业", "Industry", ["industry"], industries),
        ("size", "tag", "规模", "Size", ["staff"], sizes),
        ("assignment", "assign", "线索分配", "Assignment of leads", ["industry", "staff"], handing),
    )):  # fmt: skip
        head = demo.actors["chenjing"]
        with acting(session, head):
            table = tables.make(session, head, {
                "code": code, "kind": kind, "title": {"zh_CN": zh, "en": en}, "unit_id": own, "order": order,
            })  # fmt: skip
            tables.save_draft(session, head, table, {"columns": columns, "rows": rows})
            tables.publish(session, head, table)


def give_cases(session: Session, demo: Demo) -> None:
    """A draft of sizes as they were drawn first, which cannot be put in force; leads, one of them disputed."""
    if not set(demo.actors) >= _PEOPLE:
        return
    head = demo.actors["chenjing"]
    with system(session, "the tables of the demo"):
        table = session.scalars(select(RuleTable).where(RuleTable.code == "size")).one()
    with acting(session, head):
        tables.save_draft(session, head, table, {
            "columns": ["staff"], "reason": "与报价档位一致",
            "rows": [{"when": {"staff": one}, "then": {"tag": one}} for one in ("10-50", "50-200", "200+")],
        })  # fmt: skip
    with system(session, "the leads of the demo"):
        if not session.scalar(select(func.count()).select_from(Lead)):
            _leads(session, demo)
    _dispute(session, demo)


def _leads(session: Session, demo: Demo) -> None:
    unit = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    by_title = {one.title.get("zh_CN"): one.id for one in session.scalars(select(Channel))}
    channels = {code: by_title[zh] for code, zh, _en, _kind in _CHANNELS}
    found = []
    for company, industry, staff, channel, ago, answers in reversed(_LEADS):
        at = datetime.combine(demo.today - timedelta(days=ago), datetime.min.time(), UTC) + timedelta(hours=3)
        found.append(Lead(
            captured_unit_id=unit, unit_id=unit, legal_entity_id=demo.legal_entity_id, channel_id=channels[channel],
            captured_by_person_id=demo.actors["zhoulei"].person_id, company=company, company_key=company,
            industry=industry, staff=staff, captured_at=at,
            answers={"white_paper": "w" in answers, "purchase_intent": "p" in answers},
        ))  # fmt: skip
    session.add_all(found)
    session.flush()
    arriving.arrive(session, found)


def _dispute(session: Session, demo: Demo) -> None:
    """The head of follow-up gives one back as not qualified; the head of acquisition contests it."""
    with system(session, "the demo's dispute"):
        lead = session.scalars(
            select(Lead).where(Lead.state == "new", Lead.owner_person_id.is_not(None), Lead.marketing_at.is_not(None))
            .order_by(Lead.id).limit(1)
        ).one_or_none()  # fmt: skip
        reasons = select(Choice.code).where(Choice.kind == "rejected").order_by(Choice.id.desc())
        reason = session.scalar(reasons.limit(1))
    if lead is None or reason is None:
        return
    with acting(session, demo.actors["gaofei"]):
        disputes.reject(session, demo.actors["gaofei"], lead, reason, "没有填写采购意向表")
    with acting(session, demo.actors["chenjing"]):
        disputes.contest(session, demo.actors["chenjing"], lead, "已下载白皮书，按标准属于市场合格线索")
