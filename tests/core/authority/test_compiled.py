"""The compiled form of a person against the literal reference, in thousands of worlds that no database has to hold.

That what a session reads gives the same form is tested with the engine, in ``test_differential.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import select

from core.access.calls import allowed_actions, allowed_many
from core.authority import compiled
from core.authority.models import AuthorityEntry, PublishedList
from core.kernel.state import bump_epoch, epoch
from core.org.resources import CHANGE, Place
from remit.testing.statements import counting
from tests.core.authority import plain_worlds, reference, short
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.mutants_compiled import MUTANTS
from tests.core.authority.reference import Asked, EntryRow, HatRow, PostRow, RuleRow, Thing, UnitRow, World
from tests.core.authority.worlds import END, LIMIT, MOVE, START, THING, TITLE, UNITS, Made, worlds

#: So many worlds a mutant may survive at most.
WORLDS = 10_000
EVERY = settings(
    max_examples=500, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


#: Beside the things of a world, one of each of these amounts in each unit.
AMOUNTS = [(None, None), (LIMIT, "CNY"), (LIMIT + 1, "CNY"), (LIMIT, "USD")]
GRID = [
    Thing(units=(unit,), amount=amount, currency=currency)
    for unit in range(1, UNITS + 1) for amount, currency in AMOUNTS
]


def check(made: Made) -> None:
    """Once as it was asked, and once of an action with which nothing hinders the plain form."""
    for asked in (made.asked, replace(made.asked, no_self=False, power="decide")):
        world = made.world
        actions = {key: plain_worlds.action_of(asked, key, of) for key, of in (("t.x:do", "thing"), ("t.w:do", None))}
        bound = compiled.Bound(
            plain_worlds.snapshot_of(world), plain_worlds.holder_of(world, asked), plain_worlds.actor_of(asked),
            actions, {"thing": THING},
        )
        pairs = [(thing, plain_worlds.facts_of(thing), plain_worlds.row_of(thing)) for thing in (*made.things, *GRID)]
        short.agree(bound, replace(made, asked=asked), pairs)
        whole = reference.decide(world, replace(asked, action="t.w:do"), None)[0]
        assert bound.matrix(["t.x:do", "t.w:do"]) == {"t.x:do": short.held(world, asked), "t.w:do": whole}
        of_the_whole(world, asked)


def of_the_whole(world: World, asked: Asked) -> None:
    """The entries about a thing, read as if they were about the whole: more is said of it than worlds say by chance."""
    said = replace(world, entries=[
        replace(entry, action="t.w:do", when={}, limit=None, cap=None) for entry in world.entries
        if entry.action in ("t.x:do", "t.w:do")
    ])
    question = replace(asked, action="t.w:do")
    bound = compiled.Bound(
        plain_worlds.snapshot_of(said), plain_worlds.holder_of(said, question), plain_worlds.actor_of(question),
        {"t.w:do": plain_worlds.action_of(question, "t.w:do", None)}, {"thing": THING},
    )
    assert bound.matrix(["t.w:do"]) == {"t.w:do": reference.decide(said, question, None)[0]}


@pytest.mark.proves("compiled")
def test_the_compiled_form_and_the_reference_agree() -> None:
    EVERY(given(made=worlds())(check))()


def test_holders_of_one_post_share_its_form_and_each_is_himself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that hold the same post, one who acts for a third besides: his own thing, and what he asked for himself."""
    world = World(MOVE, units=[UnitRow(1, START, END, None, 1)], posts=[PostRow(1, 1, None), PostRow(2, 1, None)])
    world.hats = [HatRow(n, n, 1, "substantive", True, START, END) for n in (1, 2, 3)]
    world.hats.append(HatRow(4, 3, 2, "acting", False, START, END, 1))
    world.entries = [
        EntryRow("A1", 1, None, "grant", "t.x:do", "self", None, None, None, None, {}, True, 7, START, END),
        EntryRow("A2", 2, None, "grant", "t.x:do", "unit", None, None, None, None, {}, True, 7, START, END),
    ]
    things = [Thing(persons=(n,), units=unit, creator=creator) for n in (1, 2, 3) for unit in ((), (1,))
              for creator in (None, 1, 2, 3)]  # fmt: skip
    snapshot = plain_worlds.snapshot_of(world)
    made: list[int | None] = []
    compile_ = compiled.Bound._compile

    def counted(bound: compiled.Bound, key: str) -> Any:
        made.append(bound._actor.person_id)
        return compile_(bound, key)

    monkeypatch.setattr(compiled.Bound, "_compile", counted)
    for person in (1, 2, 3, None):
        asked = Asked(person, None, None, "t.x:do", "decide", True)
        bound = compiled.Bound(
            snapshot, plain_worlds.holder_of(world, asked), plain_worlds.actor_of(asked),
            {"t.x:do": plain_worlds.action_of(asked, "t.x:do", "thing")}, {"thing": THING},
        )
        found = bound.can_many("t.x:do", [plain_worlds.facts_of(thing) for thing in things])
        assert list(found) == [reference.decide(world, asked, thing)[0] for thing in things], person
    assert made == [1, 3, None]  # the second uses what was made for the first


@pytest.mark.full
@pytest.mark.parametrize("name", list(MUTANTS))
def test_no_mutant_of_it_survives(name: str) -> None:
    @seed(1)
    @settings(
        max_examples=WORLDS, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(made=worlds())
    def in_every_world(made: Made) -> None:
        check(made)

    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        with pytest.raises(AssertionError):
            in_every_world()


# -- where it is read from ---------------------------------------------------------------------------------------------


def give(company: Company, session: Any, scope: str = "all") -> None:
    """One more entry of ACQ-S, which chen and sun hold."""
    session.add(AuthorityEntry(
        list_id=session.scalars(select(PublishedList.id)).first(), code="X", action=CHANGE, title=TITLE, scope=scope,
        position_id=company.positions["ACQ-S"].id,
    ))  # fmt: skip
    session.flush()
    bump_epoch(session)


def may(company: Company, session: Any, name: str) -> list[bool]:
    places = [Place(company.units[code].id) for code in ("ACQ", "FIN")]
    return allowed_many(session, company.actor(name), CHANGE, places)


def test_what_a_post_holds_is_read_once_for_all_its_holders(company: Company) -> None:
    sun, chen = company.actor("sun"), company.actor("chen")
    with company.house.session(SYSTEM, write=True) as session:
        give(company, session, "unit")
    with company.house.session(sun) as session:
        assert may(company, session, "sun") == [True, False]
    with company.house.session(chen) as session:
        epoch(session)
        with counting(company.house.database) as seen:
            assert allowed_actions(session, chen, [CHANGE]) == {CHANGE: True}
        # His posts, and the list of the one that sun does not hold.
        assert len(seen) == 2
        with counting(company.house.database) as seen:
            assert may(company, session, "sun") == may(company, session, "chen") == [True, False]
            assert allowed_actions(session, sun, [CHANGE, "person.record:read"])[CHANGE]
        assert len(seen) == 0


def test_the_next_session_answers_by_what_was_changed(company: Company) -> None:
    with company.house.session(company.actor("sun")) as session:
        assert may(company, session, "sun") == [False, False]
    with company.house.session(SYSTEM, write=True) as session:
        give(company, session, "unit")
    with company.house.session(company.actor("sun")) as session:
        assert may(company, session, "sun") == [True, False]


def test_a_session_that_changes_lists_reads_them_for_each_person_anew(company: Company) -> None:
    """And what it saw goes with it when it is rolled back."""
    with company.house.session(SYSTEM, write=True) as session:
        bump_epoch(session)
        assert may(company, session, "sun") == [False, False]
        give(company, session)
        assert may(company, session, "chen") == [True, True]
        session.rollback()
    with company.house.session(company.actor("chen")) as session:
        assert may(company, session, "chen") == [False, False]


def bound_of(world: World, *keys: str) -> compiled.Bound:
    """Person 1 of a world, and some actions about the whole."""
    asked = Asked(1, None, None, keys[0], "decide", False)
    return compiled.Bound(
        plain_worlds.snapshot_of(world), plain_worlds.holder_of(world, asked), plain_worlds.actor_of(asked),
        {key: plain_worlds.action_of(asked, key, None) for key in keys}, {"thing": THING},
    )


def alone(*entries: EntryRow, rules: tuple[RuleRow, ...] = ()) -> World:
    """One unit, one post, one person."""
    world = World(MOVE, units=[UnitRow(1, START, END, None, 1)], posts=[PostRow(1, 1, None)])
    world.hats = [HatRow(1, 1, 1, "substantive", True, START, END)]
    world.entries, world.rules = list(entries), list(rules)
    return world


def test_whether_a_prohibition_under_conditions_speaks_of_the_whole_is_left_to_the_engine() -> None:
    """Only an object could say what its attributes are."""
    grant = EntryRow("A1", 1, None, "grant", "t.w:do", "all", None, None, None, None, {}, True, 7, START, END)
    bar = EntryRow("P1", 1, None, "prohibit", "t.w:do", "all", None, None, None, None, {"category": ("ads",)}, True, 7,
                   START, END)
    facts = plain_worlds.facts_of(Thing(units=(1,)))
    assert bound_of(alone(grant), "t.w:do").can("t.w:do", facts) is True
    assert bound_of(alone(grant, bar), "t.w:do").can("t.w:do", facts) is None


def test_what_a_rule_keeps_apart_is_not_held_of_the_whole() -> None:
    """Of two in one hand the one that the rule names later has no effect."""
    grants = [EntryRow(code, 1, None, "grant", key, "all", None, None, None, None, {}, True, 7, START, END)
              for code, key in (("A1", "t.w:do"), ("A2", "t.v:do"))]
    rule = RuleRow(None, "S1", "person_holds", ("t.w:do", "t.v:do"), 7, START, END)
    assert bound_of(alone(*grants), "t.w:do", "t.v:do").matrix(["t.w:do", "t.v:do"]) == {"t.w:do": True, "t.v:do": True}
    kept = bound_of(alone(*grants, rules=(rule,)), "t.w:do", "t.v:do")
    assert kept.matrix(["t.w:do", "t.v:do"]) == {"t.w:do": True, "t.v:do": False}
