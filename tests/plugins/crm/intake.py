"""What tests of taking leads in share: a company with channels and choices, and people who may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.authority.document import parse
from core.authority.publish import publish
from plugins.crm.models import Arrival, Channel, Choice, Lead, LeadEvent
from plugins.crm.services.intake.bringing import brought
from plugins.crm.services.intake.capture import capture
from plugins.crm.services.intake.words import words
from remit.models import Translation
from remit.services import system
from tests.core.authority.company import SYSTEM, Company

LIST = """
list: MKT
version: 5
effective_from: "2026-01-01"
positions:
  MD:
    authority:
      L1: {can: "crm.lead:capture", in: subtree(MKT), title: {zh: 录入线索, en: Takes leads in}}
      L2: {can: "crm.lead:read", in: subtree(MKT), power: read, title: {zh: 查看线索, en: Sees leads}}
      L3: {can: "crm.channel:edit", in: subtree(MKT), title: {zh: 维护渠道, en: Names channels}}
      L4: {can: "crm.channel:read", in: company, power: read, title: {zh: 查看渠道, en: Sees channels}}
      L5: {can: "crm.exposure:edit", in: subtree(MKT), title: {zh: 登记曝光, en: Enters exposure}}
      L6: {can: "crm.exposure:read", in: subtree(MKT), power: read, title: {zh: 查看曝光, en: Sees exposure}}
"""


@dataclass
class Desk:
    """Taking leads in, each time in a transaction of its own; ``li`` may, ``sun`` may not."""

    company: Company
    who: str = "li"
    channels: dict[str, int] = field(default_factory=dict)

    def take(self, *rows: dict[str, Any], source: str = "api", who: str = "") -> list[tuple[int, str]]:
        """Bring rows over the channel ``wx`` unless they name another; the leads' numbers and what became of them."""
        actor = self.company.actor(who or self.who)
        with self.company.house.session(actor, write=True) as session:
            known = words(session)
            told = [brought(known, {"channel": "wx", **row}) for row in rows]
            return [(one.lead.id, one.outcome) for one in capture(session, actor, source, told)]

    def lead(self, lead_id: int) -> Lead:
        """A lead as it stands."""
        return next(lead for lead in self.leads() if lead.id == lead_id)

    def leads(self) -> list[Lead]:
        """All leads."""
        return self._all(Lead)

    def events(self, lead_id: int) -> list[LeadEvent]:
        """What happened to a lead, in order."""
        return [one for one in self._all(LeadEvent) if one.lead_id == lead_id]

    def arrivals(self) -> list[Arrival]:
        """Each time a lead was brought, in order."""
        return self._all(Arrival)

    def _all(self, model: Any) -> list[Any]:
        with self.company.house.session(SYSTEM) as session, system(session, "tests look"):
            found = list(session.scalars(select(model).order_by(model.id)))
            session.expunge_all()
            return found


def furnish(company: Company) -> Desk:
    """Publish the list, and name two channels and some choices."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST, source="intake.yaml"))
        channels = {
            code: Channel(code=code, title=Translation(zh_CN=title), kind=kind, unit_id=company.units["ACQ"].id,
                          legal_entity_id=company.entity.id)
            for code, title, kind in (("wx", "微信广告", "ads"), ("zh", "知乎专栏", "content"))
        }  # fmt: skip
        session.add_all(channels.values())
        session.add_all(
            Choice(kind=kind, code=code, title=Translation(zh_CN=title), order=order)
            for order, (kind, code, title) in enumerate(
                (("industry", "web", "互联网"), ("industry", "edu", "教育"), ("region", "east", "华东"),
                 ("product", "crm", "客户管理"))
            )
        )  # fmt: skip
        session.flush()
        return Desk(company, channels={code: one.id for code, one in channels.items()})
