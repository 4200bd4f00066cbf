"""How often people may be contacted: the limits, and their form."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT, CHANNEL_READ
from plugins.crm.models import ContactLimit
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.intake import LimitSchema
from plugins.crm.services.leads import consent
from plugins.crm.text import _
from remit.base import Actor, NotFound
from remit.services import allowed
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/limits")
@access(CHANNEL_READ)
def limits(session: Session, actor: Actor) -> Page:
    """The limits; all of them hold at once."""
    return page(
        "crm/limits.html", title=_("Limits of contacts"), rows=consent.limits(session),
        may_edit=allowed(session, actor, CHANNEL_EDIT),
    )


@blueprint.route("/limits/new", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def new_limit(session: Session, actor: Actor) -> Page | Response:
    """Set a limit."""
    return _form(session, actor, None)


@blueprint.route("/limits/<id:limit_id>", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def edit_limit(session: Session, actor: Actor, limit_id: int) -> Page | Response:
    """Change one."""
    return _form(session, actor, _found(session, limit_id))


@blueprint.post("/limits/<id:limit_id>/drop")
@access(CHANNEL_EDIT)
def drop_limit(session: Session, actor: Actor, limit_id: int) -> Response:
    """Drop one."""
    consent.drop_limit(session, actor, _found(session, limit_id))
    flash(_("The limit is dropped."))
    return redirect_to("crm.limits")


def _found(session: Session, limit_id: int) -> ContactLimit:
    found = session.get(ContactLimit, limit_id)
    if found is None:
        raise NotFound("crm.limit", _("There is no such limit."))
    return found


def _form(session: Session, actor: Actor, found: ContactLimit | None) -> Page | Response:
    form = Form(LimitSchema, values=found)

    def save(values: dict[str, Any]) -> Response:
        consent.save_limit(session, actor, found, values)
        flash(_("The limit is kept."))
        return redirect_to("crm.limits")

    back = url_for("crm.limits")
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Limit of contacts"), form=form, crumb=[(_("Limits of contacts"), back)], back=back,
    ), save)  # fmt: skip
