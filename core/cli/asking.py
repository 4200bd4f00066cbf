"""Asking the lists on the command line: may somebody do this, who may, and which way would it go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from core.access.calls import load, require
from core.authority.actions import EXPLAIN
from core.authority.asking import suppose
from core.authority.engine import ListEngine
from core.authority.routing import ApprovalPlan, Step, route, who_can
from core.authority.supposing import Supposed
from core.base.actor import Actor
from core.base.errors import NotFound, Usage
from core.base.text import Text, catalogue
from core.cli.acting import Desk, acting
from core.cli.outcome import REFUSED
from core.kernel.specs import ActionDef, Facts, ResourceType
from core.org.models import Person
from core.org.resources import place_of_unit
from core.org.services import employment_by_number, unit_by_code

_ = catalogue("authority")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of a command come to."""

    action: ActionDef
    resource: ResourceType | None
    obj: Supposed | None
    day: date | None


def question(command: F) -> F:
    """The action and the options that describe what is asked about."""
    return click.argument("action")(described(command))


def described(command: F) -> F:
    """The options that describe what is asked about."""

    for option in reversed((
        click.option("--unit", help="Code of the unit it belongs to."),
        click.option("--amount", default="", help="Amount with its currency, such as 12000.00CNY."),
        click.option(
            "--with", "attributes", multiple=True, help="An attribute, such as category=ads; may be repeated."
        ),
        click.option("--requester", help="Employee number of whoever asks for it."),
        click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day; today if left out."),
    )):  # fmt: skip
        command = option(command)
    return command


def put(
    desk: Desk, session: Session, action: str, unit: str | None, amount: str, attributes: tuple[str, ...],
    requester: str | None, day: datetime | None,
) -> Asked:
    """What the words come to. Raises ``NotFound`` and ``DomainError`` with what is not known, ``Usage`` for an
    attribute that is written wrongly.
    """
    registry = desk.house.registry
    definition = registry.actions.get(action)
    if definition is None:
        raise NotFound("action.unknown", _("There is no action {action}.", action=action))
    resource = registry.resource_for(definition)
    when = day.date() if day is not None else None
    if resource is None and not (unit or amount or attributes):
        return Asked(definition, None, None, when)
    facts = place_of_unit(session, unit_by_code(session, unit), when) if unit else Facts()
    if requester:
        facts = replace(facts, creator_person_id=employment_by_number(session, desk.actor, requester).person_id)
    pairs = {}
    for one in attributes:
        name, sign, value = one.partition("=")
        if not sign:
            message = _("An attribute is written name=value, as in category=ads: {text}", text=one)
            raise Usage("usage.attribute", message)
        pairs[name] = value
    return Asked(definition, resource, suppose(definition, resource, facts, amount=amount, attributes=pairs), when)


@click.command("can-i", help="Whether you, or somebody else, may do it: exit code 0 when allowed, 3 when refused.")
@click.option("--for", "number", help="Employee number of somebody else.")
@question
@acting
def can_i(desk: Desk, number: str | None, **options: Any) -> None:
    """The answer as a sentence, and who could decide where it is no. Asking about others is an authority itself."""
    with desk.session() as session:
        asked = put(desk, session, **options)
        who = somebody(desk, session, number) if number else desk.actor
        engine: ListEngine = session.info["authority"]
        snapshot = engine.on_day(session, asked.day)
        decision = engine.answer(session, snapshot, who, asked.action, asked.resource, asked.obj)
        plan = None
        if not decision.allowed and asked.obj is not None:
            plan = route(session, asked.action.key, asked.obj, day=asked.day)
    desk.result({
        "allowed": decision.allowed, "code": decision.code, "entry": decision.entry,
        "list_version": decision.list_version, "message": str(decision.message),
        "next": plan.decider.post.code if plan is not None and plan.decider is not None else None,
    })  # fmt: skip
    desk.say(decision.message)
    if plan is not None:
        desk.say(_next(plan))
    if not decision.allowed:
        raise click.exceptions.Exit(REFUSED)


def somebody(desk: Desk, session: Session, number: str) -> Actor:
    """Somebody else, by his employee number. Raises ``Denied`` for whoever may not ask about him."""
    employment = employment_by_number(session, desk.actor, number)
    require(session, desk.actor, EXPLAIN)
    person = load(session, desk.actor, EXPLAIN, Person, employment.person_id)
    return Actor(kind="person", person_id=person.id, name=person.name, zone=desk.actor.zone)


@click.command("who-can", help="Everybody who may decide it, by post.")
@question
@acting
def who(desk: Desk, **options: Any) -> None:
    """Exit code 3 when nobody may."""
    with desk.session() as session:
        require(session, desk.actor, EXPLAIN)
        asked = put(desk, session, **options)
        found = who_can(session, asked.action.key, asked.obj or Supposed(Facts()), day=asked.day)
    desk.result([row(step) for step in found])
    for step in found:
        desk.say(_line(step))
    if not found:
        desk.say(_("Nobody may decide this. The lists leave a gap here."))
        raise click.exceptions.Exit(REFUSED)


@click.command("route", help="The way a question would go, post by post, with every reason.")
@question
@acting
def route_(desk: Desk, **options: Any) -> None:
    """Exit code 3 when it ends with nobody."""
    with desk.session() as session:
        require(session, desk.actor, EXPLAIN)
        asked = put(desk, session, **options)
        plan = route(session, asked.action.key, asked.obj or Supposed(Facts()), day=asked.day)
    desk.result({"path": [row(step) for step in plan.path], "gap": plan.gap})
    for number, step in enumerate(plan.path, start=1):
        desk.say(f"{number}. {_line(step)}")
    desk.say(_next(plan))
    if plan.gap:
        raise click.exceptions.Exit(REFUSED)


def _next(plan: ApprovalPlan) -> Text:
    if plan.decider is None:
        return _("Nobody may decide this. The lists leave a gap here.")
    one = plan.decider
    return _("It is decided by {name}, {post} ({code}).", name=one.name, post=one.post.title, code=one.post.code)


def _line(step: Step) -> Text:
    if step.person_id is None:
        return _("{post} ({code}): {reason}", post=step.post.title, code=step.post.code, reason=step.message)
    return _("{post} ({code}), {name}: {reason}", post=step.post.title, code=step.post.code, name=step.name,
             reason=step.message)  # fmt: skip


def row(step: Step) -> dict[str, Any]:
    """A post on the way for a program."""
    decision = step.decision
    return {
        "post": step.post.code, "title": str(step.post.title), "name": step.name or None, "kind": step.kind or None,
        "code": step.code, "entry": decision.entry if decision is not None else None, "message": str(step.message),
        "outside": step.outside,
    }
