"""Columns in the binary format of PostgreSQL's COPY; only ``core.db.bulk`` uses this.

Numbers, days and moments are laid out by NumPy without touching single values. Text, bytes and NULLs have no fixed
width: a row is then joined of packed stretches of fixed fields with the loose ones between them, which is still several
times as fast as COPY's text format. Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format";
the layout of each type is that of its ``*send`` function in the server.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Float, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Array = npt.NDArray[Any]

HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
TRAILER = b"\xff\xff"
_NULL = -1
_JSONB_VERSION = b"\x01"
_DAYS_TO_2000 = np.int32(10957)
_MICROSECONDS_TO_2000 = np.int64(946_684_800_000_000)


@dataclass(frozen=True)
class Loose:
    """A column whose fields differ in length: big-endian lengths, ``-1`` for NULL, and the bytes of each."""

    lengths: Array
    payloads: list[bytes]


def encode(kind: TypeEngine[Any], values: Any, dialect: Dialect) -> Array | Loose:
    """One column as the server stores it: an array of fixed width where no field is NULL, else loose fields.

    A number that the column cannot hold raises ``ValueError``: NumPy alone would wrap it round in silence.
    """
    count = len(values)
    if isinstance(values, list) and count > 1 and values.count(values[0]) == count:
        return _repeated(_encode(kind, values[:1], dialect), count)
    return _encode(kind, values, dialect)


def _encode(kind: TypeEngine[Any], values: Any, dialect: Dialect) -> Array | Loose:
    moments = isinstance(values, np.ndarray) and values.dtype.kind == "M"
    while isinstance(kind, TypeDecorator):
        # Down to the type that SQLAlchemy itself knows; its processors speak psycopg, not COPY.
        if not moments:
            values = [kind.process_bind_param(value, dialect) for value in _plain(values)]
        inner = kind.dialect_impl(dialect)
        kind = inner.impl_instance if isinstance(inner, TypeDecorator) else inner
    kind = kind.dialect_impl(dialect)
    if isinstance(kind, Boolean):
        return _nullable(values, "?", ">i1")
    if isinstance(kind, Integer):
        width = ">i2" if isinstance(kind, SmallInteger) else ">i8" if isinstance(kind, BigInteger) else ">i4"
        return _nullable(values, np.int64, width)
    if isinstance(kind, Date):
        return _days(np.asarray(values, dtype="datetime64[D]"))
    if isinstance(kind, DateTime):
        return _moments(values)
    if isinstance(kind, Float):
        return _nullable(values, np.float64, ">f8")
    if isinstance(kind, JSON):
        version = _JSONB_VERSION if isinstance(kind, JSONB) else b""
        return _loose([None if value is None else version + _json(value) for value in _plain(values)])
    if isinstance(kind, String):
        return _text(_plain(values))
    if isinstance(kind, LargeBinary):
        return loose_bytes(_plain(values))
    raise TypeError(f"columns of {kind!r} cannot be written in bulk")


def loose_bytes(values: Iterable[bytes | memoryview | None]) -> Loose:
    """A column of bytes."""
    return _loose([None if value is None else bytes(value) for value in values])


def chunks(columns: Sequence[Array | Loose], chunk: int) -> Iterator[bytes]:
    """The rows in the binary format: a count of fields, then each field as its length and its bytes."""
    yield HEADER
    count = max(len(one.payloads) if isinstance(one, Loose) else len(one) for one in columns)
    for start in range(0, count, chunk):
        yield _rows(columns, slice(start, min(start + chunk, count)))
    yield TRAILER


def _rows(columns: Sequence[Array | Loose], part: slice) -> bytes:
    size = part.stop - part.start
    pieces: list[Sequence[bytes]] = []
    fixed: list[tuple[Any, int | Array]] = [(">i2", len(columns))]
    for column in columns:
        if isinstance(column, Loose):
            pieces += [_packed([*fixed, (">i4", column.lengths[part])], size), column.payloads[part]]
            fixed = []
        else:
            fixed += [(">i4", column.dtype.itemsize), (column.dtype, column[part])]
    if not pieces:
        return _laid_out(fixed, size).tobytes()
    if fixed:
        pieces.append(_packed(fixed, size))
    return b"".join(chain.from_iterable(zip(*pieces, strict=True)))


def _laid_out(fields: Sequence[tuple[Any, int | Array]], size: int) -> Array:
    rows = np.empty(size, dtype=np.dtype([(f"f{number}", kind) for number, (kind, _values) in enumerate(fields)]))
    for number, (_kind, values) in enumerate(fields):
        rows[f"f{number}"] = values
    return rows


def _packed(fields: Sequence[tuple[Any, int | Array]], size: int) -> list[bytes]:
    """A stretch of fixed fields, as the bytes of each row."""
    rows = _laid_out(fields, size)
    found: list[bytes] = rows.view(f"V{rows.dtype.itemsize}").tolist()
    return found


def _repeated(column: Array | Loose, count: int) -> Array | Loose:
    """One field for all rows; text of a constant is as fixed as a number."""
    if not isinstance(column, Loose):
        return np.repeat(column, count)
    payload = column.payloads[0]
    if payload and b"\x00" not in payload:
        return np.full(count, payload, dtype=f"S{len(payload)}")
    return Loose(np.repeat(column.lengths, count), [payload] * count)


def _loose(payloads: list[bytes | None]) -> Loose:
    lengths = np.array([_NULL if one is None else len(one) for one in payloads], dtype=">i4")
    return Loose(lengths, [one or b"" for one in payloads])


def _text(values: Sequence[str | None]) -> Loose:
    found = _loose([None if value is None else value.encode() for value in values])
    if any(b"\x00" in one for one in found.payloads):
        raise ValueError("text holds a NUL character, which PostgreSQL cannot store")
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _nullable(values: Any, taken: Any, stored: str) -> Array | Loose:
    """Numbers or booleans, given as an array or as a list in which None is NULL."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iubf":
        return _fitting(values, stored)
    plain = _plain(values)
    missing = np.array([value is None for value in plain], dtype=bool)
    if not missing.any():
        return _fitting(np.array(plain, dtype=taken), stored)
    return _with_nulls(_fitting(np.array([value or 0 for value in plain], dtype=taken), stored), missing)


def _fitting(numbers: Array, stored: str) -> Array:
    kind = np.dtype(stored)
    if kind.kind == "i" and numbers.size and numbers.dtype.kind in "iu":
        bounds = np.iinfo(kind)
        if int(numbers.min()) < bounds.min or int(numbers.max()) > bounds.max:
            raise ValueError(f"a number does not fit into a column of {bounds.bits} bits")
    return numbers.astype(kind)


def _days(days: Array) -> Array | Loose:
    return _with_nulls((days.astype(np.int64) - _DAYS_TO_2000).astype(">i4"), np.isnat(days))


def _moments(values: Any) -> Array | Loose:
    if not isinstance(values, np.ndarray):
        values = [None if value is None else value.replace(tzinfo=None) for value in values]
    moments = np.asarray(values, dtype="datetime64[us]")
    return _with_nulls((moments.astype(np.int64) - _MICROSECONDS_TO_2000).astype(">i8"), np.isnat(moments))


def _with_nulls(numbers: Array, missing: Array) -> Array | Loose:
    if not missing.any():
        return numbers
    width = numbers.dtype.itemsize
    payloads = numbers.view(f"V{width}").tolist()
    for row in np.flatnonzero(missing).tolist():
        payloads[row] = b""
    return Loose(np.where(missing, _NULL, width).astype(">i4"), payloads)


def _plain(values: Any) -> Sequence[Any]:
    plain: list[Any] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return plain
