"""Tasks for programs: what waits for the holder of a token, what he asked, what he decided, and the answer.

A token reaches the tasks whose action it covers, and the questions of its holder whose records it may read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.kernel.house import of
from core.schemas import fields, validators
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow import reading, tasks, todo
from core.workflow.models import OPEN, Task
from core.workflow.reading import Line, Shown
from core.workflow.schemas import WayStepSchema, told_way

api = ApiBlueprint("tasks_api", __name__, url_prefix="/tasks", description="Questions that people decide")

_PLAIN = ("id", "kind", "action", "resource", "resource_id", "state", "asked_at", "decided_at")
_ANSWERED = ("comment", "entry", "list_version", "decider_person_id", "on_behalf_of_person_id")


class TaskQuery(PageQuery):
    """A page of what waits for me (``mine``), of what I asked, or of what I decided."""

    show = fields.String(load_default="mine", validate=validators.OneOf({view: view for view in reading.VIEWS}))


class TaskSchema(fields.Schema):
    """One question: may ``action`` be done to the record ``resource_id`` of the type ``resource``? ``todo`` is what it
    gives somebody to do instead, "" for a question.
    """

    id = fields.Integer()
    kind = fields.String()
    action = fields.String()
    resource = fields.String()
    resource_id = fields.Integer()
    subject = fields.String()
    requester = fields.String()
    waits_for = fields.String()
    todo = fields.String()
    state = fields.String()
    asked_at = fields.Moment()
    decided_at = fields.Moment(allow_none=True)


class TaskFactSchema(fields.Schema):
    """One thing that whoever decides must know."""

    label = fields.String()
    value = fields.String()


class WholeTaskSchema(TaskSchema):
    """A question with what it is about and its way; ``digest`` is handed back with the answer as ``seen``.

    ``may_decide`` is about the holder of the token; ``reason`` says by which entry, or why not. ``gap``: nobody may.
    """

    digest = fields.String()
    facts = fields.List(fields.Nested(TaskFactSchema))
    steps = fields.List(fields.Nested(WayStepSchema))
    gap = fields.Boolean()
    may_decide = fields.Boolean()
    reason = fields.String()
    comment = fields.String()
    entry = fields.String(allow_none=True)
    list_version = fields.Integer(allow_none=True)
    decider_person_id = fields.Integer(allow_none=True)
    on_behalf_of_person_id = fields.Integer(allow_none=True)


class TaskAnswerBody(fields.Schema):
    """Yes or no to what was ``seen``, the digest of the question as it was read; a refusal needs a comment. What is to
    do is answered with done.
    """

    answer = fields.String(required=True, validate=validators.OneOf(todo.ANSWERS))
    seen = fields.String(required=True, max_length=64)
    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT)


@api.get("/")
@signed_in
@api.arguments(TaskQuery, location="query")
@api.response(200, page_of(TaskSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Tasks by id. Those that wait are found by where they were routed last, seconds ago at most where jobs run."""
    statement: Any = select(Task).where(reading.concerning(query["show"], actor.person_id))
    if actor.scopes is not None:
        covered = Task.action.in_(sorted(actor.scopes))
        statement = statement.where(covered | _own(session, actor) if query["show"] == "asked" else covered)
    found = paginate(session, statement, [Task.id], after=query["after"], limit=query["limit"])
    return KeysetPage([_line(one) for one in reading.lines(session, found.items)], found.next)


@api.get("/<id:task_id>")
@signed_in
@api.response(200, WholeTaskSchema)
def one(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """One question with its way, for whom it concerns."""
    return _whole(session, actor, task_id)


@api.post("/<id:task_id>/answer")
@signed_in
@api.arguments(TaskAnswerBody)
@api.response(200, WholeTaskSchema)
def answer(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Approve or refuse by the lists of this moment."""
    said = todo.meant(_shown(session, actor, task_id).task, body["answer"])
    tasks.answer(session, actor, task_id, said, seen=body["seen"], comment=body["comment"])
    return _whole(session, actor, task_id)


@api.post("/<id:task_id>/withdraw")
@signed_in
@api.response(200, WholeTaskSchema)
def withdraw(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """Take one's own question back."""
    _shown(session, actor, task_id)
    tasks.withdraw(session, actor, task_id)
    return _whole(session, actor, task_id)


@api.post("/<id:task_id>/nudge")
@signed_in
@api.response(200, WholeTaskSchema)
def nudge(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """Remind whoever one's own question waits for, once a day."""
    _shown(session, actor, task_id)
    tasks.nudge(session, actor, task_id)
    return _whole(session, actor, task_id)


def _shown(session: Session, actor: Actor, task_id: int) -> Shown:
    shown = reading.show(session, actor, task_id)
    if actor.scopes is None or shown.task.action in actor.scopes:
        return shown
    if session.scalar(select(Task.id).where(Task.id == task_id, _own(session, actor))) is None:
        raise tasks.not_there()
    return shown


def _own(session: Session, actor: Actor) -> Any:
    """Questions of the holder about records that the token may read."""
    types = of(session).registry.resource_types.values()
    readable = [one.name for one in types if one.read in (actor.scopes or ())]
    return (Task.requester_person_id == (actor.person_id or 0)) & Task.resource.in_(readable)


def _line(line: Line) -> dict[str, Any]:
    return {
        **{name: getattr(line.task, name) for name in _PLAIN}, "subject": str(line.subject),
        "todo": str(line.todo),
        "requester": line.requester, "waits_for": str(line.waits_for) if line.task.state == OPEN else "",
    }  # fmt: skip


def _whole(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    shown = _shown(session, actor, task_id)
    line = next(iter(reading.lines(session, [shown.task])))
    return {
        **_line(line), **{name: getattr(shown.task, name) for name in _ANSWERED}, "digest": shown.task.digest,
        "facts": [{"label": str(label), "value": str(value)} for label, value in shown.lines],
        "steps": told_way(shown.steps),
        "gap": shown.gap, "may_decide": shown.mine is not None and shown.mine.allowed,
        "reason": str(shown.mine.message) if shown.mine is not None else "",
    }  # fmt: skip
