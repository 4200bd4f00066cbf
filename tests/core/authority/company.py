"""The company of the cases: units, posts, people and one list, made through the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.base.actor import Actor
from core.formula.types import MONEY, enum
from core.kernel.house import House
from core.kernel.specs import ActionDef, Attribute, Facts, ResourceType, Usage, by_column
from core.org import services as org
from core.org.models import Employment, LegalEntity, Position, Unit

SYSTEM = Actor.system("a company for tests")
START = date(2025, 1, 1)

LIST = """
list: CO
version: 17
effective_from: "2025-01-01"
positions:
  ACQ-H:
    duties: {D1: {text: {zh: 投放策略, en: Strategy}, raci: A}}
    authority:
      A1: {can: "crm.spend:approve", in: subtree(ACQ), up_to: 10000.00 CNY,
           cap: 60000.00 CNY/month, duty: D1, title: {zh: 审批投放, en: Approves spend}}
    assessment:
      K1: {metric: leads.count, at_least: 100, weight: 40, duty: D1, title: {zh: 线索数, en: Leads}}
  MD:
    authority:
      A2: {can: "crm.spend:approve", in: subtree(MKT), up_to: 100000.00 CNY, title: {zh: 审批投放, en: Approves spend}}
      A4: {can: "org.staffing:adjust", in: subtree(MKT), by_acting: "no", title: {zh: 调整编制, en: Adjusts staffing}}
  CEO:
    authority:
      A3: {can: "crm.spend:approve", in: all, up_to: 1000000.00 CNY, title: {zh: 审批投放, en: Approves spend}}
  EA-H:
    authority:
      A6: {can: "crm.spend:approve", in: subtree(EAST), up_to: 50000.00 CNY, title: {zh: 审批投放, en: Approves spend}}
everybody:
  authority:
    E1: {can: "authority.list:read", in: all, power: read, title: {zh: 查看清单, en: Reads lists}}
boundaries:
  B1: {matter: lead.handover, lead: MKT, support: [SALES], text: {zh: 线索移交, en: Leads are handed over}}
"""

#: What was approved before the question: entry, instant and amount in fen. A test fills it, the fixture empties it.
SPENT: list[tuple[str, datetime, int]] = []


def used(_session: Session, usage: Usage) -> dict[str | None, int]:
    """What was approved under an entry in a period."""
    return {"CNY": sum(
        amount for entry, at, amount in SPENT if entry == usage.entry and usage.since <= at < usage.until
    )}


APPROVE = ActionDef("crm.spend:approve", "Approve spend", power="decide", amount=True, no_self=True, used=used)  # type: ignore[arg-type]
ADJUST = ActionDef("org.staffing:adjust", "Adjust staffing", power="decide")  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Spend(Facts):
    """What is asked about: its own facts, and what it is for."""

    category: str | None = None


SPEND = ResourceType("spend", Spend, lambda _session, spend: spend, anchors={"unit": by_column("unit_id")},
                     attributes={
                         "category": Attribute("Category", enum("ads", "event", "gift"), "category"),  # type: ignore[arg-type]
                         "amount": Attribute("Amount", MONEY, "amount", currency="currency"),  # type: ignore[arg-type]
                     })


@dataclass
class Company:
    """What the tests refer to by code; people by name."""

    house: House
    entity: LegalEntity
    units: dict[str, Unit] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    people: dict[str, Employment] = field(default_factory=dict)

    def actor(self, name: str, **more: Any) -> Actor:
        """Somebody who signed in; accounts are numbered like persons, from 100."""
        person = self.people[name].person_id
        return Actor(kind="person", name=name, account_id=100 + person, person_id=person, locale="en", **more)


def build(house: House, session: Session) -> Company:
    """CO with MKT (ACQ and BRAND below), SALES (EAST below) and FIN; zhao, li, chen, wang and sun; list 17."""
    name = {"zh_CN": "灵客", "en": "Lingke"}
    entity = org.create_legal_entity(session, SYSTEM, code="LK", name=name, country="CN")
    made = Company(house, entity)
    for code, parent in [("CO", None), ("MKT", "CO"), ("ACQ", "MKT"), ("BRAND", "MKT"), ("SALES", "CO"),
                         ("EAST", "SALES"), ("FIN", "CO")]:
        made.units[code] = org.create_unit(
            session, SYSTEM, code=code, title={"zh_CN": f"{code}部", "en": f"Unit {code}"}, valid_from=START,
            parent=made.units[parent] if parent else None, legal_entity=None if parent else entity,
        )
    for code, unit, above in [("CEO", "CO", None), ("MD", "MKT", "CEO"), ("ACQ-H", "ACQ", "MD"),
                              ("ACQ-S", "ACQ", "ACQ-H"),
                              ("EA-H", "EAST", "CEO")]:
        made.positions[code] = org.create_position(
            session, SYSTEM, code=code, unit=made.units[unit], title={"zh_CN": f"岗位{code}", "en": f"Post {code}"},
            valid_from=START, reports_to=made.positions[above] if above else None,
        )
    for number, (who, post) in enumerate([("zhao", "CEO"), ("li", "MD"), ("wang", "ACQ-H"), ("sun", "ACQ-S"),
                                           ("chen", "ACQ-S")]):
        made.people[who] = org.hire(session, SYSTEM, number=str(number), name=who, position=made.positions[post],
                                    hired_on=START)
    org.assign(session, SYSTEM, made.people["wang"], made.positions["EA-H"], kind="concurrent", valid_from=START,
               fte=20)
    org.assign(session, SYSTEM, made.people["chen"], made.positions["MD"], kind="acting", valid_from=date(2026, 3, 1),
               valid_to=date(2026, 3, 15), fte=20)
    publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
    return made
