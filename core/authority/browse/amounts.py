"""Which entries carry an amount: by their limit, their total and what they say about the amount itself.

Limit and total are compared in the database; conditions are few different texts, read here and named to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.coverage.cells import AMOUNT, values_of
from core.authority.coverage.world import EntryRow, World
from core.authority.held import ANY_ACTION, STEPS
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.reading import in_force
from core.base.errors import DomainError
from core.base.money import parse_money
from core.base.text import catalogue
from core.kernel.registry import Registry

_ = catalogue("authority")

#: What an amount is in that names no currency.
USUAL = "CNY"
_CURRENCY = re.compile(r"(.*?)\s*([A-Za-z]{3})")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units."""

    minor: int
    currency: str


def read(text: str) -> Amount:
    """An amount as people write it: ``12,000``, ``¥12,000.00``, ``1500 USD``.

    Raises ``DomainError`` for what is none.
    """
    found = _CURRENCY.fullmatch(text.strip())
    digits, currency = (found[1], found[2].upper()) if found else (text, USUAL)
    return Amount(parse_money(digits, currency), currency)


def carrying(
    session: Session, registry: Registry, day: date, may: ColumnElement[bool], amount: Amount, *,
    action: str, written: Collection[str],
) -> list[ColumnElement[bool]]:
    """Conditions on entries that leave those by which an amount can be decided; at most one statement.

    ``written`` are the actions as the entries asked about write them, ``action`` the key that was asked for, "" for
    any. Without one only entries count that are about amounts at all. Raises ``DomainError`` for an action that is
    about no amount.
    """
    declared = registry.actions.get(action)
    if declared is not None and not declared.amount:
        raise DomainError("authority.amount", _("“{title}” is about no amount.", title=declared.title), "amount")
    terms: list[ColumnElement[bool]] = [
        AuthorityEntry.effect == "grant", AuthorityEntry.power.not_in(STEPS),
        *(
            or_(column.is_(None), and_(AuthorityEntry.currency == amount.currency, column >= amount.minor))
            for column in (AuthorityEntry.limit_minor, AuthorityEntry.cap_minor)
        ),
    ]
    if not action:
        terms.append(_about_amounts(registry, written))
    barred = _barred(session, registry, day, may, amount, action, written)
    if barred:
        terms.append(tuple_(AuthorityEntry.action, _conditions()).not_in(barred))
    return terms


def _about_amounts(registry: Registry, written: Collection[str]) -> ColumnElement[bool]:
    """Entries on actions that are about amounts; on what nothing declares those that carry a limit or a total."""
    about = [
        one for one in written
        if one == ANY_ACTION or any(action.amount for action in checks.named(registry, one))
    ]
    unknown = [one for one in written if one != ANY_ACTION and not checks.named(registry, one)]
    bounded = or_(AuthorityEntry.limit_minor.is_not(None), AuthorityEntry.cap_minor.is_not(None))
    return or_(AuthorityEntry.action.in_(about), and_(AuthorityEntry.action.in_(unknown), bounded))


def _conditions() -> ColumnElement[str]:
    """Conditions as they are stored, "" for none."""
    return func.coalesce(cast(AuthorityEntry.conditions, String), "")


def _barred(
    session: Session, registry: Registry, day: date, may: ColumnElement[bool], amount: Amount, action: str,
    written: Collection[str],
) -> list[tuple[str, str]]:
    """Actions with conditions, as they are written, that do not hold for an amount."""
    rows: Any = session.execute(
        select(AuthorityEntry.action, _conditions()).distinct()
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(in_force(day), may, AuthorityEntry.action.in_(written), _conditions().not_in(("", "null")))
    )
    world = World(day, {}, {}, actions=registry.actions, resources=registry.resource_types)
    found = []
    for pattern, text in rows:
        keys = [action] if action else [one.key for one in checks.named(registry, pattern)] or [pattern]
        if not any(_holds(world, key, pattern, text, amount) for key in keys):
            found.append((pattern, text))
    return found


def _holds(world: World, key: str, pattern: str, text: str, amount: Amount) -> bool:
    """Whether what conditions say about the amount is true of it; other attributes are not asked about."""
    row = EntryRow(None, "", None, "grant", pattern, "all", conditions=json.loads(text))
    values = values_of(world, key, row)
    if values is None:
        return False
    declared = world.actions.get(key)
    resource = world.resources.get(declared.resource or "") if declared is not None else None
    return all(
        said.currency == amount.currency and said.span.low <= amount.minor <= said.span.high
        for name, said in values.items()
        if (resource.attributes[name].currency is not None if resource is not None else name == AMOUNT)
    )
