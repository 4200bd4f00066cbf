"""Campaigns: the list, and the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions import CAMPAIGN_EDIT, CAMPAIGN_READ
from plugins.crm.models import Campaign
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas import CampaignSchema
from plugins.crm.services import campaigns as services
from plugins.crm.services.places import all_places
from plugins.crm.text import CATEGORIES, _
from remit.base import Actor, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to


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
            "url": url_for("crm.edit_campaign", campaign_id=one.id) if allowed(session, actor, CAMPAIGN_EDIT, one)
            else "",
        } for one in found
    ]  # fmt: skip
    return page(
        "crm/campaigns.html", title=_("Campaigns"), rows=rows, may_edit=allowed(session, actor, CAMPAIGN_EDIT)
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@access(CAMPAIGN_EDIT)
def new_campaign(session: Session, actor: Actor) -> Page | Response:
    """Plan a campaign."""
    return _form(session, actor, None)


@blueprint.route("/campaigns/<id:campaign_id>", methods=["GET", "POST"])
@access(CAMPAIGN_EDIT)
def edit_campaign(session: Session, actor: Actor, campaign_id: int) -> Page | Response:
    """Change one."""
    return _form(session, actor, load(session, actor, CAMPAIGN_EDIT, Campaign, campaign_id))


def _form(session: Session, actor: Actor, campaign: Campaign | None) -> Page | Response:
    values: Any = {"starts_on": clock.today(actor.zone)} if campaign is None else {
        **{name: getattr(campaign, name) for name in ("title", "code", "unit_id", "category", "starts_on")},
        "last_day": campaign.ends_on - timedelta(days=1),
    }
    form = Form(CampaignSchema, values=values, options={
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        services.save(session, actor, campaign, values)
        flash(_("The campaign is kept."))
        return redirect_to("crm.campaigns")

    return form.answer(session, lambda: page(
        "crm/form.html", title=campaign.title if campaign else _("Plan a campaign"), form=form,
        crumb=[(_("Campaigns"), url_for("crm.campaigns"))], back=url_for("crm.campaigns"),
    ), save)  # fmt: skip
