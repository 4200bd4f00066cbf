"""Bulk questions and answers between modules, as sorted integer columns.

Asking once for 100,000 employments instead of once for each is what keeps a payroll run at a handful of statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.base.period import Period

IntColumn = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to all modules about many employments.

    ``ids`` are employment ids, sorted and distinct; ``period`` is the work period asked about; ``as_of`` is the day
    whose knowledge counts.
    """

    ids: IntColumn
    period: Period
    as_of: date

    def __post_init__(self) -> None:
        if self.ids.dtype != np.int64 or (self.ids.size and not bool(np.all(np.diff(self.ids) > 0))):
            raise ValueError("the ids of an Ask are sorted distinct int64")


@dataclass(frozen=True, slots=True)
class Table:
    """One module's answer: for some of the ids asked about, one integer per code.

    ``units`` says for each code what the integers are (``minutes``, ``days`` in hundredths, ``money`` in minor
    units, ``count``). An id that is missing makes no statement; it is not zero. Concurrent posts are summed to the
    employment by whoever answers.
    """

    source: str
    ids: IntColumn
    columns: Mapping[str, IntColumn]
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ids.size and not bool(np.all(np.diff(self.ids) > 0)):
            raise ValueError(f"the ids of the table from {self.source} must be sorted and distinct")
        for code, column in self.columns.items():
            if column.shape != self.ids.shape or column.dtype != np.int64:
                raise ValueError(f"column {code} of {self.source} must be int64 of the ids' length")
            if code not in self.units:
                raise ValueError(f"column {code} of {self.source} names no unit")


def combine(ask: Ask, tables: Sequence[Table]) -> tuple[dict[str, IntColumn], dict[str, str]]:
    """Add up the answers of several sources over ``ask.ids``; ids nobody spoke of count as zero.

    Two tables of one source with one code, or two units for one code, are a programming error (``ValueError``).
    """
    totals: dict[str, IntColumn] = {}
    units: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for table in tables:
        where = np.searchsorted(ask.ids, table.ids)
        if table.ids.size and not bool(np.all(ask.ids[np.minimum(where, ask.ids.size - 1)] == table.ids)):
            raise ValueError(f"{table.source} answered about employments that were not asked for")
        for code, column in table.columns.items():
            if (table.source, code) in seen:
                raise ValueError(f"{table.source} answered {code} twice")
            seen.add((table.source, code))
            if units.setdefault(code, table.units[code]) != table.units[code]:
                raise ValueError(f"{code} comes in {units[code]} and in {table.units[code]}")
            total = totals.setdefault(code, np.zeros(ask.ids.size, dtype=np.int64))
            total[where] += column
    return totals, units
