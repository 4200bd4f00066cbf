"""Days, months and periods. Every period is half-open: the start belongs to it, the end does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.base.errors import DomainError
from core.base.text import Text, catalogue

_ = catalogue("base")

#: The open end of a dated row; imports may write it as 9999-01-01 or leave it empty.
FOREVER = date(9999, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open run of days ``[start, end)``. Empty and reversed periods cannot exist."""

    start: date
    end: date = FOREVER

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise DomainError(
                "period.empty",
                _("The end {end} must be after the start {start}.", start=self.start, end=self.end),
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def overlap(self, other: Period) -> Period | None:
        """The days both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def each_day(self) -> list[date]:
        """Every day of the period in order."""
        return [self.start + timedelta(days=n) for n in range(self.days)]


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written ``2026-10``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-10``; anything else is a ``DomainError`` that shows the form."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
        if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) < 9999:
            raise DomainError(
                "month.format", _("{text} is not a month; write it as 2026-10.", text=repr(text)), "month"
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def period(self) -> Period:
        """The month as a half-open period."""
        return Period(self.start, self.next().start)

    def next(self) -> Month:
        """The month after."""
        return self.shift(1)

    def previous(self) -> Month:
        """The month before."""
        return self.shift(-1)

    def shift(self, months: int) -> Month:
        """The month so many months later (or earlier)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def title(self) -> Text:
        """The month in a sentence or a heading: ``2026 年 10 月``, ``October 2026``."""
        names = (
            _("January {year}", year=self.year), _("February {year}", year=self.year),
            _("March {year}", year=self.year), _("April {year}", year=self.year), _("May {year}", year=self.year),
            _("June {year}", year=self.year), _("July {year}", year=self.year), _("August {year}", year=self.year),
            _("September {year}", year=self.year), _("October {year}", year=self.year),
            _("November {year}", year=self.year), _("December {year}", year=self.year),
        )  # fmt: skip
        return names[self.month - 1]

    @property
    def number(self) -> int:
        """The month as one integer, 202610, as it is stored."""
        return self.year * 100 + self.month

    @classmethod
    def from_number(cls, number: int) -> Month:
        """The month of a stored integer such as 202610."""
        return cls(number // 100, number % 100)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
