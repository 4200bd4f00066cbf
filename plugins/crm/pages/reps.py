"""Who takes leads."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import REP_EDIT, REP_READ
from plugins.crm.models import Rep
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.rules import RepSchema
from plugins.crm.services import reps as services
from plugins.crm.services.arriving.people import candidates
from plugins.crm.services.leads.listing import names_of
from plugins.crm.services.places import all_places
from plugins.crm.text import _
from remit.base import Actor
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/reps")
@access(REP_READ)
def reps(session: Session, actor: Actor) -> Page:
    """The people who take leads: what they know, what they have in hand, who is away today."""
    found = services.reps(session, actor)
    units = {place.unit_id: place.title for place in all_places(session)}
    now = {(one.person_id, one.unit_id): one
           for one in candidates(session, {rep.unit_id for rep in found}, hold=False)}  # fmt: skip
    words, people = services.titles(session), names_of(session, {rep.person_id for rep in found})
    rows = [
        {
            "name": people.get(rep.person_id, "–"), "unit": units.get(rep.unit_id, "–"), "active": rep.is_active,
            "industries": [words.get(("industry", code), code) for code in rep.industries],
            "products": [words.get(("product", code), code) for code in rep.products], "skills": rep.skills,
            "now": now.get((rep.person_id, rep.unit_id)), "url": url_for("crm.edit_rep", rep_id=rep.id),
        } for rep in found
    ]  # fmt: skip
    return page(
        "crm/reps.html", title=_("Who takes leads"), rows=rows, may_edit=allowed(session, actor, REP_EDIT)
    )


@blueprint.route("/reps/new", methods=["GET", "POST"])
@access(REP_EDIT)
def new_rep(session: Session, actor: Actor) -> Page | Response:
    """Let somebody take leads."""
    return _rep(session, actor, None)


@blueprint.route("/reps/<id:rep_id>", methods=["GET", "POST"])
@access(REP_EDIT)
def edit_rep(session: Session, actor: Actor, rep_id: int) -> Page | Response:
    """Change what somebody takes."""
    return _rep(session, actor, load(session, actor, REP_EDIT, Rep, rep_id))


def _rep(session: Session, actor: Actor, found: Rep | None) -> Page | Response:
    words = services.titles(session)
    values: dict[str, Any] = {"most_open": 40, "is_active": True}
    if found is not None:
        values = {
            "person_id": found.person_id, "unit_id": found.unit_id, "most_open": found.most_open,
            "industries": "、".join(words.get(("industry", code), code) for code in found.industries),
            "products": "、".join(words.get(("product", code), code) for code in found.products),
            "skills": "、".join(found.skills), "is_active": found.is_active,
        }  # fmt: skip
    people = services.people(session)
    form = Form(RepSchema, values=values, options={
        "person_id": [one for one in people if found is None or one[0] == found.person_id],
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(given: dict[str, Any]) -> Response:
        services.save(session, actor, found, given)
        flash(_("The profile is kept."))
        return redirect_to("crm.reps")

    back = url_for("crm.reps")
    title = names_of(session, [found.person_id]).get(found.person_id, "–") if found else _("Let somebody take leads")
    return form.answer(session, lambda: page(
        "crm/form.html", title=title, form=form, crumb=[(_("Who takes leads"), back)], back=back,
    ), save)  # fmt: skip
