"""Changes of a world whose effect on every answer is known without knowing the answers (metamorphic laws).

A change gives back the world as it is afterwards, or None where there is nothing in it to change. A law says of a
change that it only gives (``more``), only takes away (``less``) or does neither (``same``), and names the refusals that
may end or begin all the same, each for a reason that is the list's own:

- ``SOD_HOLDS``: of two actions that no one person may hold, who holds both has the one. Who is given the other loses
  the second, and who loses the first has the second back.
- ``PROHIBITED``: what a post is prohibited comes with its hat and goes with it.

Read backwards each says the opposite: to open an emergency only gives, so its end only takes. Who is cited may change
with any of them, as the least authority that suffices is, and with it how many must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from tests.core.authority.reference import (
    Asked,
    EntryRow,
    HandRow,
    OpenRow,
    PassRow,
    RelationRow,
    RuleRow,
    Thing,
    World,
    cited,
)
from tests.core.authority.worlds import END, LIMIT, PEOPLE, POSTS, START, UNITS, WHEN

NARROWER = {
    "all": ("company", "subtree", "unit", "reports", "self"), "subtree": ("unit",), "company": (), "unit": (),
    "reports": (), "self": (),
}  # fmt: skip


Row = TypeVar("Row")


@dataclass(frozen=True)
class Case:
    """A world, one who asks in it, and about what."""

    world: World
    asked: Asked
    things: tuple[Thing, ...]


Change = Callable[[Random, Case], Case | None]


@dataclass(frozen=True)
class Law:
    """What a change does to answers; ``excused`` are refusals that may come with ``more`` or end with ``less``."""

    change: Change
    kind: str
    excused: frozenset[str] = frozenset()
    #: Lists say the same, where the change is one of lists and posts and not of the tree or of the things.
    in_lists: bool = True
    #: What is changed before, so that there is something for the change itself to take hold of.
    first: Change | None = None


LAWS: dict[str, Law] = {}


def law(
    kind: str, *excused: str, in_lists: bool = True, first: Change | None = None
) -> Callable[[Change], Change]:
    """Put a law on the list, under the name of its change."""

    def put(change: Change) -> Change:
        LAWS[change.__name__] = Law(change, kind, frozenset(excused), in_lists, first)
        return change

    return put


def _with(case: Case, **changed: object) -> Case:
    return replace(case, world=replace(case.world, **changed))  # type: ignore[arg-type]


def _one_of(luck: Random, rows: Sequence[Row]) -> Row | None:
    return luck.choice(rows) if rows else None


def _exchange(case: Case, old: EntryRow | None, **changed: object) -> Case | None:
    """The same world with one entry otherwise."""
    if old is None:
        return None
    new = replace(old, **changed)  # type: ignore[arg-type]
    return _with(case, entries=[new if entry is old else entry for entry in case.world.entries])


def _of_today(case: Case, effect: str) -> list[EntryRow]:
    day = case.world.day
    return [entry for entry in case.world.entries if entry.effect == effect and entry.start <= day < entry.end]


def _hands_of_today(case: Case) -> list[HandRow]:
    day = case.world.day
    return [hand for hand in case.world.hands if hand.start <= day < hand.end and not hand.revoked]


def _new_entry(luck: Random, effect: str) -> EntryRow:
    limit = luck.choice([None, LIMIT, LIMIT + 1]) if effect == "grant" else None
    return EntryRow(
        code="A99", position=luck.choice([None, *range(1, POSTS + 1)]), account=None, effect=effect,
        action=luck.choice(["t.x:do", "t.x:do", "t.*:do", "*.x:do", "t.y:do"]),
        scope=luck.choice(["self", "reports", "unit", "subtree", "company", "all"]),
        scope_unit=luck.choice([None, None, *range(1, UNITS + 1)]), limit=limit, currency="CNY" if limit else None,
        cap=None, when={}, by_acting=luck.random() < 0.7, version=7, start=START, end=END,
        delegable=luck.random() < 0.7,
    )  # fmt: skip


# -- lists -------------------------------------------------------------------------------------------------------------


@law("more", "SOD_HOLDS")
def a_grant_is_added(luck: Random, case: Case) -> Case:
    new = _new_entry(luck, "grant")
    hands = [replace(hand, codes=(*hand.codes, new.code)) for hand in case.world.hands]
    return _with(case, entries=[*case.world.entries, new], hands=hands)


@law("less", "SOD_HOLDS")
def a_grant_is_removed(luck: Random, case: Case) -> Case | None:
    gone = _one_of(luck, _of_today(case, "grant"))
    return _with(case, entries=[entry for entry in case.world.entries if entry is not gone]) if gone else None


@law("less")
def a_prohibition_is_added(luck: Random, case: Case) -> Case:
    return _with(case, entries=[*case.world.entries, _new_entry(luck, "prohibit")])


@law("more")
def a_prohibition_is_removed(luck: Random, case: Case) -> Case | None:
    gone = _one_of(luck, _of_today(case, "prohibit"))
    return _with(case, entries=[entry for entry in case.world.entries if entry is not gone]) if gone else None


@law("more")
def a_limit_is_raised(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [entry for entry in _of_today(case, "grant") if entry.limit is not None])
    return _exchange(case, old, limit=luck.choice([old.limit + 1, 2 * old.limit])) if old and old.limit else None


@law("more", "SOD_HOLDS")
def a_limit_is_lifted(luck: Random, case: Case) -> Case | None:
    """With it goes its currency, where nothing else is counted in it, so more of it may be handed over than before."""
    old = _one_of(luck, [entry for entry in _of_today(case, "grant") if entry.limit is not None])
    return _exchange(case, old, limit=None, currency=old.currency if old.cap else None) if old else None


@law("more")
def a_total_is_raised(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [entry for entry in _of_today(case, "grant") if entry.cap is not None])
    return _exchange(case, old, cap=(old.cap or 0) + luck.choice([1, LIMIT, 5 * LIMIT])) if old else None


@law("less")
def more_of_a_total_is_used_up(luck: Random, case: Case) -> Case | None:
    return _with(case, used={entry: spent + luck.choice([1, LIMIT]) for entry, spent in case.world.used.items()}) \
        if case.world.used else None


@law("less")
def a_condition_is_added(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [entry for entry in _of_today(case, "grant") if not entry.when])
    return _exchange(case, old, when=luck.choice(WHEN)[0])


@law("less", "SOD_HOLDS")
def a_grant_reaches_less(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [entry for entry in _of_today(case, "grant") if NARROWER[entry.scope]])
    return _exchange(case, old, scope=luck.choice(NARROWER[old.scope])) if old else None


@law("less", first=a_prohibition_is_added)
def a_prohibition_reaches_everything(luck: Random, case: Case) -> Case | None:
    return _exchange(case, _one_of(luck, _of_today(case, "prohibit")), scope="all")


@law("more", first=a_prohibition_is_added)
def a_prohibition_holds_under_conditions_alone(luck: Random, case: Case) -> Case | None:
    bare = [entry for entry in _of_today(case, "prohibit") if not entry.when]
    return _exchange(case, _one_of(luck, bare), when=luck.choice(WHEN)[0])


@law("less", "SOD_HOLDS")
def who_acts_may_use_it_no_more(luck: Random, case: Case) -> Case | None:
    return _exchange(case, _one_of(luck, [one for one in _of_today(case, "grant") if one.by_acting]), by_acting=False)


# -- posts and what is handed over -------------------------------------------------------------------------------------


@law("less", "SOD_HOLDS", "PROHIBITED")
def an_assignment_ends(luck: Random, case: Case) -> Case | None:
    """And with it what its holder handed over; those who stand in for him go on to do so in his name."""
    day = case.world.day
    gone = _one_of(luck, [hat for hat in case.world.hats if hat.start <= day < hat.end])
    return _with(case, hats=[replace(hat, end=day) if hat is gone else hat for hat in case.world.hats]) \
        if gone else None


def handed(luck: Random, case: Case) -> Case | None:
    """Somebody hands what his post has over to whoever asks, who in every other case has nothing else."""
    day, asked = case.world.day, case.asked
    theirs = [hat for hat in case.world.hats
              if hat.person != asked.person and hat.kind != "acting" and hat.start <= day < hat.end]  # fmt: skip
    giver = _one_of(luck, theirs)
    if giver is None or asked.person is None:
        return None
    new = replace(_new_entry(luck, "grant"), code="A98", position=giver.position, delegable=True,
                  scope=luck.choice(["all", "all", "subtree", "self"]))  # fmt: skip
    entries = [*(replace(one, delegable=True) if one.position == giver.position else one
                 for one in case.world.entries), new]  # fmt: skip
    codes = tuple(one.code for one in entries if one.position == giver.position)
    hand = HandRow(99, giver.assignment, asked.person, codes, None, None, None, START, END, False)
    alone = luck.random() < 0.5
    hats = [replace(hat, end=day) if alone and hat.person == asked.person else hat for hat in case.world.hats]
    changed = _with(case, entries=entries, hats=hats, hands=[*case.world.hands, hand])
    return replace(changed, asked=replace(asked, acting_as=None))


@law("more", "SOD_HOLDS", "PROHIBITED")
def something_is_delegated(luck: Random, case: Case) -> Case | None:
    day = case.world.day
    theirs = [hat for hat in case.world.hats if hat.kind != "acting" and hat.start <= day < hat.end]
    giver = _one_of(luck, theirs)
    if giver is None:
        return None
    codes = tuple(one.code for one in case.world.entries)
    hand = HandRow(99, giver.assignment, luck.choice([1, 1, 2, 3]), codes, None, None, None, START, END, False)
    return _with(case, hands=[*case.world.hands, hand])


@law("less", "SOD_HOLDS", "PROHIBITED", first=handed)
def a_delegation_is_revoked(luck: Random, case: Case) -> Case | None:
    gone = _one_of(luck, _hands_of_today(case))
    return _with(case, hands=[replace(hand, revoked=True) if hand is gone else hand for hand in case.world.hands]) \
        if gone else None


def _narrowed(case: Case, old: HandRow, **changed: object) -> Case:
    new = replace(old, **changed)  # type: ignore[arg-type]
    return _with(case, hands=[new if hand is old else hand for hand in case.world.hands])


@law("less", "SOD_HOLDS", first=handed)
def what_is_delegated_has_a_lower_limit(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, _hands_of_today(case))
    if old is None:
        return None
    limit = luck.choice([1, (old.limit or LIMIT) - 1])
    return _narrowed(case, old, limit=limit, currency=old.currency or luck.choice(["CNY", "CNY", "USD"]))


@law("less", "SOD_HOLDS", first=handed)
def what_is_delegated_holds_in_one_unit(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [hand for hand in _hands_of_today(case) if hand.unit is None])
    return _narrowed(case, old, unit=luck.randint(1, UNITS)) if old else None


@law("less", "SOD_HOLDS", first=handed)
def fewer_entries_are_delegated(luck: Random, case: Case) -> Case | None:
    old = _one_of(luck, [hand for hand in _hands_of_today(case) if len(hand.codes) > 1])
    return _narrowed(case, old, codes=tuple(luck.sample(old.codes, len(old.codes) - 1))) if old else None


# -- keeping apart and stepping back -----------------------------------------------------------------------------------


@law("less")
def duties_are_kept_apart(luck: Random, case: Case) -> Case:
    kind = luck.choice(["same_object", "person_holds", "same_lineage", "relation"])
    actions = luck.choice([("t.x:do", "t.y:do"), ("t.y:do", "t.x:do"), ("u.*:do", "t.*:do"), ("*.x:do", "*.y:do")])
    return _with(case, rules=[*case.world.rules, RuleRow(None, "S99", kind, actions, 7, START, END)])


@law("more", first=duties_are_kept_apart)
def a_rule_lets_somebody_pass(luck: Random, case: Case) -> Case | None:
    """Whoever asks, or for whom he may ask."""
    rule = _one_of(luck, case.world.rules)
    passing = rule and PassRow(rule.unit, rule.code, luck.choice([case.asked.person or 1, 1, 2, 3]), START, END)
    return _with(case, passes=[*case.world.passes, passing]) if passing else None


@law("less")
def somebody_is_a_relative(luck: Random, case: Case) -> Case:
    one, other = luck.sample(range(1, PEOPLE + 1), 2)
    kind = luck.choice(["spouse", "child", "interest"])
    return _with(case, relations=[*case.world.relations, RelationRow(one, other, kind, None, True, START, END)])


@law("less")
def a_declaration_is_confirmed(luck: Random, case: Case) -> Case | None:
    rows = case.world.relations
    old = _one_of(luck, [row for row in rows if not row.confirmed])
    return _with(case, relations=[replace(row, confirmed=True) if row is old else row for row in rows]) if old else None


def dormant(luck: Random, case: Case) -> Case | None:
    """One who asks has an entry for emergencies, which nobody has opened."""
    mine = [hat for hat in case.world.hats if hat.person == case.asked.person and hat.start <= case.world.day < hat.end]
    hat = _one_of(luck, mine)
    if hat is None:
        return None
    new = replace(_new_entry(luck, "grant"), code="A97", position=hat.position, glass=4, by_acting=True)
    return replace(_with(case, entries=[*case.world.entries, new]), asked=replace(case.asked, acting_as=None))


@law("more", "SOD_HOLDS", first=dormant)
def an_emergency_is_opened(_luck: Random, case: Case) -> Case:
    """Under all of his posts, also those it is not an entry of, which changes nothing more."""
    entry, asker = case.world.entries[-1], case.asked.person
    until = datetime(9000, 1, 1, tzinfo=UTC)
    return _with(case, opened=[*case.world.opened, *(
        OpenRow(hat.person, hat.assignment, cited(case.world, entry), until)
        for hat in case.world.hats if hat.person == asker
    )])  # fmt: skip
