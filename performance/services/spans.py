"""Months, quarters and years that figures are kept for."""

from __future__ import annotations

from datetime import date

from performance.text import _
from remit.base import Month, Period
from remit.text import Text

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def span_of(kind: str, day: date) -> Period:
    """The month, quarter or year (``kind``) that a day lies in."""
    length = _MONTHS[kind]
    start = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(start, Month.of(start).shift(length).start)


def title_of(period: Period) -> Text:
    """What a month, quarter or year is called."""
    first = Month.of(period.start)
    length = 12 * (period.end.year - first.year) + period.end.month - first.month
    if length == 1:
        return first.title
    if length == 12:
        return _("Year {year}", year=first.year)
    return _("Quarter {number} of {year}", number=(first.month + 2) // 3, year=first.year)
