"""The ladders of an action: who decides which amounts, unit by unit and combination by combination, as exact segments.

The amounts an entry carries are one closed interval of minor units: its limit, its total (no single amount passes
that either) and its condition on the amount together. A sweep over the ends of these intervals cuts all amounts from
the smallest unit of money on into segments that the same people decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.authority.coverage.cells import AMOUNT, Combination, Values, combinations, values_of
from core.authority.coverage.finding import Step
from core.authority.coverage.world import OF_UNITS, EntryRow, Held, UnitRow, World
from core.authority.held import matches
from core.base.text import Text
from core.formula.types import LARGEST

#: The smallest amount there is anything to decide about.
LEAST = 1


@dataclass(frozen=True, slots=True)
class Rung:
    """An entry in the hands of a position, with the closed interval of amounts it carries."""

    held: Held
    low: int
    high: int | None
    persons: frozenset[int]

    def step(self, currency: str) -> Step:
        """As a finding shows it."""
        return Step(self.held.post, self.held.entry, self.low, self.high, currency, len(self.persons))


@dataclass(frozen=True, slots=True)
class Segment:
    """Amounts from ``low`` to ``high`` (None: without end) that the same rungs carry."""

    low: int
    high: int | None
    rungs: tuple[Rung, ...]

    @property
    def persons(self) -> frozenset[int]:
        """Who can decide them; an entry that needs more persons than there are lets nobody."""
        all_of_them: frozenset[int] = frozenset().union(*(rung.persons for rung in self.rungs))
        return frozenset().union(*(
            rung.persons for rung in self.rungs if (rung.held.entry.needs_second or 1) <= len(all_of_them)
        ))


@dataclass(frozen=True, slots=True)
class Case:
    """An action in some units that the same entries reach, in one currency and one combination of conditions.

    ``own`` says that an entry of this currency is about these units, or that none is about any units in particular.
    """

    action: str
    currency: str
    combination: Combination
    units: tuple[UnitRow, ...]
    rungs: tuple[Rung, ...]
    segments: tuple[Segment, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Ladders:
    """All cases of one action in one currency, "" where no entry names any."""

    action: str
    currency: str
    bounded: bool
    combinations: tuple[Combination, ...]
    cases: tuple[Case, ...]


def sweep(rungs: Sequence[Rung]) -> list[Segment]:
    """All amounts from the least on, cut where a rung begins or ends; exact, in whole minor units."""
    cuts = {LEAST}
    for rung in rungs:
        cuts.add(max(rung.low, LEAST))
        if rung.high is not None and rung.high >= LEAST:
            cuts.add(rung.high + 1)
    ordered = sorted(cuts)
    return [
        Segment(
            low, after - 1 if after is not None else None,
            tuple(rung for rung in rungs if rung.low <= low and (rung.high is None or low <= rung.high)),
        )
        for low, after in zip(ordered, [*ordered[1:], None], strict=True)
    ]


def joined(segments: Sequence[Segment], same: Callable[[Segment], object]) -> Iterator[tuple[int, int | None, object]]:
    """Neighbouring segments of the same value as one, with that value."""
    low, value = segments[0].low, same(segments[0])
    for segment in segments[1:]:
        other = same(segment)
        if other != value:
            yield low, segment.low - 1, value
            low, value = segment.low, other
    yield low, None, value


def amounts(entry: EntryRow, values: Mapping[str, Values]) -> tuple[str | None, int, int | None] | None:
    """Currency (None: any) and closed interval of the amounts an entry carries; None when it carries none at all."""
    condition = values.get(AMOUNT)
    low, high, currency = LEAST, None, None
    if condition is not None:
        currency = condition.currency
        low = max(low, condition.span.low)
        high = None if condition.span.high >= LARGEST else condition.span.high
    tops = [top for top in (entry.limit_minor, entry.cap_minor) if top is not None]
    if tops:
        if currency is not None and currency != entry.currency:
            return None
        currency = entry.currency
        high = min([*tops, *([] if high is None else [high])])
    return None if high is not None and low > high else (currency, low, high)


def actions_of(world: World) -> list[str]:
    """Keys of the actions that decide something, in order: those written out, and declared ones that wildcards name."""
    patterns = set(world.grants)
    keys = {pattern for pattern in patterns if "*" not in pattern}
    wild = patterns - keys
    keys |= {key for key in world.actions if any(matches(pattern, key) for pattern in wild)}
    return sorted(key for key in keys if _decides(world, key))


def _decides(world: World, key: str) -> bool:
    declared = world.actions.get(key)
    if declared is not None:
        return declared.power == "decide" or declared.amount or declared.no_self
    return any(one.entry.power == "decide" for one in world.speaking_of(world.grants, key))


def ladders(world: World) -> Iterator[Ladders]:
    """The ladders of every action that decides something."""
    for action in actions_of(world):
        held, read = list[Held](), list[Mapping[str, Values]]()
        carried: list[tuple[str | None, int, int | None]] = []
        for one in world.speaking_of(world.grants, action):
            values = values_of(world, action, one.entry)
            span = amounts(one.entry, values) if values is not None else None
            if values is not None and span is not None and one.entry.scope in OF_UNITS:
                held.append(one)
                read.append(values)
                carried.append(span)
        bounded = any(span != (None, LEAST, None) for span in carried)
        currencies = sorted({span[0] for span in carried if span[0] is not None}) or [""]
        bars = _bars(world, action)
        found = combinations(world, action, [*read, *(bar.values for bar in bars)])
        groups = _groups(world, action, held, bars)
        for currency in currencies:
            cases = tuple(_cases(world, action, currency, found, groups, held, carried, bars))
            yield Ladders(action, currency, bounded, tuple(found), cases)


@dataclass(frozen=True, slots=True)
class Bar:
    """A prohibition under conditions: whom it keeps from what amounts, in the units ``reach`` names."""

    values: Mapping[str, Values]
    span: tuple[str | None, int, int | None]
    people: frozenset[int]
    reach: frozenset[int]


def _bars(world: World, action: str) -> list[Bar]:
    """The prohibitions of an action under conditions; one that cannot be read bars whatever the case is, as what is
    unknown does.
    """
    found = []
    for one in world.speaking_of(world.prohibitions, action):
        if one.entry.conditions:
            values = values_of(world, action, one.entry)
            span = amounts(one.entry, values) if values is not None else None
            reach = frozenset(key for key, unit in world.units.items() if world.reaches(one, unit))
            found.append(Bar(values or {}, span or (None, LEAST, None), world.carriers(one), reach))
    return found


def _spared(rung: Rung, bars: Sequence[Bar], currency: str) -> list[Rung]:
    """A rung cut where prohibitions of some amounts begin and end, each piece with those whom none of them keeps off.

    An amount in another currency than a prohibition names is not certainly outside, so that all are prohibited.
    """
    pieces = [rung]
    for bar in bars:
        _currency, low, high = bar.span if bar.span[0] in (None, currency) else (None, LEAST, None)
        cut: list[Rung] = []
        for piece in pieces:
            first, last = max(piece.low, low), _least(piece.high, high)
            if last is not None and first > last:
                cut.append(piece)
                continue
            if piece.low < first:
                cut.append(replace(piece, high=first - 1))
            cut.append(replace(piece, low=first, high=last, persons=piece.persons - bar.people))
            if last is not None and (piece.high is None or last < piece.high):
                cut.append(replace(piece, low=last + 1))
        pieces = cut
    return pieces


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


Groups = Mapping[tuple[frozenset[int], frozenset[int], tuple[int, ...]], list[UnitRow]]


def _groups(world: World, action: str, held: Sequence[Held], bars: Sequence[Bar]) -> Groups:
    """Units by the entries that reach them, the persons barred there and the prohibitions under conditions; those that
    no entry reaches are left out.
    """
    reaching: dict[int, list[int]] = {}
    for place, one in enumerate(held):
        for unit_id in world.reach(one):
            reaching.setdefault(unit_id, []).append(place)
    groups: dict[tuple[frozenset[int], frozenset[int], tuple[int, ...]], list[UnitRow]] = {}
    for unit_id, places in sorted(reaching.items()):
        unit = world.units[unit_id]
        barring = tuple(place for place, bar in enumerate(bars) if unit_id in bar.reach)
        groups.setdefault((frozenset(places), world.barred(action, unit), barring), []).append(unit)
    return groups


def _cases(
    world: World, action: str, currency: str, found: Sequence[Combination], groups: Groups, held: Sequence[Held],
    carried: Sequence[tuple[str | None, int, int | None]], bars: Sequence[Bar],
) -> Iterator[Case]:
    narrow = any(one.entry.scope in ("unit", "subtree") for one in held)
    carriers = [world.carriers(one) for one in held]
    for (reaching, barred, barring), units in groups.items():
        here = [place for place in sorted(reaching) if carried[place][0] in (None, currency)]
        own = not narrow or any(held[place].entry.scope in ("unit", "subtree") for place in here)
        for combination in found if here else ():
            against = [bars[place] for place in barring if len(held) + place in combination.holds]
            rungs = tuple(
                piece for place in here if place in combination.holds for piece in _spared(
                    Rung(held[place], carried[place][1], carried[place][2], carriers[place] - barred), against, currency
                )
            )
            yield Case(action, currency, combination, tuple(units), rungs, tuple(sweep(rungs)), own)


def title(world: World, action: str) -> Text | str:
    """What an action is called; its key where nothing declares it."""
    declared = world.actions.get(action)
    return declared.title if declared is not None else action
