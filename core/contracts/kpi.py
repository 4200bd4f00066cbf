"""What modules tell of figures that people and departments are measured by (KPIs): sources, and a bulk question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np

from core.base.period import Period
from core.base.text import Text
from core.contracts.columnar import IntColumn

#: What one number of a source is about: an employment, a unit with all below it, or a company (legal entity).
Grain = Literal["person", "unit", "company"]
#: ``money`` in minor units, ``rate`` in millionths, ``days`` in hundredths, ``minutes`` and ``count`` as they are.
KpiUnit = Literal["money", "rate", "days", "minutes", "count"]


@dataclass(frozen=True, slots=True)
class KpiSource:
    """A number that a module can tell of any period, for formulas of figures.

    ``key`` is the name formulas use, the module's name, ``_`` and a word: ``attendance_late_count``. ``unit`` says what
    the integers are, ``grain`` what one is about. ``direction`` says which way is better where there is one. ``sums``:
    the numbers of people may be added up to that of a unit or company, and those of months to a quarter's; a rate
    never may.
    """

    key: str
    title: Text
    unit: KpiUnit
    grain: Grain = "person"
    direction: Literal["up", "down"] = "up"
    sums: bool = True

    def __post_init__(self) -> None:
        if not self.key.isidentifier():
            raise ValueError(f"the key {self.key!r} of a source is a name for formulas: letters, digits and _")
        if self.unit == "rate" and self.sums:
            raise ValueError(f"{self.key}: rates do not add up, so sums=False")


@dataclass(frozen=True, slots=True)
class KpiAsk:
    """The question what sources were in a period, for many at once.

    ``ids`` are sorted distinct ids of employments, units or legal entities, as ``grain`` says; ``keys`` the sources
    that are wanted; ``as_of`` the last day that counts, in a period that still runs.
    """

    ids: IntColumn
    grain: Grain
    period: Period
    as_of: date
    keys: Collection[str]

    def __post_init__(self) -> None:
        if self.ids.dtype != np.int64 or (self.ids.size and not bool(np.all(np.diff(self.ids) > 0))):
            raise ValueError("the ids of a KpiAsk are sorted distinct int64")


@dataclass(frozen=True, slots=True)
class KpiRowsAsk:
    """The question what a number of a source is made of: one source, one employment, unit or company, one period.

    At most ``most`` rows are wanted; ``as_of`` as in ``KpiAsk``.
    """

    key: str
    grain: Grain
    id: int
    period: Period
    as_of: date
    most: int = 200


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One thing behind a number: what it is called, what it adds to the number in the unit of its source, on which day,
    and its page (an endpoint and the numbers of its address) where it has one.
    """

    title: str
    value: int
    day: date
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KpiRows:
    """What a number is made of: ``total`` things in all, and those of them that the reader may see, newest first."""

    total: int
    rows: Sequence[KpiRow]
