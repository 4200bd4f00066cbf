"""Statutory annual leave by cumulative years of work.

职工带薪年休假条例 (国务院令第514号): five days from one year of work on, ten from ten, fifteen from twenty,
with whatever employers (第三条); none in a year of long sick leave or of twenty days of paid personal leave (第四条).
企业职工带薪年休假实施办法 (人社部令第1号): whoever joins or leaves gets calendar days here / 365 x the days of a
year, and less than a whole day is dropped (第五条, 第十二条). Days are hundredths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FULL = 100


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many whole years of work on, so many days a year; none after so many months of sick leave."""

    from_years: int
    days: int
    sick_months: int


@dataclass(frozen=True, slots=True)
class AnnualLeave:
    """The numbers of the law. ``days`` of the tiers and ``personal_days`` are hundredths of a day."""

    tiers: Sequence[Tier]
    eligible_months: int
    year_days: int
    month_days: int
    personal_days: int

    def tier(self, since: date, day: date) -> Tier | None:
        """The tier somebody has reached on a day who has worked since another; None before the first."""
        years = whole_years(since, day)
        return next((tier for tier in reversed(self.tiers) if tier.from_years <= years), None)

    def eligible_from(self, since: date) -> date:
        """The first day with a right to leave: when the first twelve months are over."""
        return months_later(since, self.eligible_months)

    def share(self, days_here: int, yearly: int) -> int:
        """What of a year's days belongs to so many calendar days here, in whole days."""
        return min(yearly, days_here * yearly // (self.year_days * FULL) * FULL)

    def entitlement(
        self, year: int, since: date, hired: date, left: date, *, sick: int = 0, personal: int = 0
    ) -> int:
        """The days of a calendar year for an employment ``[hired, left)`` of somebody at work since ``since``.

        The years of work reached on the last day here in that year count. Before twelve months are over there is no
        leave; in the year in which they are, the days that remain are counted as for whoever joins.
        """
        first = max(hired, date(year, 1, 1), self.eligible_from(since))
        end = min(left, date(year + 1, 1, 1))
        if first >= end:
            return 0
        tier = self.tier(since, date.fromordinal(end.toordinal() - 1))
        if tier is None or sick >= tier.sick_months * self.month_days * FULL or personal >= self.personal_days:
            return 0
        if (first, end) == (date(year, 1, 1), date(year + 1, 1, 1)):
            return tier.days
        return self.share((end - first).days, tier.days)


def whole_years(since: date, day: date) -> int:
    """Whole years from one day to another; who began on 29 February completes a year on 1 March."""
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the first of the month after where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
