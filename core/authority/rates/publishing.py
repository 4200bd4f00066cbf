"""Publishing rates and setting the policy: the only ways either changes, each by an authority of its own.

A rate moves what limits allow, so whoever publishes one is kept on record, and lists keep the two apart where they
want to (``person_holds``: ``authority.rate:publish`` and what is decided by it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.authority.actions import PUBLISH_RATE, SET_RATE_POLICY
from core.authority.rates.models import ExchangeRate, RatePolicy
from core.authority.rates.table import ONE, policy_of, stale
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.money import CURRENCIES
from core.base.period import FOREVER
from core.base.text import Text, catalogue

_ = catalogue("authority")

_DECIMAL = re.compile(r"[0-9]{1,8}(\.[0-9]{1,10})?")
#: Of how many units of a currency banks state rates.
UNITS = (1, 10, 100, 1_000, 10_000)
MOST_AGE = 366
STATES = {
    "used": (_("In use"), "ok"), "stale": (_("Too old"), "warn"), "over": (_("Ended"), "bad"),
    "idle": (_("Not compared by"), "info"),
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a rate says before it is published: ``units`` of ``base`` are ``rate`` of ``quote`` from ``day`` on."""

    base: str
    quote: str
    units: int
    rate: int
    day: date
    until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A rate with what becomes of it on a day."""

    row: ExchangeRate
    state: str

    @property
    def last_day(self) -> date | None:
        """Its last day, None where it has none."""
        return None if self.row.valid_to == FOREVER else self.row.valid_to - timedelta(days=1)


def after(last_day: date | None) -> date | None:
    """The day on which a rate with a last day holds no more."""
    return None if last_day is None else last_day + timedelta(days=1)


def parsed(text: str) -> int:
    """A rate as people and banks write it, ``7.1000067``, in units of 10^-10.

    Raises ``DomainError`` for anything that is no positive decimal with at most eight digits before and ten after the
    point.
    """
    cleaned = text.strip()
    if not _DECIMAL.fullmatch(cleaned):
        raise DomainError("rate.format", _(
            "{text} is not a rate; write it as 7.1000067, with at most ten decimals.", text=repr(text)), "rate")
    whole, _point, fraction = cleaned.partition(".")
    found = int(whole) * ONE + int(fraction.ljust(10, "0"))
    if not found:
        raise DomainError("rate.zero", _("A rate is more than zero."), "rate")
    return found


def wrong(quoted: Quoted) -> tuple[str, Text] | None:
    """What cannot be published as it is: the field it is about and the reason; None where all is well."""
    for name, currency in (("base", quoted.base), ("quote", quoted.quote)):
        if currency not in CURRENCIES:
            return name, _("{code} is no currency of ISO 4217; write it as USD.", code=currency or "–")
    if quoted.base == quoted.quote:
        return "quote", _("A rate is between two currencies.")
    if quoted.units not in UNITS:
        return "units", _("A rate is of 1, 10, 100, 1,000 or 10,000 units.")
    if quoted.until is not None and quoted.until <= quoted.day:
        return "until", _("The last day lies before the first.")
    if not quoted.source.strip():
        return "source", _("Say where the rate is from, such as the central parity rate of the central bank.")
    return None


def publish(session: Session, actor: Actor, quoted: Quoted) -> ExchangeRate:
    """Publish a rate; one of the same pair and first day is corrected, which the audit log keeps.

    Raises ``Denied`` for whoever may not, ``DomainError`` with the field for what cannot be a rate.
    """
    require(session, actor, PUBLISH_RATE)
    refused = wrong(quoted)
    if refused is not None:
        raise DomainError(f"rate.{refused[0]}", refused[1], refused[0])
    return write(session, actor, quoted)


def write(session: Session, actor: Actor, quoted: Quoted) -> ExchangeRate:
    """The same for whoever has asked whether the actor may and looked at what the rate says."""
    row = found(session, quoted)
    if row is None:
        row = ExchangeRate(base=quoted.base, quote=quoted.quote, valid_from=quoted.day)
        session.add(row)
    elif same(row, quoted):
        return row
    row.units, row.rate, row.source = quoted.units, quoted.rate, quoted.source.strip()
    row.valid_to = quoted.until or FOREVER
    row.published_at, row.published_by_account_id = clock.now(), actor.account_id
    row.published_by_person_id = actor.person_id
    session.flush()
    return row


def found(session: Session, quoted: Quoted) -> ExchangeRate | None:
    """The rate that is published already for the pair from that day on."""
    row = ExchangeRate
    return session.scalars(select(row).where(
        row.base == quoted.base, row.quote == quoted.quote, row.valid_from == quoted.day
    )).one_or_none()  # fmt: skip


def same(row: ExchangeRate, quoted: Quoted) -> bool:
    """Whether a published rate says just this."""
    return (row.units, row.rate, row.source, row.valid_to) == (
        quoted.units, quoted.rate, quoted.source.strip(), quoted.until or FOREVER
    )


def set_policy(session: Session, actor: Actor, *, max_age_days: int | None, basis: str, day: date) -> RatePolicy:
    """Let amounts be compared by rates of at most so many days from a day on; None ends that.

    Raises ``Denied`` for whoever may not, ``DomainError`` for a day that is over, an age that is none, or no word what
    it rests on.
    """
    require(session, actor, SET_RATE_POLICY)
    if day < clock.today(actor.zone):
        raise DomainError("rate.policy_day", _("It holds from today on at the earliest."), "day")
    if max_age_days is not None and not 0 <= max_age_days <= MOST_AGE:
        raise DomainError("rate.policy_age", _("Write a number of days from 0 to {most}.", most=MOST_AGE),
                          "max_age_days")  # fmt: skip
    if not basis.strip():
        raise DomainError("rate.policy_basis", _("Say what it rests on, such as a rule or a resolution."), "basis")
    row = session.scalars(select(RatePolicy).where(RatePolicy.valid_from == day)).one_or_none()
    if row is None:
        row = RatePolicy(valid_from=day)
        session.add(row)
    row.max_age_days, row.basis, row.set_at = max_age_days, basis.strip(), clock.now()
    row.set_by_account_id, row.set_by_person_id = actor.account_id, actor.person_id
    session.flush()
    return row


def current(session: Session, day: date) -> tuple[RatePolicy | None, list[Shown]]:
    """The policy of a day, and the rate of each pair that governs it, by pair. Rates are told to whoever reads lists;
    they are no secret.
    """
    row = ExchangeRate
    latest = (
        select(row.base, row.quote, func.max(row.valid_from).label("day")).where(row.valid_from <= day)
        .group_by(row.base, row.quote).subquery()
    )
    rows = session.scalars(
        select(row).join(latest, (row.base == latest.c.base) & (row.quote == latest.c.quote)
                         & (row.valid_from == latest.c.day)).order_by(row.quote, row.base)
    )
    policy = policy_of(session, day)
    age = policy.max_age_days if policy is not None else None
    return policy, [Shown(one, _state(one, day, age)) for one in rows]


def _state(row: ExchangeRate, day: date, max_age_days: int | None) -> str:
    if row.valid_to <= day:
        return "over"
    if max_age_days is None:
        return "idle"
    return "stale" if stale(row.valid_from, day, max_age_days) else "used"


def history(session: Session, pair: tuple[str, str] | None = None, most: int = 60) -> list[ExchangeRate]:
    """The latest rates, of one pair in either direction where one is named, the newest first."""
    row = ExchangeRate
    statement = select(row)
    if pair is not None:
        one, other = pair
        statement = statement.where(or_((row.base == one) & (row.quote == other),
                                        (row.base == other) & (row.quote == one)))  # fmt: skip
    return list(session.scalars(statement.order_by(row.valid_from.desc(), row.id.desc()).limit(most)))
