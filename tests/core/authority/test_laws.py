"""Laws that hold in every world, whatever the answers are: see ``laws.py``.

That reading undoes writing is tested with documents, and that a list outlives a workbook with workbooks.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import compiled
from core.authority.engine import OWN, ListEngine
from core.base.actor import Actor
from core.config import Config
from core.db import guard
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS
from core.org import tree
from tests.core.authority import crowd, plain_worlds
from tests.core.authority.laws import Case, Law, handed
from tests.core.authority.laws_of_names import LAWS, MARK
from tests.core.authority.test_differential import LOOK
from tests.core.authority.worlds import END, THING, Made, Own, Row, worlds, write, write_things

SYSTEM = Actor.system("a world for tests")
#: Worlds, who asks in each beside the one it was made for, and about how many things more.
WORLDS, ASKERS, THINGS = 120, 4, 24
#: How many answers each law must at least have had a say in, so that none holds because nothing ever happened.
FEWEST = 10
#: So often each case is changed at most, until a law has had so many.
TURNS = 12
#: Worlds that are looked at in a database, and how many lists must come out otherwise in them.
IN_DATABASE, FEWEST_LISTS = 12, 5


def worlds_of(count: int) -> list[Made]:
    """So many random worlds, the same every time."""
    found: list[Made] = []

    @seed(17)
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(made=worlds())
    def collect(made: Made) -> None:
        found.append(made)

    collect()
    return found


@pytest.fixture(scope="module")
def plainly(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that is bound to no database, so that whatever would read something fails."""
    registry, manager = loader.load(PARTS, {})
    config = Config(instance=tmp_path_factory.mktemp("laws"), job_threads=0)
    return Session(info={"house": House(config, Database("sqlite://"), registry, Hooks(manager))})


@pytest.fixture(scope="module")
def cases(plainly: Session) -> list[tuple[Case, list[Decision]]]:
    """Each world with each one who asks in it and holds something, and what the engine says."""
    found = []
    for made in worlds_of(WORLDS):
        luck = crowd.luck_of(made.luck)
        declared = crowd.actions(luck, made.asked)
        others = crowd.askers(luck, made.world, declared, ASKERS)
        things = (*made.things, *crowd.things(luck, made.world, THINGS))
        found += [Case(made.world, asked, things) for asked in (made.asked, *others)]
    told = [(case, ask(case, plainly)) for case in found]
    return [(case, said) for case, said in told if any(one.code != "NO_ENTRY" for one in said)]


def ask(case: Case, session: Session) -> list[Decision]:
    """What the engine says of each thing; the compiled form says the same wherever it can tell."""
    asked, world = case.asked, case.world
    said = plain_worlds.answers_of(world, asked, case.things, session)
    bound = compiled.Bound(
        plain_worlds.snapshot_of(world), plain_worlds.holder_of(world, asked), plain_worlds.actor_of(asked),
        {asked.action: plain_worlds.action_of(asked, asked.action, "thing")}, {"thing": THING},
    )
    for thing, one in zip(case.things, said, strict=True):
        short = bound.can(asked.action, plain_worlds.facts_of(thing), plain_worlds.row_of(thing))
        assert short in (None, one.allowed)
    return said


def whole(one: Decision) -> tuple[object, ...]:
    """An answer with all it cites; codes of entries without what was put before them."""
    return one.allowed, one.code, one.entry and one.entry.replace(f".{MARK}", "."), one.list_version, \
        one.assignment_id, one.delegation_id, one.on_behalf_of is None, one.needs


def broken(law: Law, before: Decision, after: Decision) -> bool:
    """Whether two answers break a law."""
    if law.kind == "exact":
        return whole(before) != whole(after)
    if law.kind == "same":
        return before.allowed != after.allowed
    less, more = (before, after) if law.kind == "more" else (after, before)
    return less.allowed and not more.allowed and more.code not in law.excused


@pytest.mark.proves("laws")
@pytest.mark.parametrize("name", list(LAWS))
def test_it_holds_in_every_world(name: str, cases: list[tuple[Case, list[Decision]]], plainly: Session) -> None:
    law, had_a_say = LAWS[name], 0
    for turn in range(TURNS):
        for number, (case, before) in enumerate(cases):
            luck = crowd.luck_of(f"{turn} {number}")
            base = law.first(luck, case) if law.first else case
            changed = law.change(luck, base) if base else None
            if base is None or changed is None:
                continue
            said = ask(base, plainly) if law.first else before
            for thing, one, other in zip(base.things, said, ask(changed, plainly), strict=True):
                assert not broken(law, one, other), (base, thing, changed, one, other)
                had_a_say += one.allowed if law.kind in ("exact", "same") else one.allowed != other.allowed
        if had_a_say >= FEWEST:
            break
    assert had_a_say >= FEWEST


def test_a_delegate_may_nothing_that_who_delegated_may_not(
    cases: list[tuple[Case, list[Decision]]], plainly: Session
) -> None:
    """Asked under the post from which it was handed over, and as if he had no other: what another post of his forbids
    him is not handed over with this one. A rule about two actions in one hand may keep him from what he hands over; to
    hand it over is then how it is done at all.
    """
    found = 0
    for number, (start, _said) in enumerate(cases):
        case = handed(crowd.luck_of(number), start)
        if case is None:
            continue
        for thing, one in zip(case.things, ask(case, plainly), strict=True):
            hand = next((hand for hand in case.world.hands if one.allowed and hand.number == one.delegation_id), None)
            if hand is None:
                continue
            own = next(hat for hat in case.world.hats if hat.assignment == hand.assignment)
            world = replace(
                case.world, hands=[row for row in case.world.hands if row.to != own.person],
                hats=[hat for hat in case.world.hats if hat.person != own.person or hat is own],
            )
            his = Case(world, replace(case.asked, person=own.person, account=None, acting_as=own.assignment), (thing,))
            (other,) = ask(his, plainly)
            assert other.allowed or other.code == "SOD_HOLDS", (case.world, case.asked, thing, one, other)
            found += 1
    assert found >= FEWEST


def test_lists_keep_the_laws_as_well(house: House) -> None:
    """Those about lists, posts and what is handed over, as SQL; amounts and duties that are kept apart do not narrow
    lists, so here a prohibition that went with its post is all that excuses.
    """
    house.database.create_all(Own.metadata)
    in_lists, told = {name: law for name, law in LAWS.items() if law.in_lists}, 0
    for made in worlds_of(IN_DATABASE):
        with pytest.MonkeyPatch.context() as patch, house.session(SYSTEM, write=True) as session:
            patch.setenv("REMIT_DEMO_DATE", made.world.day.isoformat())
            write(session, made)
            luck = crowd.luck_of(made.luck)
            declared = crowd.actions(luck, made.asked)
            things = (*made.things, *crowd.things(luck, made.world, THINGS))
            rows = write_things(session, things)
            for asked in crowd.askers(luck, made.world, declared, 2)[:1]:
                case = Case(made.world, asked, things)
                for name, law in in_lists.items():
                    base = law.first(luck, case) if law.first else case
                    changed = law.change(luck, base) if base else None
                    if base is None or changed is None:
                        continue
                    before, after = listed(session, base), listed(session, changed)
                    less, more = (before, after) if law.kind == "more" else (after, before)
                    lost = {} if less <= more else {n: rows[n] for n in less - more}
                    where = changed if law.kind == "more" else base
                    codes = {decided(session, where, row).code for row in lost.values()}
                    assert codes <= law.excused & {"PROHIBITED"}, (name, base, changed)
                    assert law.kind in ("less", "more") or before == after, (name, base, changed)
                    told += before != after
            session.rollback()
    assert told >= FEWEST_LISTS


def _take_up(session: Session, case: Case) -> Actor:
    """Let the session answer by a case, over the tree that is in its database."""
    actor = plain_worlds.actor_of(case.asked)
    snapshot = replace(plain_worlds.snapshot_of(case.world), nodes=tree.load(session, case.world.day))
    snapshot.holders[actor.person_id, actor.account_id] = plain_worlds.holder_of(case.world, case.asked)
    session.info[OWN] = snapshot
    return actor


def listed(session: Session, case: Case) -> set[int]:
    """The rows that a list shows."""
    actor, action = _take_up(session, case), plain_worlds.action_of(case.asked, case.asked.action, None)
    inside = ListEngine().predicate(session, actor, action, THING, Row)
    return set(session.scalars(guard.mark(select(Row.id).where(inside), LOOK)))


def decided(session: Session, case: Case, row: Row) -> Decision:
    """The answer about one of them."""
    actor, action = _take_up(session, case), plain_worlds.action_of(case.asked, case.asked.action, None)
    return ListEngine().decide(session, actor, action, THING, row)


def test_what_is_asked_later_about_a_day_is_what_was_said_on_it(house: House) -> None:
    """Asked on a later day about today, with nothing changed since."""
    house.database.create_all(Own.metadata)
    for made in worlds_of(IN_DATABASE):
        with pytest.MonkeyPatch.context() as patch, house.session(SYSTEM, write=True) as session:
            patch.setenv("REMIT_DEMO_DATE", made.world.day.isoformat())
            write(session, made)
            luck = crowd.luck_of(made.luck)
            rows = write_things(session, [*made.things, *crowd.things(luck, made.world, THINGS)])
            engine, actor = ListEngine(), plain_worlds.actor_of(made.asked)
            action = plain_worlds.action_of(made.asked, made.asked.action, None)
            today = [engine.decide(session, actor, action, THING, row) for row in rows.values()]
            patch.setenv("REMIT_DEMO_DATE", END.replace(year=2030).isoformat())
            then = engine.on_day(session, made.world.day)
            assert then is not engine.snapshot(session, actor)
            later = [engine.answer(session, then, actor, action, THING, row) for row in rows.values()]
            assert [whole(one) for one in later] == [whole(one) for one in today]
            session.rollback()
