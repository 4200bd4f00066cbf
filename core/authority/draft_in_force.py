"""What would be in force if a draft were: a snapshot like any other, by which the real engine decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from sqlalchemy.orm import Session

from core.authority.document import ListDraft, located
from core.authority.drafted import row_of
from core.authority.held import Entry, entry_of
from core.authority.instead import Instead
from core.authority.publish import codes, unknown
from core.authority.rules import OWN_LIST, Rule, Rules
from core.authority.snapshot import Lists, Snapshot
from core.base.errors import InputErrors
from core.base.text import catalogue
from core.kernel.house import of as house_of
from core.org.models import Position, Unit

_ = catalogue("authority")


def in_force(session: Session, snapshot: Snapshot, draft: ListDraft) -> Snapshot:
    """A snapshot in which a draft stands in place of its unit's list; its entries are cited under the draft's version.

    Raises ``InputErrors`` for units and positions that do not exist.
    """
    units, positions = codes(session, Unit), codes(session, Position)
    missing = unknown(draft, units, positions)
    if missing:
        raise InputErrors(_("The draft names what is not there."), located(draft.spots, missing), "list.errors")
    registry = house_of(session).registry
    found: dict[int | None, list[Entry]] = defaultdict(list)
    for row in draft.entries:
        entry = entry_of(row_of(registry, row, units, positions), draft.version, row.position)
        found[entry.position_id].append(entry)
    unit_id = units[draft.unit] if draft.unit else None
    return replace(
        snapshot, instead=Instead(unit_id, {position: tuple(rows) for position, rows in found.items()}),
        rules=_rules(snapshot.rules, draft, unit_id), holders={}, lists=Lists(), made={}, shared=True,
    )


def _rules(now: Rules, draft: ListDraft, unit_id: int | None) -> Rules:
    """What is kept apart: by the other lists as they are, by the draft as it says. A mitigation names its rule by
    code, so it lets pass what it lets pass today.
    """
    own = [
        Rule(f"{draft.unit or OWN_LIST}.{rule.code}", draft.version, unit_id, rule.code, rule.kind, rule.actions,
             rule.months, rule.risk)
        for rule in draft.separation
    ]
    kept = [rule for rule in now.of if rule.unit_id != unit_id]
    return Rules(tuple(sorted([*kept, *own], key=lambda rule: rule.citation)), now.mitigated)
