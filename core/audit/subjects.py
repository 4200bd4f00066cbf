"""Whom an entry of the log is about, and the key under which the tree holds what it says about him."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core.audit.models import AuditSubject
from core.base import clock
from core.db.base import Base
from core.db.guard import mark

#: The column by which tables say whom their rows are about.
PERSON = "person_id"

Row = Mapping[str, Any]


def people_of(session: Session, entries: Sequence[Row]) -> list[int | None]:
    """The person each entry is about, None for those about nobody.

    A row that holds ``person_id`` is about that person, and so is one that leads to such a row by a foreign key, as a
    leave leads to an employment. What the entry itself does not hold is looked up, one statement for each table.
    """
    found = [_told(entry) for entry in entries]
    wanted: dict[str, set[int]] = {}
    asked: dict[int, tuple[str, int]] = {}
    for position, entry in enumerate(entries):
        place = _place(entry) if found[position] is None else None
        if place is not None:
            asked[position] = place
            wanted.setdefault(place[0], set()).add(place[1])
    known = {name: _look_up(session, Base.metadata.tables[name], ids) for name, ids in sorted(wanted.items())}
    for position, (name, key) in asked.items():
        found[position] = known[name].get(key)
    return found


class Keys:
    """The keys of the people that entries are about; one that is missing is made.

    Only whoever holds the sequencer's lock makes keys, so nobody gets two.
    """

    def __init__(self, session: Session, people: Iterable[int | None]) -> None:
        wanted = set(people)
        somebody = sorted(one for one in wanted if one is not None)
        about = AuditSubject.person_id.in_(somebody) | AuditSubject.person_id.is_(None)
        rows = session.scalars(select(AuditSubject).where(about, AuditSubject.key.is_not(None)))
        self._rows = {row.person_id: row for row in rows}
        missing = [
            AuditSubject(person_id=one, key=secrets.token_bytes(32), made_at=clock.now())
            for one in (*somebody, *([None] if None in wanted else [])) if one not in self._rows
        ]
        session.add_all(missing)
        session.flush()
        self._rows |= {row.person_id: row for row in missing}

    def of(self, person_id: int | None) -> tuple[int, bytes]:
        """Number and bytes of a person's key."""
        row = self._rows[person_id]
        assert row.key is not None
        return row.id, row.key


def _told(entry: Row) -> int | None:
    """The person as the entry itself tells him."""
    if entry["subject_id"] is not None:
        return int(entry["subject_id"])
    if entry["root_type"] in _person_tables(len(Base.metadata.tables)) and str(entry["root_id"]).isdecimal():
        return int(entry["root_id"])
    told = _values(entry).get(PERSON)
    return told if type(told) is int else None


def _values(entry: Row) -> dict[str, Any]:
    return {**(entry["before"] or {}), **(entry["after"] or {})}


def _place(entry: Row) -> tuple[str, int] | None:
    """The table and id where the person is to be looked up: the row the object leads to, else the object itself."""
    name = entry["object_type"]
    way = _way(name) if name in Base.metadata.tables else None
    if way is None:
        return None
    column, target = way
    if column:
        led = _values(entry).get(column)
        if type(led) is int:
            return target, led
    key = str(entry["object_id"])
    return (name, int(key)) if key.isdecimal() else None


@lru_cache(maxsize=1024)
def _way(name: str) -> tuple[str, str] | None:
    """How a table leads to people: its foreign key and the table behind it, no column where it holds ``person_id``."""
    table = Base.metadata.tables[name]
    if "id" not in table.columns:
        return None
    if PERSON in table.columns:
        return "", name
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        if key.column.name == "id" and PERSON in key.column.table.columns:
            return key.parent.name, key.column.table.name
    return None


@lru_cache(maxsize=1)
def _person_tables(_count: int) -> frozenset[str]:
    """The tables that ``person_id`` leads to, of so many that are known."""
    return frozenset(
        key.column.table.name for table in Base.metadata.tables.values() if PERSON in table.columns
        for key in table.columns[PERSON].foreign_keys
    )


def _look_up(session: Session, table: Table, ids: set[int]) -> dict[int, int]:
    """The people behind rows of a table, by id."""
    column, target = _way(table.name) or ("", table.name)
    there = Base.metadata.tables[target]
    statement = select(table.columns.id, there.columns[PERSON]).where(table.columns.id.in_(ids))
    if column:
        statement = statement.join_from(table, there, table.columns[column] == there.columns.id)
    marked = mark(statement, [("audit:tree", one) for one in {table.name, target}])
    return {row[0]: row[1] for row in session.execute(marked) if row[1] is not None}
