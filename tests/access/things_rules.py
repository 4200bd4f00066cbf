"""A standard, a table of rules, somebody who takes leads, a lead and a dispute about it, for each owner."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base import clock
from plugins.crm.models import Channel, Dispute, Lead, Rep, RuleTable, RuleVersion, Standard
from tests.access.world import TODAY, World, made

CONTENT = {
    "questions": [{"name": "white_paper", "kind": "yes", "title": {"en": "White paper"}}],
    "criteria": [
        {"key": "c1", "level": "marketing", "formula": "white_paper", "title": {"en": "White paper"}, "evidence": {}},
        {"key": "c2", "level": "sales", "formula": "staff >= 50", "title": {"en": "Large"}, "evidence": {}},
    ],
}
ROWS = {"columns": ["staff"], "rows": [{"when": {"staff": "200+"}, "then": {"tag": "large", "title": {}}, "note": {}}]}


def give(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, int]:
    """Write them for one owner; ids by the kind of thing."""
    person, unit, entity = world.people[name].person_id, place["unit_id"], place["legal_entity_id"]
    sides = {"marketing_unit_id": unit, "sales_unit_id": unit, "legal_entity_id": entity}
    version = session.query(Standard).filter_by(legal_entity_id=entity).count() + 1
    standard = made(session, Standard, version=version, effective_from=TODAY, content=CONTENT, digest="-",
                    state="draft", created_at=clock.now(), drafted_by_person_id=None, **sides)  # fmt: skip
    title = {"en": "Size"}
    table = made(session, RuleTable, code=f"T-{name}", kind="tag", title=title, order=0, is_active=True, **place)
    made(session, RuleVersion, table_id=table.id, version=1, state="draft", content=ROWS)
    rep = made(session, Rep, person_id=person, industries=[], products=[], skills=[], most_open=40, **place)
    channel = made(session, Channel, code=f"C-{name}", title={"en": "Fair"}, kind="event", is_active=True, **place)
    lead = made(
        session, Lead, captured_unit_id=unit, unit_id=unit, legal_entity_id=entity, channel_id=channel.id,
        owner_person_id=person, company=f"Acme {name}", company_key=f"acme {name}", captured_at=clock.now(),
        state="rejected", closed_at=clock.now(), answers={},
    )
    dispute = made(session, Dispute, lead_id=lead.id, opened_at=clock.now(), said="It counts", **sides)
    return {"standard": standard.id, "rule_table": table.id, "rep": rep.id, "lead": lead.id, "dispute": dispute.id}
