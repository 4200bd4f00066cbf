"""The rates of one day as a snapshot holds them, and amounts compared by them.

An amount is only ever compared with a limit from above: what it comes to is rounded up to the minor unit of the limit's
currency, so that a limit never permits more than it says. Where no rate holds, or only one that is older than the
policy allows, the amount is unknown, and unknown never permits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Compared
from core.authority.rates.models import ExchangeRate, RatePolicy
from core.base.money import div_round, format_money, minor_per_major
from core.base.text import Text, catalogue

_ = catalogue("authority")

#: What a rate of one is stored as: ten decimals.
ONE = 10**10
#: So many days beyond what the policy allows a rate is still told as too old; an older one is none.
_REMEMBERED = 92


@dataclass(frozen=True, slots=True)
class Rate:
    """``units`` of ``base`` are ``rate`` / 10^10 of ``quote`` from a day on, until ``until`` excluded."""

    base: str
    quote: str
    units: int
    rate: int
    day: date
    until: date
    source: str

    @property
    def decimal(self) -> str:
        """The rate as it was published, without zeros at its end."""
        return decimal(self.rate)

    @property
    def words(self) -> str:
        """The rate with what it is of: ``100 JPY = 4.7713 CNY``."""
        return f"{self.units} {self.base} = {self.decimal} {self.quote}"


def decimal(rate: int) -> str:
    """A stored rate as a decimal without zeros at its end: ``7.1000067``."""
    whole, rest = divmod(rate, ONE)
    return f"{whole}" + (f".{rest:010d}".rstrip("0") if rest else "")


@dataclass(frozen=True, slots=True)
class _Way:
    """From one currency to another: minor units times ``numerator`` / ``denominator``, by a rate as published."""

    numerator: int
    denominator: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class Rates:
    """The latest rates of a day by pair, and the ways that the policy lets amounts be compared by.

    Without a policy there are no ways. A rate is used in both directions; one published for the very direction goes
    before its opposite.
    """

    day: date | None = None
    max_age_days: int | None = None
    latest: Mapping[tuple[str, str], Rate] = field(default_factory=dict)
    ways: Mapping[tuple[str, str], _Way] = field(default_factory=dict)

    def minor(self, amount: int | None, currency: str | None, wanted: str | None) -> int | None:
        """Minor units of the currency that is wanted, rounded up; None where it cannot be told."""
        if amount is None or currency is None or wanted is None:
            return None
        if currency == wanted:
            return amount
        way = self.ways.get((currency, wanted))
        return div_round(amount * way.numerator, way.denominator, "ceil") if way is not None else None

    def compared(self, amount: int | None, currency: str | None, wanted: str | None) -> Compared | None:
        """What an amount in another currency comes to and by which rate; None where nothing had to be converted, or it
        cannot be told.
        """
        way = self.ways.get((currency or "", wanted or ""))
        minor = self.minor(amount, currency, wanted)
        if way is None or amount is None or minor is None or currency is None or wanted is None:
            return None
        rate = way.rate
        shown = rate.decimal if rate.units == 1 and rate.base == currency else rate.words
        return Compared(amount, currency, minor, wanted, shown, rate.day, rate.source)

    def missing(self, currency: str, wanted: str) -> Text:
        """Why an amount cannot be compared."""
        if self.max_age_days is None:
            return _("no policy lets it be compared by exchange rates")
        found = [rate for pair, rate in self.latest.items() if pair in ((currency, wanted), (wanted, currency))]
        rate = max(found, key=lambda one: one.day, default=None)
        if rate is None or self.day is None or rate.until <= self.day:
            return _("there is no exchange rate of {currency} and {wanted} for {day}", currency=currency, wanted=wanted,
                     day=self.day)  # fmt: skip
        return _(
            "the last exchange rate ({rate}) is of {day}, older than the {count} day that the policy allows",
            "the last exchange rate ({rate}) is of {day}, older than the {count} days that the policy allows",
            rate=rate.words, day=rate.day, count=self.max_age_days,
        )


def made_of(day: date, max_age_days: int | None, rows: Iterable[Rate]) -> Rates:
    """The table of a day from rates that begin on it or before; the latest of each pair governs, also where it has
    ended.
    """
    latest: dict[tuple[str, str], Rate] = {}
    for row in rows:
        pair = row.base, row.quote
        if pair not in latest or latest[pair].day < row.day:
            latest[pair] = row
    usable = [row for row in latest.values() if row.until > day and not stale(row.day, day, max_age_days)]
    ways = {(row.quote, row.base): _way(row, turned=True) for row in usable}
    ways |= {(row.base, row.quote): _way(row, turned=False) for row in usable}
    return Rates(day, max_age_days, latest, ways)


def stale(of: date, day: date, max_age_days: int | None) -> bool:
    """Whether a rate of one day is too old on another; without a policy every rate is."""
    return max_age_days is None or (day - of).days > max_age_days


def _way(row: Rate, *, turned: bool) -> _Way:
    base, quote = ONE * row.units * minor_per_major(row.base), row.rate * minor_per_major(row.quote)
    return _Way(base, quote, row) if turned else _Way(quote, base, row)


def policy_of(session: Session, day: date) -> RatePolicy | None:
    """The policy that governs a day; None where none was ever set."""
    statement = select(RatePolicy).where(RatePolicy.valid_from <= day)
    return session.scalars(statement.order_by(RatePolicy.valid_from.desc()).limit(1)).first()


def read(session: Session, day: date) -> Rates:
    """What a snapshot holds of a day: one statement, two where a policy lets limits be compared."""
    policy = policy_of(session, day)
    if policy is None or policy.max_age_days is None:
        return Rates(day)
    since = day - timedelta(days=policy.max_age_days + _REMEMBERED)
    return made_of(day, policy.max_age_days, rows_of(session, since, day))


def rows_of(session: Session, since: date, day: date) -> list[Rate]:
    """Rates that begin in a stretch of days, both included."""
    row = ExchangeRate
    found: Any = session.execute(
        select(row.base, row.quote, row.units, row.rate, row.valid_from, row.valid_to, row.source)
        .where(row.valid_from.between(since, day))
    )
    return [Rate(*one) for one in found]


def words(compared: Compared) -> Text:
    """What an amount came to and by what: ``USD 1,500.00 = CNY 10,650.02 at 7.1000067 of 2026-03-02``."""
    return _(
        "{amount} = {minor} at {rate} of {day} ({source})",
        amount=_money(compared.amount, compared.currency), minor=_money(compared.minor, compared.wanted),
        rate=compared.rate, day=compared.day, source=compared.source,
    )


def _money(minor: int, currency: str) -> str:
    return f"{currency} {format_money(minor, currency=currency)}"
