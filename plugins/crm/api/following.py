"""Following leads up for programs: contacts, putting off, giving up, taking up again, handing over, opening a deal."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.actions.deals import DEAL_WORK
from plugins.crm.actions.leads import LEAD_ASSIGN, LEAD_READ, LEAD_WORK
from plugins.crm.api.deals import DealBody, DealRowSchema, told_deal
from plugins.crm.api.leads import LeadSchema, told_lead
from plugins.crm.models import Lead
from plugins.crm.schemas.following import WORDS
from plugins.crm.services.deals import opening
from plugins.crm.services.following import contacting, handing
from remit import schema as fields
from remit.base import Actor
from remit.services import load
from remit.web import ApiBlueprint, access

blueprint = ApiBlueprint("crm_following_api", __name__, url_prefix="/crm/leads", description="Following leads up")


class ContactBody(fields.Schema):
    """What a contact came to. ``revision`` is that of the lead that was looked at; if it has another one, nothing is
    written. ``next_on`` is needed for ``contacted``, ``reason`` (a code of the company's list) for ``lost``.
    """

    outcome = fields.String(required=True, validate=fields.OneOf(WORDS))
    said = fields.String(load_default="", max_length=500)
    next_step = fields.String(load_default="", max_length=120)
    next_on = fields.Day(load_default=None, allow_none=True)
    reason = fields.String(load_default="", max_length=40)
    revision = fields.Integer(required=True, strict=True)


class ReopenBody(fields.Schema):
    """A lost lead is taken up again: on which day the next step is."""

    next_on = fields.Day(required=True)
    said = fields.String(load_default="", max_length=500)
    revision = fields.Integer(required=True, strict=True)


class OwnerBody(fields.Schema):
    """Whom a lead is handed to."""

    person_id = fields.Id(required=True)
    said = fields.String(load_default="", max_length=500)
    revision = fields.Integer(required=True, strict=True)


@blueprint.post("/<id:lead_id>/contacts")
@access(LEAD_WORK)
@blueprint.arguments(ContactBody)
@blueprint.response(200, LeadSchema)
def contact(session: Session, actor: Actor, body: dict[str, Any], lead_id: int) -> dict[str, Any]:
    """Write down a contact: the next step, or that the lead is put off or lost."""
    found = load(session, actor, LEAD_WORK, Lead, lead_id)
    return told_lead(contacting.follow_up(session, actor, found, body))


@blueprint.post("/<id:lead_id>/reopen")
@access(LEAD_WORK)
@blueprint.arguments(ReopenBody)
@blueprint.response(200, LeadSchema)
def reopen(session: Session, actor: Actor, body: dict[str, Any], lead_id: int) -> dict[str, Any]:
    """Take a lost lead up again."""
    found = load(session, actor, LEAD_WORK, Lead, lead_id)
    return told_lead(contacting.reopen(session, actor, found, body))


@blueprint.post("/<id:lead_id>/owner")
@access(LEAD_ASSIGN)
@blueprint.arguments(OwnerBody)
@blueprint.response(200, LeadSchema)
def hand_over(session: Session, actor: Actor, body: dict[str, Any], lead_id: int) -> dict[str, Any]:
    """Hand a lead to a colleague."""
    found = load(session, actor, LEAD_ASSIGN, Lead, lead_id)
    return told_lead(handing.assign(session, actor, found, body["person_id"], body["revision"], body["said"]))


@blueprint.post("/<id:lead_id>/deals")
@access(DEAL_WORK)
@blueprint.arguments(DealBody)
@blueprint.response(201, DealRowSchema)
def open_deal(session: Session, actor: Actor, body: dict[str, Any], lead_id: int) -> dict[str, Any]:
    """Open a deal with a lead; its ``kind`` is ``new``."""
    found = load(session, actor, LEAD_READ, Lead, lead_id)
    return told_deal(opening.open_deal(session, actor, found, body))
