"""What would be in force if a draft were: a snapshot like any other, by which the real engine decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.document import EntryDraft, ListDraft, located
from core.authority.instead import Instead
from core.authority.publish import codes, unknown
from core.authority.rules import OWN_LIST, Rule, Rules
from core.authority.snapshot import EVERYBODY, Entry, Lists, Snapshot
from core.base.errors import InputErrors
from core.base.text import catalogue
from core.kernel.house import of as house_of
from core.kernel.registry import Registry
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
        position = positions[row.position] if row.position else None
        found[position].append(_entry(
            registry, row, position, units[row.scope_unit] if row.scope_unit else None, draft.version
        ))
    unit_id = units[draft.unit] if draft.unit else None
    return replace(
        snapshot, instead=Instead(unit_id, {position: tuple(rows) for position, rows in found.items()}),
        rules=_rules(snapshot.rules, draft, unit_id), holders={}, lists=Lists(), made={}, shared=True,
    )


def _entry(
    registry: Registry, row: EntryDraft, position_id: int | None, scope_unit_id: int | None, version: int
) -> Entry:
    return Entry(
        code=f"{row.position or EVERYBODY}.{row.code}", list_version=version, position_id=position_id,
        effect=row.effect, action=row.action, title=row.title, scope=row.scope, scope_unit_id=scope_unit_id,
        limit_minor=row.limit_minor, currency=row.currency, cap_minor=row.cap_minor, cap_period=row.cap_period,
        split_by=row.split_by, split_days=row.split_days,
        conditions=dict(row.conditions) if row.conditions else None, power=checks.power(registry, row),
        by_acting=row.by_acting, bootstrap=False, of_account=False, delegable=row.delegable,
    )  # fmt: skip


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
