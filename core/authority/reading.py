"""Reading published lists for people: what a position or a unit may and must on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import wording
from core.authority.checks import is_asked
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    Duty,
    KpiTarget,
    PublishedList,
)
from core.base.text import Text
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel.house import of as house_of
from core.kernel.state import read as modules_on
from core.org.edges import Edge
from core.org.models import UnitVersion


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty as it is shown, with the weight of the KPIs that hang on it."""

    code: str
    text: Translation
    raci: str
    weight: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An authority entry as it is shown: sentence, where, how much, and how (decides, proposes, sees).

    ``asked`` is false when no module that is on asks about its action: it is published and allows nothing yet.
    """

    code: str
    title: Translation
    scope: Text | str
    limit: Text | str
    power: Text | str
    power_kind: str
    basis: str
    action: str
    prohibits: bool
    reads: bool = False
    asked: bool = True


@dataclass(frozen=True, slots=True)
class KpiLine:
    """A KPI target as it is shown."""

    code: str
    title: Translation
    target: Text | str
    weight: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of a list that speaks of one position, or of a unit as a whole.

    ``everybody`` are the entries of the installation's own list, which every holder of a post has besides.
    """

    list_id: int | None
    version: int | None
    effective_from: date | None
    duties: list[DutyLine] = field(default_factory=list)
    entries: list[EntryLine] = field(default_factory=list)
    kpis: list[KpiLine] = field(default_factory=list)
    everybody: list[EntryLine] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is written."""
        return not (self.duties or self.entries or self.kpis)


def in_force(day: date) -> Any:
    """The condition "in force on a day" on published lists."""
    return (PublishedList.effective_from <= day) & (PublishedList.effective_to > day)


def position_sheet(session: Session, position_id: int, day: date) -> Sheet:
    """Duties, authority and KPI targets of a position on a day."""
    return position_sheets(session, [position_id], day)[position_id]


def position_sheets(session: Session, position_ids: Sequence[int], day: date) -> dict[int, Sheet]:
    """The sheets of many positions in at most four statements, whatever their number."""
    found: dict[type[Any], list[Any]] = {
        model: _rows(session, model, day, model.position_id.in_(position_ids)) for model in (Duty, KpiTarget)
    }
    everybody = AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None)
    found[AuthorityEntry] = _rows(
        session, AuthorityEntry, day, AuthorityEntry.position_id.in_(position_ids) | everybody
    )
    scopes = [entry.scope_unit_id for entry, _list in found[AuthorityEntry] if entry.scope_unit_id]
    units = unit_titles(session, scopes, day)

    def of(model: Any, position: int | None) -> list[Any]:
        return [row for row in found[model] if row[0].position_id == position]

    shared = [entry_line(session, row[0], units) for row in of(AuthorityEntry, None)]
    return {
        position: _sheet(
            session, of(Duty, position), of(AuthorityEntry, position), of(KpiTarget, position), units, shared
        )
        for position in position_ids
    }


def unit_sheet(session: Session, unit_id: int, day: date) -> Sheet:
    """The unit's own duties on a day, those no position is named for."""
    duties = _rows(session, Duty, day, Duty.position_id.is_(None), PublishedList.unit_id == unit_id)
    return _sheet(session, duties, [], [], {})


def everybody_sheet(session: Session, day: date, *where: Any) -> Sheet:
    """What everybody may who holds a post on a day, by the lists that satisfy some conditions."""
    speaks = AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None)
    rows = _rows(session, AuthorityEntry, day, speaks, *where)
    units = unit_titles(session, [entry.scope_unit_id for entry, _list in rows if entry.scope_unit_id], day)
    return _sheet(session, [], rows, [], units)


def _rows(session: Session, model: Any, day: date, *where: Any) -> list[Any]:
    query = select(model, PublishedList).join(PublishedList, PublishedList.id == model.list_id)
    return list(session.execute(query.where(in_force(day), *where).order_by(model.id)).all())


def _sheet(
    session: Session, duties: list[Any], entries: list[Any], kpis: list[Any], units: dict[int, str],
    shared: Sequence[EntryLine] = (),
) -> Sheet:
    rows = [*duties, *entries, *kpis]
    if not rows:
        return Sheet(None, None, None, everybody=list(shared))
    published: PublishedList = rows[0][1]
    weights: dict[str | None, int] = {}
    for kpi, _list in kpis:
        weights[kpi.duty_code] = weights.get(kpi.duty_code, 0) + (kpi.weight or 0)
    return Sheet(
        published.id, published.version, published.effective_from,
        [DutyLine(d.code, d.text, d.raci, weights.get(d.code, 0)) for d, _list in duties],
        [entry_line(session, entry, units) for entry, _list in entries],
        [KpiLine(k.code, k.title, wording.target(k), k.weight) for k, _list in kpis],
        list(shared),
    )


def entry_line(session: Session, entry: AuthorityEntry, units: dict[int, str]) -> EntryLine:
    """An entry in words."""
    power, kind = wording.POWER_WORDS.get(entry.power, wording.POWER_WORDS["decide"])
    return EntryLine(
        entry.code, entry.title, wording.scope(entry, units), wording.limit(entry), power, kind, entry.basis or "",
        entry.action, entry.effect == "prohibit", entry.power == "read",
        is_asked(house_of(session).registry, modules_on(session), entry.action),
    )


def unit_titles(session: Session, ids: list[int], day: date) -> dict[int, str]:
    """What units are called on a day, in the reader's language."""
    if not ids:
        return {}
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.title).where(UnitVersion.unit_id.in_(set(ids)), as_of(UnitVersion, day))
    )
    return {unit: str(title) for unit, title in rows}


def edges(session: Session, day: date, unit_ids: list[int]) -> list[Edge]:
    """Hand-over lines among units, from the boundaries of the lists in force."""
    rows = session.execute(
        select(Boundary, BoundarySupport.unit_id)
        .join(BoundarySupport, BoundarySupport.boundary_id == Boundary.id)
        .join(PublishedList, PublishedList.id == Boundary.list_id)
        .where(in_force(day), Boundary.lead_unit_id.in_(unit_ids), BoundarySupport.unit_id.in_(unit_ids))
        .order_by(Boundary.id)
    )
    return [Edge(boundary.lead_unit_id, support, str(boundary.text), boundary.matter) for boundary, support in rows]
