"""Stepping back: whoever is related to somebody concerned does not decide (回避), neither himself nor through others.

Concerned are whoever asked for it, whom it benefits, and whom the object is about. Which relations count is declared
by the action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false

if TYPE_CHECKING:
    from core.authority.relations import Relations
    from core.authority.rows import Rows
    from core.kernel.specs import ActionDef, Facts


def recused(relations: Relations, action: ActionDef, facts: Facts, person_id: int | None) -> bool:
    """Whether a person steps back from an action about something; whoever is nobody may be anybody's relative."""
    if not action.recuse or person_id is None:
        return bool(action.recuse)
    related = relations.whom(person_id, action.recuse)
    return bool(related) and not related.isdisjoint(
        (*facts.person_ids, facts.creator_person_id, facts.beneficiary_person_id)
    )


def rows(rows: Rows, action: ActionDef, person_id: int | None) -> list[ColumnElement[bool]]:
    """The same of the rows of a statement: the condition that leaves out what a person steps back from, or none."""
    if not action.recuse:
        return []
    if person_id is None:
        return [false()]
    related = rows.snapshot.relations.whom(person_id, action.recuse)
    return [rows.spares(sorted(related))] if related else []
