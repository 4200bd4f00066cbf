"""Columns in the two formats of PostgreSQL's COPY; only ``core.db.bulk`` uses this.

The binary format is built by NumPy without touching single values, five to ten times as fast as text, but every field
must have a fixed width and no NULL. Columns with NULLs, text, bytes or JSON go as text, one joined string per chunk.
Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format" and "Text Format".
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Integer, SmallInteger
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Array = npt.NDArray[Any]

HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
TRAILER = b"\xff\xff"
_DAYS_TO_2000 = np.int32(10957)
_MICROSECONDS_TO_2000 = np.int64(946_684_800_000_000)
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def fixed_width(kind: TypeEngine[Any], values: Any, dialect: Dialect) -> Array | None:
    """The column as big-endian numbers of the width the server stores, or None where it must go as text.

    A number that the column cannot hold raises ``ValueError``: NumPy alone would wrap it round in silence.
    """
    stored = kind.dialect_impl(dialect)
    if isinstance(stored, TypeDecorator):
        stored = stored.impl_instance
    try:
        if isinstance(stored, Boolean):
            return _bits(values)
        if isinstance(stored, Integer):
            width = ">i2" if isinstance(stored, SmallInteger) else ">i8" if isinstance(stored, BigInteger) else ">i4"
            return _integers(values, width)
        if isinstance(stored, Date):
            days = np.asarray(values, dtype="datetime64[D]")
            return None if np.isnat(days).any() else (days.astype(np.int64) - _DAYS_TO_2000).astype(">i4")
        if isinstance(stored, DateTime) and isinstance(values, np.ndarray) and values.dtype.kind == "M":
            moments = values.astype("datetime64[us]")
            return None if np.isnat(moments).any() else (moments.astype(np.int64) - _MICROSECONDS_TO_2000).astype(">i8")
    except TypeError:
        return None
    return None


def _bits(values: Any) -> Array | None:
    if not isinstance(values, np.ndarray) and None in values:
        return None
    return np.asarray(values, dtype=bool).astype(">i1")


def _integers(values: Any, width: str) -> Array | None:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":
        numbers = values
    elif not isinstance(values, np.ndarray) and None in values:
        return None
    else:
        numbers = np.array(values, dtype=np.int64)
    bounds = np.iinfo(np.dtype(width))
    if numbers.size and (int(numbers.min()) < bounds.min or int(numbers.max()) > bounds.max):
        raise ValueError(f"a number does not fit into a column of {bounds.bits} bits")
    return numbers.astype(width)


def binary_chunks(columns: Sequence[Array], chunk: int) -> Iterator[bytes]:
    """The rows in the binary format: a count of fields, then each field as its length and its bytes."""
    yield HEADER
    fields: list[tuple[str, Any]] = [("count", ">i2")]
    for number, column in enumerate(columns):
        fields += [(f"length{number}", ">i4"), (f"value{number}", column.dtype)]
    for start in range(0, len(columns[0]), chunk):
        part = [column[start : start + chunk] for column in columns]
        rows = np.empty(len(part[0]), dtype=np.dtype(fields))
        rows["count"] = len(columns)
        for number, column in enumerate(part):
            rows[f"length{number}"] = column.dtype.itemsize
            rows[f"value{number}"] = column
        yield rows.tobytes()
    yield TRAILER


def text_column(kind: TypeEngine[Any], values: Any, dialect: Dialect) -> list[str]:
    """The column as the words of the text format, ``\\N`` for NULL."""
    if isinstance(kind, TypeDecorator):
        # Down to the type that SQLAlchemy itself knows, then our own words: its processors speak psycopg, not COPY.
        values = [kind.process_bind_param(value, dialect) for value in _plain(values)]
        kind = kind.dialect_impl(dialect)
        kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    kind = kind.dialect_impl(dialect)
    values = _plain(values)
    if isinstance(kind, JSON):
        return _escaped([None if value is None else json.dumps(value, ensure_ascii=False) for value in values])
    present = next((value for value in values if value is not None), None)
    if isinstance(present, str) and all(value is None or isinstance(value, str) for value in values):
        return _escaped(values)
    return [_word(value) for value in values]


def _plain(values: Any) -> Sequence[Any]:
    if isinstance(values, np.ndarray):
        plain: list[Any] = values.tolist()
        if values.dtype.kind == "M" and values.dtype == np.dtype("datetime64[us]"):
            return [None if value is None else value.replace(tzinfo=UTC) for value in plain]
        return plain
    return list(values)


def _escaped(values: Iterable[str | None]) -> list[str]:
    """Text as it stands, with the four characters that mean something escaped where there are any."""
    words = ["\\N" if value is None else value.translate(_ESCAPES) if _speaks(value) else value for value in values]
    if any("\x00" in word for word in words):
        raise ValueError("text holds a NUL character, which PostgreSQL cannot store")
    return words


def _speaks(value: str) -> bool:
    return "\\" in value or "\t" in value or "\n" in value or "\r" in value


def _word(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | memoryview):
        return f"\\\\x{bytes(value).hex()}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


def text_chunks(columns: Sequence[Sequence[str]], chunk: int) -> Iterator[bytes]:
    """The rows in the text format: fields between tabs, rows on lines."""
    for start in range(0, len(columns[0]), chunk):
        rows = zip(*(column[start : start + chunk] for column in columns), strict=True)
        yield ("\n".join(map("\t".join, rows)) + "\n").encode()
