"""Tagging leads by the tables in force: each tag keeps the row that gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadTag, RuleTable, RuleVersion
from plugins.crm.services.facts import FACTS, Vocabulary, columns, vocabulary
from plugins.crm.services.leads.history import event, happened_to_many, moment
from plugins.crm.services.rules.content import cell_in_words, compiled
from plugins.crm.services.rules.tables import in_force
from plugins.crm.text import GONE_STATES
from plugins.crm.text import _ as text
from remit.services import system
from remit.text import Text, Translation


def tag(session: Session, leads: Sequence[Lead]) -> None:
    """Tag many leads by every table of their company, in a number of statements that does not rise with them."""
    leads = [one for one in leads if one.state not in GONE_STATES]
    standing = in_force(session, "tag") if leads else []
    if not standing:
        return
    words = vocabulary(session)
    with system(session, "the tags that leads have"):
        before = {
            (one.lead_id, one.table_id): one
            for one in session.scalars(select(LeadTag).where(LeadTag.lead_id.in_([one.id for one in leads])))
        }
    changed: dict[int, dict[str, str]] = {}
    new: list[dict[str, Any]] = []
    for one in standing:
        own = [lead for lead in leads if lead.legal_entity_id == one.table.legal_entity_id]
        fired = compiled(words, one.version.content).run(columns(words, own), size=len(own)).fired.tolist()
        for lead, row in zip(own, fired, strict=True):
            known = before.get((lead.id, one.table.id))
            given = one.version.content["rows"][row]["then"]["tag"] if row >= 0 else None
            if (known.tag if known is not None else None) != given:
                changed.setdefault(lead.id, {})[one.table.code] = given or ""
            new += _keep(session, lead, one.version, known, given, row)
    if new:
        session.execute(insert(LeadTag), new)
    now = moment()
    happened_to_many(
        session, [event(lead, "tagged", now, tags=changed[lead.id]) for lead in leads if lead.id in changed]
    )
    session.flush()


def _keep(
    session: Session, lead: Lead, version: RuleVersion, known: LeadTag | None, given: str | None, row: int
) -> list[dict[str, Any]]:
    """Change or drop the tag that is there; a new one is returned as a row, so that all are written at once."""
    if given is None:
        if known is not None:
            session.delete(known)
    elif known is None:
        return [{
            "lead_id": lead.id, "table_id": version.table_id, "tag": given, "version_id": version.id, "row": row + 1,
        }]  # fmt: skip
    elif (known.tag, known.version_id, known.row) != (given, version.id, row + 1):
        known.tag, known.version_id, known.row = given, version.id, row + 1
    return []


@dataclass(frozen=True, slots=True)
class TagShown:
    """A tag of a lead as people read it: its group, its name, and the row that gave it."""

    group: Text | str
    tag: str
    title: Text | str
    version: int
    row: int
    why: Text | str


def tags_of(session: Session, leads: Sequence[Lead]) -> Mapping[int, list[TagShown]]:
    """The tags of leads that were loaded, by lead, each with its reason; two statements and the vocabulary's."""
    found: dict[int, list[TagShown]] = {one.id: [] for one in leads}
    if not found:
        return found
    with system(session, "the tags of leads that their reader may see"):
        rows = session.execute(
            select(LeadTag, RuleTable, RuleVersion)
            .join(RuleTable, RuleTable.id == LeadTag.table_id)
            .join(RuleVersion, RuleVersion.id == LeadTag.version_id)
            .where(LeadTag.lead_id.in_(list(found))).order_by(RuleTable.order, RuleTable.id)
        ).all()  # fmt: skip
    words = vocabulary(session)
    for one, table, version in rows:
        row = version.content["rows"][one.row - 1]
        found[one.lead_id].append(TagShown(
            str(table.title), one.tag, str(Translation(row["then"].get("title") or {})) or one.tag, version.version,
            one.row, reason(words, version, one.row),
        ))  # fmt: skip
    return found


def reason(words: Vocabulary, version: RuleVersion, row: int) -> Text:
    """Why a row applied, in words: its cells as they were written. ``row`` 1 is the first."""
    when: Mapping[str, Any] = version.content["rows"][row - 1]["when"]
    cells = [
        f"{FACTS[name]} {cell_in_words(words, name, when[name])}" for name in version.content["columns"] if name in when
    ]
    return text("Row {row} of version {version}: {cells}", row=row, version=version.version,
                cells="; ".join(cells) or str(text("every lead")))  # fmt: skip
