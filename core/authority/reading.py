"""Reading published lists for people: what a position or a unit may and must on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from core.audit import history
from core.authority import wording
from core.authority.checks import is_asked
from core.authority.held import STEPS
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    Duty,
    KpiTarget,
    PublishedList,
)
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel.house import of as house_of
from core.kernel.state import read as modules_on
from core.org.edges import Edge
from core.org.models import UnitVersion

_ = catalogue("authority")


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

    ``asked`` is false when no module that is on asks about its action, or when it is a step before a decision: it is
    published and allows nothing yet.
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
class Source:
    """A list that something on a page is taken from: whose, which version, and who published it when.

    Nobody published what was set up with the installation.
    """

    unit: Text | str
    version: int
    effective_from: date
    published_at: datetime
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of the lists that speaks of one position, or of a unit as a whole, as far as the reader may read them.

    ``everybody`` are the entries of the installation's own list, which every holder of a post has besides.
    ``sources`` are the lists that the rest is taken from; ``hidden`` says that other lists speak of it, too, which are
    not the reader's to read.
    """

    list_id: int | None
    version: int | None
    effective_from: date | None
    duties: list[DutyLine] = field(default_factory=list)
    entries: list[EntryLine] = field(default_factory=list)
    kpis: list[KpiLine] = field(default_factory=list)
    everybody: list[EntryLine] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    hidden: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is written."""
        return not (self.duties or self.entries or self.kpis)


def in_force(day: date) -> Any:
    """The condition "in force on a day" on published lists."""
    return (PublishedList.effective_from <= day) & (PublishedList.effective_to > day)


def position_sheet(
    session: Session, position_id: int, day: date, may_read: ColumnElement[bool] | None = None
) -> Sheet:
    """Duties, authority and KPI targets of a position on a day."""
    return position_sheets(session, [position_id], day, may_read)[position_id]


def position_sheets(
    session: Session, position_ids: Sequence[int], day: date, may_read: ColumnElement[bool] | None = None, *,
    cite: bool = True,
) -> dict[int, Sheet]:
    """The sheets of many positions in at most five statements, whatever their number.

    ``may_read`` is the condition on published lists that the reader may read (``readable``); without one he reads all,
    as what concerns himself. With ``cite`` the sheets name their sources.
    """
    if not position_ids:
        return {}
    return _sheets(session, position_ids, None, day, may_read, cite=cite)[1]


def unit_and_position_sheets(
    session: Session, unit_id: int, position_ids: Sequence[int], day: date, may_read: ColumnElement[bool]
) -> tuple[Sheet, dict[int, Sheet]]:
    """A unit's own sheet and those of its positions, read together: what they name is asked for once."""
    return _sheets(session, position_ids, unit_id, day, may_read)


def _sheets(
    session: Session, position_ids: Sequence[int], unit_id: int | None, day: date,
    may_read: ColumnElement[bool] | None, *, cite: bool = True,
) -> tuple[Sheet, dict[int, Sheet]]:
    may = true() if may_read is None else may_read
    found: dict[type[Any], list[Any]] = {
        Duty: _rows(session, Duty, day, may, _of_unit(unit_id) | Duty.position_id.in_(position_ids)),
    }
    if position_ids:
        everybody = AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None)
        found[KpiTarget] = _rows(session, KpiTarget, day, may, KpiTarget.position_id.in_(position_ids))
        found[AuthorityEntry] = _rows(
            session, AuthorityEntry, day, may, AuthorityEntry.position_id.in_(position_ids) | everybody
        )
    names = _Names(session, day, [row for rows in found.values() for row in rows], cite=cite)

    def of(model: Any, position: int | None) -> list[Any]:
        return [row for row in found.get(model, ()) if row[0].position_id == position]

    shared = names.entries(of(AuthorityEntry, None))
    return _sheet(names, of(Duty, None), [], []), {
        position: _sheet(names, of(Duty, position), of(AuthorityEntry, position), of(KpiTarget, position), shared)
        for position in position_ids
    }


def _of_unit(unit_id: int | None) -> ColumnElement[bool]:
    """The duties of a unit as a whole, those no position is named for."""
    return Duty.position_id.is_(None) & (PublishedList.unit_id == unit_id) if unit_id is not None else false()


def unit_sheet(
    session: Session, unit_id: int, day: date, may_read: ColumnElement[bool] | None = None
) -> Sheet:
    """The unit's own duties on a day, those no position is named for."""
    return _sheets(session, [], unit_id, day, may_read)[0]


def everybody_sheet(session: Session, day: date, may_read: ColumnElement[bool]) -> Sheet:
    """What everybody may who holds a post on a day."""
    speaks = AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None)
    rows = _rows(session, AuthorityEntry, day, may_read, speaks)
    return _sheet(_Names(session, day, rows), [], rows, [])


def _rows(session: Session, model: Any, day: date, may: ColumnElement[bool], *where: Any) -> list[Any]:
    """Rows of a model with their list and whether that may be read."""
    query = select(model, PublishedList, may.label("may_read")).join(PublishedList, PublishedList.id == model.list_id)
    return list(session.execute(query.where(in_force(day), *where).order_by(model.id)).all())


class _Names:
    """What the rows of some sheets name, read once: units, and who published the lists."""

    def __init__(self, session: Session, day: date, rows: Sequence[Any], *, cite: bool = True) -> None:
        self._session = session
        shown = [row for row in rows if row.may_read]
        lists = {row[1].id: row[1] for row in shown if cite}
        scopes = {row[0].scope_unit_id for row in shown if isinstance(row[0], AuthorityEntry)}
        owners = {one.unit_id for one in lists.values()}
        self.units = unit_titles(session, [unit for unit in scopes | owners if unit is not None], day)
        self._publishers = publishers(session, list(lists.values()))

    def entries(self, rows: Sequence[Any]) -> list[EntryLine]:
        """Those of the rows that may be read, in words."""
        return [entry_line(self._session, row[0], self.units) for row in rows if row.may_read]

    def sources(self, rows: Sequence[Any]) -> list[Source]:
        """The lists of rows that may be read, each once."""
        return [
            Source(
                self.units.get(one.unit_id, "–") if one.unit_id is not None else _("The whole installation"),
                one.version, one.effective_from, one.published_at, self._publishers[one.id],
            )
            for one in {row[1].id: row[1] for row in rows if row.may_read and row[1].id in self._publishers}.values()
        ]


def _sheet(
    names: _Names, duties: list[Any], entries: list[Any], kpis: list[Any], shared: Sequence[EntryLine] = (),
) -> Sheet:
    rows = [*duties, *entries, *kpis]
    shown = [row for row in rows if row.may_read]
    hidden = len(shown) < len(rows)
    if not shown:
        return Sheet(None, None, None, everybody=list(shared), hidden=hidden)
    published: PublishedList = shown[0][1]
    may: list[Duty] = [row[0] for row in duties if row.may_read]
    measured: list[KpiTarget] = [row[0] for row in kpis if row.may_read]
    weights: dict[str | None, int] = {}
    for kpi in measured:
        weights[kpi.duty_code] = weights.get(kpi.duty_code, 0) + (kpi.weight or 0)
    return Sheet(
        published.id, published.version, published.effective_from,
        [DutyLine(one.code, one.text, one.raci, weights.get(one.code, 0)) for one in may],
        names.entries(entries),
        [KpiLine(kpi.code, kpi.title, wording.target(kpi), kpi.weight) for kpi in measured],
        list(shared), names.sources(rows), hidden,
    )


def publishers(session: Session, lists: Sequence[PublishedList]) -> dict[int, str | None]:
    """Who published some lists, by list; None for one that was set up with the installation.

    That is part of a list, so whoever reads it may know.
    """
    names = history.names(session, {one.published_by_account_id for one in lists if one.published_by_account_id})
    return {
        one.id: names.get(one.published_by_account_id, "–") if one.published_by_account_id else None for one in lists
    }


def entry_line(session: Session, entry: AuthorityEntry, units: dict[int, str]) -> EntryLine:
    """An entry in words."""
    power, kind = wording.POWER_WORDS.get(entry.power, wording.POWER_WORDS["decide"])
    return EntryLine(
        entry.code, entry.title, wording.scope(entry, units), wording.with_several(entry), power, kind,
        entry.basis or "", entry.action, entry.effect == "prohibit", entry.power == "read",
        entry.power not in STEPS and is_asked(house_of(session).registry, modules_on(session), entry.action),
    )


def unit_titles(session: Session, ids: list[int], day: date) -> dict[int, str]:
    """What units are called on a day, in the reader's language."""
    if not ids:
        return {}
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.title).where(UnitVersion.unit_id.in_(set(ids)), as_of(UnitVersion, day))
    )
    return {unit: str(title) for unit, title in rows}


def edges(session: Session, day: date, unit_ids: list[int], may_read: ColumnElement[bool]) -> list[Edge]:
    """Hand-over lines among units, from the boundaries of the lists in force that the reader may read."""
    rows = session.execute(
        select(Boundary, BoundarySupport.unit_id)
        .join(BoundarySupport, BoundarySupport.boundary_id == Boundary.id)
        .join(PublishedList, PublishedList.id == Boundary.list_id)
        .where(may_read, in_force(day), Boundary.lead_unit_id.in_(unit_ids), BoundarySupport.unit_id.in_(unit_ids))
        .order_by(Boundary.id)
    )
    return [Edge(boundary.lead_unit_id, support, str(boundary.text), boundary.matter) for boundary, support in rows]
