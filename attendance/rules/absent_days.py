"""How many days a leave is, with half days at its ends.

A day has two halves, ``MORNING`` and ``AFTERNOON``. A leave runs from a half of its first day to a half of its last,
both included, so ``Span(d, AFTERNOON, d, AFTERNOON)`` is one afternoon. Amounts are hundredths of a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MORNING, AFTERNOON = 1, 2
FULL, HALF = 100, 50


@dataclass(frozen=True, slots=True)
class Span:
    """From the half ``begins`` of ``first`` to the half ``ends`` of ``last``, both included."""

    first: date
    begins: int
    last: date
    ends: int

    def __post_init__(self) -> None:
        """Refuse what is no half and what ends before it begins; raises ValueError."""
        if self.begins not in (MORNING, AFTERNOON) or self.ends not in (MORNING, AFTERNOON):
            raise ValueError("a day has a morning and an afternoon")
        if (self.last, self.ends) < (self.first, self.begins):
            raise ValueError("a leave ends after it begins")

    @property
    def whole(self) -> bool:
        """Whether it consists of whole days."""
        return self.begins == MORNING and self.ends == AFTERNOON

    def days(self) -> Iterator[date]:
        """Its days, whole or not."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)

    def halves(self, day: date) -> tuple[int, int]:
        """The first and the last half of one of its days that it covers."""
        return self.begins if day == self.first else MORNING, self.ends if day == self.last else AFTERNOON

    def share(self, day: date) -> int:
        """How much of one of its days it covers: a whole or a half."""
        first, last = self.halves(day)
        return HALF * (last - first + 1)

    def meets(self, other: Span) -> bool:
        """Whether both cover some half day."""
        return (self.first, self.begins) <= (other.last, other.ends) and (
            (other.first, other.begins) <= (self.last, self.ends)
        )

    def stretches(self) -> list[tuple[date, date, int, int]]:
        """Runs of days with the same halves, as (first day, day after the last, first half, last half)."""
        found: list[tuple[date, date, int, int]] = []
        for day in self.days():
            after, halves = day + timedelta(days=1), self.halves(day)
            if found and found[-1][2:] == halves == (MORNING, AFTERNOON):
                found[-1] = (found[-1][0], after, *halves)
            else:
                found.append((day, after, *halves))
        return found


def count(span: Span, counts: Sequence[bool]) -> list[tuple[date, int]]:
    """The days of a leave that count, with how much of each: ``counts`` says it for every day of the span.

    A half of a day that does not count is nothing, and takes nothing off the others. Raises ValueError where ``counts``
    is of another length.
    """
    days = list(span.days())
    if len(days) != len(counts):
        raise ValueError("say of each day of the leave whether it counts")
    return [(day, span.share(day)) for day, one in zip(days, counts, strict=True) if one]
