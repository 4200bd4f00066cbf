"""What modules hand each other about leave, in bulk: what the law gives, and who is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from core.base.period import Period
from core.contracts.columnar import IntColumn

#: The ordinal of a day that is not known.
UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class LeaveAsk:
    """The question what leave many employments are entitled to in a calendar year.

    All columns have the length of ``ids``, which are employment ids, sorted and distinct. ``since`` is the first day of
    work with whatever employer, ``hired`` the first day here, ``left`` the day after the last one here, all as
    ``date.toordinal`` counts; ``since`` is ``UNKNOWN`` where nobody knows it. ``sick`` and ``personal`` are days of
    sick leave and of paid personal leave in the year, in hundredths. ``countries`` are codes such as ``CN``. ``as_of``
    is the day whose rules count.
    """

    ids: IntColumn
    year: Period
    as_of: date
    since: IntColumn
    hired: IntColumn
    left: IntColumn
    sick: IntColumn
    personal: IntColumn
    countries: Sequence[str]

    def __post_init__(self) -> None:
        if self.ids.size and not bool(np.all(np.diff(self.ids) > 0)):
            raise ValueError("the ids of a LeaveAsk are sorted and distinct")
        columns = (self.since, self.hired, self.left, self.sick, self.personal)
        if any(column.shape != self.ids.shape for column in columns) or len(self.countries) != self.ids.size:
            raise ValueError("the columns of a LeaveAsk have the length of its ids")


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of time of many employments: ``[start, end)`` in minutes since 1970 UTC, sorted by ``ids``.

    An id stands as often as it has stretches. ``kinds`` says what each is, as a number of ``words``; others may know
    that somebody is away without knowing why, so whoever shows it asks for authority first.
    """

    source: str
    ids: IntColumn
    start: IntColumn
    end: IntColumn
    kinds: IntColumn
    words: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(column.shape != self.ids.shape for column in (self.start, self.end, self.kinds)):
            raise ValueError(f"the columns of the spans of {self.source} have the length of their ids")
        if self.ids.size and not bool(np.all(np.diff(self.ids) >= 0)):
            raise ValueError(f"the spans of {self.source} are sorted by id")
        if not bool(np.all(self.start < self.end)):
            raise ValueError(f"a span of {self.source} ends before it begins")
