"""Personnel changes for programs: the list, asking, what one would do, handing in, cancelling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import load, visible
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.personnel.actions import KIND, READ, REQUEST
from core.personnel.labels import KINDS
from core.personnel.models import DRAFT, PersonnelChange
from core.personnel.schemas import ChangeBody
from core.personnel.services import deciding, drafting, preview
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.workflow.schemas import WayStepSchema, told_way
from core.workflow.tasks import answer_of
from core.workflow.way import preview as way_of

_ = catalogue("personnel")

api = ApiBlueprint("personnel_api", __name__, url_prefix="/personnel", description="Personnel changes")

_FIELDS = (
    "id", "kind", "state", "person_id", "employment_id", "position_id", "from_position_id", "unit_id", "from_unit_id",
    "to_unit_id", "valid_from", "valid_to", "fte", "main_fte", "grade", "employment_kind", "contribution_place",
    "name", "number", "identity_shown", "cancels_id", "created_at",
)  # fmt: skip


class PersonnelChangeSchema(fields.Schema):
    """A change that holds during ``[valid_from, valid_to)``; shares are hundredths of full working time.

    ``state``: draft, submitted, approved, refused, withdrawn or cancelled.
    """

    id = fields.Integer()
    kind = fields.String()
    state = fields.String()
    person_id = fields.Integer(allow_none=True)
    employment_id = fields.Integer(allow_none=True)
    position_id = fields.Integer(allow_none=True)
    from_position_id = fields.Integer(allow_none=True)
    unit_id = fields.Integer()
    from_unit_id = fields.Integer(allow_none=True)
    to_unit_id = fields.Integer(allow_none=True)
    valid_from = fields.Day()
    valid_to = fields.Day()
    fte = fields.Integer(allow_none=True)
    main_fte = fields.Integer(allow_none=True)
    grade = fields.String(allow_none=True)
    employment_kind = fields.String(allow_none=True)
    contribution_place = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    identity_shown = fields.String()
    cancels_id = fields.Integer(allow_none=True)
    created_at = fields.Moment()


class EffectNoticeSchema(fields.Schema):
    """Something that speaks for or against a change: ``kind`` is ok, info, warn or bad."""

    kind = fields.String()
    text = fields.String()


class WholePersonnelChangeSchema(PersonnelChangeSchema):
    """A change with its reason and effect, its task, and as a draft with the way it would take."""

    reason = fields.String()
    effects = fields.List(fields.String())
    notices = fields.List(fields.Nested(EffectNoticeSchema))
    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(WayStepSchema))
    gap = fields.Boolean()


class NewChangeBody(ChangeBody):
    """A change of a kind, to be written down."""

    kind = fields.Choice(KINDS, required=True)


@api.get("")
@access(READ)
@api.arguments(PageQuery, location="query")
@api.response(200, page_of(PersonnelChangeSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The changes one may see."""
    found = paginate(
        session, visible(session, actor, READ, select(PersonnelChange), few=True), [PersonnelChange.id], **query
    )
    return KeysetPage([_row(one) for one in found.items], found.next)


@api.post("")
@access(REQUEST)
@api.arguments(NewChangeBody)
@api.response(201, WholePersonnelChangeSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a change down; the answer says what it would do and who would decide it."""
    return _whole(session, drafting.draft(session, actor, body.pop("kind"), None, body))


@api.get("/<id:change_id>")
@access(READ)
@api.response(200, WholePersonnelChangeSchema)
def one(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """One change."""
    return _whole(session, load(session, actor, READ, PersonnelChange, change_id))


@api.put("/<id:change_id>")
@access(REQUEST)
@api.arguments(ChangeBody)
@api.response(200, WholePersonnelChangeSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], change_id: int) -> dict[str, Any]:
    """Change one's own draft; its kind stays."""
    found = _mine(session, actor, change_id)
    return _whole(session, drafting.draft(session, actor, found.kind, found, body))


@api.post("/<id:change_id>/submit")
@access(REQUEST)
@api.response(200, WholePersonnelChangeSchema)
def submit(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """Hand one's own draft in."""
    found = _mine(session, actor, change_id)
    drafting.submit(session, actor, found)
    return _whole(session, found)


@api.post("/<id:change_id>/discard")
@access(REQUEST)
@api.response(200, WholePersonnelChangeSchema)
def discard(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """Drop one's own draft."""
    found = _mine(session, actor, change_id)
    drafting.discard(session, actor, found)
    return _whole(session, found)


@api.post("/<id:change_id>/cancel")
@access(READ)
@api.response(200, WholePersonnelChangeSchema)
def cancel(session: Session, actor: Actor, change_id: int) -> dict[str, Any]:
    """Cancel an approved change before its first day, for whoever may approve it."""
    found = load(session, actor, READ, PersonnelChange, change_id)
    deciding.cancel(session, actor, found)
    return _whole(session, found)


def _mine(session: Session, actor: Actor, change_id: int) -> PersonnelChange:
    found = load(session, actor, REQUEST, PersonnelChange, change_id)
    if not drafting.is_own(actor, found):
        raise NotFound("not_found", _("Only whoever wrote a request changes it."))
    return found


def _row(found: PersonnelChange) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _FIELDS}


def _whole(session: Session, found: PersonnelChange) -> dict[str, Any]:
    task, effect = answer_of(session, KIND, found), preview.of(session, found)
    way = way_of(session, KIND, found) if found.state == DRAFT else None
    return {
        **_row(found), "reason": found.reason, "effects": [str(text) for text in effect.effects],
        "notices": [{"kind": kind, "text": str(text)} for kind, text in effect.notices],
        "task_id": task.id if task is not None else None, "steps": told_way(way.steps) if way is not None else [],
        "gap": way.gap if way is not None else False,
    }  # fmt: skip
