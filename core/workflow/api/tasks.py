"""Tasks for programs: what waits for the holder of a token, what he asked, what he decided, the answer, and what else
one may do with a task.

A token reaches the tasks whose action it covers, and of those its holder put or was told of the ones whose records it
may read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.kernel.house import of
from core.schemas import fields, validators
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow import batches, comments, readers, reading, tasks, todo, way
from core.workflow.api import task_schemas as schemas
from core.workflow.engine import going, moves
from core.workflow.models import OPEN, Task
from core.workflow.processes.models import RunComment, RunReader, RunStep
from core.workflow.reading import Line, Shown
from core.workflow.schemas import told_way

_ = catalogue("workflow")

api = ApiBlueprint("tasks_api", __name__, url_prefix="/tasks", description="Questions that people decide")

_PLAIN = ("id", "run_id", "kind", "action", "resource", "resource_id", "state", "asked_at", "decided_at")
_ANSWERED = ("comment", "entry", "list_version", "decider_person_id", "on_behalf_of_person_id")
ONE = "/<id:task_id>"


class TaskQuery(PageQuery):
    """A page of what waits for me (``mine``), of what I asked, of what I decided, or of what I was told of."""

    show = fields.String(load_default="mine", validate=validators.OneOf({view: view for view in reading.VIEWS}))


class TaskAnswerBody(fields.Schema):
    """Yes or no to what was ``seen``, the digest of the question as it was read; a refusal needs a comment. What is to
    do is answered with done.
    """

    answer = fields.String(required=True, validate=validators.OneOf(todo.ANSWERS))
    seen = fields.String(required=True, max_length=64)
    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT)


# -- reading -----------------------------------------------------------------------------------------------------------


@api.get("/")
@signed_in
@api.arguments(TaskQuery, location="query")
@api.response(200, page_of(schemas.TaskSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Tasks by id. Those that wait are found by where they were routed last, seconds ago at most where jobs run."""
    statement: Any = select(Task).where(reading.concerning(query["show"], actor.person_id))
    if actor.scopes is not None:
        covered = Task.action.in_(sorted(actor.scopes))
        known = query["show"] in ("asked", "copied")
        statement = statement.where(covered | _known(session, actor) if known else covered)
    found = paginate(session, statement, [Task.id], after=query["after"], limit=query["limit"])
    return KeysetPage([_line(one) for one in reading.lines(session, found.items)], found.next)


@api.get(ONE)
@signed_in
@api.response(200, schemas.WholeTaskSchema)
def one(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """One question with its way, for whom it concerns."""
    return _whole(session, actor, task_id)


# -- deciding ----------------------------------------------------------------------------------------------------------


@api.post(f"{ONE}/answer")
@signed_in
@api.arguments(TaskAnswerBody)
@api.response(200, schemas.WholeTaskSchema)
def answer(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Approve or refuse by the lists of this moment."""
    said = todo.meant(_shown(session, actor, task_id).task, body["answer"])
    tasks.answer(session, actor, task_id, said, seen=body["seen"], comment=body["comment"])
    return _whole(session, actor, task_id)


@api.post("/batch")
@signed_in
@api.arguments(schemas.TaskBatchBody)
@api.response(200, schemas.TaskBatchSchema)
def batch(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Approve several, of those whose process lets it; each is decided by itself, and one that is not says why."""
    if len(body["tasks"]) > batches.MOST:
        raise DomainError("task.batch", _("Approve at most {most} at once.", most=batches.MOST), "tasks")
    said = []
    for one in body["tasks"]:
        try:
            _shown(session, actor, one["id"])
            (told,) = batches.approve_all(session, actor, [(one["id"], one["seen"])])
        except NotFound as missing:
            told = batches.Said(one["id"], missing.message)
        said.append({"id": told.task_id, "done": not str(told.why), "why": str(told.why)})
    return {"items": said}


@api.post(f"{ONE}/return")
@signed_in
@api.arguments(schemas.TaskReturnBody)
@api.response(200, schemas.WholeTaskSchema)
def send_back(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Send a request back to whoever put it, for revision, or to an earlier step of its process."""
    _shown(session, actor, task_id)
    tasks.send_back(session, actor, task_id, **body)
    return _whole(session, actor, task_id)


@api.post(f"{ONE}/transfer")
@signed_in
@api.arguments(schemas.TaskPersonBody)
@api.response(200, schemas.TaskSchema)
def hand_on(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Hand a task on to somebody else who may decide it; whoever hands it on need not see it any more."""
    _shown(session, actor, task_id)
    task = _person(lambda: tasks.hand_on(session, actor, task_id, body["person_id"], body["comment"]))
    return _line(next(iter(reading.lines(session, [task]))))


@api.post(f"{ONE}/signers")
@signed_in
@api.arguments(schemas.TaskPersonBody)
@api.response(201, schemas.TaskSchema)
def add_signer(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Have somebody else agree as well; the answer is the task that waits for him."""
    _shown(session, actor, task_id)
    task = _person(lambda: tasks.add_signer(session, actor, task_id, body["person_id"], body["comment"]))
    return _line(next(iter(reading.lines(session, [task]))))


# -- of whoever asked --------------------------------------------------------------------------------------------------


@api.post(f"{ONE}/withdraw")
@signed_in
@api.response(200, schemas.WholeTaskSchema)
def withdraw(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """Take one's own question back."""
    _shown(session, actor, task_id)
    tasks.withdraw(session, actor, task_id)
    return _whole(session, actor, task_id)


@api.post(f"{ONE}/nudge")
@signed_in
@api.response(200, schemas.WholeTaskSchema)
def nudge(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    """Remind whoever one's own question waits for, once a day."""
    _shown(session, actor, task_id)
    tasks.nudge(session, actor, task_id)
    return _whole(session, actor, task_id)


# -- beside ------------------------------------------------------------------------------------------------------------


@api.get(f"{ONE}/comments")
@signed_in
@api.arguments(PageQuery, location="query")
@api.response(200, page_of(schemas.TaskCommentSchema))
def said(session: Session, actor: Actor, query: dict[str, Any], task_id: int) -> KeysetPage:
    """What was written beside the request, the first first."""
    run = _shown(session, actor, task_id).run
    return paginate(session, select(RunComment).where(RunComment.run_id == run.id), [RunComment.id], **query)


@api.post(f"{ONE}/comments")
@signed_in
@api.arguments(schemas.TaskCommentBody)
@api.response(201, schemas.TaskCommentSchema)
def comment(session: Session, actor: Actor, body: dict[str, Any], task_id: int) -> RunComment:
    """Write beside a request that one may read; whoever is mentioned may read it from now on and is told."""
    run = _shown(session, actor, task_id).run
    return comments.write(session, actor, run, body["text"], mentions=body["mentions"])


@api.get(f"{ONE}/readers")
@signed_in
@api.arguments(PageQuery, location="query")
@api.response(200, page_of(schemas.TaskReaderSchema))
def told(session: Session, actor: Actor, query: dict[str, Any], task_id: int) -> KeysetPage:
    """Who was told of the request and may read it: copied to by a step, or mentioned in a comment."""
    run = _shown(session, actor, task_id).run
    found = paginate(
        session, select(RunReader).where(RunReader.run_id == run.id), [RunReader.person_id], **query
    )
    names = reading.names(session, {one.person_id for one in found.items})
    return KeysetPage([
        {"person_id": one.person_id, "name": names.get(one.person_id, ""), "why": one.why, "told_at": one.at}
        for one in found.items
    ], found.next)  # fmt: skip


# -- what a token reaches ----------------------------------------------------------------------------------------------


def _shown(session: Session, actor: Actor, task_id: int) -> Shown:
    shown = reading.show(session, actor, task_id)
    if actor.scopes is None or shown.task.action in actor.scopes:
        return shown
    if session.scalar(select(Task.id).where(Task.id == task_id, _known(session, actor))) is None:
        raise tasks.not_there()
    return shown


def _known(session: Session, actor: Actor) -> Any:
    """Questions that the holder put or was told of, about records that the token may read."""
    types = of(session).registry.resource_types.values()
    readable = [one.name for one in types if one.read in (actor.scopes or ())]
    person = actor.person_id or 0
    mine = or_(Task.requester_person_id == person, Task.run_id.in_(readers.told(person)))
    return mine & Task.resource.in_(readable)


def _person(do: Any) -> Task:
    """A move to a person; what is wrong with him stands under the name of the body."""
    try:
        task: Task = do()
    except DomainError as error:
        if error.field != "person":
            raise
        raise DomainError(error.code, error.message, "person_id") from None
    return task


def _line(line: Line) -> dict[str, Any]:
    return {
        **{name: getattr(line.task, name) for name in _PLAIN}, "subject": str(line.subject), "todo": str(line.todo),
        "requester": line.requester, "waits_for": str(line.waits_for) if line.task.state == OPEN else "",
    }  # fmt: skip


def _whole(session: Session, actor: Actor, task_id: int) -> dict[str, Any]:
    shown = _shown(session, actor, task_id)
    line = next(iter(reading.lines(session, [shown.task])))
    row = session.get_one(RunStep, shown.task.step_id)
    definition = going.definition_of(session, shown.run)
    back = moves.earlier(session, shown.run) if "return" in shown.options else []
    return {
        **_line(line), **{name: getattr(shown.task, name) for name in _ANSWERED}, "digest": shown.task.digest,
        "facts": [{"label": str(label), "value": str(value)} for label, value in shown.lines],
        "steps": told_way(shown.steps), "step": row.key, "due_at": row.due_at,
        "gap": shown.gap, "may_decide": shown.may_answer,
        "reason": str(shown.mine.message) if shown.mine is not None else "", "may_also": list(shown.options),
        "back_to": [{"step": one.key, "title": way.title_of(definition.step(one.key), one.type)} for one in back],
    }  # fmt: skip
