"""What is used up of the totals of entries and what is left, for whoever holds them: asked as a decision asks, without
its lock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import checks, limits
from core.authority.engine import ListEngine
from core.authority.held import EVERYBODY, STEPS
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.rates import table
from core.authority.rates.table import Rates
from core.authority.reading import in_force
from core.base import clock
from core.base.money import format_money
from core.base.text import Text, catalogue
from core.kernel import state
from core.kernel.house import of as house_of
from core.kernel.specs import ActionDef, Usage
from core.org.models import Position

_ = catalogue("authority")

#: "This month", as what was used is told.
_PERIODS = {
    "day": _("today"), "week": _("this week"), "month": _("this month"), "quarter": _("this quarter"),
    "year": _("this year"),
}


@dataclass(frozen=True, slots=True)
class Rest:
    """A total of an entry for one action: how much of it is used up in the period that is running, in minor units."""

    title: Text
    currency: str
    total: int
    used: int
    period: Text

    @property
    def left(self) -> int:
        """What may still be decided; never below zero."""
        return max(self.total - self.used, 0)

    @property
    def scarce(self) -> bool:
        """Whether less than a fifth is left."""
        return self.left * 5 < self.total

    @property
    def used_words(self) -> str:
        """What is used up, with the sign of the currency."""
        return self._words(self.used)

    @property
    def left_words(self) -> str:
        """What is left, with the sign of the currency."""
        return self._words(self.left)

    def _words(self, minor: int) -> str:
        return format_money(minor, currency=self.currency, symbol=True).removesuffix(".00")


def of_posts(session: Session, positions: Collection[int], day: date) -> dict[str, dict[str, list[Rest]]]:
    """The totals of some posts' entries and of those for everybody, by post code (``ALL``) and the entry's code.

    One statement, and one for each action with a total: what it comes to is counted by the module whose action it is.
    A total that nothing counts is left out, as is one of a module that is off, and one that was used in a currency
    which cannot be compared on the day.
    """
    if not positions:
        return {}
    rows = session.execute(
        select(AuthorityEntry, Position.code)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
        .where(
            in_force(day), AuthorityEntry.cap_minor.is_not(None), AuthorityEntry.effect == "grant",
            AuthorityEntry.power.not_in(STEPS), AuthorityEntry.account_id.is_(None),
            AuthorityEntry.position_id.in_(positions) | AuthorityEntry.position_id.is_(None),
        )
    )
    registry, on = house_of(session).registry, state.read(session)
    counted = {action.key for action in registry.of("actions", on) if action.used is not None}
    found: dict[str, dict[str, list[Rest]]] = {}
    for entry, code in rows:
        post = code or EVERYBODY
        every = [
            _rest(session, entry, f"{post}.{entry.code}", action, day)
            for action in checks.named(registry, entry.action) if action.key in counted
        ]
        rests = [rest for rest in every if rest is not None]
        if rests:
            found.setdefault(post, {})[entry.code] = rests
    return found


def counting(session: Session) -> frozenset[str]:
    """Decisions of which one may change who takes the next: an entry in force has a total, counts together what
    belongs together, or holds under a condition. One statement in an epoch and day.
    """
    engine: ListEngine = session.info["authority"]
    snapshot = engine.on_day(session, None)
    found: frozenset[str] | None = snapshot.made.get(counting)
    if found is None:
        rows = session.execute(
            select(AuthorityEntry.action, AuthorityEntry.cap_minor, AuthorityEntry.split_by, AuthorityEntry.conditions)
            .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            .where(in_force(snapshot.day))
        )
        registry = house_of(session).registry
        patterns = {action for action, cap, split, when in rows if cap is not None or split is not None or when}
        every = (one for pattern in patterns for one in checks.named(registry, pattern))
        found = frozenset(one.key for one in every if one.power == "decide")
        snapshot.made[counting] = found
    return found


def _rest(session: Session, entry: AuthorityEntry, citation: str, action: ActionDef, day: date) -> Rest | None:
    assert action.used is not None, "only actions that are counted are asked"
    assert entry.cap_minor is not None
    assert entry.cap_period is not None, "a total names its period"
    since, until = limits.period(entry.cap_period, clock.now())
    found = action.used(session, Usage(citation, str(entry.currency), since, until))
    rates = Rates() if set(found) <= {entry.currency} else table.read(session, day)
    used = limits.counted(found, entry.currency, rates)
    if used is None:
        return None
    return Rest(action.title, str(entry.currency), entry.cap_minor, used, _PERIODS[entry.cap_period])
