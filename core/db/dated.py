"""Rows that are true for a time: reading them as of a day, changing them from a day on, importing their history.

A dated thing is two tables: the identity (``core_unit``), which everybody references, and its versions
(``core_unit_version``) with ``valid_from`` and ``valid_to``. A version holds from the first day up to, but not
including, the second; ``FOREVER`` is the open end. Versions of one key never overlap, gaps are allowed. Only this
module splits, closes and joins versions, so that history, today and plan never contradict each other.

Neighbouring versions that say the same are joined into one: after a change and its correction the history reads as if
neither had happened (the audit log still knows both).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, and_, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import ColumnElement

from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.db.guard import mark

_ = catalogue("db")

V = TypeVar("V")
Key = Mapping[str, Any]


def as_of(version: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition "in force on that day", for a version class or an alias of one."""
    return and_(version.valid_from <= day, version.valid_to > day)


def during(version: Any, start: date, end: date) -> ColumnElement[bool]:
    """The condition "in force on some day of the half-open period"."""
    return and_(version.valid_from < end, version.valid_to > start)


def history_of(version: type[V], key: Key) -> Select[V]:
    """The statement for all versions of a key, oldest first; for ``visible()``."""
    conditions = [_attribute(version, name) == value for name, value in key.items()]
    return select(version).where(*conditions).order_by(_attribute(version, "valid_from"))


def history(session: Session, version: type[V], key: Key, *, marker: Iterable[tuple[str, str]] = ()) -> list[V]:
    """All versions of a key, oldest first.

    On a guarded table pass the pairs that allow it (``marker_of(visible(...))``), or select through
    ``visible(session, actor, action, history_of(version, key))``.
    """
    return list(session.scalars(mark(history_of(version, key), marker)))


def at(
    session: Session, version: type[V], key: Key, day: date, *, marker: Iterable[tuple[str, str]] = ()
) -> V | None:
    """The version of a key that is in force on a day, or None; guarded like ``history``."""
    return session.scalars(mark(history_of(version, key).where(as_of(version, day)), marker)).one_or_none()


def change_from(
    session: Session, version: type[V], key: Key, day: date, *, until: date | None = None, **values: Any
) -> V:
    """Let ``values`` hold for ``key`` from ``day`` on and return the version of that day; other columns stay.

    Without ``until`` the change reaches as far as the version (or the gap) that ``day`` lies in: what is already
    planned for later stays planned. ``until=FOREVER`` carries it through everything that follows, any other day up to
    that day. Where no version was in force one begins with ``values`` alone.
    """
    timeline = _Timeline.read(session, version, key)
    timeline.put(day, until if until is not None else timeline.reach(day), values)
    timeline.write()
    found: V = timeline.at(day)
    return found


def close(session: Session, version: type[Any], key: Key, day: date) -> None:
    """End the history of a key: nothing is in force from ``day`` on, and later versions are removed."""
    timeline = _Timeline.read(session, version, key)
    timeline.clear(day, FOREVER)
    timeline.write()


def remove(session: Session, version: type[Any], key: Key, start: date, end: date = FOREVER) -> None:
    """Leave a gap: nothing is in force for ``key`` in the half-open period."""
    if start >= end:
        raise DomainError("dated.empty", _("The end {end} must be after the start {start}.", start=start, end=end))
    timeline = _Timeline.read(session, version, key)
    timeline.clear(start, end)
    timeline.write()


def value_columns(version: type[Any], key: Iterable[str]) -> list[str]:
    """The attributes of a version that say something: all but its id, its key and its two days.

    A version class may name further ones that do not count, such as who wrote the row, in ``__dated_ignore__``.
    """
    mapper = inspect(version)
    ignored = {*key, "valid_from", "valid_to", *getattr(version, "__dated_ignore__", ())}
    primary = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    return [attribute.key for attribute in mapper.column_attrs if attribute.key not in ignored | primary]


@dataclass
class _Piece:
    """A stretch of days with what holds on them, and the row that stores it, if one does already."""

    start: date
    end: date
    values: dict[str, Any]
    row: Any = None


@dataclass
class _Timeline:
    """All versions of one key as pieces in order, changed in memory and written back with the fewest statements."""

    session: Session
    version: type[Any]
    key: Key
    columns: list[str]
    rows: list[Any]
    pieces: list[_Piece] = field(default_factory=list)

    @classmethod
    def read(cls, session: Session, version: type[Any], key: Key) -> _Timeline:
        # FOR UPDATE makes two writers of one key queue up; SQLite's write lock does so anyway.
        statement = history_of(version, key).with_for_update()
        rows = list(session.scalars(mark(statement, [("dated:write", version.__tablename__)])))
        columns = value_columns(version, key)
        pieces = [
            _Piece(row.valid_from, row.valid_to, {name: getattr(row, name) for name in columns}, row) for row in rows
        ]
        return cls(session, version, key, columns, rows, pieces)

    def reach(self, day: date) -> date:
        """Where the version or gap that ``day`` lies in ends."""
        for piece in self.pieces:
            if piece.start <= day < piece.end:
                return piece.end
            if piece.start > day:
                return piece.start
        return FOREVER

    def clear(self, start: date, end: date) -> None:
        parts = [part for piece in self.pieces for part in _cut(piece, start, end)]
        self.pieces = [part for part in parts if not _inside(part, start, end)]

    def put(self, start: date, end: date, values: Mapping[str, Any]) -> None:
        if start >= end:
            raise DomainError("dated.empty", _("The end {end} must be after the start {start}.", start=start, end=end))
        unknown = set(values) - set(self.columns)
        if unknown:
            raise TypeError(f"{self.version.__name__} has no dated column {', '.join(sorted(unknown))}")
        parts = [part for piece in self.pieces for part in _cut(piece, start, end)]
        inside = [part for part in parts if _inside(part, start, end)]
        for part in inside:
            part.values = {**part.values, **values}
        at = start
        for part in inside:
            if at < part.start:
                parts.append(_Piece(at, part.start, dict(values)))
            at = part.end
        if at < end:
            parts.append(_Piece(at, end, dict(values)))
        self.pieces = sorted(parts, key=lambda part: part.start)

    def write(self) -> None:
        """Bring the rows to the pieces: deletes, then rows that shrink, then the rest, so that none ever overlap."""
        wanted = _assign(_joined(self.pieces, self._full), self.rows)
        kept = {id(piece.row) for piece in wanted if piece.row is not None}
        for row in self.rows:
            if id(row) not in kept:
                self.session.delete(row)
        self.session.flush()
        for piece in wanted:
            if piece.row is not None and piece.row.valid_to > piece.end:
                piece.row.valid_to = piece.end
        self.session.flush()
        for piece in wanted:
            self._store(piece)
        self.session.flush()
        self.rows, self.pieces = [piece.row for piece in wanted], wanted

    def at(self, day: date) -> Any:
        return next((piece.row for piece in self.pieces if piece.start <= day < piece.end), None)

    def _full(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values.get(name) for name in self.columns}

    def _store(self, piece: _Piece) -> None:
        if piece.row is None:
            piece.row = self.version(**self.key, **piece.values, valid_from=piece.start, valid_to=piece.end)
            self.session.add(piece.row)
            return
        for name, value in {**piece.values, "valid_from": piece.start, "valid_to": piece.end}.items():
            if getattr(piece.row, name) != value:
                setattr(piece.row, name, value)


def _cut(piece: _Piece, *days: date) -> Sequence[_Piece]:
    """The piece cut at the days that lie strictly inside it; the row stays with the first part."""
    edges = [piece.start, *sorted(day for day in days if piece.start < day < piece.end), piece.end]
    return [
        _Piece(start, end, dict(piece.values), piece.row if start == piece.start else None)
        for start, end in zip(edges, edges[1:], strict=False)
    ]


def _inside(piece: _Piece, start: date, end: date) -> bool:
    return start <= piece.start and piece.end <= end


def _joined(pieces: Sequence[_Piece], full: Callable[[Mapping[str, Any]], dict[str, Any]]) -> list[_Piece]:
    """Neighbours that touch and say the same become one piece, with the row of the first that has one."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and last.end == piece.start and full(last.values) == full(piece.values):
            last.end = piece.end
            last.row = last.row if last.row is not None else piece.row
        else:
            joined.append(_Piece(piece.start, piece.end, piece.values, piece.row))
    return joined


def _assign(pieces: list[_Piece], rows: Sequence[Any]) -> list[_Piece]:
    """Only a row that begins where its piece begins may stay with it, which keeps every step free of overlaps."""
    by_start = {row.valid_from: row for row in rows}
    for piece in pieces:
        piece.row = by_start.get(piece.start)
    return pieces


def _attribute(version: Any, name: str) -> InstrumentedAttribute[Any]:
    attribute: InstrumentedAttribute[Any] = getattr(version, name)
    return attribute
