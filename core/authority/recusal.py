"""Stepping back: whoever is related to somebody concerned does not decide (回避), neither himself nor through others.

Concerned are whoever asked for it, whom it benefits, and whom the object is about. Which relations count is declared
by the action; a list may say of any action about somebody that all of them do (``relation``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false

from core.authority.held import matches

if TYPE_CHECKING:
    from core.authority.rows import Rows
    from core.authority.rules import Rules
    from core.authority.snapshot import Snapshot
    from core.kernel.specs import ActionDef, Facts

ALL = frozenset({"relative", "interest"})


def groups(rules: Rules, action: ActionDef, person_id: int | None) -> frozenset[str]:
    """The relations for which a person steps back from an action; a mitigation lets him pass a rule, not the action."""
    found = frozenset[str](action.recuse)
    for rule in rules.of:
        if rule.kind == "relation" and (rule.citation, person_id) not in rules.mitigated and any(
            matches(pattern, action.key) for pattern in rule.patterns
        ):
            return ALL
    return found


def recused(snapshot: Snapshot, action: ActionDef, facts: Facts, person_id: int | None) -> bool:
    """Whether a person steps back from an action about something; whoever is nobody may be anybody's relative."""
    if not action.recuse and not snapshot.rules:
        return False
    counting = groups(snapshot.rules, action, person_id)
    if not counting or person_id is None:
        return bool(counting)
    related = snapshot.relations.whom(person_id, counting)
    return bool(related) and not related.isdisjoint(
        (*facts.person_ids, facts.creator_person_id, facts.beneficiary_person_id)
    )


def rows(rows: Rows, action: ActionDef, person_id: int | None) -> list[ColumnElement[bool]]:
    """The same of the rows of a statement: the condition that leaves out what a person steps back from, or none."""
    counting = groups(rows.snapshot.rules, action, person_id)
    if not counting:
        return []
    if person_id is None:
        return [false()]
    related = rows.snapshot.relations.whom(person_id, counting)
    return [rows.spares(sorted(related))] if related else []
