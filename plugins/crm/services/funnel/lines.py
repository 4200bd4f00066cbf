"""The lines of a funnel: what is counted for each, and the ratios that follow. Ratios are exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from plugins.crm.services.following.contacting import months_after

By = Literal["channel", "campaign", "owner", "unit", "month"]
#: What is spent or earned in another currency is not counted.
CURRENCY = "CNY"


@dataclass(slots=True)
class Line:
    """One line of the funnel. Money in minor units; ``spend``, ``paid``, ``people`` and ``exposure`` are None where
    they are not told. ``spend`` is what was approved, ``paid`` what is known to have gone out, ``people`` the share of
    the line in what those who worked on the leads cost.

    ``key`` is the id of what the line is about, the first day of a month as its ordinal, None for what has none.
    """

    key: int | None = None
    leads: int = 0
    marketing: int = 0
    touched: int = 0
    sales: int = 0
    customers: int = 0
    revenue: int = 0
    orders: int = 0
    renewals: int = 0
    renewed: int = 0
    spend: Fraction | None = None
    exposure: Fraction | None = None
    paid: Fraction | None = None
    people: Fraction | None = None

    def add(self, other: Line) -> None:
        """Take another line into this one."""
        for name in ("leads", "marketing", "touched", "sales", "customers", "revenue", "orders", "renewals", "renewed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("spend", "exposure", "paid", "people"):
            if getattr(other, name) is not None:
                setattr(self, name, (getattr(self, name) or Fraction(0)) + getattr(other, name))

    @property
    def conversion(self) -> Fraction | None:
        """Customers of leads."""
        return _part(self.customers, self.leads)

    @property
    def cost_per_lead(self) -> Fraction | None:
        """Spending of a lead, in minor units."""
        return _part(self.spend, self.leads)

    @property
    def cac(self) -> Fraction | None:
        """Spending of a customer, in minor units."""
        return _part(self.spend, self.customers)

    @property
    def roas(self) -> Fraction | None:
        """Revenue of what was spent."""
        return _part(Fraction(self.revenue), self.spend) if self.spend else None

    @property
    def roi(self) -> Fraction | None:
        """What was earned above what was spent, of what was spent."""
        return (self.revenue - self.spend) / self.spend if self.spend else None

    @property
    def roi_people(self) -> Fraction | None:
        """As ``roi``, with what people cost counted as spent."""
        if self.spend is None or self.people is None:
            return None
        return _part(self.revenue - self.spend - self.people, self.spend + self.people)


@dataclass(frozen=True, slots=True)
class Funnel:
    """The lines of one view, their sum, and the middle time of each stage in seconds."""

    by: By
    lines: Sequence[Line]
    total: Line
    stages: Mapping[str, int] = field(default_factory=dict)
    #: Whether the reader may know what campaigns cost.
    costs_told: bool = False
    campaigns: Mapping[int, str] = field(default_factory=dict)
    #: How many leads of each campaign stand in each line.
    leads_of: Mapping[int, Mapping[int | None, int]] = field(default_factory=dict)


def _part(part: Fraction | int | None, whole: Fraction | int | None) -> Fraction | None:
    return Fraction(part) / whole if part is not None and whole else None


def months_of(since: date, until: date) -> list[date]:
    """The first days of the months a period touches."""
    found = [since.replace(day=1)]
    while months_after(found[-1], 1) < until:
        found.append(months_after(found[-1], 1))
    return found
