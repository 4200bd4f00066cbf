"""The tree of units: pre-order numbers in the database, and the same tree in memory for one day.

The parent is the truth; the numbers follow it. Renumbering 10,000 units takes milliseconds, so there is no clever
incremental code that could go wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import bulk
from core.db.dated import as_of
from core.org.models import UnitOrder, UnitVersion

_ = catalogue("org")


@dataclass(frozen=True, slots=True)
class Node:
    """One unit in the order of a day: ``lft`` of all below it lies in ``[lft, rgt)``."""

    unit_id: int
    lft: int
    rgt: int
    depth: int
    legal_entity_id: int


def number(parents: Mapping[int, int | None], order: Mapping[int, tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Pre-order numbers of a forest as (unit, lft, rgt, depth), children sorted by ``order``.

    Raises ``DomainError`` when units are their own superiors. A parent that is not among the units counts as none.
    """
    children: dict[int | None, list[int]] = {}
    for unit, parent in parents.items():
        children.setdefault(parent if parent in parents else None, []).append(unit)
    for siblings in children.values():
        siblings.sort(key=lambda unit: order[unit])
    numbered: list[tuple[int, int, int, int]] = []
    position: dict[int, int] = {}
    stack: list[tuple[int, int, bool]] = [(unit, 0, False) for unit in reversed(children.get(None, []))]
    while stack:
        unit, depth, done = stack.pop()
        if done:
            at = position[unit]
            numbered[at] = (unit, at, len(numbered), depth)
            continue
        position[unit] = len(numbered)
        numbered.append((unit, 0, 0, depth))
        stack.append((unit, depth, True))
        stack.extend((child, depth + 1, False) for child in reversed(children.get(unit, [])))
    if len(numbered) != len(parents):
        stuck = sorted(set(parents) - set(position))
        raise DomainError(
            "unit.cycle",
            _("These units would be their own superiors: {units}. Change the parent of one of them.", units=stuck[:5]),
            "parent",
        )
    return numbered


def renumber(session: Session) -> int:
    """Rebuild the numbers of every tree there was and will be; returns the rows written.

    Between two dates on which any unit changes, the tree is the same, so it is numbered once for that stretch.
    """
    session.flush()
    versions = session.execute(
        select(
            UnitVersion.unit_id, UnitVersion.valid_from, UnitVersion.valid_to,
            UnitVersion.parent_id, UnitVersion.order, UnitVersion.legal_entity_id,
        )
    ).all()
    session.execute(delete(UnitOrder))
    cuts = sorted({row.valid_from for row in versions} | {row.valid_to for row in versions})
    rows: list[tuple[int, date, date, int, int, int, int]] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        alive = [row for row in versions if row.valid_from <= start < row.valid_to]
        entity = {row.unit_id: row.legal_entity_id for row in alive}
        numbers = number(
            {row.unit_id: row.parent_id for row in alive}, {row.unit_id: (row.order, row.unit_id) for row in alive}
        )
        rows.extend((unit, start, end, lft, rgt, depth, entity[unit]) for unit, lft, rgt, depth in numbers)
    if rows:
        columns = list(zip(*rows, strict=True))
        names = ("unit_id", "valid_from", "valid_to", "lft", "rgt", "depth", "legal_entity_id")
        ids = bulk.allocate_ids(session, UnitOrder.__table__, len(rows))
        bulk.write_columns(
            session, UnitOrder.__table__, {"id": np.asarray(ids), **dict(zip(names, columns, strict=True))}
        )
    return len(rows)


def load(session: Session, day: date) -> dict[int, Node]:
    """The order of all units on a day, by unit id, in one statement."""
    return {
        row.unit_id: Node(row.unit_id, row.lft, row.rgt, row.depth, row.legal_entity_id)
        for row in session.execute(
            select(
                UnitOrder.unit_id, UnitOrder.lft, UnitOrder.rgt, UnitOrder.depth, UnitOrder.legal_entity_id
            ).where(as_of(UnitOrder, day))
        )
    }


def below(node: Node, day: date) -> Select[int]:
    """The ids of a unit and all below it on a day, as a subselect."""
    return select(UnitOrder.unit_id).where(
        as_of(UnitOrder, day), UnitOrder.lft >= node.lft, UnitOrder.lft < node.rgt
    )


def of_legal_entity(legal_entity_id: int, day: date) -> Select[int]:
    """The ids of all units of a legal entity on a day, as a subselect."""
    return select(UnitOrder.unit_id).where(as_of(UnitOrder, day), UnitOrder.legal_entity_id == legal_entity_id)


def ancestors(nodes: Mapping[int, Node], unit_id: int) -> Sequence[int]:
    """The unit itself and every unit above it, nearest first."""
    here = nodes.get(unit_id)
    if here is None:
        return ()
    line = [node for node in nodes.values() if node.lft <= here.lft < node.rgt]
    return tuple(node.unit_id for node in sorted(line, key=lambda node: -node.depth))
