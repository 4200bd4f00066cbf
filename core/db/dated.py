"""Rows that are true for a time: reading them as of a day, changing them from a day on, importing their history.

A dated thing is two tables: the identity (``core_unit``), which everybody references, and its versions
(``core_unit_version``) with ``valid_from`` and ``valid_to``. A version holds from the first day up to, but not
including, the second; ``FOREVER`` is the open end. Versions of one key never overlap, gaps are allowed. Only this
module and ``dated_import`` split, close and join versions, so that history, today and plan never contradict each other.

Neighbouring versions that say the same are joined into one: after a change and its correction the history reads as if
neither had happened (the audit log still knows both).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import ColumnElement

from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.db import timeline
from core.db.dated_import import Replaced, replace_all
from core.db.guard import mark
from core.db.timeline import Piece

_ = catalogue("db")

__all__ = [
    "Replaced",
    "as_of",
    "at",
    "change_from",
    "close",
    "during",
    "history",
    "history_of",
    "remove",
    "replace_all",
]

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
    that day. Where no version was in force one begins with ``values`` alone. Values of columns that say nothing
    (``__dated_ignore__``: who wrote it, why) are set on the version of ``day`` and make no version differ.
    """
    stored = _History.read(session, version, key)
    remarks = {name: values.pop(name) for name in getattr(version, "__dated_ignore__", ()) if name in values}
    unknown = set(values) - set(stored.columns)
    if unknown:
        raise TypeError(f"{version.__name__} has no dated column {', '.join(sorted(unknown))}")
    end = until if until is not None else timeline.reach(stored.pieces, day)
    _refuse_empty(day, end)
    found: V = stored.become(timeline.put(stored.pieces, day, end, values)).at(day)
    for name, value in remarks.items():
        setattr(found, name, value)
    return found


def close(session: Session, version: type[Any], key: Key, day: date) -> None:
    """End the history of a key: nothing is in force from ``day`` on, and later versions are removed."""
    stored = _History.read(session, version, key)
    stored.become(timeline.clear(stored.pieces, day, FOREVER))


def remove(session: Session, version: type[Any], key: Key, start: date, end: date = FOREVER) -> None:
    """Leave a gap: nothing is in force for ``key`` in the half-open period."""
    _refuse_empty(start, end)
    stored = _History.read(session, version, key)
    stored.become(timeline.clear(stored.pieces, start, end))


def _refuse_empty(start: date, end: date) -> None:
    if start >= end:
        raise DomainError("dated.empty", _("The end {end} must be after the start {start}.", start=start, end=end))


@dataclass
class _History:
    """The rows of one key, and the pieces they stand for."""

    session: Session
    version: type[Any]
    key: Key
    columns: list[str]
    rows: list[Any]
    pieces: list[Piece] = field(default_factory=list)

    @classmethod
    def read(cls, session: Session, version: type[Any], key: Key) -> _History:
        # FOR UPDATE makes two writers of one key queue up; SQLite's write lock does so anyway.
        statement = history_of(version, key).with_for_update().execution_options(populate_existing=True)
        rows = list(session.scalars(mark(statement, [("dated:write", version.__tablename__)])))
        columns = timeline.value_columns(version, key)
        pieces = [
            Piece(row.valid_from, row.valid_to, {name: getattr(row, name) for name in columns}, row) for row in rows
        ]
        return cls(session, version, key, columns, rows, pieces)

    def become(self, pieces: Sequence[Piece]) -> _History:
        """Bring the rows to the pieces: deletes, then changes, then new rows, so that none ever overlap."""
        wanted = timeline.joined(pieces, self._full)
        by_start = {row.valid_from: row for row in self.rows}
        for piece in wanted:
            # Only a row that begins where its piece begins may stay with it: then no step lets two overlap.
            piece.row = by_start.get(piece.start)
        kept = {id(piece.row) for piece in wanted if piece.row is not None}
        for row in self.rows:
            if id(row) not in kept:
                self.session.delete(row)
        self.session.flush()
        for piece in wanted:
            if piece.row is not None:
                self._change(piece)
        self.session.flush()
        for piece in wanted:
            if piece.row is None:
                piece.row = self.version(**self.key, **piece.values, valid_from=piece.start, valid_to=piece.end)
                self.session.add(piece.row)
        self.session.flush()
        self.rows, self.pieces = [piece.row for piece in wanted], wanted
        return self

    def at(self, day: date) -> Any:
        return next((piece.row for piece in self.pieces if piece.start <= day < piece.end), None)

    def _full(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values.get(name) for name in self.columns}

    @staticmethod
    def _change(piece: Piece) -> None:
        for name, value in {**piece.values, "valid_to": piece.end}.items():
            if getattr(piece.row, name) != value:
                setattr(piece.row, name, value)


def _attribute(version: Any, name: str) -> InstrumentedAttribute[Any]:
    attribute: InstrumentedAttribute[Any] = getattr(version, name)
    return attribute
