"""The engine against the literal reference, in random worlds on both databases: one object, and lists of them.

In each world several ask, for several actions, about dozens of things: ``crowd.py``. The long run asks of hundreds, in
worlds that are new each time; what it prints makes it the same again (``REMIT_WORLDS_SEED``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.engine import ListEngine
from core.base.actor import Actor
from core.db import guard
from core.kernel.house import House
from core.kernel.specs import ActionDef
from core.org.models import Assignment, Employment, EmploymentTerms, Person
from tests.core.authority import crowd, plain_worlds, reference, short
from tests.core.authority.reference import Asked, Thing, World
from tests.core.authority.worlds import THING, Made, Own, Row, worlds, write, write_things

SYSTEM = Actor.system("a world for tests")
LOOK = [("test", f"core_{name}") for name in ("person", "employment", "employment_terms", "assignment")]
#: Who asks in each world beside the one it was made for, and about how many things more.
ASKERS, THINGS = 4, 40
#: The same in the long run, the worlds it looks at, and the answers it compares at least, on both databases together.
LONG_ASKERS, LONG_THINGS, LONG_WORLDS, LONG = 10, 200, 800, 10_000_000


def posts_of(world: World, **where: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Units and positions of the assignments of today."""
    hats = [h for h in world.hats if h.start <= world.day < h.end and h.person == where["person"]]
    return tuple(world.post(h.position).unit for h in hats), tuple(h.position for h in hats)


def person_thing(made: Made, number: int) -> Thing:
    units, positions = posts_of(made.world, person=number)
    return Thing((number,), units, positions, made.terms.get(number), acts=None)


def assignment_thing(made: Made, number: int) -> Thing:
    hat = next(h for h in made.world.hats if h.assignment == number)
    return Thing((hat.person,), (made.world.post(hat.position).unit,), (hat.position,), acts=None)


#: In these worlds person n has employment n with terms n, so all three look alike. Nothing tells of acts.
MODELS: list[tuple[type[Any], Any]] = [
    (Person, person_thing), (Employment, person_thing), (EmploymentTerms, person_thing),
    (Assignment, assignment_thing),
]


class Trial:
    """One world in a database, and the engine that is asked about it; counts the answers it compared."""

    def __init__(self, house: House, session: Session, made: Made, actions: Sequence[Asked]) -> None:
        self.house, self.session, self.made, self.engine = house, session, made, ListEngine()
        self.actions = {
            asked.action: replace(
                plain_worlds.action_of(asked, asked.action, None),
                used=lambda _session, usage: plain_worlds.used(made.world, usage),
            )
            for asked in actions
        }
        short.of(house, session, self.engine, list(self.actions.values()))
        self.rows = write_things(session, made.things)
        self.compared = 0

    def ask(self, asked: Asked) -> None:
        """Each thing by itself, all of them as a list, and many at once, as one asks for one action."""
        actor, action, made = plain_worlds.actor_of(asked), self.actions[asked.action], self.made
        for number, thing in enumerate(made.things, start=1):
            self.one(asked, actor, action, thing, self.rows[number])
        expected = {n for n, thing in enumerate(made.things, start=1) if reference.listed(made.world, asked, thing)}
        for few in (False, True):
            inside = self.engine.predicate(self.session, actor, action, THING, Row, few=few)
            assert set(self.session.scalars(guard.mark(select(Row.id).where(inside), LOOK))) == expected, few
            self.compared += len(made.things)
        short.agree(short.bound(self.session, self.engine, actor), replace(made, asked=asked), [
            (thing, THING.facts(self.session, self.rows[n]), self.rows[n]) for n, thing in enumerate(made.things, 1)
        ])  # fmt: skip

    def one(self, asked: Asked, actor: Actor, action: ActionDef, thing: Thing | None, row: Row | None) -> None:
        """A thing, or without one the whole installation."""
        found = self.engine.decide(self.session, actor, action, THING if row is not None else None, row)
        assert (found.allowed, found.code, found.entry, found.list_version, found.assignment_id) == \
            reference.decide(self.made.world, asked, thing), thing
        assert not found.allowed or found.needs == reference.needed(self.made.world, found.entry)
        self.compared += 1

    def through_access(self) -> None:
        """What services ask."""
        pairs = [(self.rows[number], thing) for number, thing in enumerate(self.made.things, start=1)]
        short.through_access(self.session, plain_worlds.actor_of(self.made.asked), self.made, pairs)

    def records(self) -> None:
        """The same of the records of people, which are found by their assignments."""
        asked, made, session = self.made.asked, self.made, self.session
        actor, action = plain_worlds.actor_of(asked), self.actions[asked.action]
        for model, thing_of in MODELS:
            resource = self.house.registry.resource_of(model)
            assert resource is not None
            rows = session.scalars(guard.mark(select(model), LOOK)).all()
            short.agree(short.bound(session, self.engine, actor), made, [
                (thing_of(made, row.id), resource.facts(session, row), row) for row in rows
            ])  # fmt: skip
            answers = {row.id: self.engine.decide(session, actor, action, resource, row) for row in rows}
            for identity, found in answers.items():
                expected = reference.decide(made.world, asked, thing_of(made, identity))
                assert (found.allowed, found.code, found.entry) == expected[:3], model
            for few in (False, True):
                shown = self.engine.predicate(session, actor, action, resource, model, few=few)
                assert set(session.scalars(guard.mark(select(model.id).where(shown), LOOK))) == {
                    n for n in answers if reference.listed(made.world, asked, thing_of(made, n))
                }, (model, few)
            self.compared += 3 * len(answers)


def check(house: House, made: Made, askers: int = ASKERS, things: int = THINGS) -> int:
    """All that is asked in one world, with so many who ask besides and so many things more; how many answers of one
    object or row were compared with the reference.
    """
    luck = crowd.luck_of(made.luck)
    declared = crowd.actions(luck, made.asked)
    others = crowd.askers(luck, made.world, declared, askers)
    more = crowd.things(luck, made.world, things)
    with pytest.MonkeyPatch.context() as patch, house.session(SYSTEM, write=True) as session:
        patch.setenv("REMIT_DEMO_DATE", made.world.day.isoformat())
        write(session, made)
        made = replace(made, things=[*made.things, *more])
        trial = Trial(house, session, made, declared)
        for asked in (made.asked, *others):
            trial.ask(asked)
        actor = plain_worlds.actor_of(made.asked)
        trial.one(made.asked, actor, trial.actions[made.asked.action], None, None)
        trial.through_access()
        trial.records()
        session.rollback()
        return trial.compared


@pytest.mark.proves("reference", "lineage")
def test_engine_and_reference_agree(house: House) -> None:
    """Every decision with its code, citation and hat; every list with exactly the rows that a decision allows."""
    house.database.create_all(Own.metadata)
    compared = 0

    @settings(
        max_examples=100, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(made=worlds())
    def in_every_world(made: Made) -> None:
        nonlocal compared
        compared += check(house, made)

    in_every_world()
    assert compared >= 50_000, "a hundred thousand on both databases"


@pytest.mark.full
def test_engine_and_reference_agree_ten_million_times(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """The same in worlds that nobody has seen before, with far more asked in each."""
    house.database.create_all(Own.metadata)
    number = int(os.environ.get("REMIT_WORLDS_SEED") or SystemRandom().randrange(2**32))
    with capsys.disabled():
        print(f"\nREMIT_WORLDS_SEED={number}")
    compared = 0

    @seed(number)
    @settings(
        max_examples=LONG_WORLDS, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(made=worlds())
    def in_every_world(made: Made) -> None:
        nonlocal compared
        compared += check(house, made, LONG_ASKERS, LONG_THINGS)

    in_every_world()
    assert compared >= LONG // 2, f"of the worlds of {number}"
