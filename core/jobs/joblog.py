"""The lines a job writes about itself: the first and the last of them, however many it writes."""

from __future__ import annotations

from collections import deque
from typing import Any

from core.base import clock
from core.base.stored import to_json
from core.base.text import Text, catalogue

_ = catalogue("jobs")

FIRST, LAST, LONGEST = 50, 150, 500


class JobLog:
    """At most ``FIRST + LAST`` lines of at most ``LONGEST`` characters, whatever is added."""

    def __init__(self) -> None:
        self._first: list[list[Any]] = []
        self._last: deque[list[Any]] = deque(maxlen=LAST)
        self._seen = 0

    def add(self, line: Text | str) -> None:
        """Keep a line with its moment."""
        self._seen += 1
        kept = [clock.now().isoformat(), to_json(line if isinstance(line, Text) else line[:LONGEST])]
        if len(self._first) < FIRST:
            self._first.append(kept)
        else:
            self._last.append(kept)

    def stored(self) -> list[Any] | None:
        """Moment and stored text of each line; where lines were left out, a line says how many. None without any."""
        if not self._first:
            return None
        gap = []
        if left_out := self._seen - len(self._first) - len(self._last):
            told = _("{count} line left out", "{count} lines left out", count=left_out)
            gap = [[self._last[0][0], to_json(told)]]
        return [*self._first, *gap, *self._last]
