"""The rest of ``laws.py``: what is not known of things never permits, and what is called otherwise is what it was.

The number of an assignment or a post and the code of an entry decide which of several equals is cited, and no more; so
where they change only yes and no stay the same (``same``), and where they do not the whole answer does (``exact``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from tests.core.authority.laws import LAWS, Case, law
from tests.core.authority.reference import EntryRow, Thing, World, cited
from tests.core.authority.worlds import PEOPLE, POSTS, UNITS

__all__ = ["LAWS"]

#: Put before each code; it keeps their order.
MARK = "Q"
Names = Mapping[int, int]


def _shuffled(luck: Random, count: int) -> Names:
    names = list(range(1, count + 1))
    return dict(zip(names, luck.sample(names, count), strict=True))


def _things(case: Case, change: Callable[[Thing], Thing]) -> Case:
    return replace(case, things=tuple(change(thing) for thing in case.things))


# -- what things are like ----------------------------------------------------------------------------------------------

#: What can be missing of a thing. A company that is not named is that of the unit, so both go at once; of whom a thing
#: names nobody steps back, so who asked, whom it benefits and whom it is about are no facts of this kind.
MISSING: Sequence[Mapping[str, object]] = [
    {"units": (), "entity": None}, {"units": ()}, {"positions": ()}, {"amount": None}, {"currency": None},
    {"category": None}, {"urgent": None}, {"sum": None},
]  # fmt: skip


@law("less", in_lists=False)
def facts_are_missing(luck: Random, case: Case) -> Case:
    def less(thing: Thing) -> Thing:
        gone = {name: value for one in luck.sample(MISSING, luck.randint(1, 3)) for name, value in one.items()}
        return replace(thing, **gone)  # type: ignore[arg-type]

    return _things(case, less)


@law("less", in_lists=False)
def nobody_knows_whom_it_is_about(_luck: Random, case: Case) -> Case | None:
    """Where nobody steps back from what he is related to: whoever is not named is nobody's relative."""
    if case.asked.recuse or any(rule.kind == "relation" for rule in case.world.rules):
        return None
    return _things(case, lambda thing: replace(thing, persons=()))


@law("less", in_lists=False)
def it_is_a_cent_more(_luck: Random, case: Case) -> Case:
    return _things(case, lambda thing: replace(thing, amount=None if thing.amount is None else thing.amount + 1))


@law("less", in_lists=False)
def what_nobody_asked_for_he_asked_for_himself(_luck: Random, case: Case) -> Case:
    return _things(case, lambda thing: replace(thing, creator=thing.creator or case.asked.person))


# -- order and number --------------------------------------------------------------------------------------------------


@law("exact")
def everything_stands_in_another_order(luck: Random, case: Case) -> Case:
    def mixed(rows: list[object]) -> list[object]:
        return luck.sample(rows, len(rows))

    world = case.world
    changed = {name: mixed(getattr(world, name)) for name in ("entries", "hats", "hands", "rules", "passes",
                                                              "relations", "opened")}  # fmt: skip
    return replace(case, world=replace(world, **changed))  # type: ignore[arg-type]


@law("exact")
def everything_is_said_twice(luck: Random, case: Case) -> Case:
    world = case.world
    changed = {name: [*getattr(world, name), *getattr(world, name)] for name in ("entries", "rules", "passes",
                                                                                 "relations", "opened")}  # fmt: skip
    return replace(case, world=replace(world, **changed))  # type: ignore[arg-type]


# -- names -------------------------------------------------------------------------------------------------------------


def _coded(world: World, codes: Mapping[str, str]) -> World:
    """The world with other codes of entries, in all that speaks of them."""
    new = {cited(world, one): cited(world, replace(one, code=codes[one.code])) for one in world.entries}
    return replace(
        world, entries=[replace(entry, code=codes[entry.code]) for entry in world.entries],
        hands=[replace(hand, codes=tuple(codes.get(code, code) for code in hand.codes)) for hand in world.hands],
        used={new[entry]: spent for entry, spent in world.used.items()},
        abroad={new[entry]: spent for entry, spent in world.abroad.items()},
        opened=[replace(row, code=new[row.code]) for row in world.opened],
    )


@law("exact")
def codes_are_longer(_luck: Random, case: Case) -> Case:
    return replace(case, world=_coded(case.world, {entry.code: MARK + entry.code for entry in case.world.entries}))


@law("same")
def codes_are_exchanged(luck: Random, case: Case) -> Case:
    codes = [entry.code for entry in case.world.entries]
    return replace(case, world=_coded(case.world, dict(zip(codes, luck.sample(codes, len(codes)), strict=True))))


@law("exact", in_lists=False)
def people_are_exchanged(luck: Random, case: Case) -> Case:
    names = _shuffled(luck, PEOPLE)

    def done(acts: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        return {key: tuple(names[one] for one in people) for key, people in acts.items()}

    def thing(old: Thing) -> Thing:
        return replace(
            old, persons=tuple(names[one] for one in old.persons), creator=_named(names, old.creator),
            beneficiary=_named(names, old.beneficiary), acts=None if old.acts is None else done(old.acts),
            before=[done(acts) for acts in old.before],
        )

    world = case.world
    changed = replace(
        world,
        hats=[replace(hat, person=names[hat.person]) for hat in world.hats],
        hands=[replace(hand, to=names[hand.to]) for hand in world.hands],
        passes=[replace(one, person=names[one.person]) for one in world.passes],
        relations=[replace(row, person=names[row.person], other=names[row.other],
                           declared_by=_named(names, row.declared_by)) for row in world.relations],
        opened=[replace(row, person=names[row.person]) for row in world.opened],
    )  # fmt: skip
    asked = replace(case.asked, person=_named(names, case.asked.person))
    return Case(changed, asked, tuple(thing(old) for old in case.things))


def _named(names: Names, number: int | None) -> int | None:
    return None if number is None else names[number]


@law("exact", in_lists=False)
def units_are_numbered_otherwise(luck: Random, case: Case) -> Case:
    names, world = _shuffled(luck, UNITS), case.world
    changed = replace(
        world,
        units=[replace(row, unit=names[row.unit], parent=_named(names, row.parent)) for row in world.units],
        posts=[replace(row, unit=names[row.unit]) for row in world.posts],
        entries=[replace(entry, scope_unit=_named(names, entry.scope_unit)) for entry in world.entries],
        hands=[replace(hand, unit=_named(names, hand.unit)) for hand in world.hands],
    )
    return _things(replace(case, world=changed), lambda old: replace(old, units=tuple(names[u] for u in old.units)))


@law("same", in_lists=False)
def posts_are_numbered_otherwise(luck: Random, case: Case) -> Case:
    names, old = _shuffled(luck, POSTS), case.world
    entries = [replace(entry, position=_named(names, entry.position)) for entry in old.entries]
    new = {cited(old, one): cited(old, other) for one, other in zip(old.entries, entries, strict=True)}
    changed = replace(
        old, entries=entries,
        posts=[replace(row, position=names[row.position], reports_to=_named(names, row.reports_to))
               for row in old.posts],
        hats=[replace(hat, position=names[hat.position]) for hat in old.hats],
        used={new[entry]: spent for entry, spent in old.used.items()},
        abroad={new[entry]: spent for entry, spent in old.abroad.items()},
        opened=[replace(row, code=new[row.code]) for row in old.opened],
    )  # fmt: skip
    return _things(replace(case, world=changed), lambda thing: replace(
        thing, positions=tuple(names[one] for one in thing.positions)
    ))  # fmt: skip


@law("same")
def assignments_are_numbered_otherwise(luck: Random, case: Case) -> Case:
    world = case.world
    names = _shuffled(luck, len(world.hats))
    changed = replace(
        world,
        hats=[replace(hat, assignment=names[hat.assignment], stands_in_for=_named(names, hat.stands_in_for))
              for hat in world.hats],
        hands=[replace(hand, assignment=names[hand.assignment]) for hand in world.hands],
        opened=[replace(row, assignment=names[row.assignment]) for row in world.opened],
    )  # fmt: skip
    return replace(case, world=changed, asked=replace(case.asked, acting_as=_named(names, case.asked.acting_as)))


# -- a unit becomes two ------------------------------------------------------------------------------------------------


@law("same", in_lists=False)
def a_unit_is_split_and_both_halves_have_its_entries(luck: Random, case: Case) -> Case | None:
    """Some of its things go to the new half, and for each entry that starts from it there is one that starts from the
    new one; so is what was delegated within it. What everybody has is copied for each post, so that it is no longer
    open to whoever asks under another post alone.
    """
    world, old, new = case.world, luck.randint(1, UNITS), UNITS + 1
    copies = [(entry, copy) for entry in world.entries for copy in _copies(world, entry, old, new)]
    if case.asked.acting_as is not None and any(entry.position != copy.position for entry, copy in copies):
        return None
    twins = {entry.code: [copy.code for other, copy in copies if other is entry and entry.position is not None]
             for entry in world.entries}  # fmt: skip
    hands = [replace(hand, codes=(*hand.codes, *(twin for code in hand.codes for twin in twins.get(code, ()))))
             for hand in world.hands]  # fmt: skip
    of = {cited(world, copy): cited(world, entry) for entry, copy in copies}
    changed = replace(
        world,
        units=[*world.units, *(replace(row, unit=new) for row in world.units if row.unit == old)],
        entries=[*world.entries, *(copy for _entry, copy in copies)],
        hands=[*hands, *(replace(hand, number=hand.number + 100, unit=new) for hand in hands if hand.unit == old)],
        used={**world.used, **{copy: world.used[entry] for copy, entry in of.items() if entry in world.used}},
        abroad={**world.abroad, **{copy: world.abroad[entry] for copy, entry in of.items() if entry in world.abroad}},
        opened=[*world.opened, *(replace(row, code=copy) for copy, entry in of.items() for row in world.opened
                                 if row.code == entry)],
    )  # fmt: skip
    return _things(replace(case, world=changed), lambda thing: (
        replace(thing, units=(new,)) if thing.units == (old,) and luck.random() < 0.5 else thing
    ))  # fmt: skip


def _copies(world: World, entry: EntryRow, old: int, new: int) -> list[EntryRow]:
    """What the new half needs of an entry: one that names the unit is copied, one that starts from wherever its holder
    stands is copied for each post of the unit.
    """
    if entry.scope not in ("unit", "subtree"):
        return []
    if entry.scope_unit is not None or entry.account is not None:
        return [replace(entry, code=f"{entry.code}N", scope_unit=new)] if entry.scope_unit == old else []
    posts = [post.position for post in world.posts if post.unit == old and entry.position in (None, post.position)]
    return [
        replace(entry, code=f"{entry.code}N{post}", position=post, scope_unit=new,
                delegable=entry.delegable and entry.position is not None)
        for post in posts
    ]  # fmt: skip
