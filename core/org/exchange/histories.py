"""Dated rows of many keys written through an import, so that it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.base.period import FOREVER
from core.db import timeline
from core.db.timeline import Piece
from core.exchange.changes import Changes

Key = tuple[Any, ...]
#: What a row of a file says: from, to, values by column.
Told = tuple[date, date, dict[str, Any]]


@dataclass
class Histories:
    """What is to be written to one table of versions, in the order that never lets two of a key overlap."""

    table: Any
    keys: Sequence[str]
    names: Sequence[str]
    delete: list[int] = field(default_factory=list)
    shrink: list[tuple[int, date]] = field(default_factory=list)
    update: list[Piece] = field(default_factory=list)
    insert: list[tuple[Key, Piece]] = field(default_factory=list)

    def tell(self, key: Key, stored: Sequence[Piece], told: Sequence[Told], end: date = FOREVER) -> bool:
        """Lay what a file says over what is stored, end it at ``end``; whether that changes anything.

        Days that the file does not speak of keep what they said, and so do columns it does not name.
        """
        if not stored and len(told) == 1 and told[0][1] <= end:
            self.insert.append((key, Piece(*told[0])))
            return True
        pieces: Sequence[Piece] = stored
        for start, finish, values in told:
            pieces = timeline.put(pieces, start, min(finish, end), values)
        if end < FOREVER:
            pieces = timeline.clear(pieces, end, FOREVER)
        return self._compare(key, stored, timeline.joined(pieces, self._full))

    def _compare(self, key: Key, stored: Sequence[Piece], wanted: Sequence[Piece]) -> bool:
        by_start = {piece.start: piece for piece in stored}
        kept: set[int] = set()
        changed = False
        for piece in wanted:
            old = by_start.get(piece.start)
            if old is None:
                self.insert.append((key, piece))
                changed = True
                continue
            kept.add(old.row)
            if old.end == piece.end and self._full(old.values) == self._full(piece.values):
                continue
            changed = True
            if piece.end < old.end:
                self.shrink.append((old.row, piece.end))
            self.update.append(Piece(piece.start, piece.end, piece.values, old.row))
        gone = [piece.row for piece in stored if piece.row not in kept]
        self.delete += gone
        return changed or bool(gone)

    def write(self, changes: Changes, constant: Mapping[str, Any] | None = None) -> None:
        """Write it; ``constant`` are values of columns that follow from the key, by key column ``extra``."""
        if self.delete:
            changes.delete(self.table, self.delete)
        if self.shrink:
            changes.update(self.table, {"id": [one for one, _end in self.shrink],
                                        "valid_to": [end for _one, end in self.shrink]})
        if self.update:
            changes.update(self.table, {
                "id": [piece.row for piece in self.update],
                "valid_to": [piece.end for piece in self.update],
                **{self._column(name): [piece.values.get(name) for piece in self.update] for name in self.names},
            })
        if self.insert:
            changes.insert(self.table, {
                **{name: [key[at] for key, _piece in self.insert] for at, name in enumerate(self.keys)},
                "valid_from": [piece.start for _key, piece in self.insert],
                "valid_to": [piece.end for _key, piece in self.insert],
                **{self._column(name): [piece.values.get(name) for _key, piece in self.insert]
                   for name in self.names},
                **(constant or {}),
            })

    def _column(self, name: str) -> str:
        column: str = getattr(self.table, name).property.columns[0].name
        return column

    def _full(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values.get(name) for name in self.names}


def open_end(day: date | None) -> date:
    """An end as it is stored: none, and any day of the year 9999, is the open end."""
    return FOREVER if day is None or day.year >= FOREVER.year else day
