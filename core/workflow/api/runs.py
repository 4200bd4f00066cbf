"""Runs for programs: where what was handed in stands, and the answer of a program that a step has called.

A run tells of its process. What a request says is read at its task, or at its own address.
"""

from __future__ import annotations

from typing import Any

import flask_smorest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import load, require, visible
from core.access.declare import access, public
from core.base.actor import Actor
from core.base.text import catalogue
from core.schemas import fields, validators
from core.web import visit
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow import labels, records, replying, standing
from core.workflow.actions import READ, REPLY
from core.workflow.processes.models import Run
from core.workflow.standing import Standing, Taken

_ = catalogue("workflow")

api = ApiBlueprint("runs_api", __name__, url_prefix="/runs", description="Requests on their way through processes")

_PLAIN = ("id", "process", "kind", "resource", "resource_id", "state", "round", "started_at", "ended_at", "tags")
_OF_STEP = ("id", "round", "key", "type", "state", "entered_at", "left_at", "due_at", "overdue_at")
PROGRAM = Actor.system("a program that a process has called answers")
#: An answer is a few words.
_LARGEST = 16_384


class RunQuery(PageQuery):
    """A page of my runs (``mine``) or of those that the lists let me see (``all``); of one process, of one state, only
    those that are stuck or that are not.
    """

    show = fields.String(load_default="mine", validate=validators.OneOf({"mine": "mine", "all": "all"}))
    process = fields.String(load_default="", max_length=80)
    state = fields.Choice({name: name for name in labels.RUN_STATES}, load_default="")
    stuck = fields.Boolean(load_default=None, allow_none=True)


class ProcessRunSchema(fields.Schema):
    """The record ``resource_id`` of the type ``resource`` on its way through a ``version`` of a process.

    ``at`` is the step it is at, "" where it is at none any more, ``step`` what that is called, and ``due_at`` by when
    it should be done. ``round`` counts how often it was handed in. ``stuck_since`` is since when nobody can go on with
    it, and ``why_stuck`` why.
    """

    id = fields.Integer()
    process = fields.String()
    title = fields.String()
    version = fields.Integer()
    kind = fields.String()
    resource = fields.String()
    resource_id = fields.Integer()
    requester = fields.String()
    state = fields.String()
    at = fields.String()
    step = fields.String()
    due_at = fields.Moment(allow_none=True)
    round = fields.Integer()
    started_at = fields.Moment()
    ended_at = fields.Moment(allow_none=True)
    stuck_since = fields.Moment(allow_none=True)
    why_stuck = fields.String()
    tags = fields.List(fields.String())


class ProcessRunStepSchema(fields.Schema):
    """A step that a run has come to: since when, until when, what became of it, and whom it waits for.

    ``overdue_at`` is when its time was found to be over.
    """

    id = fields.Integer()
    round = fields.Integer()
    key = fields.String()
    title = fields.String()
    type = fields.String()
    state = fields.String()
    entered_at = fields.Moment()
    left_at = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)
    overdue_at = fields.Moment(allow_none=True)
    note = fields.String()
    waits_for = fields.List(fields.String())


class WholeProcessRunSchema(ProcessRunSchema):
    """A run with the steps it has come to."""

    steps = fields.List(fields.Nested(ProcessRunStepSchema))


class ReplyBody(fields.Schema):
    """What a program that was called answers: ``done``, so that the process goes on, or ``failed``, so that it stays
    until somebody helps it on; ``note`` is read by people.

    ``secret`` is the ``reply_secret`` of the call. Whoever comes with a token that may answer leaves it out.
    """

    answer = fields.String(required=True, validate=validators.OneOf({"done": "done", "failed": "failed"}))
    note = fields.String(load_default="", max_length=replying.MOST_NOTE)
    secret = fields.String(load_default="", max_length=200)


class ReplySchema(fields.Schema):
    """``taken``, or ``known`` where the same answer was taken before and nothing happens again; the states since."""

    status = fields.String()
    step_state = fields.String()
    run_state = fields.String()


@api.get("")
@access(READ)
@api.arguments(RunQuery, location="query")
@api.response(200, page_of(ProcessRunSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Runs by id."""
    statement: Any = select(Run)
    if query["show"] == "mine":
        statement = statement.where(Run.requester_person_id == (actor.person_id or 0))
    if query["process"]:
        statement = statement.where(Run.process == query["process"])
    if query["state"]:
        statement = statement.where(Run.state == query["state"])
    if query["stuck"] is not None:
        statement = statement.where(Run.stuck.is_not(None) if query["stuck"] else Run.stuck.is_(None))
    seen = visible(session, actor, READ, statement, few=True)
    found = paginate(session, seen, [Run.id], after=query["after"], limit=query["limit"])
    return KeysetPage([_row(one) for one in standing.of_runs(session, found.items)], found.next)


@api.get("/<id:run_id>")
@access(READ)
@api.response(200, WholeProcessRunSchema)
def one(session: Session, actor: Actor, run_id: int) -> dict[str, Any]:
    """One run."""
    run = load(session, actor, READ, Run, run_id)
    (found,) = standing.of_runs(session, [run])
    return {**_row(found), "steps": [_step(each) for each in standing.taken(session, run)]}


@api.post("/<id:run_id>/steps/<id:step_id>/reply")
@public("A program proves itself by the secret of the call, or by a token that may answer", largest=_LARGEST)
@api.arguments(ReplyBody)
@api.response(200, ReplySchema)
def reply(session: Session, actor: Actor, body: dict[str, Any], run_id: int, step_id: int) -> dict[str, Any]:
    """Take in what a program answers that a step has called, once.

    401 where it does not prove itself; 422 where another answer was taken before (``reply.answered``), where the time
    of the step is over (``reply.late``), and where the request does not wait any more (``reply.over``).
    """
    row = replying.step_at(session, run_id, step_id)
    if not body["secret"] and actor.signed_in:
        require(session, actor, REPLY)
        run = load(session, actor, REPLY, Run, run_id)
        require(session, actor, REPLY, run)
    elif replying.holds(session, row, body["secret"]):
        visit.current().be(session, PROGRAM)
        actor = PROGRAM
    else:
        flask_smorest.abort(401, message=str(_("This is not the secret with which this step was called.")))
    if row is None:
        raise replying.not_there()
    done = replying.take(session, actor, row, good=body["answer"] == "done", note=body["note"])
    return {"status": done.status, "step_state": done.row.state, "run_state": records.run_at(session, run_id).state}


def _row(found: Standing) -> dict[str, Any]:
    run = found.run
    return {
        **{name: getattr(run, name) for name in _PLAIN}, "at": run.at, "title": found.title, "version": found.version,
        "requester": found.requester, "step": found.step, "due_at": found.due_at, "stuck_since": run.stuck,
        "why_stuck": str(found.why),
    }  # fmt: skip


def _step(one: Taken) -> dict[str, Any]:
    return {
        **{name: getattr(one.row, name) for name in _OF_STEP}, "title": one.title, "note": str(one.note),
        "waits_for": list(one.waits_for),
    }  # fmt: skip
