"""What modules hand each other about overtime: what the law of a country says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: Kinds of day that laws tell apart.
OvertimeDay = Literal["workday", "restday", "holiday"]


@dataclass(frozen=True, slots=True)
class OvertimeLaw:
    """What the law of a country says of overtime on a day.

    ``rates`` is what an hour is paid by kind of day, in millionths of the usual wage. On days of the kinds ``in_lieu``
    time off may compensate it instead. ``day_minutes`` bounds what may be worked of the kinds ``day_kinds`` on one day,
    ``month_minutes`` that of ``month_kinds`` in a calendar month, without what time off compensates; None is no bound.
    ``source`` cites the articles.
    """

    country: str
    rates: Mapping[OvertimeDay, int]
    in_lieu: frozenset[OvertimeDay]
    day_minutes: int | None
    day_kinds: frozenset[OvertimeDay]
    month_minutes: int | None
    month_kinds: frozenset[OvertimeDay]
    source: str
