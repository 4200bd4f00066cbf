"""A hundred thousand rows at once, as columns: NumPy arrays out of a SELECT, arrays and lists into a table.

The ORM is for the objects a page shows; a pay run, an import or a report moves whole columns. These functions work on
the session's own connection and transaction, below SQLAlchemy's row handling: SQLite's ``executemany`` and
PostgreSQL's binary COPY. They check the statement guard themselves, because no other gate sees what they do.
"""

# ruff: noqa: S608  statements are put together from the quoted names of our own models, never from input
from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, Select, Table, func, select
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from core.db import bulk_postgresql as copying
from core.db import guard, statistics
from core.db.session import BINARY, refuse_reading
from core.db.types import BlindIndex, EncryptedText, UtcDateTime, keys_of

Array = npt.NDArray[Any]
Columns = Mapping[str, Any]
Marker = Iterable[tuple[str, str]]

_CHUNK = 50_000
_EPOCH = date(1970, 1, 1).toordinal()
_HANDED_OUT = "bulk_handed_out"
#: Where a session remembers the names of the tables it wrote in bulk.
WRITTEN = "bulk_written"
_NO_CONTEXT: Any = None


# -- reading -----------------------------------------------------------------------------------------------------


def read_columns(
    session: Session, statement: Select[*tuple[Any, ...]], *, nulls: Mapping[str, int] | int | None = None
) -> dict[str, Array]:
    """Run a SELECT of columns and return one array per column, in the order of the rows.

    Integers (money in minor units, ids, minutes) become ``int64``, booleans ``bool``, dates ``datetime64[D]`` and
    moments ``datetime64[us]`` in UTC, both with ``NaT`` for NULL; everything else becomes an ``object`` array of
    Python values with ``None``. An integer or boolean column that holds a NULL has no such array: say what stands for
    it with ``nulls`` (one number, or one per column), or use ``func.coalesce``; otherwise ``ValueError`` names it.

    The statement must be marked like any other (``visible()``), or run inside ``system()``.
    """
    session.flush()
    reason = guard.system_reason(session)
    if reason is not None:
        statement = statement.execution_options(**{guard.SYSTEM: reason})
    connection = session.connection()
    dialect = connection.dialect
    names = [str(column.key) for column in statement.exported_columns]
    types = [column.type for column in statement.exported_columns]
    if len(set(names)) != len(names):
        raise ValueError(f"two columns have one name among {names}; give them labels")
    result = connection.execute(statement.execution_options(**{BINARY: True}))
    cursor: Any = result.cursor
    convert = [
        partial(_to_array, kind, name, nulls, kind.dialect_impl(dialect).result_processor(dialect, described[1]))
        for name, kind, described in zip(names, types, cursor.description, strict=True)
    ]
    parts: list[list[Array]] = [[] for _ in names]
    with _not_collecting():
        while rows := cursor.fetchmany(_CHUNK):
            for part, values, to_array in zip(parts, zip(*rows, strict=True), convert, strict=True):
                part.append(to_array(values))
    result.close()
    return {
        name: np.concatenate(part) if part else to_array(())
        for name, part, to_array in zip(names, parts, convert, strict=True)
    }


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Spare the garbage collector millions of short-lived rows that hold no cycles; a fifth of the time went there."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _to_array(
    kind: TypeEngine[Any],
    name: str,
    nulls: Mapping[str, int] | int | None,
    process: Callable[[Any], Any] | None,
    values: Sequence[Any],
) -> Array:
    if isinstance(kind, Integer | Boolean):
        if None in values:
            fill = nulls.get(name) if isinstance(nulls, Mapping) else nulls
            if fill is None:
                raise ValueError(f"column {name} holds NULLs: pass nulls={{{name!r}: 0}} or use func.coalesce")
            values = [fill if value is None else value for value in values]
        try:
            return np.fromiter(values, dtype=bool if isinstance(kind, Boolean) else np.int64, count=len(values))
        except OverflowError:
            raise ValueError(f"column {name} holds a number beyond 64 bits") from None
    if isinstance(kind, Date):
        return _days(values)
    if process is not None:
        values = list(map(process, values))
    if isinstance(kind, Float):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if isinstance(kind, UtcDateTime):
        return np.array([None if value is None else value.replace(tzinfo=None) for value in values], "datetime64[us]")
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _days(values: Sequence[Any]) -> Array:
    """Dates, or the texts of dates that SQLite keeps, as days. NumPy reads texts fast, and dates twenty times slower
    than Python counts them.
    """
    if values and type(values[0]) is date and None not in values:
        return (np.fromiter(map(date.toordinal, values), np.int64, len(values)) - _EPOCH).view("datetime64[D]")
    return np.array(values, dtype="datetime64[D]")


# -- writing -----------------------------------------------------------------------------------------------------


def write_columns(session: Session, table: Any, columns: Columns, *, marker: Marker = ()) -> int:
    """Insert rows given as columns, in the session's transaction; returns how many.

    ``table`` is a ``Table`` or a mapped class, ``columns`` maps column names (of a class also attribute names) to
    arrays, lists or one value for all rows. Python values are what the column type takes: an encrypted column is given
    plain text, a blind index too. ``datetime64`` arrays are moments in UTC. Columns that are not named get their
    Python default, called once for all rows, or the database's own; a named None is NULL. Name only the columns in
    use: on a wide table that is several times as fast.

    A violated constraint raises SQLAlchemy's ``IntegrityError``, as in a flush.
    """
    target, given = _prepared(session, table, columns, marker)
    for column in target.columns:
        if column not in given and isinstance(column.default, ScalarElementColumnDefault):
            given[column] = column.default.arg
        elif column not in given and isinstance(column.default, CallableColumnDefault):
            given[column] = column.default.arg(_NO_CONTEXT)
    count = _count(given.values())
    if not count:
        return 0
    filled = {column: _broadcast(values, count) for column, values in given.items()}
    dialect = session.connection().dialect
    with driver(session, f"bulk insert into {target.name}") as raw:
        if dialect.name == "sqlite":
            raw.executemany(_insert(target, list(filled), dialect), _rows(filled, dialect))
        else:
            _copy(raw, target.name, filled, dialect)
    statistics.wrote(session, target, count)
    return count


def update_columns(session: Session, table: Any, columns: Columns, *, key: str = "id", marker: Marker = ()) -> int:
    """Update rows given as columns, found by the column ``key`` that is among them; returns how many were named.

    Objects of these rows that the session has loaded already are refreshed at their next use.
    """
    target, given = _prepared(session, table, columns, marker)
    by = target.c[key]
    if by not in given or len(given) < 2:
        raise ValueError(f"update_columns needs {key} and at least one more column")
    count = _count(given.values())
    if not count:
        return 0
    filled = {column: _broadcast(values, count) for column, values in given.items() if column is not by}
    filled[by] = _broadcast(given[by], count)
    dialect = session.connection().dialect
    quote = dialect.identifier_preparer.quote
    name, where = quote(target.name), quote(by.name)
    with driver(session, f"bulk update of {target.name}") as raw:
        if dialect.name == "sqlite":
            changes = ", ".join(f"{quote(column.name)} = ?" for column in filled if column is not by)
            raw.executemany(f"UPDATE {name} SET {changes} WHERE {where} = ?", _rows(filled, dialect))
        else:
            fields = ", ".join(quote(column.name) for column in filled)
            raw.execute(f"CREATE TEMP TABLE remit_update ON COMMIT DROP AS SELECT {fields} FROM {name} WITH NO DATA")
            _copy(raw, "remit_update", filled, dialect)
            changes = ", ".join(f"{quote(c.name)} = new.{quote(c.name)}" for c in filled if c is not by)
            raw.execute(
                f"UPDATE {name} AS old SET {changes} FROM remit_update AS new WHERE old.{where} = new.{where}"
            )
            raw.execute("DROP TABLE remit_update")
    _expire(session, target)
    return count


def delete_rows(session: Session, table: Any, ids: Any, *, key: str = "id", marker: Marker = ()) -> int:
    """Delete the rows whose column ``key`` is among ``ids``; returns how many were named."""
    target, given = _prepared(session, table, {key: ids}, marker)
    values = _database_values(target.c[key], given[target.c[key]], session.connection().dialect)
    dialect = session.connection().dialect
    quote = dialect.identifier_preparer.quote
    name, where = quote(target.name), quote(key)
    with driver(session, f"bulk delete from {target.name}") as raw:
        if dialect.name == "sqlite":
            raw.executemany(f"DELETE FROM {name} WHERE {where} = ?", ([value] for value in values))
        else:
            raw.execute(f"DELETE FROM {name} WHERE {where} = ANY(%s)", (list(values),))
    _expire(session, target)
    return len(values)


def allocate_ids(session: Session, table: Any, n: int) -> npt.NDArray[np.int64]:
    """``n`` ids that nobody else will be given, ascending, for rows whose references must be known beforehand.

    PostgreSQL takes them from the table's sequence; they may have gaps. SQLite counts on from the highest id under
    the write lock of this session, and remembers until the commit what it has handed out: insert the rows before
    the ORM adds others to the same table.
    """
    target = guard.table_of(table)
    refuse_reading(session, "a bulk write")
    if n <= 0:
        return np.empty(0, dtype=np.int64)
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(target.name, "id")
        statement = select(func.nextval(sequence)).select_from(func.generate_series(1, n))
        return np.sort(np.fromiter(connection.execute(statement).scalars(), dtype=np.int64, count=n))
    highest = guard.mark(select(func.coalesce(func.max(target.c.id), 0)), [("bulk:ids", target.name)])
    handed_out: dict[str, int] = session.info.setdefault(_HANDED_OUT, {})
    first = max(connection.execute(highest).scalar_one(), handed_out.get(target.name, 0)) + 1
    handed_out[target.name] = first + n - 1
    return np.arange(first, first + n, dtype=np.int64)


# -- how it is done ----------------------------------------------------------------------------------------------


def _prepared(
    session: Session, table: Any, columns: Columns, marker: Marker
) -> tuple[Table, dict[Column[Any], Any]]:
    target = guard.table_of(table)
    refuse_reading(session, "a bulk write")
    guard.vouch(session, [target.name], marker)
    attributes: Any = {} if isinstance(table, Table) else class_mapper(table).columns
    given: dict[Column[Any], Any] = {}
    for name, values in columns.items():
        column = attributes.get(name, target.c.get(name))
        if column is None:
            raise ValueError(f"{target.name} has no column {name}")
        given[target.c[column.name]] = _fitting(column, values)
    session.flush()
    session.info.setdefault(WRITTEN, set()).add(target.name)
    return target, given


def _fitting(column: Column[Any], values: Any) -> Any:
    if isinstance(column.type, Integer):
        return _whole(column, values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        # NumPy has moments of many units, and Python has no values for some of them.
        return values.astype("datetime64[D]" if isinstance(column.type, Date) else "datetime64[us]")
    return values


def _whole(column: Column[Any], values: Any) -> Any:
    """Refuse what is no 64-bit integer: a float would be rounded by one database and kept by the other."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":
        return values
    plain = values.tolist() if isinstance(values, np.ndarray) else values if _is_column(values) else [values]
    for value in plain:
        if value is not None and not (isinstance(value, int) and -(2**63) <= value < 2**63):
            raise ValueError(f"{column} takes 64-bit integers and was given {value!r}")
    return plain if isinstance(values, np.ndarray) else values


def _is_column(values: Any) -> bool:
    return isinstance(values, np.ndarray | list | tuple | range)


def _count(columns: Iterable[Any]) -> int:
    lengths = {len(values) for values in columns if _is_column(values)}
    if len(lengths) > 1:
        raise ValueError(f"columns of one write differ in length: {sorted(lengths)}")
    return lengths.pop() if lengths else 1


def _broadcast(values: Any, count: int) -> Any:
    if _is_column(values):
        return values
    if isinstance(values, bool | int | np.integer):
        return np.full(count, values)
    return [values] * count


def _database_values(column: Column[Any], values: Any, dialect: Dialect) -> Sequence[Any]:
    """The column as the values that the driver takes."""
    kind = column.type
    if isinstance(values, np.ndarray):
        if values.dtype.kind in "iu" and isinstance(kind, Integer):
            plain: list[Any] = values.tolist()
            return plain
        moments = values.dtype.kind == "M" and isinstance(kind, UtcDateTime | DateTime)
        values = list(map(_moment, values.tolist())) if moments else values.tolist()
    if isinstance(kind, EncryptedText):
        return keys_of(dialect).encrypt_many(values, kind.context)
    if isinstance(kind, BlindIndex):
        keys = keys_of(dialect)
        return [keys.blind_index(value, kind.context) if isinstance(value, str) else value for value in values]
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        given: Sequence[Any] = values
        return given
    if len(values) > 1 and len(set(map(id, values))) == 1:
        return [process(values[0])] * len(values)  # one value for all rows
    return list(map(process, values))


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def _rows(columns: Mapping[Column[Any], Any], dialect: Dialect) -> Iterator[tuple[Any, ...]]:
    """Rows for SQLite, converted a chunk at a time so that memory holds one chunk of Python values only."""
    count = _count(columns.values())
    for start in range(0, count, _CHUNK):
        part = [_database_values(c, values[start : start + _CHUNK], dialect) for c, values in columns.items()]
        yield from zip(*part, strict=True)


def _insert(table: Table, columns: Sequence[Column[Any]], dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({places})"


def _copy(raw: Any, name: str, columns: Mapping[Column[Any], Any], dialect: Dialect) -> None:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in columns)
    encoded = [_encoded(column, values, dialect) for column, values in columns.items()]
    with raw.cursor() as cursor, cursor.copy(f"COPY {quote(name)} ({names}) FROM STDIN (FORMAT binary)") as copy:
        for block in copying.chunks(encoded, _CHUNK):
            copy.write(block)


def _encoded(column: Column[Any], values: Any, dialect: Dialect) -> Array | copying.Loose:
    if isinstance(column.type, EncryptedText | BlindIndex):
        # Sealed all at once, which is several times as fast as one by one.
        return copying.loose_bytes(_database_values(column, values, dialect))
    return copying.encode(column.type, values, dialect)


@contextmanager
def driver(session: Session, what: str) -> Iterator[Any]:
    """The driver's own connection, inside the session's transaction, with its errors told as SQLAlchemy's."""
    connection = session.connection()
    raw: Any = connection.connection.dbapi_connection
    dialect = connection.dialect
    base: Any = dialect.loaded_dbapi.Error
    try:
        yield raw
    except base as error:
        raise DBAPIError.instance(what, None, error, base, dialect=dialect) from error


def _expire(session: Session, table: Table) -> None:
    for loaded in session.identity_map.values():
        if table in class_mapper(type(loaded)).tables:
            session.expire(loaded)
