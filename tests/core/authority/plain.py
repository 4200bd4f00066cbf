"""A world as plain rows, and what is asked in it: what the reference loops over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from math import ceil

#: Decimals of the minor unit.
PLACES = {"CNY": 2, "USD": 2, "JPY": 0, "KWD": 3}


@dataclass
class UnitRow:
    unit: int
    start: date
    end: date
    parent: int | None
    entity: int


@dataclass
class PostRow:
    position: int
    unit: int
    reports_to: int | None


@dataclass
class HatRow:
    assignment: int
    person: int
    position: int
    kind: str
    primary: bool
    start: date
    end: date
    stands_in_for: int | None = None


@dataclass
class HandRow:
    """What the holder of an assignment handed over to somebody."""

    number: int
    assignment: int
    to: int
    codes: tuple[str, ...]
    limit: int | None
    currency: str | None
    unit: int | None
    start: date
    end: date
    revoked: bool


@dataclass
class EntryRow:
    code: str
    position: int | None
    account: int | None
    effect: str
    action: str
    scope: str
    scope_unit: int | None
    limit: int | None
    currency: str | None
    cap: int | None
    when: dict[str, tuple[str, ...] | tuple[int, int, str]]
    by_acting: bool
    version: int
    start: date
    end: date
    power: str = "decide"
    delegable: bool = False
    second: int | None = None
    glass: int | None = None


@dataclass
class RuleRow:
    """Actions that are kept apart, by the list of a unit (None: the installation's own)."""

    unit: int | None
    code: str
    kind: str
    actions: tuple[str, ...]
    version: int
    start: date
    end: date


@dataclass
class PassRow:
    """Somebody whom a rule lets pass for a time."""

    unit: int | None
    code: str
    person: int
    start: date
    end: date


@dataclass
class RelationRow:
    """What one person is to another for a time; until it is confirmed it binds only whoever declared it."""

    person: int
    other: int
    kind: str
    declared_by: int | None
    confirmed: bool
    start: date
    end: date


@dataclass
class OpenRow:
    """A dormant entry that somebody opened under a hat, by its citation."""

    person: int
    assignment: int
    code: str
    until: datetime


@dataclass
class RateRow:
    """So many units of one currency are so many of another, a decimal, from a day on until the next row of the pair."""

    base: str
    quote: str
    units: int
    rate: str
    start: date
    end: date


@dataclass
class PolicyRow:
    """From a day on amounts are compared by rates of at most so many days, None: not at all."""

    start: date
    age: int | None


@dataclass
class Thing:
    """What scopes and limits look at."""

    persons: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    entity: int | None = None
    amount: int | None = None
    currency: str | None = None
    creator: int | None = None
    beneficiary: int | None = None
    category: str | None = None
    urgent: bool | None = None
    sum: int | None = None
    #: Who did what on it; None where nothing tells.
    acts: dict[str, tuple[int, ...]] | None = field(default_factory=dict)
    #: The same of what it came from, nearest first.
    before: list[dict[str, tuple[int, ...]]] = field(default_factory=list)


@dataclass
class World:
    day: date
    used: dict[str, int] = field(default_factory=dict)
    units: list[UnitRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)
    hats: list[HatRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    hands: list[HandRow] = field(default_factory=list)
    rules: list[RuleRow] = field(default_factory=list)
    passes: list[PassRow] = field(default_factory=list)
    relations: list[RelationRow] = field(default_factory=list)
    opened: list[OpenRow] = field(default_factory=list)
    rates: list[RateRow] = field(default_factory=list)
    policies: list[PolicyRow] = field(default_factory=list)
    #: What was used up of a total in a currency that may be another, by citation.
    abroad: dict[str, tuple[int, str]] = field(default_factory=dict)

    def unit(self, number: int | None) -> UnitRow | None:
        for row in self.units:
            if row.unit == number and row.start <= self.day < row.end:
                return row
        return None

    def post(self, number: int) -> PostRow:
        return next(row for row in self.posts if row.position == number)

    def within(self, number: int, top: int) -> bool:
        """Whether a unit is another one or stands below it today."""
        here = self.unit(number)
        while here is not None:
            if here.unit == top:
                return True
            here = self.unit(here.parent)
        return False


@dataclass
class Asked:
    person: int | None
    account: int | None
    acting_as: int | None
    action: str
    power: str
    no_self: bool
    recuse: tuple[str, ...] = ()


def related(world: World, asked: Asked, thing: Thing, person: int | None) -> bool:
    """Whether somebody steps back, because he is to somebody concerned what the action names."""
    counting = set(asked.recuse)
    for rule in world.rules:
        if rule.kind == "relation" and rule.start <= world.day < rule.end and any(
            pattern in (asked.action, f"{asked.action.split('.')[0]}.*:do", f"*.{asked.action.split('.')[1]}")
            for pattern in rule.actions
        ) and not any(
            one.unit == rule.unit and one.code == rule.code and one.person == person
            and one.start <= world.day < one.end for one in world.passes
        ):
            counting = {"relative", "interest"}
    if not counting:
        return False
    if person is None:
        return True
    for row in world.relations:
        if not row.start <= world.day < row.end:
            continue
        if ("interest" if row.kind == "interest" else "relative") not in counting:
            continue
        if not row.confirmed and row.declared_by != person:
            continue
        if person == row.person:
            them = row.other
        elif person == row.other:
            them = row.person
        else:
            continue
        if them == thing.creator or them == thing.beneficiary or them in thing.persons:
            return True
    return False


def asleep(world: World, person: int | None, assignment: int, entry: EntryRow, code: str) -> bool:
    """Whether an entry is for emergencies and nobody of this name has it open now."""
    return entry.glass is not None and not any(
        one.person == person and one.assignment == assignment and one.code == code and datetime.now(UTC) < one.until
        for one in world.opened
    )


def in_currency(world: World, amount: int | None, currency: str | None, wanted: str | None) -> int | None:
    """Minor units of another currency, any part of one counted as whole; None where no rate tells."""
    if amount is None or currency is None or wanted is None:
        return None
    if currency == wanted:
        return amount
    policies = sorted((row for row in world.policies if row.start <= world.day), key=lambda row: row.start)
    if not policies or policies[-1].age is None:
        return None
    for base, quote in ((currency, wanted), (wanted, currency)):
        rows = [row for row in world.rates if row.base == base and row.quote == quote and row.start <= world.day]
        for row in sorted(rows, key=lambda row: row.start)[-1:]:
            if world.day < row.end and (world.day - row.start).days <= policies[-1].age:
                price = Fraction(row.rate) / row.units
                major = Fraction(amount, 10 ** PLACES[currency]) * (price if base == currency else 1 / price)
                return int(ceil(major * 10 ** PLACES[wanted]))
    return None


def together(world: World, code: str, currency: str | None) -> int | None:
    """What was used up under an entry, as one amount."""
    other = in_currency(world, *world.abroad.get(code, (0, currency)), currency)
    return None if other is None else world.used.get(code, 0) + other
