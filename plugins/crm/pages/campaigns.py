"""Campaigns: the list, and the form."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import CAMPAIGN_EDIT, CAMPAIGN_READ
from plugins.crm.models import Campaign
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.planned import Planning
from plugins.crm.schemas.spending import CampaignSchema
from plugins.crm.services import campaigns as services
from plugins.crm.services.places import all_places
from plugins.crm.text import CATEGORIES, _
from remit.base import Actor, clock
from remit.services import allowed, allowed_many, load
from remit.web import Page, access, page

PLANNING = Planning(
    CampaignSchema, services.save, "crm.campaigns", _("Campaigns"), _("Plan a campaign"), _("The campaign is kept."),
)  # fmt: skip


@blueprint.get("/campaigns")
@access(CAMPAIGN_READ)
def campaigns(session: Session, actor: Actor) -> Page:
    """The campaigns one may see, the latest first."""
    found = services.campaigns(session, actor)
    units = {place.unit_id: place.title for place in all_places(session)}
    today = clock.today(actor.zone)
    rows = [
        {
            "title": one.title, "code": one.code, "unit": units.get(one.unit_id, "–"),
            "category": CATEGORIES[one.category], "from": one.starts_on, "until": one.ends_on - timedelta(days=1),
            "state": "now" if one.starts_on <= today < one.ends_on else "over" if one.ends_on <= today else "coming",
            "url": url_for("crm.edit_campaign", campaign_id=one.id) if may else "",
        } for one, may in zip(found, allowed_many(session, actor, CAMPAIGN_EDIT, found), strict=True)
    ]  # fmt: skip
    return page(
        "crm/campaigns.html", title=_("Campaigns"), rows=rows, may_edit=allowed(session, actor, CAMPAIGN_EDIT)
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@access(CAMPAIGN_EDIT)
def new_campaign(session: Session, actor: Actor) -> Page | Response:
    """Plan a campaign."""
    return PLANNING.answer(session, actor, None)


@blueprint.route("/campaigns/<id:campaign_id>", methods=["GET", "POST"])
@access(CAMPAIGN_EDIT)
def edit_campaign(session: Session, actor: Actor, campaign_id: int) -> Page | Response:
    """Change one."""
    return PLANNING.answer(session, actor, load(session, actor, CAMPAIGN_EDIT, Campaign, campaign_id))
