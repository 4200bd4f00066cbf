"""A sales department beside the company of the cases, the words of leads, a signed standard, tables and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.org import services as org
from plugins.crm.models import Channel, Choice, Lead, Rep, RuleTable, Standard
from plugins.crm.services.facts import vocabulary
from plugins.crm.services.rules import tables
from plugins.crm.services.standard import content
from remit.services import system
from tests.core.authority.company import SYSTEM, Company

NOW = datetime(2026, 3, 22, 4, tzinfo=UTC)
LIST = """
list: CO
version: 30
effective_from: "2026-01-02"
positions:
  MD:
    authority:
      A81: {can: "crm.standard:draft", in: subtree(MKT), title: {zh: 起草, en: Drafts}}
      A82: {can: "crm.standard:sign_marketing", in: subtree(MKT), title: {zh: 签署, en: Signs}}
      A83: {can: "crm.standard:read", in: company, power: read, title: {zh: 查看, en: Reads}}
      A84: {can: "crm.dispute:speak", in: subtree(MKT), title: {zh: 申诉, en: Contests}}
      A85: {can: "crm.dispute:read", in: subtree(MKT), power: read, title: {zh: 查看, en: Sees}}
      A86: {can: "crm.lead:read", in: subtree(MKT), power: read, title: {zh: 查看, en: Sees}}
  ACQ-H:
    authority:
      B81: {can: "crm.rules:publish", in: unit(ACQ), title: {zh: 规则, en: Rules}}
      B82: {can: "crm.rules:read", in: company, power: read, title: {zh: 规则, en: Rules}}
      B83: {can: "crm.lead:assign", in: subtree(ACQ), title: {zh: 分配, en: Assigns}}
      B84: {can: "crm.lead:read", in: subtree(ACQ), power: read, title: {zh: 查看, en: Sees}}
  SD:
    authority:
      C81: {can: "crm.standard:sign_sales", in: subtree(SALES), title: {zh: 签署, en: Signs}}
      C82: {can: "crm.standard:read", in: company, power: read, title: {zh: 查看, en: Reads}}
      C83: {can: "crm.lead:assign", in: subtree(SALES), title: {zh: 分配, en: Assigns}}
      C84: {can: "crm.rep:edit", in: subtree(SALES), title: {zh: 人员, en: People}}
      C85: {can: "crm.rep:read", in: subtree(SALES), power: read, title: {zh: 人员, en: People}}
      C86: {can: "crm.dispute:speak", in: subtree(SALES), title: {zh: 答复, en: Answers}}
      C87: {can: "crm.dispute:read", in: subtree(SALES), power: read, title: {zh: 查看, en: Sees}}
      C88: {can: "crm.lead:work", in: subtree(SALES), title: {zh: 跟进, en: Follows up}}
      C89: {can: "crm.lead:read", in: subtree(SALES), power: read, title: {zh: 查看, en: Sees}}
  CEO:
    authority:
      D81: {can: "crm.dispute:settle", in: company, title: {zh: 裁定, en: Settles}}
      D82: {can: "crm.dispute:read", in: company, power: read, title: {zh: 查看, en: Sees}}
"""
#: What the tables of sizes, and of who takes what, say.
SIZES = ("1-9", "10-49", "50-199", "200+")
WHITE, INTENT = "white_paper", "purchase_intent"
QUESTIONS = (
    {"name": WHITE, "kind": "yes", "title": {"zh_CN": "下载白皮书", "en": "Downloaded the white paper"}},
    {"name": INTENT, "kind": "yes", "title": {"zh_CN": "填写采购意向表", "en": "Filled in the purchase form"}},
)
CRITERIA = (
    {"level": "marketing", "formula": WHITE, "title": {"zh_CN": "下载白皮书", "en": "White paper"},
     "evidence": {"en": "The download in the log of the web site"}},
    {"level": "sales", "formula": INTENT, "title": {"zh_CN": "采购意向表", "en": "Purchase form"}},
)


@dataclass
class Scene:
    """What tests refer to: the company, the people of sales by name, and tables by code."""

    company: Company
    channel_id: int
    reps: dict[str, Rep] = field(default_factory=dict)
    tables: dict[str, RuleTable] = field(default_factory=dict)

    def person(self, name: str) -> int:
        """The id of a person by name."""
        found: int = self.company.people[name].person_id
        return found

    def lead(self, session: Session, **more: Any) -> Lead:
        """A lead that marketing took in, flushed, with nothing else done to it."""
        unit = self.company.units["ACQ"].id
        values: dict[str, Any] = {
            "captured_unit_id": unit, "unit_id": unit, "legal_entity_id": self.company.entity.id,
            "channel_id": self.channel_id, "company": "Acme", "company_key": "acme", "captured_at": NOW, **more,
        }  # fmt: skip
        made = Lead(**values)
        session.add(made)
        session.flush()
        return made


def build(company: Company, session: Session) -> Scene:
    """Write it: hu directs sales; ann, ben and cat take leads in EAST; ann takes the internet and large customers."""
    units, posts = company.units, company.positions
    posts["SD"] = org.create_position(
        session, SYSTEM, code="SD", unit=units["SALES"], title={"zh_CN": "销售总监", "en": "Sales director"},
        valid_from=date(2025, 1, 1), reports_to=posts["CEO"],
    )  # fmt: skip
    posts["REP"] = org.create_position(
        session, SYSTEM, code="REP", unit=units["EAST"], title={"zh_CN": "销售代表", "en": "Rep"},
        valid_from=date(2025, 1, 1), reports_to=posts["SD"], headcount=9,
    )  # fmt: skip
    for number, (name, post) in enumerate([("hu", "SD"), ("ann", "REP"), ("ben", "REP"), ("cat", "REP")]):
        company.people[name] = org.hire(
            session, SYSTEM, number=f"9{number}", name=name, position=posts[post], hired_on=date(2025, 1, 1)
        )
    publish(session, SYSTEM, parse(LIST, source="leads.yaml"))
    place = {"unit_id": units["MKT"].id, "legal_entity_id": company.entity.id}
    channel = Channel(code="wechat", title={"zh_CN": "微信广告", "en": "WeChat"}, kind="ads", **place)
    session.add(channel)
    for kind, code, zh, en in [
        ("industry", "internet", "互联网", "Internet"), ("industry", "making", "制造业", "Manufacturing"),
        ("industry", "schools", "教育", "Education"), ("rejected", "wrong", "号码有误", "Wrong number"),
    ]:  # fmt: skip
        session.add(Choice(kind=kind, code=code, title={"zh_CN": zh, "en": en}))
    session.flush()
    made = Scene(company, channel.id)
    team = {"unit_id": units["EAST"].id, "legal_entity_id": company.entity.id}
    with system(session, "a test"):
        for name, more in [("ann", {"industries": ["internet"], "skills": ["large"]}), ("ben", {}), ("cat", {})]:
            made.reps[name] = Rep(person_id=made.person(name), most_open=40, **team, **more)
            session.add(made.reps[name])
        session.flush()
    return made


def sign(scene: Scene, session: Session, day: date = date(2026, 1, 1), version: int = 1, **more: Any) -> Standard:
    """A standard that was signed, as a row: the story's, unless criteria are given."""
    units = scene.company.units
    data = content.checked(vocabulary(session), more.get("questions", QUESTIONS), more.get("criteria", CRITERIA))
    made = Standard(
        version=version, effective_from=day, legal_entity_id=scene.company.entity.id,
        marketing_unit_id=units["MKT"].id, sales_unit_id=units["SALES"].id, content=data,
        digest=content.digest(version, day, data), state="signed", created_at=NOW, signed_at=NOW,
    )  # fmt: skip
    with system(session, "a test"):
        session.add(made)
        session.flush()
    return made


def rule(scene: Scene, session: Session, code: str, kind: str, columns: list[str], rows: list[Any]) -> RuleTable:
    """A table that is in force, written by the head of acquisition."""
    wang = scene.company.actor("wang")
    table = tables.make(session, wang, {
        "code": code, "kind": kind, "title": {"en": code, "zh_CN": code}, "unit_id": scene.company.units["ACQ"].id,
    })  # fmt: skip
    tables.save_draft(session, wang, table, {"columns": columns, "rows": rows})
    tables.publish(session, wang, table)
    scene.tables[code] = table
    return table


def sizes(scene: Scene, session: Session) -> RuleTable:
    """The tags of the story for how large a customer is."""
    return rule(scene, session, "size", "tag", ["staff"], [{"when": {"staff": one}, "then": {"tag": one}}
                                                            for one in SIZES])  # fmt: skip


def handing(scene: Scene, session: Session) -> RuleTable:
    """Who takes what: large customers of the internet are for those who know them, the rest for the whole team."""
    team = scene.company.units["EAST"].id
    return rule(scene, session, "hand", "assign", ["industry", "staff"], [
        {"when": {"industry": "Internet", "staff": "200+"}, "then": {"unit_id": team, "skill": "large"}},
        {"when": {"industry": "Internet", "staff": "< 200"}, "then": {"unit_id": team}},
        {"when": {"industry": "制造业, schools"}, "then": {"unit_id": team}},
    ])  # fmt: skip
