"""Dated amounts told by a file, laid over what is stored: told days win, other days stay as they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

Piece = tuple[date, date, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored row: its id, period and values."""

    id: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of rows to delete and pieces to insert; both empty where the file says what is stored."""

    delete: tuple[int, ...]
    insert: tuple[Piece, ...]


def overlapping(told: Iterable[Piece]) -> bool:
    """Whether two told periods share a day."""
    return any(later[0] < earlier[1] for earlier, later in pairwise(sorted(told, key=lambda piece: piece[:2])))


def difference(stored: Sequence[Stored], told: Sequence[Piece]) -> Difference:
    """What makes the stored history say what was told; neighbours that say the same become one."""
    days = sorted(told, key=lambda piece: piece[0])
    left: list[Piece] = []
    for one in stored:
        start, end, values = one.piece
        for begin, finish, _values in days:
            if finish <= start or begin >= end:
                continue
            if begin > start:
                left.append((start, begin, values))
            start = max(start, min(finish, end))
        if start < end:
            left.append((start, end, values))
    wanted: list[Piece] = []
    for start, end, values in sorted([*left, *days], key=lambda piece: piece[0]):
        if wanted and wanted[-1][1] == start and wanted[-1][2] == values:
            wanted[-1] = (wanted[-1][0], end, values)
        else:
            wanted.append((start, end, values))
    known = {one.piece for one in stored}
    kept = set(wanted)
    return Difference(
        tuple(one.id for one in stored if one.piece not in kept),
        tuple(piece for piece in wanted if piece not in known),
    )
