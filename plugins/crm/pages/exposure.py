"""What channels showed and cost: the list, and entering it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.intake import EXPOSURE_EDIT, EXPOSURE_READ
from plugins.crm.models import Exposure
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.intake import ExposureSchema, exposure_schema
from plugins.crm.services import campaigns, channels
from plugins.crm.services import exposure as services
from plugins.crm.text import SOURCES, _
from remit.base import CURRENCIES, Actor, clock
from remit.files import link_to
from remit.services import allowed, allowed_many, load
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to, sent_files


@blueprint.get("/exposure")
@access(EXPOSURE_READ)
def exposures(session: Session, actor: Actor) -> Page:
    """What one may see, the latest first."""
    before = asked_id("before")
    found = services.exposures(session, actor, before=before)
    names = {one.id: one.title for one in channels.channels(session, actor)}
    plans = {one.id: one.title for one in campaigns.campaigns(session, actor)}
    may = allowed_many(session, actor, EXPOSURE_EDIT, found)
    files = services.FILES.of(session, [one.id for one in found])
    rows = [
        {
            "row": one, "channel": names.get(one.channel_id, "–"), "campaign": plans.get(one.campaign_id or 0, ""),
            "last": one.ends_on - timedelta(days=1), "source": SOURCES[one.source],
            "url": url_for("crm.edit_exposure", exposure_id=one.id) if may_edit else "", "files": [
                kept.shown(url_for("crm.exposure_file", exposure_id=one.id, number=kept.number))
                for kept in files.get(one.id, ())
            ],
        } for one, may_edit in zip(found, may, strict=True)
    ]  # fmt: skip
    return page(
        "crm/exposure.html", title=_("Exposure and spend"), rows=rows, first=before is None,
        older=found[-1].id if len(found) == services.PAGE else None,
        may_edit=allowed(session, actor, EXPOSURE_EDIT),
    )  # fmt: skip


@blueprint.route("/exposure/new", methods=["GET", "POST"])
@access(EXPOSURE_EDIT)
def new_exposure(session: Session, actor: Actor) -> Page | Response:
    """Enter figures."""
    return _form(session, actor, None)


@blueprint.route("/exposure/<id:exposure_id>", methods=["GET", "POST"])
@access(EXPOSURE_EDIT)
def edit_exposure(session: Session, actor: Actor, exposure_id: int) -> Page | Response:
    """Change them."""
    return _form(session, actor, load(session, actor, EXPOSURE_EDIT, Exposure, exposure_id))


@blueprint.get("/exposure/<id:exposure_id>/files/<id:number>")
@access(EXPOSURE_READ)
def exposure_file(session: Session, actor: Actor, exposure_id: int, number: int) -> Response:
    """A file beside figures, for whoever may see these: leads on by a link of a few minutes."""
    found = load(session, actor, EXPOSURE_READ, Exposure, exposure_id)
    return redirect_to(link_to(session, actor, services.FILES.find(session, found.id, number), inline=True))


def _form(session: Session, actor: Actor, found: Exposure | None) -> Page | Response:
    yesterday = clock.today(actor.zone) - timedelta(days=1)
    kept = services.FILES.of(session, [found.id]).get(found.id, []) if found is not None else []
    values: dict[str, Any] = {"starts_on": yesterday, "last_day": yesterday, "currency": "CNY"}
    if found is not None:
        values = {name: getattr(found, name) for name in ExposureSchema().fields if hasattr(found, name)}
        values["last_day"] = found.ends_on - timedelta(days=1)
    told = request.form.get("currency", values["currency"])
    form = Form(exposure_schema(told if told in CURRENCIES else "CNY"), values=values, options={
        "channel_id": [(one.id, str(one.title)) for one in channels.channels(session, actor)],
        "campaign_id": [(one.id, one.title) for one in campaigns.campaigns(session, actor)],
    })  # fmt: skip

    stay = [one.number for one in kept]
    if request.method == "POST":
        stay = [int(one) for one in request.form.getlist("stay") if one.isdecimal()]

    def save(values: dict[str, Any]) -> Response:
        services.save(session, actor, found, values, sent=sent_files("files"), stay=stay)
        flash(_("The figures are kept."))
        return redirect_to("crm.exposures")

    back = url_for("crm.exposures")
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Change figures") if found is not None else _("Enter figures"), form=form,
        crumb=[(_("Exposure and spend"), back)], back=back, files=True, kept=[{
            "name": "stay", "label": _("Files that stay"), "kind": "checks", "required": True,
            "options": [(one.number, one.file.name) for one in kept], "value": stay,
        }] if kept else [],
    ), save)  # fmt: skip
