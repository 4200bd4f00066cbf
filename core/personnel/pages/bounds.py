"""How much of full working time a company lets all posts of one person come to."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.org.models import LegalEntity
from core.org.resources import STRUCTURE, Place
from core.org.services import change_legal_entity
from core.personnel.pages.changes import blueprint
from core.personnel.schemas import BoundSchema
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("personnel")


def companies(session: Session, actor: Actor) -> list[LegalEntity]:
    """The companies whose bound somebody may set, by code."""
    found = session.scalars(select(LegalEntity).order_by(LegalEntity.code)).all()
    return [one for one in found if allowed(session, actor, STRUCTURE, Place(legal_entity_id=one.id))]


@blueprint.get("/companies")
@access(STRUCTURE)
def bounds(session: Session, actor: Actor) -> Page:
    """The companies with their bounds."""
    return page("personnel/bounds.html", title=_("Working time of one person"), rows=companies(session, actor),
                crumb=[(_("Personnel changes"), url_for("personnel.index"))])  # fmt: skip


@blueprint.route("/companies/<code>", methods=["GET", "POST"])
@access(STRUCTURE)
def bound(session: Session, actor: Actor, code: str) -> Page | Response:
    """Set the bound of a company; what was approved before stays."""
    found = next((one for one in companies(session, actor) if one.code == code), None)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is not yours to see."))
    form = Form(BoundSchema, values=found)

    def save(values: dict[str, Any]) -> Response:
        change_legal_entity(session, actor, found, fte_bound=values["fte_bound"])
        flash(_("It is kept. Requests are compared with it from now on."))
        return redirect_to("personnel.bounds")

    return form.answer(session, lambda: page(
        "personnel/bound.html", title=found.name, form=form,
        crumb=[(_("Working time of one person"), url_for("personnel.bounds"))],
    ), save)  # fmt: skip
