"""Units as a tree, and who works where in a period, as columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.rules.scoring import Ints
from performance.text import _
from remit.base import DomainError, Period
from remit.models import Employment, LegalEntity, Person, PositionVersion, Translation, UnitVersion, bulk, dated
from remit.org import posts_during
from remit.services import system


@dataclass(frozen=True)
class Units:
    """The units of a day: titles, companies and what lies below each, in their order."""

    titles: dict[int, Translation]
    entities: dict[int, int]
    parents: dict[int, int | None]

    def above(self, unit_id: int) -> list[int]:
        """The unit itself and all above it, nearest first."""
        found: list[int] = []
        current: int | None = unit_id
        while current is not None and current in self.titles and current not in found:
            found.append(current)
            current = self.parents[current]
        return found

    @cached_property
    def _below(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {unit: set() for unit in self.titles}
        for unit in self.titles:
            for one in self.above(unit):
                found[one].add(unit)
        return found

    def below(self, unit_id: int) -> set[int]:
        """The unit itself and all below it."""
        return self._below.get(unit_id, set())

    def entity_of(self, unit_id: int) -> int:
        """The company of a unit. Raises ``DomainError`` with the field for a unit that is not there that day."""
        if unit_id not in self.entities:
            raise DomainError("performance.no_unit", _("Choose a unit that exists that day."), "unit_id")
        return self.entities[unit_id]

    def title(self, unit_id: int | None) -> Translation | str:
        """What a unit is called; a dash for one that is not there that day."""
        return self.titles.get(unit_id or 0, "–")


def units_on(session: Session, day: date) -> Units:
    """All units of a day; their titles are no secret inside the house."""
    rows = _tree(session.execute(
        select(UnitVersion.unit_id, UnitVersion.title, UnitVersion.legal_entity_id, UnitVersion.parent_id)
        .where(dated.as_of(UnitVersion, day)).order_by(UnitVersion.order, UnitVersion.unit_id)
    ).all())  # fmt: skip
    return Units(
        {row.unit_id: row.title for row in rows}, {row.unit_id: row.legal_entity_id for row in rows},
        {row.unit_id: row.parent_id for row in rows},
    )  # fmt: skip


def _tree(rows: Sequence[Any]) -> list[Any]:
    """Units with those below them right after them; what hangs on a unit that is not there comes last."""
    children: dict[int | None, list[Any]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    found: list[Any] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting.extend(reversed(children.get(row.unit_id, [])))
    seen = {row.unit_id for row in found}
    return found + [row for row in rows if row.unit_id not in seen]


@dataclass(frozen=True)
class Posts:
    """Assignments of a period, one row each, sorted by employment; ``first`` and ``end`` are days since its start."""

    employment: Ints
    person: Ints
    position: Ints
    unit: Ints
    fte: Ints
    first: Ints
    end: Ints
    primary: np.ndarray = field(repr=False)

    def where(self, mask: np.ndarray) -> Posts:
        """Only the rows where the mask holds."""
        return Posts(*(getattr(self, name)[mask] for name in (
            "employment", "person", "position", "unit", "fte", "first", "end", "primary")))  # fmt: skip


def posts_in(session: Session, period: Period) -> Posts:
    """Who holds which posts in a period, clipped to it and to the employment."""
    with system(session, "who works where in a period that is scored"):
        rows = posts_during(session, period)
        people = bulk.read_columns(
            session, select(Employment.id, Employment.person_id, Employment.hired_on, Employment.left_on)
            .where(Employment.hired_on < period.end, Employment.left_on > period.start).order_by(Employment.id),
        )
    at = np.searchsorted(people["id"], rows["employment_id"])
    known = np.isin(rows["employment_id"], people["id"])
    safe = np.where(known, at, 0)
    zero = np.datetime64(period.start, "D")

    def day(column: np.ndarray) -> Ints:
        return np.clip((column - zero).astype(np.int64), 0, period.days)

    if not people["id"].size:
        known, begin, end = np.zeros(0, bool), np.zeros(0, np.int64), np.zeros(0, np.int64)
        rows = {name: column[:0] for name, column in rows.items()}
        persons = begin
    else:
        begin = np.maximum(day(rows["valid_from"]), day(people["hired_on"][safe]))
        end = np.minimum(day(rows["valid_to"]), day(people["left_on"][safe]))
        persons = people["person_id"][safe]
    return Posts(
        rows["employment_id"], persons, rows["position_id"], rows["unit_id"], rows["fte"].astype(np.int64), begin, end,
        rows["is_primary"].astype(bool),
    ).where(known & (end > begin))  # fmt: skip


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Names of people by id, beside rows that somebody may see."""
    if not person_ids:
        return {}
    with system(session, "names beside scores that somebody may see"):
        rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
        return {number: name for number, name in rows}


def entities(session: Session) -> list[LegalEntity]:
    """All companies."""
    with system(session, "the companies whose figures are kept"):
        return list(session.scalars(select(LegalEntity).order_by(LegalEntity.id)))


def positions_on(session: Session, day: date) -> list[tuple[int, int, Translation]]:
    """Posts of a day as (id, unit, title), for forms."""
    rows = session.execute(
        select(PositionVersion.position_id, PositionVersion.unit_id, PositionVersion.title)
        .where(dated.as_of(PositionVersion, day)).order_by(PositionVersion.unit_id, PositionVersion.order)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]
