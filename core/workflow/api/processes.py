"""Processes for programs: which there are, a version as data, writing and checking a draft, publishing, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.kernel.specs import TaskKind
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow.actions import EDIT, PUBLISH, READ
from core.workflow.designing import checking, figures, versions
from core.workflow.processes import definition
from core.workflow.processes.definition import Definition
from core.workflow.processes.models import ProcessVersion

_ = catalogue("workflow")

R = TypeVar("R")

api = ApiBlueprint("processes_api", __name__, url_prefix="/processes", description="Definitions of processes")

ONE = "/<process>"
#: Of a version that a module ships and nobody has used yet there is no row; it has no number of its own.
_PLAIN = ("process", "kind", "number", "state", "shipped", "digest", "written_at", "published_at")
_STEP = ("process", "key", "taken", "open", "late")


class ProcessSchema(fields.Schema):
    """A process: the number of its version in force, and of its draft, where there is one.

    ``used`` is how many of its runs began within half a year, of those one may see.
    """

    process = fields.String()
    title = fields.String()
    in_force = fields.Integer(allow_none=True)
    draft = fields.Integer(allow_none=True)
    used = fields.Integer()


class ProcessesSchema(fields.Schema):
    """All processes, by their names."""

    items = fields.List(fields.Nested(ProcessSchema))


class ProcessVersionSchema(fields.Schema):
    """A version of a process: draft, published or retired. ``shipped``: it came with its module."""

    process = fields.String()
    title = fields.String()
    kind = fields.String()
    number = fields.Integer()
    state = fields.String()
    shipped = fields.Boolean()
    digest = fields.String()
    written_at = fields.Moment()
    published_at = fields.Moment(allow_none=True)


class WholeProcessVersionSchema(ProcessVersionSchema):
    """A version with its definition."""

    source = fields.Data()


class ProcessFindingSchema(fields.Schema):
    """Something wrong with a definition, at which step ("" for the whole), and what to do. An ``error`` keeps it from
    being published; the other is a ``warning``.
    """

    severity = fields.String()
    step = fields.String()
    message = fields.String()
    remedy = fields.String()


class ProcessDraftSchema(WholeProcessVersionSchema):
    """A draft with what is wrong with it; its ``digest`` is handed back as ``seen``."""

    findings = fields.List(fields.Nested(ProcessFindingSchema))


class ProcessFindingsSchema(fields.Schema):
    """What is wrong with a definition, the errors first."""

    items = fields.List(fields.Nested(ProcessFindingSchema))


class ProcessSourceBody(fields.Schema):
    """A definition, with words as in the reference of processes."""

    source = fields.Data(required=True)


class ProcessDraftBody(ProcessSourceBody):
    """A definition to be kept as the draft; ``seen`` is the digest of the draft it was made from, "" for none."""

    seen = fields.String(load_default="", max_length=64)


class ProcessPublishBody(fields.Schema):
    """The digest of the draft as it was read."""

    seen = fields.String(required=True, max_length=64)


class StepFiguresSchema(fields.Schema):
    """A step: how often it was taken, the minutes it took in the middle and for nine in ten, how many are open now,
    how many were late.
    """

    process = fields.String()
    key = fields.String()
    taken = fields.Integer()
    median_minutes = fields.Integer()
    ninth_minutes = fields.Integer()
    open = fields.Integer()
    late = fields.Integer()


class UnitFiguresSchema(fields.Schema):
    """A unit, and how many steps are late now in the requests of its people."""

    unit_id = fields.Integer(allow_none=True)
    late = fields.Integer()


class EntryFiguresSchema(fields.Schema):
    """An entry of the lists, and how often it was decided by."""

    entry = fields.String()
    decided = fields.Integer()


class ProcessFiguresSchema(fields.Schema):
    """Figures of the runs that one may see and that began within half a year."""

    steps = fields.List(fields.Nested(StepFiguresSchema))
    units = fields.List(fields.Nested(UnitFiguresSchema))
    entries = fields.List(fields.Nested(EntryFiguresSchema))


@api.get("")
@access(EDIT)
@api.response(200, ProcessesSchema)
def index(session: Session, actor: Actor) -> dict[str, Any]:
    """Every process with its version in force and its draft."""
    require(session, actor, EDIT)
    used = figures.used(session, actor)
    return {"items": [
        {"process": one.name, "title": str(one.title), "in_force": _number(one.in_force), "draft": _number(one.draft),
         "used": used.get(one.name, 0)} for one in versions.known(session)
    ]}  # fmt: skip


@api.get("/figures")
@access(READ)
@api.response(200, ProcessFiguresSchema)
def show_figures(session: Session, actor: Actor) -> dict[str, Any]:
    """How long steps take, what is late where, and which entries decide."""
    return {
        "steps": [
            {**{name: getattr(one, name) for name in _STEP}, "median_minutes": round(one.median * 60),
             "ninth_minutes": round(one.ninth * 60)} for one in figures.of_steps(session, actor)
        ],
        "units": [{"unit_id": one.unit_id, "late": one.late} for one in figures.late_by_unit(session, actor)],
        "entries": [{"entry": entry, "decided": count} for entry, count in figures.of_entries(session, actor)],
    }


@api.get(ONE)
@access(EDIT)
@api.response(200, WholeProcessVersionSchema)
def one(session: Session, actor: Actor, process: str) -> dict[str, Any]:
    """The version of a process that is in force, with its definition."""
    require(session, actor, EDIT)
    kind = versions.kind_of(session, process)
    return _whole(kind, versions.in_force(session, kind, process))


@api.get(f"{ONE}/versions")
@access(EDIT)
@api.arguments(PageQuery, location="query")
@api.response(200, page_of(ProcessVersionSchema))
def all_versions(session: Session, actor: Actor, query: dict[str, Any], process: str) -> KeysetPage:
    """The versions of a process that were kept, by their numbers."""
    require(session, actor, EDIT)
    kind = versions.kind_of(session, process)
    statement: Any = select(ProcessVersion).where(ProcessVersion.process == process)
    found = paginate(session, statement, [ProcessVersion.number], **query)
    return KeysetPage([_row(kind, one) for one in found.items], found.next)


@api.get(f"{ONE}/versions/<id:number>")
@access(EDIT)
@api.response(200, WholeProcessVersionSchema)
def version(session: Session, actor: Actor, process: str, number: int) -> dict[str, Any]:
    """One version with its definition."""
    require(session, actor, EDIT)
    kind = versions.kind_of(session, process)
    statement = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.number == number)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("process.no_version", _("There is no such version of this process."))
    return _whole(kind, found)


@api.post(f"{ONE}/check")
@access(EDIT)
@api.arguments(ProcessSourceBody)
@api.response(200, ProcessFindingsSchema)
def check(session: Session, actor: Actor, body: dict[str, Any], process: str) -> dict[str, Any]:
    """Say what is wrong with a definition without keeping it."""
    require(session, actor, EDIT)
    kind = versions.kind_of(session, process)
    return {"items": _findings(session, kind, _placed(lambda: definition.read(body["source"])))}


@api.get(f"{ONE}/draft")
@access(EDIT)
@api.response(200, ProcessDraftSchema)
def draft(session: Session, actor: Actor, process: str) -> dict[str, Any]:
    """The draft of a process, and what is wrong with it."""
    require(session, actor, EDIT)
    kind, found = versions.kind_of(session, process), versions.draft_of(session, process)
    if found is None:
        raise versions.no_draft()
    return _draft(session, kind, found)


@api.put(f"{ONE}/draft")
@access(EDIT)
@api.arguments(ProcessDraftBody)
@api.response(200, ProcessDraftSchema)
def write(session: Session, actor: Actor, body: dict[str, Any], process: str) -> dict[str, Any]:
    """Keep a definition as the draft of a process; a form of one's own begins with its first draft."""
    kind = versions.kind_of(session, process)
    row = _placed(lambda: versions.save_draft(session, actor, process, body["source"], seen=body["seen"]))
    return _draft(session, kind, row)


@api.delete(f"{ONE}/draft")
@access(EDIT)
@api.response(204)
def discard(session: Session, actor: Actor, process: str) -> None:
    """Throw the draft away."""
    versions.discard_draft(session, actor, process)


@api.post(f"{ONE}/publish")
@access(PUBLISH)
@api.arguments(ProcessPublishBody)
@api.response(200, WholeProcessVersionSchema)
def publish(session: Session, actor: Actor, body: dict[str, Any], process: str) -> dict[str, Any]:
    """Put the draft in force; what runs stays on its version."""
    row = versions.publish(session, actor, process, seen=body["seen"])
    return _whole(versions.kind_of(session, process), row)


def _placed(do: Callable[[], R]) -> R:
    """What reads a definition; the place of a fault stands under ``source``."""
    try:
        return do()
    except DomainError as error:
        if error.code != "process.definition":
            raise
        place = f"source.{error.field}" if error.field else "source"
        raise DomainError(error.code, error.message, place) from None


def _findings(session: Session, kind: TaskKind, read: Definition) -> list[Mapping[str, Any]]:
    return [
        {"severity": one.severity, "step": one.step, "message": str(one.message), "remedy": str(one.remedy)}
        for one in checking.check(session, kind, read)
    ]


def _number(row: ProcessVersion | None) -> int | None:
    return row.number if row is not None else None


def _row(kind: TaskKind, row: ProcessVersion) -> dict[str, Any]:
    title = versions.definition_of(row).title or kind.title
    return {**{name: getattr(row, name) for name in _PLAIN}, "title": str(title)}


def _whole(kind: TaskKind, row: ProcessVersion) -> dict[str, Any]:
    return {**_row(kind, row), "source": row.source}


def _draft(session: Session, kind: TaskKind, row: ProcessVersion) -> dict[str, Any]:
    return {**_whole(kind, row), "findings": _findings(session, kind, versions.definition_of(row))}
