"""What dated changes do to a row of periods, as plain functions: no database, no session.

A history is a list of ``Piece`` in order of days, without overlaps. Read day by day it is a mapping from each day to
what holds on it, and every function here is defined by what it does to that mapping; the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import inspect

from core.base.period import FOREVER

Values = dict[str, Any]


@dataclass(slots=True)
class Piece:
    """A stretch of days with what holds on them, and the row (or its id) that stores it, if one does already."""

    start: date
    end: date
    values: Values
    row: Any = None


def put(pieces: Sequence[Piece], start: date, end: date, values: Mapping[str, Any]) -> list[Piece]:
    """Let ``values`` hold on the days of the period, over what held there; gaps are filled with ``values`` alone."""
    parts = cut(pieces, start, end)
    gap_from = start
    new: list[Piece] = []
    for part in parts:
        if part.start >= start and part.end <= end:
            part.values = {**part.values, **values}
            if gap_from < part.start:
                new.append(Piece(gap_from, part.start, dict(values)))
            gap_from = part.end
    if gap_from < end:
        new.append(Piece(gap_from, end, dict(values)))
    return sorted([*parts, *new], key=lambda part: part.start)


def clear(pieces: Sequence[Piece], start: date, end: date) -> list[Piece]:
    """Let nothing hold on the days of the period."""
    return [part for part in cut(pieces, start, end) if part.end <= start or part.start >= end]


def replaced(pieces: Sequence[Piece], rows: Iterable[tuple[date, date, Mapping[str, Any]]]) -> list[Piece]:
    """The history that consists of these rows; what a row does not name is taken from what held on its days."""
    made: list[Piece] = []
    for start, end, values in rows:
        inside = [part for part in cut(pieces, start, end) if part.start >= start and part.end <= end]
        made += put(inside, start, end, values)
    return sorted(made, key=lambda part: part.start)


def reach(pieces: Sequence[Piece], day: date) -> date:
    """Where the piece or the gap that ``day`` lies in ends."""
    for piece in pieces:
        if piece.start <= day < piece.end:
            return piece.end
        if piece.start > day:
            return piece.start
    return FOREVER


def cut(pieces: Iterable[Piece], *days: date) -> list[Piece]:
    """Copies of the pieces, cut at the days that lie strictly inside; the row stays with the first part of each."""
    parts = []
    for piece in pieces:
        edges = [piece.start, *sorted(day for day in days if piece.start < day < piece.end), piece.end]
        for start, end in zip(edges, edges[1:], strict=False):
            parts.append(Piece(start, end, dict(piece.values), piece.row if start == piece.start else None))
    return parts


def joined(pieces: Sequence[Piece], full: Callable[[Mapping[str, Any]], Values]) -> list[Piece]:
    """Neighbours that touch and say the same become one piece; ``full`` completes the values that are compared."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last is not None and last.end == piece.start and full(last.values) == full(piece.values):
            last.end = piece.end
        else:
            result.append(Piece(piece.start, piece.end, piece.values, piece.row))
    return result


def value_columns(version: type[Any], keys: Iterable[str]) -> list[str]:
    """The attributes of a version class that say something: all but its id, its keys and its two days.

    A class may name further ones that do not count, such as who wrote the row, in ``__dated_ignore__``.
    """
    mapper: Any = inspect(version)
    ignored = {*keys, "valid_from", "valid_to", *getattr(version, "__dated_ignore__", ())}
    ignored |= {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    return [attribute.key for attribute in mapper.column_attrs if attribute.key not in ignored]
