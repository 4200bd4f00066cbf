"""What the compiled form of a person answers in a random world, against the literal reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from core.access.calls import allowed_actions, allowed_many
from core.authority import compiled
from core.authority.engine import ListEngine
from core.base.actor import Actor
from core.kernel.house import House
from core.kernel.specs import ActionDef, Facts
from tests.core.authority import reference
from tests.core.authority.reference import Thing, World
from tests.core.authority.worlds import THING, Made

#: More than any amount and any total of these worlds.
MUCH = 10**18


def of(house: House, session: Session, engine: ListEngine, actions: Sequence[ActionDef]) -> None:
    """Let the session's house know some actions about things, and one about the whole installation that is declared
    like the first of them.
    """
    about = [replace(action, resource="thing") for action in actions]
    made = {action.key: action for action in (*about, replace(actions[0], key="t.w:do"))}
    registry = replace(
        house.registry, actions={**house.registry.actions, **made},
        resource_types={**house.registry.resource_types, "thing": THING},
    )
    session.info["house"] = replace(house, registry=registry)
    session.info["authority"] = engine


def bound(session: Session, engine: ListEngine, actor: Actor) -> compiled.Bound:
    """The compiled form of an actor."""
    return compiled.of(session, engine.snapshot(session, actor), actor)


def expected(made: Made, thing: Thing) -> bool | None:
    """The answer whatever was used up of totals, whatever was done on the thing before, and whatever is open for now;
    None where it depends on that. What he has opened may also keep something from him that is incompatible with it: for
    as long as that stands the answer is no, and forms are not kept beyond it.
    """
    world, asked = made.world, made.asked
    looks = any(
        reference.names(pattern, asked.action, "", False)
        for kind in ("same_object", "same_lineage") for rule in reference.rules_on(world, kind)
        for pattern in rule.actions
    )
    if looks:
        world = replace(world, rules=[rule for rule in world.rules if not rule.kind.startswith("same_")])
    least, most = (
        reference.decide(
            replace(world, used=dict.fromkeys(world.used, used), abroad={}, opened=opened), asked, thing
        )[0]
        for used, opened in ((-MUCH, world.opened), (MUCH, []))
    )
    if least and looks:
        return None
    return least if least == most or not least else None


def held(world: World, asked: reference.Asked) -> bool:
    """Whether any entry speaks of the action, and none forbids it everywhere."""
    if any(route.entry.scope == "all" and not route.entry.when for route in reference.routes(world, asked, "prohibit")):
        return False
    return any(
        asked.acting_as is None or route.entry.position is None
        or (route.hat is not None and route.hat.assignment == asked.acting_as)
        for route in reference.routes(world, asked, "grant")
    )


def agree(bound: compiled.Bound, made: Made, asked_about: Sequence[tuple[Thing, Facts, Any]]) -> None:
    """Every answer of a compiled form is that of the reference: one by one, many at once, several actions at once."""
    key = made.asked.action
    things, rows = [thing for thing, _facts, _row in asked_about], [row for _thing, _facts, row in asked_about]
    facts = [one for _thing, one, _row in asked_about]
    answers = [bound.can(key, one, row) for one, row in zip(facts, rows, strict=True)]
    assert answers == [expected(made, thing) for thing in things]
    assert bound.can_many(key, facts, rows) == bytearray(2 if one is None else one for one in answers)
    plainly = [bound.can(key, one) for one in facts]
    assert bound.can_many(key, facts) == bytearray(2 if one is None else one for one in plainly)
    bare = [replace(thing, category=None, urgent=None, sum=None) for thing in things]
    assert plainly == [expected(made, thing) for thing in bare], "without a row no condition holds"
    fixed = bound.fixed(key)
    assert fixed is None or set(answers) <= {fixed}
    for one, row, answer in zip(facts, rows, answers, strict=True):
        assert bound.matrix([key], one, row) == {key: answer}


def through_access(session: Session, actor: Actor, made: Made, pairs: Sequence[tuple[Any, Thing]]) -> None:
    """What services ask, totals included."""
    world, asked = made.world, made.asked
    truth = [reference.decide(world, asked, thing)[0] for _row, thing in pairs]
    if actor.signed_in:
        assert allowed_many(session, actor, "t.x:do", [row for row, _thing in pairs]) == truth
        for (row, _thing), answer in zip(pairs, truth, strict=True):
            assert allowed_actions(session, actor, ["t.x:do"], row) == {"t.x:do": answer}
        known = reference.decide(world, replace(asked, action="t.w:do"), None)[0]
        assert allowed_actions(session, actor, ["t.x:do", "t.w:do"]) == {"t.x:do": held(world, asked), "t.w:do": known}
