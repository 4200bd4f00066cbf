"""Conditions as sets of cells: which combinations of attributes an action's entries tell apart, and which they hold in.

Values that no entry tells apart fall into one cell, so a report speaks of "ads" and of "other", never of each value.
What a module declares is read by its declaration. For an action nothing declares conditions are read as written: an
amount with a currency, else an interval of numbers, else labels. The condition called ``amount`` is the amount decided
about and no attribute here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from core.authority import conditions
from core.authority.coverage.world import EntryRow, World
from core.base.errors import DomainError
from core.base.money import minor_per_major
from core.base.text import Text, catalogue
from core.formula.interval import Interval, parse_interval
from core.formula.types import LARGEST, Span, Type, money

_ = catalogue("authority")

AMOUNT = "amount"
WHOLE = Span(-LARGEST, LARGEST)
#: Numbers of attributes that nobody declared, counted in millionths.
_NUMBER = Type("number", scale=10**6)


@dataclass(frozen=True, slots=True)
class Values:
    """What one condition allows: some labels, or an interval of numbers, of one currency where it is money."""

    labels: frozenset[str] = frozenset()
    span: Span = WHOLE
    currency: str | None = None
    type: Type = _NUMBER

    def implies(self, other: Values) -> bool:
        """Whether all it allows is allowed by another condition on the same attribute."""
        if self.labels or other.labels:
            return bool(self.labels) and self.labels <= other.labels
        return (
            self.currency == other.currency and other.span.low <= self.span.low and self.span.high <= other.span.high
        )


def values_of(world: World, action: str, entry: EntryRow) -> dict[str, Values] | None:
    """The conditions of an entry for an action, by attribute; None when they can never hold."""
    found: dict[str, Values] = {}
    for name, text in (entry.conditions or {}).items():
        read = _read(world, action, name, text)
        if read is None or read.span.low > read.span.high:
            return None
        found[name] = read
    return found


def _read(world: World, action: str, name: str, text: str) -> Values | None:
    declared = world.actions.get(action)
    if declared is None:
        return _as_written(name, text)
    resource = world.resources.get(declared.resource or "")
    attribute = resource.attributes.get(name) if resource is not None else None
    if attribute is None:
        return None
    try:
        condition = conditions.read(attribute, text)
    except DomainError:
        return None
    if attribute.type.kind == "bool":
        return Values(frozenset({"yes" if condition.span.low else "no"}))
    kind = attribute.type if condition.currency is None else money(minor_per_major(condition.currency))
    return Values(condition.labels, condition.span, condition.currency, kind)


def _as_written(name: str, text: str) -> Values | None:
    head, _space, currency = text.rpartition(" ")
    if re.fullmatch(r"[A-Z]{3}", currency) and head:
        kind = money(minor_per_major(currency))
        try:
            return Values(span=parse_interval(head, kind).span(WHOLE), currency=currency, type=kind)
        except DomainError:
            return None if name == AMOUNT else Values(_labels(text))
    if name == AMOUNT:
        return None
    try:
        return Values(span=parse_interval(text, _NUMBER).span(WHOLE))
    except DomainError:
        return Values(_labels(text))


def _labels(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


@dataclass(frozen=True, slots=True)
class Combination:
    """One cell of each attribute. ``holds`` are the places of the entries whose conditions hold in it."""

    code: str
    words: tuple[Text, ...]
    holds: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Cell:
    code: str
    words: Text
    holds: frozenset[int]


def combinations(world: World, action: str, read: Sequence[Mapping[str, Values]]) -> list[Combination]:
    """All combinations that the conditions of some entries tell apart; one without words where there are none."""
    names = sorted({name for values in read for name in values} - {AMOUNT})
    cells = [_cells(world, action, name, read) for name in names]
    found = []
    for chosen in product(*cells):
        holds = frozenset(range(len(read))).intersection(*(cell.holds for cell in chosen))
        found.append(
            Combination(";".join(cell.code for cell in chosen), tuple(cell.words for cell in chosen), holds)
        )
    return found


def _cells(world: World, action: str, name: str, read: Sequence[Mapping[str, Values]]) -> list[_Cell]:
    """The cells of one attribute: atoms that the same entries allow are one."""
    given = [values.get(name) for values in read]
    told = [values for values in given if values is not None]
    atoms = _label_atoms(world, action, told) if any(one.labels for one in told) else _number_atoms(told)
    cells: dict[frozenset[int], list[str]] = {}
    for atom, shown in atoms:
        holds = frozenset(
            place for place, values in enumerate(given) if values is None or _allows(values, atom)
        )
        cells.setdefault(holds, []).append(shown)
    title = _title(world, action, name)
    return [
        _Cell(
            f"{name}={','.join(shown)}",
            _("{attribute}: other", attribute=title) if shown == [OTHER]
            else _("{attribute}: {value}", attribute=title, value=", ".join(one for one in shown if one != OTHER)),
            holds,
        )
        for holds, shown in cells.items()
    ]


#: The values that no entry names.
OTHER = "*"
Atom = tuple[str, str | None, int]


def _label_atoms(world: World, action: str, told: Sequence[Values]) -> list[tuple[Atom, str]]:
    """Every label a module declares; of an action nothing declares those that entries name, and one for all others."""
    if action in world.actions:
        every = next((list(one.type.labels) for one in told if one.type.labels), ["yes", "no"])
    else:
        every = [*sorted(frozenset().union(*(one.labels for one in told))), OTHER]
    return [((label, None, 0), label) for label in every]


def _number_atoms(told: Sequence[Values]) -> list[tuple[Atom, str]]:
    """An integer of each stretch that the intervals cut out, currency by currency, with the stretch in words."""
    found: list[tuple[Atom, str]] = []
    currencies = sorted({one.currency for one in told if one.currency is not None})
    every: list[str | None] = [*currencies] or [None]
    for currency in every:
        ours = [one for one in told if one.currency == currency]
        ends = {end for one in ours for end in (one.span.low, one.span.high + 1)}
        cuts = sorted({WHOLE.low, WHOLE.high + 1} | ends)
        for low, after in zip(cuts, cuts[1:], strict=False):
            stretch = Interval(None if low == WHOLE.low else low, None if after > WHOLE.high else after - 1)
            shown = stretch.show(ours[0].type)
            found.append((("", currency, low), f"{shown} {currency}" if currency else shown))
    if currencies:
        found.append((("", OTHER, 0), OTHER))
    return found


def _allows(values: Values, atom: Atom) -> bool:
    label, currency, number = atom
    if values.labels:
        return label in values.labels
    return currency == values.currency and values.span.low <= number <= values.span.high


def _title(world: World, action: str, name: str) -> Text | str:
    declared = world.actions.get(action)
    resource = world.resources.get(declared.resource or "") if declared is not None else None
    return resource.attributes[name].title if resource is not None and name in resource.attributes else name
