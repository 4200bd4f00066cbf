"""Spending for programs: requests, the way one would take, and handing it in. Amounts are in minor units."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import KIND, SPEND_READ, SPEND_REQUEST
from plugins.crm.models import SpendRequest
from plugins.crm.schemas.spending import known_currency
from plugins.crm.services import spending as services
from plugins.crm.text import CATEGORIES, DRAFT
from remit import schema as fields
from remit.base import Actor
from remit.services import load, visible
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate
from remit.workflow import answer_of, preview

blueprint = ApiBlueprint("crm_api", __name__, url_prefix="/crm", description="Spending")

_FIELDS = ("id", "number", "unit_id", "category", "payee", "purpose", "amount", "currency", "needed_on", "campaign_id",
           "state", "in_budget", "requester_person_id")  # fmt: skip


class SpendSchema(fields.Schema):
    """A request to spend ``amount`` minor units. ``state``: draft, submitted, approved, refused or withdrawn."""

    id = fields.Integer()
    number = fields.String()
    unit_id = fields.Integer()
    category = fields.String()
    payee = fields.String()
    purpose = fields.String()
    amount = fields.Integer()
    currency = fields.String()
    needed_on = fields.Day()
    campaign_id = fields.Integer(allow_none=True)
    state = fields.String()
    in_budget = fields.Boolean()
    requester_person_id = fields.Integer()


class WholeSpendSchema(SpendSchema):
    """A request with its task; as a draft with the way it would take. ``gap``: nobody may decide it."""

    task_id = fields.Integer(allow_none=True)
    steps = fields.List(fields.Nested(fields.WayStepSchema))
    gap = fields.Boolean()


class SpendBody(fields.Schema):
    """What somebody asks for; the unit is one in which he holds a post."""

    amount = fields.Integer(required=True, strict=True, validate=fields.Range(min=1, max=10**15))
    currency = fields.String(load_default=None, allow_none=True, max_length=3, validate=known_currency)
    category = fields.String(required=True, validate=fields.OneOf(CATEGORIES))
    payee = fields.String(required=True, max_length=120)
    needed_on = fields.Day(required=True)
    unit_id = fields.Id(required=True)
    campaign_id = fields.Id(load_default=None, allow_none=True)
    purpose = fields.String(required=True, max_length=500)


@blueprint.get("/spending")
@access(SPEND_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(SpendSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The requests one may see."""
    found = paginate(
        session, visible(session, actor, SPEND_READ, select(SpendRequest), few=True), [SpendRequest.id], **query
    )
    return KeysetPage([_row(one) for one in found.items], found.next)


@blueprint.post("/spending")
@access(SPEND_REQUEST)
@blueprint.arguments(SpendBody)
@blueprint.response(201, WholeSpendSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Write a request down; the answer says who would decide it."""
    return _whole(session, services.draft(session, actor, None, body))


@blueprint.get("/spending/<id:spend_id>")
@access(SPEND_READ)
@blueprint.response(200, WholeSpendSchema)
def one(session: Session, actor: Actor, spend_id: int) -> dict[str, Any]:
    """One request."""
    return _whole(session, load(session, actor, SPEND_READ, SpendRequest, spend_id))


@blueprint.put("/spending/<id:spend_id>")
@access(SPEND_REQUEST)
@blueprint.arguments(SpendBody)
@blueprint.response(200, WholeSpendSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], spend_id: int) -> dict[str, Any]:
    """Change one's own request; an approval of what it said before is void."""
    found = load(session, actor, SPEND_REQUEST, SpendRequest, spend_id)
    return _whole(session, services.draft(session, actor, found, body))


@blueprint.post("/spending/<id:spend_id>/submit")
@access(SPEND_REQUEST)
@blueprint.response(200, WholeSpendSchema)
def submit(session: Session, actor: Actor, spend_id: int) -> dict[str, Any]:
    """Hand one's own request in."""
    found = load(session, actor, SPEND_REQUEST, SpendRequest, spend_id)
    services.submit(session, actor, found)
    return _whole(session, found)


def _row(found: SpendRequest) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _FIELDS}


def _whole(session: Session, found: SpendRequest) -> dict[str, Any]:
    task = answer_of(session, KIND, found)
    way = preview(session, KIND, found) if found.state == DRAFT else None
    return {
        **_row(found), "task_id": task.id if task is not None else None,
        "steps": fields.told_way(way.steps) if way is not None else [], "gap": way is not None and way.gap,
    }  # fmt: skip
