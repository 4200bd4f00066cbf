"""``remit authority explain``: why something is allowed, refused or decided by somebody else, in sentences."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.decision import Decision
from core.authority import explaining
from core.authority.actions import EXPLAIN
from core.authority.explaining import Citation, Explanation
from core.authority.routing import Step
from core.base import clock
from core.base.errors import Usage
from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.cli.acting import Desk, acting
from core.cli.asking import described, put, row, somebody
from core.cli.outcome import REFUSED
from core.kernel.house import of as house_of
from core.workflow import reading, way
from core.workflow.models import APPROVED, OPEN, VOID, WITHDRAWN
from core.workflow.reading import Shown
from core.workflow.records import record_of

_ = catalogue("authority")


@click.command(
    "explain", help="Why it is allowed or refused, by which entry, and who decides: exit code 0 when allowed, 3 when "
    "refused.",
)  # fmt: skip
@click.argument("action", required=False)
@click.option("--task", type=int, help="Number of a task instead of an action: why it was, or is to be, decided so.")
@click.option("--for", "number", help="Employee number of somebody else.")
@described
@acting
def explain(desk: Desk, action: str | None, task: int | None, number: str | None, **options: Any) -> None:
    """The way of the question, post by post, is told to whoever may ask about others, that of a task to who sees it."""
    if (action is None) == (task is None):
        raise Usage("usage.explain", _("Name an action, such as person.record:read, or a task: --task 12."))
    if task is not None and (number or any(options.values())):
        raise Usage("usage.explain", _("A task says itself whom and what it is about; leave the other options out."))
    with desk.session() as session:
        if task is not None:
            yes = _of_task(desk, session, reading.show(session, desk.actor, task))
        else:
            who = somebody(desk, session, number) if number else desk.actor
            asked = put(desk, session, action=str(action), **options)
            found = explaining.explain(
                session, who, who.name, asked.action, asked.resource, asked.obj, day=asked.day, himself=not number
            )
            yes = found.decision.allowed
            _tell(desk, found, way=allowed(session, desk.actor, EXPLAIN))
    if not yes:
        raise click.exceptions.Exit(REFUSED)


def _of_task(desk: Desk, session: Session, shown: Shown) -> bool:
    """Why a task was decided so; of one that is open, why the acting account may decide it or who does instead."""
    task = shown.task
    if task.state == OPEN:
        action = house_of(session).registry.actions[task.action]
        resource = house_of(session).registry.resource_for(action)
        record = record_of(session, shown.kind, task.resource_id)
        found = explaining.explain(session, desk.actor, desk.actor.name, action, resource, record)
        desk.say(_("“{subject}” is not decided yet.", subject=shown.subject))
        _tell(desk, found, way=True)
        return found.decision.allowed
    day = (task.decided_at or clock.now()).astimezone(ZoneInfo(desk.actor.zone)).date()
    cited = explaining.cite(session, task.entry, task.list_version, day)
    desk.result({
        "allowed": task.state == APPROVED, "code": task.state.upper(), "entry": task.entry,
        "list_version": task.list_version, "message": str(_outcome(desk, shown)), "citation": _cited(cited),
        "path": [{"title": step.post, "name": step.name or None, "message": str(step.why)} for step in _passed(shown)],
    })  # fmt: skip
    desk.say(_outcome(desk, shown))
    if shown.on_behalf_of:
        desk.say(_("It was decided in the stead of {name}.", name=shown.on_behalf_of))
    if cited is not None:
        desk.say(cited.sentence)
    if task.compared_by is not None:
        desk.say(from_json(task.compared_by))
    if task.comment:
        desk.say(_("The reason given: {text}", text=task.comment))
    for step in _passed(shown):
        desk.say(_("Passed over before: {post}, {why}", post=step.post, why=step.sub))
    return task.state == APPROVED


def _passed(shown: Shown) -> list[way.Step]:
    """Who was passed over on the way of a request, and why."""
    return [step for step in shown.steps if step.state == "skipped" and step.at is None]


def _outcome(desk: Desk, shown: Shown) -> Text:
    """What became of a task, by whom and when."""
    task = shown.task
    at = task.decided_at.astimezone(ZoneInfo(desk.actor.zone)).strftime("%Y-%m-%d %H:%M") if task.decided_at else "–"
    words = {
        "subject": shown.subject, "name": task.decider_name or "–", "at": at, "number": task.id,
        "requester": shown.requester.name if shown.requester is not None else "–",
    }
    if task.state == APPROVED:
        return _("“{subject}” (task {number}, asked by {requester}) was approved by {name} at {at}.", **words)
    if task.state == WITHDRAWN:
        return _("“{subject}” (task {number}, asked by {requester}) was taken back by {name} at {at}.", **words)
    if task.state == VOID:
        return _("“{subject}” (task {number}, asked by {requester}) was approved by {name} at {at}; it was changed "
                 "since, so that the approval is void.", **words)
    return _("“{subject}” (task {number}, asked by {requester}) was refused by {name} at {at}.", **words)


def _tell(desk: Desk, found: Explanation, *, way: bool) -> None:
    """An answer as sentences, and with ``way`` the posts the question goes past."""
    decision: Decision = found.decision
    steps: tuple[Step, ...] = found.plan.path if found.plan is not None and way else ()
    chosen = found.plan.decider if found.plan is not None else None
    desk.result({
        "allowed": decision.allowed, "code": decision.code, "entry": decision.entry,
        "list_version": decision.list_version, "message": str(found.verdict), "citation": _cited(found.cited),
        "near_misses": [
            {"entry": one.entry, "list_version": one.version, "code": one.code, "message": str(one.why)}
            for one in found.missed
        ],
        "path": [row(step) for step in steps], "next": chosen.post.code if chosen is not None else None,
    })  # fmt: skip
    for sentence in found.sentences():
        desk.say(sentence)
    passed = [step for step in steps if step is not chosen]
    for number, step in enumerate(passed, start=1):
        words = {"number": number, "post": step.post.title, "code": step.post.code, "why": explaining.passed(step)}
        desk.say(
            _("Passed over, {number}: {post} ({code}): {why}", **words) if step.person_id is None
            else _("Passed over, {number}: {post} ({code}), {name}: {why}", name=step.name, **words)
        )


def _cited(cited: Citation | None) -> dict[str, Any] | None:
    """The entry for a program."""
    if cited is None:
        return None
    return {
        "entry": cited.code, "list_version": cited.version, "list": str(cited.unit), "basis": cited.basis or None,
        "effective_from": cited.effective_from, "says": cited.says, "needs": cited.needs,
    }  # fmt: skip
