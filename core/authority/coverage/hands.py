"""Who holds what rules keep apart (``person_holds``): by one position, by several of one person, or by delegation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from core.authority.coverage.world import OF_UNITS, HandedRow, Held, World
from core.authority.rules import Rule
from core.authority.separation import overlap


@dataclass(frozen=True, slots=True)
class Grip:
    """An entry in somebody's hands: by a position of his own, or as it was handed to him."""

    held: Held
    handed: HandedRow | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions of a rule in one hand, as its patterns name them, each with the entry it is held by.

    ``person_id`` is who holds them, None for a position that has them both by itself.
    """

    rule: Rule
    person_id: int | None
    one: tuple[str, Grip]
    other: tuple[str, Grip]

    @property
    def grips(self) -> tuple[Grip, Grip]:
        """Both entries."""
        return self.one[1], self.other[1]


Hands = dict[int, dict[str, list[Grip]]]


def mitigated(world: World) -> frozenset[tuple[str, int]]:
    """Whom which rule lets pass on the day: (citation, person)."""
    return frozenset((one.rule, one.person_id) for one in world.mitigations if one.start <= world.day < one.end)


def of_persons(world: World, through: Callable[[Grip], bool] = lambda _grip: True) -> Iterator[Conflict]:
    """Everybody who holds two actions that a rule keeps apart, once a rule, unless a mitigation lets him.

    ``through`` narrows it to what one of the two entries has a part in.
    """
    passes = mitigated(world)
    for rule in _of_hands(world):
        hands: Hands = {}
        for pattern, held in _spoken(world, rule):
            for person in world.carriers(held):
                hands.setdefault(person, {}).setdefault(pattern, []).append(Grip(held))
        for pattern, grip in _handed(world, rule):
            taker = grip.handed.taker_id if grip.handed is not None else 0
            hands.setdefault(taker, {}).setdefault(pattern, []).append(grip)
        for person, held_by in sorted(hands.items()):
            found = _pair(world, rule, held_by, through)
            if found is not None and (rule.citation, person) not in passes:
                yield Conflict(rule, person, *found)


def of_posts(world: World) -> Iterator[Conflict]:
    """Every position that has two actions a rule keeps apart, unless all who hold it may pass."""
    passes = mitigated(world)
    for rule in _of_hands(world):
        hands: Hands = {}
        for pattern, held in _spoken(world, rule):
            hands.setdefault(held.post.id, {}).setdefault(pattern, []).append(Grip(held))
        for position_id, held_by in sorted(hands.items()):
            found = _pair(world, rule, held_by)
            holders = {hold.person_id for hold in world.held_on(position_id, world.day)}
            let = bool(holders) and all((rule.citation, person) in passes for person in holders)
            if found is not None and not let:
                yield Conflict(rule, None, *found)


def _of_hands(world: World) -> list[Rule]:
    return [rule for rule in world.rules if rule.kind == "person_holds"]


def _spoken(world: World, rule: Rule) -> Iterator[tuple[str, Held]]:
    """The grants of positions that give an action of a rule."""
    for pattern in rule.patterns:
        for action, ours in world.grants.items():
            if overlap(action, pattern):
                yield from ((pattern, held) for held in ours)


def _handed(world: World, rule: Rule) -> Iterator[tuple[str, Grip]]:
    """The same of what was delegated; what one holds by acting cannot be."""
    for one in world.handed:
        post = world.posts.get(one.position_id)
        if post is None or one.kind == "acting":
            continue
        for entry in world.entries:
            if entry.position_id == post.id and entry.grants and entry.delegable and entry.code in one.codes:
                for pattern in rule.patterns:
                    if overlap(entry.action, pattern):
                        yield pattern, Grip(Held(entry, post), one)


def _pair(
    world: World, rule: Rule, held_by: Mapping[str, list[Grip]], through: Callable[[Grip], bool] = lambda _grip: True
) -> tuple[tuple[str, Grip], tuple[str, Grip]] | None:
    """Two grips by which two actions can be done in one place; those of one position first."""
    found = [
        ((one, grip), (other, another))
        for one, other in combinations([pattern for pattern in rule.patterns if pattern in held_by], 2)
        for grip in held_by[one] for another in held_by[other]
        if (through(grip) or through(another)) and _meet(_reach(world, grip), _reach(world, another))
    ]
    return min(found, key=lambda pair: not _by_one_post(pair[0][1], pair[1][1])) if found else None


def _by_one_post(one: Grip, other: Grip) -> bool:
    return one.handed is None and other.handed is None and one.held.post == other.held.post


def by_one_post(found: Conflict) -> bool:
    """Whether a position has both by itself, whoever holds it."""
    return _by_one_post(*found.grips)


def _reach(world: World, grip: Grip) -> frozenset[int] | None:
    """The units in which an entry can be used, None for everywhere; people may be anywhere."""
    entry, narrow = grip.held.entry, grip.handed.unit_id if grip.handed is not None else None
    everywhere = entry.scope == "all" or entry.scope not in OF_UNITS
    reach = None if everywhere else frozenset(world.reach(grip.held))
    if narrow is None:
        return reach
    top = world.units.get(narrow)
    within = frozenset(
        unit.id for unit in world.units.values() if top is not None and top.lft <= unit.lft < top.rgt
    )
    return within if reach is None else reach & within


def _meet(one: frozenset[int] | None, other: frozenset[int] | None) -> bool:
    if one is None or other is None:
        return one is None and other is None or bool(one or other)
    return bool(one & other)
