"""The company of the cases with people who sell: qian and zhou are reps of the east, wang leads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.kernel.house import House
from core.org import services as org
from plugins.crm.models import Channel, Choice, Lead, LeadEvent
from plugins.crm.services.deals import opening
from remit.base import clock
from remit.services import load, system
from tests.core.authority.company import START, SYSTEM, Company, build

LISTS = ("""
list: EAST
version: 1
effective_from: "2025-01-01"
positions:
  EA-H:
    authority:
      L1: {can: "crm.lead:read", in: subtree(EAST), power: read, title: {zh: 查看线索, en: Sees leads}}
      L2: {can: "crm.lead:assign", in: subtree(EAST), title: {zh: 分配线索, en: Hands leads over}}
      L3: {can: "crm.deal:read", in: subtree(EAST), power: read, title: {zh: 查看商机, en: Sees deals}}
      L4: {can: "crm.discount:approve", in: subtree(EAST), up_to: 5000.00 CNY, title: {zh: 审批折扣, en: Approves}}
      L5: {can: "crm.customer:read", in: subtree(EAST), power: read, title: {zh: 查看客户, en: Sees customers}}
      L6: {can: "crm.campaign:cost", in: company, power: read, title: {zh: 查看成本, en: Sees costs}}
      L7: {can: "crm.follow_rule:edit", in: subtree(EAST), title: {zh: 设定时限, en: Sets deadlines}}
  EA-R:
    authority:
      L1: {can: "crm.lead:work", in: self, title: {zh: 跟进线索, en: Follows leads up}}
      L2: {can: "crm.lead:reveal", in: self, power: read, title: {zh: 查看电话, en: Sees phones}}
      L3: {can: "crm.deal:work", in: self, title: {zh: 推进商机, en: Works on deals}}
      L4: {can: "crm.discount:request", in: self, title: {zh: 申请折扣, en: Asks for discounts}}
      L5: {can: "crm.customer:work", in: self, title: {zh: 维护客户, en: Looks after customers}}
""", """
list: "-"
version: 9
effective_from: "2025-01-01"
everybody:
  authority:
    E21: {can: "crm.lead:read", in: self, power: read, title: {zh: 查看本人线索, en: Sees his leads}}
    E22: {can: "crm.deal:read", in: self, power: read, title: {zh: 查看本人商机, en: Sees his deals}}
    E23: {can: "crm.customer:read", in: self, power: read, title: {zh: 查看本人客户, en: Sees his customers}}
    E24: {can: "crm.discount:read", in: self, power: read, title: {zh: 查看本人折扣, en: Sees his discounts}}
    E25: {can: "crm.campaign:read", in: company, power: read, title: {zh: 查看活动, en: Sees campaigns}}
""", """
list: MKT
version: 1
effective_from: "2025-01-01"
positions:
  MD:
    authority:
      L1: {can: "crm.lead:read", in: subtree(MKT), power: read, title: {zh: 查看线索, en: Sees leads}}
      L2: {can: "crm.deal:read", in: subtree(MKT), power: read, title: {zh: 查看商机, en: Sees deals}}
      L3: {can: "crm.customer:read", in: subtree(MKT), power: read, title: {zh: 查看客户, en: Sees customers}}
      L4: {can: "crm.campaign:cost", in: company, power: read, title: {zh: 查看成本, en: Sees costs}}
      L6: {can: "crm.exposure:read", in: subtree(MKT), power: read, title: {zh: 查看曝光, en: Sees exposure}}
  CEO:
    authority:
      L5: {can: "crm.discount:approve", in: all, up_to: 1000000.00 CNY, title: {zh: 审批折扣, en: Approves}}
""")


@dataclass
class Sales:
    """People at work, each thing in a transaction of its own."""

    company: Company
    channels: dict[str, int] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """The house."""
        return self.company.house

    def person(self, name: str) -> int:
        """Somebody's number."""
        return self.company.people[name].person_id

    def lead(self, name: str = "恒远机电", owner: str | None = "qian", **more: Any) -> int:
        """A lead that marketing brought and the east has in hand."""
        values: dict[str, Any] = {
            "captured_unit_id": self.company.units["ACQ"].id, "unit_id": self.company.units["EAST"].id,
            "legal_entity_id": self.company.entity.id, "channel_id": self.channels["wx"], "company": name,
            "company_key": name, "captured_at": clock.now(), "phone": "13800001111", "email": "qu@hengyuan.cn",
            "owner_person_id": self.person(owner) if owner else None, "assigned_at": clock.now(), **more,
        }  # fmt: skip
        return int(self.write(lambda session: _added(session, Lead(**values))))

    def write(self, do: Callable[[Session], Any], who: str = "") -> Any:
        """Do something as somebody, or as the product itself."""
        actor = self.company.actor(who) if who else SYSTEM
        with self.house.session(actor, write=True) as session:
            return do(session)

    def do(self, who: str, action: str, lead_id: int, work: Callable[..., Any], *more: Any, model: Any = Lead) -> Any:
        """Load something as somebody under an action, and do it."""
        actor = self.company.actor(who)
        with self.house.session(actor, write=True) as session:
            return work(session, actor, load(session, actor, action, model, lead_id), *more)

    def see(self, lead_id: int) -> Lead:
        """A lead as it stands."""
        with self.house.session(SYSTEM) as session, system(session, "a test looks"):
            found = session.get_one(Lead, lead_id)
            session.expunge_all()
            return found

    def kinds(self, lead_id: int) -> list[str]:
        """What happened to a lead, in order."""
        with self.house.session(SYSTEM) as session, system(session, "a test looks"):
            return list(session.scalars(
                select(LeadEvent.kind).where(LeadEvent.lead_id == lead_id).order_by(LeadEvent.id)))  # fmt: skip

    def deal(self, lead_id: int, who: str = "qian", **more: Any) -> int:
        """Somebody opens a deal with a lead."""
        values = {"title": "旗舰版一年", "kind": "new", "list_amount": 10_000_00, "expected_on": date(2026, 4, 1),
                  "months": 12, **more}  # fmt: skip
        made = self.do(who, "crm.lead:read", lead_id, opening.open_deal, values)
        return int(made.id)


def _added(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return int(row.id)


@pytest.fixture
def sales(house: House) -> Sales:
    """The company with its reps, two channels and the reasons of loss."""
    with house.session(SYSTEM, write=True) as session:
        company = build(house, session)
        company.positions["EA-R"] = org.create_position(
            session, SYSTEM, code="EA-R", unit=company.units["EAST"], title={"zh_CN": "销售代表", "en": "Rep"},
            valid_from=START, reports_to=company.positions["EA-H"], headcount=5,
        )
        org.change_position(session, SYSTEM, company.positions["EA-H"], START, is_head=True)
        for number, name in enumerate(("qian", "zhou"), 20):
            company.people[name] = org.hire(session, SYSTEM, number=str(number), name=name,
                                            position=company.positions["EA-R"], hired_on=START)  # fmt: skip
        for text in LISTS:
            publish(session, SYSTEM, parse(text, source="cases.yaml"))
        made = Sales(company)
        for code, kind in (("wx", "ads"), ("zhihu", "content")):
            made.channels[code] = _added(session, Channel(
                code=code, title={"zh_CN": code, "en": code}, kind=kind, unit_id=company.units["ACQ"].id,
                legal_entity_id=company.entity.id,
            ))  # fmt: skip
        for code, words in (("price", "价格"), ("need", "没有需求")):
            session.add(Choice(kind="lost", code=code, title={"zh_CN": words, "en": code}, order=0))
    return made


def shanghai(text: str) -> datetime:
    """A moment on the clock of Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")
