"""Scopes as SQL, in Kleene's three values: for each route the rows it speaks of and the rows it can judge at all.

A grant needs the first; a prohibition spares only rows that can be judged and lie outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from core.authority import conditions
from core.authority.held import Entry, Hat
from core.authority.snapshot import Snapshot, home, principal
from core.base.actor import Actor
from core.db.dated import as_of
from core.db.reaching import wide
from core.kernel.specs import ResourceType
from core.org import tree
from core.org.models import LegalEntity, Person, Position, Unit, UnitOrder

Ids = Select[Any] | Sequence[int]

#: A scope of more than one unit in so many is wide: to find all of its rows takes longer than to pass over others.
WIDE = 16
#: Where a snapshot keeps conditions on rows, and how many before it begins anew: some 20 kB each.
NARROWED, MOST_NARROWED = "narrowed", 2_000


@dataclass(frozen=True, slots=True)
class Truth:
    """Rows a route speaks of, and rows of which it can be told whether it does.

    Only prohibitions ask for the second, which takes as long to write down as the first, so it is made when asked for.
    """

    holds: ColumnElement[bool]
    known: Callable[[], ColumnElement[bool]]

    @property
    def spares(self) -> ColumnElement[bool]:
        """Rows a prohibition by this route leaves alone.

        Where it can be told, what is not said to be inside lies outside: a row that names no company is judged by its
        unit, and its company is no more than unknown.
        """
        return and_(self.known(), not_(func.coalesce(self.holds, false())))


UNKNOWN = Truth(false(), false)


@dataclass(frozen=True, slots=True)
class Rows:
    """One model (or alias) of a statement, seen by one actor on one day; ``few``: only the first rows are wanted."""

    snapshot: Snapshot
    actor: Actor
    resource: ResourceType
    model: Any
    few: bool = False

    def truth(self, hat: Hat | None, entry: Entry) -> Truth:
        """What one route says about the rows."""
        found = self._own(hat, entry)
        if entry.within_id is None:
            return found
        node = self.snapshot.nodes.get(entry.within_id)
        if node is None:
            return UNKNOWN
        # Only what was delegated is narrowed so, and that grants; what a grant does not know is as good as outside.
        inside = self._anchored("unit", self._below(node))
        return Truth(and_(found.holds, inside), lambda: and_(found.known(), self._placed()))

    def spared(self, hat: Hat | None, entry: Entry) -> ColumnElement[bool]:
        """Rows a prohibition leaves alone: they lie outside its scope, or its conditions do not hold of them."""
        outside = self.truth(hat, entry).spares
        if not entry.conditions:
            return outside
        return or_(outside, conditions.outside(self.resource, entry.conditions, self.model))

    def _own(self, hat: Hat | None, entry: Entry) -> Truth:
        if entry.scope == "all":
            return Truth(true(), true)
        if entry.scope == "self":
            himself = principal(hat, self.actor)
            if himself is None:
                return UNKNOWN
            return Truth(self._anchored("person", [himself]), lambda: self._anchored("person", select(Person.id)))
        if entry.scope == "reports":
            if hat is None:
                return UNKNOWN
            below = self.snapshot.reports(hat.position_id)
            return Truth(self._anchored("position", below), lambda: self._anchored("position", select(Position.id)))
        node = home(self.snapshot, hat, entry)
        if node is None:
            return UNKNOWN
        if entry.scope == "company":
            return self._company(node.legal_entity_id)
        if entry.scope == "unit":
            return Truth(self._anchored("unit", [node.unit_id]), lambda: self._anchored("unit", select(Unit.id)))
        return Truth(self._anchored("unit", self._below(node)), self._placed)

    def _below(self, node: tree.Node) -> Ids:
        ids = tree.below(node, self.snapshot.day)
        return wide(ids) if self.few and (node.rgt - node.lft) * WIDE >= len(self.snapshot.nodes) else ids

    def _company(self, legal_entity_id: int) -> Truth:
        """By the row's own company; where it names none, by its unit's."""
        by_unit = self._anchored("unit", tree.of_legal_entity(legal_entity_id, self.snapshot.day))
        if "legal_entity" not in self.resource.anchors:
            return Truth(by_unit, self._placed)
        named = self._anchored("legal_entity", select(LegalEntity.id))
        direct = self._anchored("legal_entity", [legal_entity_id])
        # A row without a company is NULL here, not false; coalescing it lets the unit speak.
        unnamed = or_(named.is_(None), not_(named))
        return Truth(or_(direct, and_(unnamed, by_unit)), lambda: or_(named, self._placed()))

    def spares(self, people: Sequence[int]) -> ColumnElement[bool]:
        """Rows that none of some people asked for, benefits from or is meant in; where nobody is named, nobody is."""
        named = [self._anchored(kind, people) for kind in ("person", "creator", "beneficiary")
                 if kind in self.resource.anchors]
        return and_(true(), *(not_(func.coalesce(one, false())) for one in named))

    def _placed(self) -> ColumnElement[bool]:
        """Rows that belong to a unit which stands in the tree of the day."""
        return self._anchored("unit", select(UnitOrder.unit_id).where(as_of(UnitOrder, self.snapshot.day)))

    def _anchored(self, kind: str, ids: Ids) -> ColumnElement[bool]:
        anchor = self.resource.anchors.get(kind)
        return anchor(self.model, ids, self.snapshot.day) if anchor else false()


def distinct(terms: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Terms of which one must be true; one that is always true makes the others needless."""
    if any(term is true() for term in terms):
        return [true()]
    return list(terms)
