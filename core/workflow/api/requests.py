"""Simple requests for programs: the forms one may fill in, writing one, the way it would take, handing it in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import load, visible
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError
from core.db.types import Translation
from core.schemas import fields, validators
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow import reading, tasks, way
from core.workflow.actions import FORM, SUBMIT, SUBMIT_READ
from core.workflow.forms import attachments, services
from core.workflow.forms import kind as kinds
from core.workflow.forms.words import STATES
from core.workflow.models import DRAFT, Submission
from core.workflow.processes import schema
from core.workflow.processes.conditions import CURRENCY
from core.workflow.processes.fields import FROM, TO, FormField
from core.workflow.schemas import WayStepSchema, told_way

api = ApiBlueprint("requests_api", __name__, url_prefix="/requests", description="Simple requests on forms")

ONE = "/<id:submission_id>"
_PLAIN = ("id", "process", "number", "category", "state", "amount", "currency", "unit_id", "created_at")
#: How each kind of field is written in JSON, and in which unit.
_WRITTEN: dict[str, tuple[str, str]] = {
    "number": ("integer", ""), "days": ("integer", "1/100 day"), "amount": ("integer", f"1/100 {CURRENCY}"),
    "date": ("date", ""), "yes_no": ("boolean", ""), "file": ("files", ""),
}
_LONGEST = {"long": schema.LONGEST, "text": 200, "person": 100, "unit": 100}


class FormChoiceSchema(fields.Schema):
    """A value one may choose, and what it is called."""

    value = fields.String()
    title = fields.String()


class FormFieldSchema(fields.Schema):
    """A field: its ``name`` among the values, whether it is ``needed``, and how its value is written in JSON.

    ``type`` is string, integer, boolean or date (as 2026-11-23), ``unit`` what an integer counts, ``max_length`` the
    most characters of a string; ``choices`` are the only values of a field that has some. A period is two dates. Files
    (``files``) are added on the page of the request; they stay as they are where a program changes it.
    """

    name = fields.String()
    kind = fields.String()
    title = fields.String()
    hint = fields.String()
    needed = fields.Boolean()
    type = fields.String()
    unit = fields.String()
    max_length = fields.Integer(allow_none=True)
    choices = fields.List(fields.Nested(FormChoiceSchema))


class FormSchema(fields.Schema):
    """A form that one may fill in; requests on it go through ``process``."""

    process = fields.String()
    title = fields.String()
    category = fields.String()
    fields_ = fields.List(fields.Nested(FormFieldSchema), data_key="fields")


class FormsSchema(fields.Schema):
    """The forms in force."""

    items = fields.List(fields.Nested(FormSchema))


class SubmissionQuery(PageQuery):
    """A page of my requests (``mine``) or of those that I may see (``all``), of one state where asked."""

    show = fields.String(load_default="mine", validate=validators.OneOf({"mine": "mine", "all": "all"}))
    state = fields.Choice({name: name for name in STATES}, load_default="")


class SubmissionSchema(fields.Schema):
    """A request on a form; ``amount`` is what limits of the lists are held against, in minor units of ``currency``."""

    id = fields.Integer()
    process = fields.String()
    number = fields.String()
    title = fields.String()
    category = fields.String()
    state = fields.String()
    requester = fields.String()
    amount = fields.Integer(allow_none=True)
    currency = fields.String()
    unit_id = fields.Integer()
    created_at = fields.Moment()


class SubmissionLineSchema(fields.Schema):
    """A value as people read it."""

    label = fields.String()
    value = fields.String()


class WholeSubmissionSchema(SubmissionSchema):
    """A request with its values, as they are written and as they are read, its run and the task it has come to.

    ``steps`` is its way: of a draft of one's own the one it would take, who would decide, and who would be passed over
    and why; ``gap`` says that nobody may decide somewhere on it.
    """

    values = fields.Data()
    lines = fields.List(fields.Nested(SubmissionLineSchema))
    run_id = fields.Integer(allow_none=True)
    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(WayStepSchema))
    gap = fields.Boolean()


class SubmissionValuesBody(fields.Schema):
    """What is filled in, by the names of the fields of the form."""

    values = fields.Data(required=True)


class NewSubmissionBody(SubmissionValuesBody):
    """A request on the form of a ``process``; with ``hand_in`` it goes on its way at once, else it is a draft."""

    process = fields.String(required=True, max_length=80)
    hand_in = fields.Boolean(load_default=False)


@api.get("/forms")
@access(SUBMIT)
@api.response(200, FormsSchema)
def forms(session: Session, actor: Actor) -> dict[str, Any]:
    """The forms one may fill in, with their fields, in the reader's language."""
    del actor
    return {"items": [_form(one) for one in services.kinds(session)]}


@api.get("/forms/<process>")
@access(SUBMIT)
@api.response(200, FormSchema)
def form(session: Session, actor: Actor, process: str) -> dict[str, Any]:
    """One form with its fields."""
    del actor
    return _form(services.kind_named(session, process))


@api.get("")
@access(SUBMIT_READ)
@api.arguments(SubmissionQuery, location="query")
@api.response(200, page_of(SubmissionSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """Requests by id."""
    statement: Any = select(Submission)
    if query["show"] == "mine":
        statement = statement.where(Submission.requester_person_id == (actor.person_id or 0))
    if query["state"]:
        statement = statement.where(Submission.state == query["state"])
    seen = visible(session, actor, SUBMIT_READ, statement, few=True)
    found = paginate(session, seen, [Submission.id], after=query["after"], limit=query["limit"])
    names = reading.names(session, {one.requester_person_id for one in found.items})
    return KeysetPage([_row(one, names) for one in found.items], found.next)


@api.post("")
@access(SUBMIT)
@api.arguments(NewSubmissionBody)
@api.response(201, WholeSubmissionSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a request down, and hand it in where the body says so; the answer tells who decides it."""
    kind = services.kind_named(session, body["process"])
    if not body["hand_in"]:
        return _whole(session, actor, _drafted(session, actor, None, kind, body["values"]))
    values = _loaded(None, kind, body["values"])
    with _under_values():
        run = services.hand_in(session, actor, kind, values)
    return _whole(session, actor, session.get_one(Submission, run.resource_id))


@api.get(ONE)
@access(SUBMIT_READ)
@api.response(200, WholeSubmissionSchema)
def one(session: Session, actor: Actor, submission_id: int) -> dict[str, Any]:
    """One request."""
    return _whole(session, actor, load(session, actor, SUBMIT_READ, Submission, submission_id))


@api.put(ONE)
@access(SUBMIT)
@api.arguments(SubmissionValuesBody)
@api.response(200, WholeSubmissionSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Change one's own draft."""
    found = services.own(session, actor, submission_id)
    kind = services.kind_named(session, found.process)
    return _whole(session, actor, _drafted(session, actor, found, kind, body["values"]))


@api.post(f"{ONE}/submit")
@access(SUBMIT)
@api.response(200, WholeSubmissionSchema)
def submit(session: Session, actor: Actor, submission_id: int) -> dict[str, Any]:
    """Hand one's own draft in."""
    found = services.own(session, actor, submission_id)
    services.submit(session, actor, found)
    return _whole(session, actor, found)


@api.post(f"{ONE}/withdraw")
@access(SUBMIT)
@api.response(200, WholeSubmissionSchema)
def withdraw(session: Session, actor: Actor, submission_id: int) -> dict[str, Any]:
    """Take back one's own request that was handed in."""
    found = services.own(session, actor, submission_id)
    services.withdraw(session, actor, found)
    return _whole(session, actor, found)


@api.post(f"{ONE}/discard")
@access(SUBMIT)
@api.response(200, WholeSubmissionSchema)
def discard(session: Session, actor: Actor, submission_id: int) -> dict[str, Any]:
    """Drop one's own draft."""
    found = services.own(session, actor, submission_id)
    services.discard(session, actor, found)
    return _whole(session, actor, found)


@api.post(f"{ONE}/again")
@access(SUBMIT)
@api.response(201, WholeSubmissionSchema)
def again(session: Session, actor: Actor, submission_id: int) -> dict[str, Any]:
    """The same once more, as a new draft on the form that is in force."""
    return _whole(session, actor, services.again(session, actor, services.own(session, actor, submission_id)))


def _drafted(
    session: Session, actor: Actor, found: Submission | None, kind: services.FormKind, values: dict[str, Any]
) -> Submission:
    """A draft from values; what is wrong with one stands under ``values.name``."""
    loaded = _loaded(found, kind, values)
    with _under_values():
        return services.draft(session, actor, found, kind, loaded)


def _loaded(found: Submission | None, kind: services.FormKind, values: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.schema_of(kind.fields)().load(values)
    except ValidationError as error:
        raise ValidationError({"values": error.messages}) from None
    for one in attachments.fields_of(kind.fields):
        loaded[one.name] = attachments.kept_in(found, one.name)
    return loaded


@contextmanager
def _under_values() -> Iterator[None]:
    """What is wrong with a field is told where the body has it."""
    try:
        yield
    except DomainError as error:
        if error.field is None:
            raise
        raise DomainError(error.code, error.message, f"values.{error.field}") from None


def _form(kind: services.FormKind) -> dict[str, Any]:
    return {
        "process": kind.process, "title": str(kind.title), "category": kind.category,
        "fields_": [told for one in kind.fields for told in _fields(one)],
    }  # fmt: skip


def _fields(one: FormField) -> list[dict[str, Any]]:
    told = _field(one)
    if one.kind != "period":
        return [told]
    return [{**told, "name": f"{one.name}{end}", "type": "date"} for end in (FROM, TO)]


def _field(one: FormField) -> dict[str, Any]:
    type_, unit = _WRITTEN.get(one.kind, ("string", ""))
    return {
        "name": one.name, "kind": one.kind, "title": str(one.title), "hint": str(one.hint), "needed": one.needed,
        "type": type_, "unit": unit, "max_length": _LONGEST.get(one.kind),
        "choices": [{"value": value, "title": str(words)} for value, words in one.choices],
    }  # fmt: skip


def _row(one: Submission, names: dict[int, str]) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN}, "title": str(Translation(one.title)),
        "requester": names.get(one.requester_person_id, ""),
    }  # fmt: skip


def _whole(session: Session, actor: Actor, found: Submission) -> dict[str, Any]:
    run, task = tasks.run_of(session, FORM, found), tasks.answer_of(session, FORM, found)
    draft = found.state == DRAFT
    preview = way.preview(session, FORM, found) if draft and found.requester_person_id == actor.person_id else None
    steps = reading.way_of(session, run, found) if run is not None and not draft else []
    return {
        **_row(found, reading.names(session, {found.requester_person_id})), "values": found.values,
        "lines": [{"label": str(label), "value": str(value)} for label, value in kinds.lines(session, found)],
        "run_id": run.id if run is not None else None, "task_id": task.id if task is not None else None,
        "steps": told_way(preview.steps if preview is not None else steps),
        "gap": preview.gap if preview is not None else run is not None and run.stuck is not None,
    }  # fmt: skip
