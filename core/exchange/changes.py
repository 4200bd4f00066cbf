"""Writing an import: whole columns in, and a record of what stood there before.

An import's ``apply`` writes through ``Changes`` or, for few rows, through the ORM as usual, which is watched. Both
leave chunks in ``core_import_change``, which are the undo, and one audit row each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import Session

from core.audit.events import record_bulk
from core.db import bulk
from core.db.guard import mark, table_of
from core.db.keys import KeyRing
from core.db.types import BlindIndex, keys_of
from core.exchange.models import Import, ImportChange

CHUNK = 10_000
CONTEXT = "core_import_change.before"
INSERT, UPDATE, DELETE = "insert", "update", "delete"

Values = Mapping[str, Any]


class Changes:
    """The pen of one import: each method writes at once and keeps what is needed to take it back.

    ``action`` is the action the actor was allowed; the statement guard is told that it covers the tables written.
    """

    def __init__(self, session: Session, record: Import, action: str) -> None:
        self._session = session
        self._record = record
        self._action = action
        self._keys = keys_of(session)
        self._seq = 0
        self._watched: list[_Touched] = []

    @property
    def origin(self) -> str:
        """How audit rows name this import."""
        return f"import:{self._record.id}"

    def insert(self, table: Any, columns: Values) -> NDArray[np.int64]:
        """Insert rows given as columns; returns their ids in order. ``columns`` may hold ``id``."""
        target = table_of(table)
        self._drain()
        count = max((len(values) for values in columns.values() if _is_many(values)), default=1)
        if not count:
            return np.empty(0, dtype=np.int64)
        ids = columns.get("id")
        if ids is None:
            ids = bulk.allocate_ids(self._session, target, count)
        ids = np.asarray(ids, dtype=np.int64)
        filled = {**columns, "id": ids}
        bulk.write_columns(self._session, table, filled, marker=self._marker(target))
        for part in _parts(count):
            after = {name: _take(values, part) for name, values in filled.items()}
            self._note(target, INSERT, ids[part].tolist(), {}, after)
        return ids

    def update(self, table: Any, columns: Values) -> None:
        """Change rows: ``columns`` holds ``id`` and the new values of the other columns."""
        target = table_of(table)
        self._drain()
        ids = np.asarray(columns["id"], dtype=np.int64)
        names = [name for name in columns if name != "id"]
        for part in _parts(len(ids)):
            some = ids[part]
            before = self._read(target, some.tolist(), names)
            after = {"id": some, **{name: _take(columns[name], part) for name in names}}
            bulk.update_columns(self._session, table, after, marker=self._marker(target))
            self._note(target, UPDATE, some.tolist(), before, after)

    def delete(self, table: Any, ids: Sequence[int] | NDArray[np.int64]) -> None:
        """Delete rows by id."""
        target = table_of(table)
        self._drain()
        for part in _parts(len(ids)):
            some = [int(one) for one in ids[part]]
            before = self._read(target, some, [column.name for column in target.columns if column.name != "id"])
            bulk.delete_rows(self._session, target, some, marker=self._marker(target))
            self._note(target, DELETE, some, before, {})

    # -- what the ORM writes meanwhile ---------------------------------------------------------------------------

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Also keep what the ORM flushes inside the block."""
        event.listen(self._session, "after_flush", self._after_flush)
        try:
            yield
            self._session.flush()
        finally:
            event.remove(self._session, "after_flush", self._after_flush)
        self._drain()

    def _drain(self) -> None:
        """Note what the ORM wrote so far, so that the chunks keep the order of the writes."""
        self._session.flush()
        watched, self._watched = self._watched, []
        for touched in watched:
            self._note(touched.table, touched.operation, touched.ids, touched.before, touched.after, by_orm=True)

    def _after_flush(self, session: Session, context: Any) -> None:
        del context
        for operation, objects in ((DELETE, session.deleted), (UPDATE, session.dirty), (INSERT, session.new)):
            for obj in _by_table(objects):
                if not isinstance(obj, (Import, ImportChange)):
                    self._touch(operation, obj)

    def _touch(self, operation: str, obj: Any) -> None:
        state = inspect(obj)
        mapper = state.mapper
        if "id" not in mapper.local_table.c:
            raise TypeError(f"{mapper.local_table} has no column id; write it through Changes or not in an import")
        before: dict[str, list[Any]] = {}
        after: dict[str, list[Any]] = {}
        for attribute in mapper.column_attrs:
            name = attribute.columns[0].name
            history = state.attrs[attribute.key].history
            if name == "id" or (operation == UPDATE and not history.has_changes()):
                continue
            value = state.dict.get(attribute.key)
            if operation != INSERT:
                before[name] = [history.deleted[0] if history.deleted else value]
            if operation != DELETE:
                after[name] = [value]
        if operation == UPDATE and not after:
            return
        last = self._watched[-1] if self._watched else None
        if last is not None and last.joins(mapper.local_table, operation, obj.id, before, after):
            last.add(obj.id, before, after)
        else:
            self._watched.append(_Touched(mapper.local_table, operation, [obj.id], before, after))

    # -- records -------------------------------------------------------------------------------------------------

    def _read(self, table: Table, ids: list[int], names: list[str]) -> dict[str, list[Any]]:
        return read_rows(self._session, table, ids, names, self._marker(table))

    def _note(
        self, table: Table, operation: str, ids: list[int], before: Mapping[str, list[Any]], after: Values,
        *, by_orm: bool = False,
    ) -> None:
        self._seq += 1
        digest = fingerprint(self._keys, table, ids, {name: after[name] for name in after if name != "id"})
        names = [name for name in after if name != "id"] if operation == INSERT else list(before)
        self._session.add(
            ImportChange(
                import_id=self._record.id, seq=self._seq, table_name=table.name, operation=operation,
                row_count=len(ids), digest=digest, before=seal(self._keys, ids, names, before),
            )
        )
        self._session.flush()
        if not by_orm:  # what the ORM writes has an audit row per object already
            record_bulk(
                self._session, table.name, self.origin, len(ids), digest, operation=operation, action=self._action
            )

    def _marker(self, table: Table) -> list[tuple[str, str]]:
        return [(self._action, table.name)]


def _by_table(objects: Iterable[Any]) -> list[Any]:
    """What one flush wrote, table by table in the order in which they first come: rows of several tables that were made
    in turn would otherwise be a chunk each.
    """
    kinds: dict[type[Any], list[Any]] = {}
    for obj in objects:
        kinds.setdefault(type(obj), []).append(obj)
    return [obj for some in kinds.values() for obj in some]


@dataclass(slots=True)
class _Touched:
    """Neighbouring ORM changes of one table and kind, gathered into columns."""

    table: Table
    operation: str
    ids: list[int]
    before: dict[str, list[Any]] = field(default_factory=dict)
    after: dict[str, list[Any]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known.update(self.ids)

    def joins(self, table: Table, operation: str, row_id: int, before: Values, after: Values) -> bool:
        return (
            table is self.table and operation == self.operation and len(self.ids) < CHUNK and row_id not in self.known
            and before.keys() == self.before.keys() and after.keys() == self.after.keys()
        )

    def add(self, row_id: int, before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> None:
        self.ids.append(row_id)
        self.known.add(row_id)
        for mine, theirs in ((self.before, before), (self.after, after)):
            for name, values in theirs.items():
                mine[name].extend(values)


def read_rows(
    session: Session, table: Table, ids: list[int], names: Iterable[str], marker: Iterable[tuple[str, str]]
) -> dict[str, list[Any]]:
    """The named columns of some rows, in the order of ``ids``; rows that are gone are missing from every column.

    The column ``id`` is always among the answer.
    """
    columns = [table.c.id, *(table.c[name] for name in names)]
    found = {row[0]: row for row in session.execute(mark(select(*columns).where(table.c.id.in_(ids)), marker))}
    rows = [found[one] for one in ids if one in found]
    return {column.name: [row[position] for row in rows] for position, column in enumerate(columns)}


# -- sealing and comparing -------------------------------------------------------------------------------------------


def seal(keys: KeyRing, ids: list[int], names: list[str], before: Mapping[str, list[Any]]) -> bytes:
    """The before-values of a chunk, compressed and encrypted."""
    kept = {name: [_to_json(value) for value in values] for name, values in before.items() if name != "id"}
    content = json.dumps({"ids": ids, "names": names, "before": kept}, ensure_ascii=False, separators=(",", ":"))
    return keys.encrypt(zlib.compress(content.encode()), CONTEXT)


def unseal(keys: KeyRing, sealed: bytes) -> tuple[list[int], list[str], dict[str, list[Any]]]:
    """Ids, names of the written columns and before-values of a chunk."""
    content = json.loads(zlib.decompress(keys.decrypt(sealed, CONTEXT)))
    before = {name: [_from_json(value) for value in values] for name, values in content["before"].items()}
    return content["ids"], content["names"], before


def fingerprint(keys: KeyRing, table: Table, ids: Iterable[int], columns: Values) -> str:
    """A keyed digest of rows, the same for what was written and for what is read back."""
    ids = list(ids)
    hashed = hmac.new(keys.derive("core_import_change.digest"), digestmod=hashlib.sha256)
    for name in ("id", *sorted(columns)):
        column = table.c[name]
        if isinstance(column.type, BlindIndex):
            continue
        values = ids if name == "id" else columns[name]
        if not _is_many(values):
            values = [values] * len(ids)
        hashed.update(f"{name}\x1e".encode())
        hashed.update("\x1f".join(_canonical(values)).encode())
    return hashed.hexdigest()


def _canonical(values: Any) -> list[str]:
    if isinstance(values, np.ndarray):
        values = values.tolist() if values.dtype.kind != "M" else [_moment(value) for value in values.tolist()]
    kinds = set(map(type, values))
    if kinds <= {str}:
        return list(values)
    if kinds <= {int}:
        return list(map(str, values))
    return [value if type(value) is str else _text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return "\x00"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=dict)
    return str(value)


def _moment(value: Any) -> Any:
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) and value.tzinfo is None else value


def _to_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$d": value.isoformat()}
    if isinstance(value, (bytes, memoryview)):
        return {"$b": bytes(value).hex()}
    if isinstance(value, Mapping):
        return {"$m": dict(value)}
    return value


def _from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, inner = next(iter(value.items()))
    if kind == "$t":
        return dt.datetime.fromisoformat(inner)
    if kind == "$d":
        return dt.date.fromisoformat(inner)
    return bytes.fromhex(inner) if kind == "$b" else inner


def _is_many(values: Any) -> bool:
    return isinstance(values, (np.ndarray, list, tuple, range))


def _take(values: Any, part: slice) -> Any:
    return values[part] if _is_many(values) else values


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))
