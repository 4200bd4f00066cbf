"""Leads for programs: taking them in, one or many, and reading the list. Phones and mail addresses are not in it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE, LEAD_READ
from plugins.crm.models import Lead
from plugins.crm.services.intake import delivered
from plugins.crm.services.intake.capture import TAKEN_NEW, Taken
from plugins.crm.text import LEAD_STATES, OUTCOMES
from remit import schema as fields
from remit.base import Actor
from remit.services import load
from remit.web import ApiBlueprint, KeysetPage, PageQuery, access, page_of, paginate

blueprint = ApiBlueprint("crm_leads_api", __name__, url_prefix="/crm/leads", description="Leads")

_FIELDS = ("id", "company", "contact", "industry", "region", "product", "staff", "answers", "state", "channel_id",
           "campaign_id", "unit_id", "captured_unit_id", "owner_person_id", "captured_at", "marketing_at", "sales_at",
           "assigned_at", "touched_at", "won_at", "closed_at", "due_at", "next_on", "revision")  # fmt: skip

_STATES = {state: words for state, (words, _kind) in LEAD_STATES.items()}


class LeadBody(fields.Schema):
    """A lead as it is brought. ``channel`` and ``campaign`` are codes or titles, like industry, region and product.

    ``external_id`` is the number of the lead at its source: what came under it once is not taken in again.
    ``consent`` is the text that was agreed to, ``at`` when it was.
    """

    channel = fields.String(required=True, max_length=80)
    campaign = fields.String(load_default=None, allow_none=True, max_length=120)
    company = fields.String(load_default="", max_length=160)
    contact = fields.String(load_default="", max_length=80)
    phone = fields.String(load_default="", max_length=60)
    email = fields.String(load_default="", max_length=254)
    industry = fields.String(load_default="", max_length=80)
    region = fields.String(load_default="", max_length=80)
    product = fields.String(load_default="", max_length=80)
    staff = fields.Integer(load_default=None, allow_none=True, strict=True)
    answers = fields.Data(load_default=dict)
    external_id = fields.String(load_default=None, allow_none=True, max_length=120)
    consent = fields.String(load_default="", max_length=500)
    note = fields.String(load_default="", max_length=500)
    at = fields.Moment(load_default=None, allow_none=True)


class BatchBody(fields.Schema):
    """Leads, each taken in or refused for itself. ``source`` names the program where several have numbers of theirs."""

    leads = fields.List(fields.Nested(LeadBody), required=True, validate=fields.Length(min=1, max=delivered.MOST))
    source = fields.String(load_default="", max_length=40)


class TakenSchema(fields.Schema):
    """What became of a lead: ``new``, ``merged`` with one that was there, ``known`` (the same number came before), or
    ``refused`` with ``field`` and ``message``.
    """

    outcome = fields.String(validate=fields.OneOf({**OUTCOMES, "refused": ""}))
    id = fields.Integer(allow_none=True)
    field = fields.String(allow_none=True)
    message = fields.String(allow_none=True)


class BatchSchema(fields.Schema):
    """The answers in the order of the leads."""

    items = fields.List(fields.Nested(TakenSchema))


class LeadSchema(fields.Schema):
    """A lead."""

    id = fields.Integer()
    company = fields.String()
    contact = fields.String()
    industry = fields.String()
    region = fields.String()
    product = fields.String()
    staff = fields.Integer(allow_none=True)
    answers = fields.Data()
    state = fields.String()
    channel_id = fields.Integer()
    campaign_id = fields.Integer(allow_none=True)
    unit_id = fields.Integer()
    captured_unit_id = fields.Integer()
    owner_person_id = fields.Integer(allow_none=True)
    captured_at = fields.Moment()
    marketing_at = fields.Moment(allow_none=True)
    sales_at = fields.Moment(allow_none=True)
    assigned_at = fields.Moment(allow_none=True)
    touched_at = fields.Moment(allow_none=True)
    won_at = fields.Moment(allow_none=True)
    closed_at = fields.Moment(allow_none=True)
    due_at = fields.Moment(allow_none=True)
    next_on = fields.Day(allow_none=True)
    revision = fields.Integer()


class LeadQuery(PageQuery):
    """``state`` and ``channel`` by their codes, ``since`` the moment from which leads were taken in."""

    state = fields.String(load_default=None, validate=fields.OneOf(_STATES))
    channel = fields.String(load_default=None, max_length=40)
    since = fields.Moment(load_default=None)


@blueprint.get("/")
@access(LEAD_READ)
@blueprint.arguments(LeadQuery, location="query")
@blueprint.response(200, page_of(LeadSchema))
def leads(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The leads one may see, by their numbers."""
    statement = delivered.shown(session, actor, **{name: query.pop(name) for name in ("state", "channel", "since")})
    found = paginate(session, statement, [Lead.id], **query)
    return KeysetPage([told_lead(one) for one in found.items], found.next)


@blueprint.get("/<id:lead_id>")
@access(LEAD_READ)
@blueprint.response(200, LeadSchema)
def lead(session: Session, actor: Actor, lead_id: int) -> dict[str, Any]:
    """One lead."""
    return told_lead(load(session, actor, LEAD_READ, Lead, lead_id))


@blueprint.post("/")
@access(LEAD_CAPTURE)
@blueprint.arguments(LeadBody)
@blueprint.response(201, TakenSchema)
@blueprint.alt_response(200, schema=TakenSchema, description="It was there already", success=True)
def take(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any] | Response:
    """Take one lead in: 201 for a new one, 200 where it was merged or known. A refusal is 422 with the field."""
    (found,) = delivered.deliver(session, actor, [body])
    if isinstance(found, delivered.Refused):
        raise found.error
    if found.outcome == TAKEN_NEW:
        return _told(found)
    return jsonify(_told(found))


@blueprint.post("/batch")
@access(LEAD_CAPTURE)
@blueprint.arguments(BatchBody)
@blueprint.response(200, BatchSchema)
def take_many(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Take many leads in at once. All that are taken are kept before the answer leaves."""
    source = f"api:{body['source']}" if body["source"] else "api"
    found = delivered.deliver(session, actor, body["leads"], source=source)
    return {"items": [_told(one) for one in found]}


def _told(one: Taken | delivered.Refused) -> dict[str, Any]:
    if isinstance(one, delivered.Refused):
        return {"outcome": "refused", "id": None, "field": one.error.field, "message": str(one.error.message)}
    return {"outcome": one.outcome, "id": one.lead.id, "field": None, "message": None}


def told_lead(found: Lead) -> dict[str, Any]:
    """A lead as programs read it."""
    return {name: getattr(found, name) for name in _FIELDS}
