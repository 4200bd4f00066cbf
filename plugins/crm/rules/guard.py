"""When a campaign has become too dear: what it cost for each qualified lead and for each customer, day by day.

Only leads that are ``wait_days`` old are looked at, and what was spent until the day they came: a customer takes his
time, and money of yesterday cannot have won one yet. Below ``least_leads`` such leads nothing is said. Where nobody is
qualified or has bought, one costs at least what was spent. A limit is passed by what is above it; to reach it is
allowed. Comparisons are of whole numbers, nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Literal

Measure = Literal["lead", "customer"]
MEASURES: tuple[Measure, ...] = ("lead", "customer")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one qualified lead and one customer may cost, in minor units; None sets no limit. ``least_leads`` is how
    many leads it takes before anything is said, ``wait_days`` how old they must be.
    """

    per_lead: int | None
    per_customer: int | None
    least_leads: int = 1
    wait_days: int = 0

    def most(self, measure: Measure) -> int | None:
        """The limit of a measure."""
        return self.per_lead if measure == "lead" else self.per_customer


@dataclass(frozen=True, slots=True)
class Taken:
    """A lead: the day it came, and those on which it was qualified and became a customer, where it did."""

    came: date
    qualified: date | None = None
    won: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a campaign at the end of a day: minor units spent on ``leads`` that are old enough, how many of
    these are ``qualified`` and how many are ``customers`` by then.
    """

    day: date
    spent: int
    leads: int
    qualified: int
    customers: int

    def count(self, measure: Measure) -> int:
        """How many there are of what a measure counts."""
        return self.qualified if measure == "lead" else self.customers

    def cost(self, measure: Measure) -> Fraction | None:
        """Minor units for each of them; None where there is none yet."""
        count = self.count(measure)
        return Fraction(self.spent, count) if count else None

    def passes(self, measure: Measure, limits: Limits) -> bool:
        """Whether it costs more than the limit allows, and enough leads have come to say so."""
        most = limits.most(measure)
        return most is not None and self.leads >= limits.least_leads and self.spent > most * max(self.count(measure), 1)


class Course:
    """The course of one campaign: what was spent on which days, and its leads. Asked for any day."""

    def __init__(self, spent: Iterable[tuple[date, int]], leads: Iterable[Taken], limits: Limits) -> None:
        """``spent`` are days with minor units, in any order."""
        self.limits = limits
        wait = timedelta(days=limits.wait_days)
        paid = sorted((day + wait, amount) for day, amount in spent)
        taken = list(leads)
        self._paid_on = [day for day, _amount in paid]
        self._paid = [0, *accumulate(amount for _day, amount in paid)]
        self._came = sorted(one.came + wait for one in taken)
        # One counts from the day on which it is both old enough and so far.
        self._qualified = sorted(max(one.came + wait, one.qualified) for one in taken if one.qualified is not None)
        self._won = sorted(max(one.came + wait, one.won) for one in taken if one.won is not None)

    def on(self, day: date) -> Standing:
        """What is known at the end of a day."""
        return Standing(
            day, self._paid[bisect_right(self._paid_on, day)], bisect_right(self._came, day),
            bisect_right(self._qualified, day), bisect_right(self._won, day),
        )

    def days(self, first: date, last: date) -> Iterator[Standing]:
        """One day after the other, both included."""
        while first <= last:
            yield self.on(first)
            first += _DAY


@dataclass(frozen=True, slots=True)
class Alarm:
    """The first day on which a measure passed its limit."""

    measure: Measure
    standing: Standing


def alarms(standings: Sequence[Standing], limits: Limits) -> list[Alarm]:
    """On which day the guard would have spoken first, for each measure that passes its limit on any of the days."""
    found = []
    for measure in MEASURES:
        first = next((one for one in standings if one.passes(measure, limits)), None)
        if first is not None:
            found.append(Alarm(measure, first))
    return sorted(found, key=lambda one: one.standing.day)
