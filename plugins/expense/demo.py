"""This module's part of the demo company: a trip, two exhibitions and an advance, each at another point of its way.

Everything is decided and paid by the same services and people as everywhere else. The invoices are made up, after the
published structure of the fully digitalised invoice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from plugins.expense.models import Claim
from plugins.expense.services import advances, allowances, budgets, claims, invoices, lines, payments
from plugins.expense.services.places import entity_of
from remit.demo import Demo, acting
from remit.models import LegalEntity, Unit
from remit.workflow import decide, open_tasks

#: Who must be there for the story to be told.
NEEDED = {"zhoulei", "chenjing", "linan", "tangxue", "xumei", "helin", "liuyang"}
RULES = (
    ("hotel", "1", "", 60_000, "差旅费管理办法 第6条"), ("hotel", "2", "", 45_000, "差旅费管理办法 第6条"),
    ("hotel", "3", "", 35_000, "差旅费管理办法 第6条"), ("hotel", "1", "M4", 90_000, "差旅费管理办法 第6条"),
    ("meals", "1", "", 10_000, "差旅费管理办法 第9条"), ("meals", "2", "", 10_000, "差旅费管理办法 第9条"),
    ("meals", "3", "", 10_000, "差旅费管理办法 第9条"), ("local", "1", "", 8_000, "差旅费管理办法 第10条"),
    ("local", "2", "", 8_000, "差旅费管理办法 第10条"), ("local", "3", "", 8_000, "差旅费管理办法 第10条"),
    ("invoice_age", "", "", 180, "报销管理办法 第12条"),
)  # fmt: skip
CITIES = {"1": ("北京", "上海", "广州", "深圳"), "2": ("杭州", "南京", "苏州", "成都")}
#: Seller and the 17 characters of its code that the check character follows from.
RAIL, HOTEL = ("中国铁路上海局集团有限公司", "91310000MA1RA1L00"), ("北京望京酒店管理有限公司", "91110105MA01ABCD0")
FAIR, PRINT = ("深圳会展中心管理有限责任公司", "91440300MA5FA1R00"), ("上海彩印图文有限公司", "91310115MA1PR1NT0")

Row = tuple[str, int, int, str, dict[str, Any]]


def give_demo(session: Session, demo: Demo) -> None:
    """Write it; a company without these people gets none of it."""
    if not set(demo.actors) >= NEEDED:
        return
    _rules(session, demo)
    _advance(session, demo)
    trip = _claim(session, demo, "zhoulei", "travel", "赴北京拜访渠道合作方", (
        ("transport", 12, 110_600, "*旅客运输服务*高铁票", {"seller": RAIL, "number": "26312000000000110601"}),
        ("hotel", 13, 136_000, "*住宿服务*住宿费", {
            "seller": HOTEL, "number": "26112000000000136001", "city": "北京", "quantity": 2,
            "explanation": "行业峰会期间酒店普遍涨价，已选会场附近最低价"}),
        ("meals", 12, 30_000, "", {"city": "北京", "quantity": 3, "without": "allowance"}),
        ("local", 12, 24_000, "", {"city": "北京", "quantity": 3, "without": "allowance"}),
    ))  # fmt: skip
    _answer(session, demo, trip, "chenjing", "同意，超标原因属实")
    booth = _claim(session, demo, "tangxue", "event", "行业增长峰会展位尾款", (
        ("booth", 20, 1_280_000, "*会议展览服务*展位费", {"seller": FAIR, "number": "26442000000001280001"}),
        ("goods", 19, 86_500, "*印刷品*宣传册", {"seller": PRINT, "number": "26312000000000086501"}),
    ), project="2026 行业增长峰会")  # fmt: skip
    _answer(session, demo, booth, "linan", "同意")
    _claim(session, demo, "zhoulei", "event", "双十二推广展台搭建", (
        ("booth", 5, 648_000, "*会议展览服务*展台搭建", {"seller": FAIR, "number": "26442000000000648001"}),
    ), project="2026 双十二")  # fmt: skip
    _claim(session, demo, "liuyang", "travel", "赴杭州拜访客户", (
        ("transport", 4, 14_600, "*旅客运输服务*高铁票", {"seller": RAIL, "number": "26312000000000014601"}),
        ("meals", 4, 10_000, "", {"city": "杭州", "without": "allowance"}),
    ), submit=False)  # fmt: skip


def _rules(session: Session, demo: Demo) -> None:
    """What finance has set for the year, and the budget of the group."""
    finance, director = demo.actors["xumei"], demo.actors["linan"]
    common = {"legal_entity_id": demo.legal_entity_id, "valid_from": date(demo.today.year, 1, 1)}
    with acting(session, finance):
        for kind, tier, grade, amount, source in RULES:
            allowances.set_rule(session, finance, {
                **common, "kind": kind, "tier": tier, "grade": grade, "amount": amount, "source": source})  # fmt: skip
        for tier, names in CITIES.items():
            for name in names:
                allowances.set_city(session, finance, {**common, "city": name, "tier": tier,
                                                       "source": "差旅费管理办法 附表1"})  # fmt: skip
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    first = demo.today.replace(day=1)
    with acting(session, director):
        budgets.save(session, director, None, {
            "unit_id": unit_id, "category": "travel", "title": "差旅费，11 至 12 月", "amount": 1_500_000,
            "starts_on": first, "last_day": first + timedelta(days=60)})  # fmt: skip


def _advance(session: Session, demo: Demo) -> None:
    """3,500.00 handed out before the trip; the claim of the trip is set against it."""
    asking = demo.actors["zhoulei"]
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    with acting(session, asking):
        made = advances.draft(session, asking, None, {
            "unit_id": unit_id, "category": "travel", "purpose": "北京出差备用金", "amount": 350_000,
            "needed_on": demo.today})  # fmt: skip
        run = advances.submit(session, asking, made)
    task = open_tasks(session, run)[0]
    with acting(session, demo.actors["linan"]):
        decide(session, demo.actors["linan"], task.id, "approved", seen=task.digest, comment="同意")
    _pay(session, demo)


def _pay(session: Session, demo: Demo) -> None:
    """Finance puts together what is due, the cashier confirms it."""
    finance, cashier = demo.actors["xumei"], demo.actors["helin"]
    with acting(session, finance):
        made = payments.make(session, finance, {"legal_entity_id": demo.legal_entity_id, "method": "bank"})
    with acting(session, cashier):
        payments.confirm(session, cashier, made)


def _claim(
    session: Session, demo: Demo, login: str, category: str, purpose: str, rows: Sequence[Row], *, project: str = "",
    submit: bool = True,
) -> tuple[Claim, Any]:  # fmt: skip
    actor = demo.actors[login]
    unit = next(one.unit for one in demo.people.values() if one.person_id == actor.person_id)
    unit_id = session.scalars(select(Unit.id).where(Unit.code == unit)).one()
    entity = entity_of(session, demo.legal_entity_id)
    with acting(session, actor):
        claim = claims.draft(session, actor, None, {
            "unit_id": unit_id, "category": category, "purpose": purpose, "project": project})  # fmt: skip
        for kind, ago, amount, item, more in rows:
            told = dict(more)
            day = demo.today - timedelta(days=ago)
            if item:
                data = paper(entity, told.pop("seller"), told.pop("number"), day, amount, item)
                taken = invoices.take(session, actor, claim, data, f"dzfp_{day:%Y%m%d}.xml")
                told |= {"invoice_id": taken.id, "note": item.rpartition("*")[2]}
            lines.save(session, actor, claim, None, {"kind": kind, "spent_on": day, "amount": amount, **told})
        return claim, claims.submit(session, actor, claim) if submit else None


def _answer(session: Session, demo: Demo, asked: tuple[Claim, Any], login: str, comment: str) -> None:
    task = open_tasks(session, asked[1])[0]
    with acting(session, demo.actors[login]):
        decide(session, demo.actors[login], task.id, "approved", seen=task.digest, comment=comment)


def paper(entity: LegalEntity, seller: tuple[str, str], number: str, day: date, total: int, item: str) -> bytes:
    """An invoice of the story over ``total`` fen with 6 % in it, as the XML a seller sends."""
    net = (total * 100 + 53) // 106
    name, code = seller
    sums = {"net": net, "tax": total - net, "total": total}
    told = {key: f"{minor // 100}.{minor % 100:02}" for key, minor in sums.items()}
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{number}</EIid><InherentLabel><GeneralOrSpecialVAT><LabelCode>02</LabelCode>
</GeneralOrSpecialVAT></InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerIdNum>{code}{uscc.calc_check_digit(code)}</SellerIdNum><SellerName>{name}</SellerName>
</SellerInformation><BuyerInformation><BuyerIdNum>{entity.credit_code or ""}</BuyerIdNum>
<BuyerName>{entity.name.get("zh_CN")}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>{told["net"]}</TotalAmWithoutTax><TotalTaxAm>{told["tax"]}</TotalTaxAm>
<TotalTax-includedAmount>{told["total"]}</TotalTax-includedAmount></BasicInformation>
<IssuItemInformation><ItemName>{item}</ItemName><Amount>{told["net"]}</Amount><ComTaxAm>{told["tax"]}</ComTaxAm>
</IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber><IssueTime>{day}</IssueTime></TaxSupervisionInfo></EInvoice>
""".encode()
