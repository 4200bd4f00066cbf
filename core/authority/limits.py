"""Limits of an entry: the most for one decision, and the most in total over a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from core.authority.rates.table import words
from core.authority.supposing import Supposed
from core.authority.wording import CAP_WORDS
from core.base import clock
from core.base.money import format_money
from core.base.text import Text, catalogue, listed
from core.db.session import WRITE
from core.kernel.specs import ActionDef, Facts, Likeness, Sibling, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy.orm import Session

    from core.access.decision import Compared
    from core.authority.held import Entry
    from core.authority.rates.table import Rates

_ = catalogue("authority")

#: The lock under which totals are compared on PostgreSQL; SQLite has one writer at a time anyway.
_LOCK = 0x434150

Refused = tuple[str, Text]
#: Where a session that judges the past keeps the moment it judges: what came later does not count.
AT = "authority_at"


def over(
    session: Session, action: ActionDef, entry: Entry, facts: Facts, obj: Any, rates: Rates
) -> Refused | None:
    """Why an entry does not carry the amount of an object, as code and sentence; None when it does.

    Limit and total both include their own number. An amount in another currency is compared by the rates of the day,
    where a policy lets it be.
    """
    if entry.limit_minor is None and entry.cap_minor is None:
        return None
    amount = rates.minor(facts.amount, facts.currency, entry.currency)
    if amount is None:
        return "CURRENCY_UNKNOWN", _unknown(entry, facts, rates)
    if entry.limit_minor is not None and amount > entry.limit_minor:
        by = compared(rates, entry, facts)
        return "OVER_LIMIT", _(
            "{amount} is more than {limit}, the limit of {entry} (list version {version}).",
            amount=words(by) if by is not None else _money(amount, entry),
            limit=_money(entry.limit_minor, entry), entry=entry.code, version=entry.list_version,
        )
    return _over_together(session, action, entry, amount, obj, rates) or _over_cap(
        session, action, entry, amount, obj, rates
    )


def _unknown(entry: Entry, facts: Facts, rates: Rates) -> Text:
    """Why an amount cannot be held against the limits of an entry."""
    said = _(
        "{entry} is limited in {currency}; the amount here is not in that currency.", entry=entry.code,
        currency=entry.currency,
    )
    if rates.max_age_days is None or facts.currency is None or entry.currency is None:
        return said
    return _("{said} It cannot be compared: {why}.", said=said, why=rates.missing(facts.currency, entry.currency))


def compared(rates: Rates, entry: Entry, facts: Facts) -> Compared | None:
    """By which rate an amount was held against the limits of an entry; None where it had not to be converted."""
    if entry.limit_minor is None and entry.cap_minor is None:
        return None
    return rates.compared(facts.amount, facts.currency, entry.currency)


def counted(found: Mapping[str | None, int], currency: str | None, rates: Rates) -> int | None:
    """Amounts by currency as one in minor units of ``currency``, each rounded up; None where one cannot be told."""
    known = [rates.minor(amount, one, currency) for one, amount in found.items() if amount]
    return None if None in known else sum(one for one in known if one is not None)


def _over_together(
    session: Session, action: ActionDef, entry: Entry, amount: int, obj: Any, rates: Rates
) -> Refused | None:
    """What was split into several counts as one against the limit, in whatever currencies; of what is only supposed
    nothing is known.
    """
    if entry.split_by is None or entry.split_days is None or entry.limit_minor is None or isinstance(obj, Supposed):
        return None
    if action.siblings is None:
        return "SPLIT_UNKNOWN", _(
            "{entry} counts together what belongs together, and nothing finds it for “{title}”.", entry=entry.code,
            title=action.title,
        )
    _hold(session)
    at: datetime | None = session.info.get(AT)
    since = (at or clock.now()) - timedelta(days=entry.split_days)
    found = action.siblings(session, Likeness(tuple(entry.split_by.split("+")), str(entry.currency), since, obj, at))
    each = [rates.minor(one.amount, _currency(one, entry), entry.currency) for one in found]
    total = amount + sum(one for one in each if one is not None)
    if total <= entry.limit_minor and None in each:
        other = found[each.index(None)]
        return "CURRENCY_UNKNOWN", _(
            "What counts together with this cannot be compared: {title} ({amount}), and {entry} is limited in "
            "{currency}.", title=other.title, entry=entry.code, currency=entry.currency,
            amount=_own(other, entry),
        )  # fmt: skip
    if total <= entry.limit_minor:
        return None
    return "AGGREGATE", _(
        "Together with {others} of the last {count} day this is {sum}, more than {limit}, the limit of {entry} (list "
        "version {version}).",
        "Together with {others} of the last {count} days this is {sum}, more than {limit}, the limit of {entry} (list "
        "version {version}).",
        others=listed(
            [_("{title} ({amount})", title=one.title, amount=_own(one, entry)) for one in found[:5]]
        ),
        count=entry.split_days, sum=_money(total, entry), limit=_money(entry.limit_minor, entry), entry=entry.code,
        version=entry.list_version,
    )  # fmt: skip


def _hold(session: Session) -> None:
    """Whoever decides under a total waits for whoever is about to, and then sees what that one used up."""
    if session.info.get(WRITE) and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _over_cap(
    session: Session, action: ActionDef, entry: Entry, amount: int, obj: Any, rates: Rates
) -> Refused | None:
    if entry.cap_minor is None or entry.cap_period is None:
        return None
    if action.used is None:
        return "CAP_UNKNOWN", _(
            "{entry} is limited in total, and nothing counts “{title}”.", entry=entry.code, title=action.title
        )
    used = 0
    if not (isinstance(obj, Supposed) and obj.alone):
        _hold(session)
        at: datetime | None = session.info.get(AT)
        since, until = period(entry.cap_period, at or clock.now())
        found = action.used(session, Usage(entry.code, str(entry.currency), since, at or until, obj))
        known = counted(found, entry.currency, rates)
        if known is None:
            return "CURRENCY_UNKNOWN", _(
                "{entry} is limited in total in {currency}, and what was decided under it in other currencies cannot "
                "be compared.", entry=entry.code, currency=entry.currency,
            )  # fmt: skip
        used = known
    if used + amount <= entry.cap_minor:
        return None
    return "CAP_EXCEEDED", _(
        "With {amount} more, {entry} would come to {sum}; its total is {total} {period}, {rest} is left.",
        amount=_money(amount, entry), entry=entry.code, sum=_money(used + amount, entry),
        period=CAP_WORDS[entry.cap_period], total=_money(entry.cap_minor, entry),
        rest=_money(max(entry.cap_minor - used, 0), entry),
    )


def period(kind: str, at: datetime) -> tuple[datetime, datetime]:
    """The day, week (from Monday), month, quarter or year an instant lies in, in the organisation's time zone."""
    zone = ZoneInfo(clock.DEFAULT_ZONE)
    day = at.astimezone(zone).date()
    first, end = _days(kind, day)
    return tuple(datetime.combine(one, time(), zone).astimezone(UTC) for one in (first, end))  # type: ignore[return-value]


def _days(kind: str, day: date) -> tuple[date, date]:
    if kind == "day":
        return day, day + timedelta(days=1)
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    begin = (day.month - 1) // months * months
    end = day.year * 12 + begin + months
    return date(day.year, begin + 1, 1), date(end // 12, end % 12 + 1, 1)


def _currency(one: Sibling, entry: Entry) -> str | None:
    return entry.currency if one.currency is None else one.currency


def _own(one: Sibling, entry: Entry) -> str:
    return format_money(one.amount, currency=_currency(one, entry) or "CNY", symbol=True)


def _money(minor: int, entry: Entry) -> str:
    return format_money(minor, currency=entry.currency or "CNY", symbol=True)
