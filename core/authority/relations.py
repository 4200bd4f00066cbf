"""Who is related to whom on a day, as plain values: what keeps people from deciding for each other (回避).

A relation that was confirmed keeps both apart. Until then it binds only the one who declared it: anybody may step back
at once, and nobody takes a decision out of another's hands by a declaration that no one has looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.models import PersonRelation
from core.db import guard
from core.db.dated import as_of

_MARK = [("authority.engine", "core_person_relation")]
#: What an action calls a kind of relation (``ActionDef.recuse``).
GROUPS: Mapping[str, str] = {
    "spouse": "relative", "parent": "relative", "child": "relative", "sibling": "relative", "relative": "relative",
    "interest": "interest",
}


@dataclass(frozen=True, slots=True)
class Relations:
    """All relations of a day: for each person and each group of kinds the persons he does not decide for."""

    of: Mapping[tuple[int, str], frozenset[int]] = field(default_factory=dict)

    def whom(self, person_id: int, groups: Iterable[str]) -> frozenset[int]:
        """The persons somebody is related to in one of some ways."""
        return frozenset[int]().union(*(self.of.get((person_id, group), ()) for group in groups))


def of_rows(rows: Iterable[Any]) -> Relations:
    """Relations from rows: one person, the other, the kind, whether it was confirmed, who declared it."""
    found: dict[tuple[int, str], set[int]] = {}
    for one, other, kind, confirmed, declared_by in rows:
        for himself, them in ((one, other), (other, one)):
            if confirmed or himself == declared_by:
                found.setdefault((himself, GROUPS[kind]), set()).add(them)
    return Relations({key: frozenset(people) for key, people in found.items()})


def read(session: Session, day: date) -> Relations:
    """The relations of a day, in one statement."""
    model = PersonRelation
    return of_rows(session.execute(guard.mark(
        select(model.person_id, model.other_id, model.kind, model.confirmed_at.is_not(None),
               model.declared_by_person_id).where(as_of(model, day)),
        _MARK,
    )))  # fmt: skip
