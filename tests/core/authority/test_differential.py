"""The engine against the literal reference, in random worlds on both databases: one object, and lists of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from core.authority.engine import ListEngine
from core.base.actor import Actor
from core.db import guard
from core.kernel.house import House
from core.kernel.specs import ActionDef, Usage
from core.org.models import Assignment, Employment, EmploymentTerms, Person
from tests.core.authority import reference, short
from tests.core.authority.reference import Thing, World
from tests.core.authority.worlds import THING, Made, Own, Row, worlds, write

SYSTEM = Actor.system("a world for tests")
LOOK = [("test", f"core_{name}") for name in ("person", "employment", "employment_terms", "assignment")]


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


def used(world: World, usage: Usage) -> dict[str | None, int]:
    """What was used up under an entry, also in another currency than that of its total."""
    found: dict[str | None, int] = {usage.currency: world.used.get(usage.entry, 0)}
    amount, currency = world.abroad.get(usage.entry, (0, usage.currency))
    return {**found, currency: found.get(currency, 0) + amount}


def check(house: House, made: Made) -> None:
    asked = made.asked
    actor = Actor(kind="person", name="N", account_id=asked.account, person_id=asked.person,
                  acting_as=asked.acting_as)
    action = ActionDef(
        "t.x:do", "X", power=asked.power, no_self=asked.no_self,  # type: ignore[arg-type]
        recuse=asked.recuse,  # type: ignore[arg-type]
        used=lambda _session, usage: used(made.world, usage),
    )
    engine = ListEngine()
    with pytest.MonkeyPatch.context() as patch, house.session(SYSTEM, write=True) as session:
        patch.setenv("REMIT_DEMO_DATE", made.world.day.isoformat())
        write(session, made)
        for number, thing in enumerate(made.things, start=1):
            found = engine.decide(session, actor, action, THING, session.get(Row, number))
            assert (found.allowed, found.code, found.entry, found.list_version, found.assignment_id) == \
                reference.decide(made.world, asked, thing)
            assert not found.allowed or found.needs == reference.needed(made.world, found.entry)
        found = engine.decide(session, actor, action, None, None)
        assert (found.allowed, found.code, found.entry, found.list_version, found.assignment_id) == \
            reference.decide(made.world, asked, None), "about the whole installation"
        for few in (False, True):
            inside = engine.predicate(session, actor, action, THING, Row, few=few)
            assert set(session.scalars(guard.mark(select(Row.id).where(inside), LOOK))) == {
                n for n, thing in enumerate(made.things, start=1) if reference.listed(made.world, asked, thing)
            }
        bound = short.of(house, session, engine, actor, action)
        pairs = [(session.get(Row, number), thing) for number, thing in enumerate(made.things, start=1)]
        short.agree(bound, made, [(thing, THING.facts(session, row), row) for row, thing in pairs])
        short.through_access(session, actor, made, pairs)
        for model, thing_of in MODELS:
            resource = house.registry.resource_of(model)
            assert resource is not None
            rows = session.scalars(guard.mark(select(model), LOOK)).all()
            short.agree(bound, made, [(thing_of(made, row.id), resource.facts(session, row), row) for row in rows])
            answers = {row.id: engine.decide(session, actor, action, resource, row) for row in rows}
            for identity, found in answers.items():
                expected = reference.decide(made.world, asked, thing_of(made, identity))
                assert (found.allowed, found.code, found.entry) == expected[:3], model
            for few in (False, True):
                shown = engine.predicate(session, actor, action, resource, model, few=few)
                assert set(session.scalars(guard.mark(select(model.id).where(shown), LOOK))) == {
                    n for n in answers if reference.listed(made.world, asked, thing_of(made, n))
                }, (model, few)
        session.rollback()


@pytest.mark.proves("reference", "lineage")
def test_engine_and_reference_agree(house: House) -> None:
    """Every decision with its code, citation and hat; every list with exactly the rows that a decision allows."""
    house.database.create_all(Own.metadata)

    @settings(
        max_examples=100, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(made=worlds())
    def in_every_world(made: Made) -> None:
        check(house, made)

    in_every_world()
