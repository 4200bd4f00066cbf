"""Mappings: the list, one with what did not get across, and the form to write and try it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm_webhook.actions import EDIT, READ
from plugins.crm_webhook.models import Mapping
from plugins.crm_webhook.schemas import MappingSchema
from plugins.crm_webhook.services import mappings as services
from plugins.crm_webhook.text import WAYS, _
from remit.base import Actor
from remit.services import allowed, load
from remit.text import from_json
from remit.web import Form, ModuleBlueprint, Page, access, flash, page, redirect_to

blueprint = ModuleBlueprint("crm_webhook", "plugins.crm_webhook", url_prefix="/crm-webhook")


@blueprint.get("/mappings")
@access(READ)
def mappings(session: Session, actor: Actor) -> Page:
    """The mappings one may see."""
    return page(
        "crm_webhook/mappings.html", title=_("Other CRMs"), rows=services.mappings(session, actor), ways=WAYS,
        may_edit=allowed(session, actor, EDIT),
    )  # fmt: skip


@blueprint.get("/mappings/<id:mapping_id>")
@access(READ)
def mapping(session: Session, actor: Actor, mapping_id: int) -> Page:
    """One mapping: its lines, how it goes, what did not get across."""
    found = load(session, actor, READ, Mapping, mapping_id)
    state = services.state_of(session, found)
    address = found.url or _("at address {number}", number=found.endpoint_id)
    return page(
        "crm_webhook/mapping.html", title=found.title, crumb=[(_("Other CRMs"), url_for("crm_webhook.mappings"))],
        found=found, where=_("{way}: {address}", way=WAYS[found.way], address=address), state=state,
        next_at=services.next_at(state), letters=services.letters_of(session, found),
        error=from_json(state.error[0]) if state is not None and state.error else "",
        may_edit=allowed(session, actor, EDIT, found),
    )  # fmt: skip


@blueprint.route("/mappings/new", methods=["GET", "POST"])
@access(EDIT)
def new_mapping(session: Session, actor: Actor) -> Page | Response:
    """Write a mapping."""
    return _form(session, actor, None)


@blueprint.route("/mappings/<id:mapping_id>/edit", methods=["GET", "POST"])
@access(EDIT)
def edit_mapping(session: Session, actor: Actor, mapping_id: int) -> Page | Response:
    """Change one."""
    return _form(session, actor, load(session, actor, EDIT, Mapping, mapping_id))


@blueprint.post("/mappings/<id:mapping_id>/again")
@access(EDIT)
def again(session: Session, actor: Actor, mapping_id: int) -> Response:
    """Hand over again everything that did not get across."""
    done, of = services.again(session, actor, load(session, actor, EDIT, Mapping, mapping_id))
    flash(_("{done} of {of} got across.", done=done, of=of))
    return redirect_to("crm_webhook.mapping", mapping_id=mapping_id)


def _form(session: Session, actor: Actor, found: Mapping | None) -> Page | Response:
    form = Form(MappingSchema, values=services.values_of(found), options={"unit_id": services.units(session, actor)})
    back = url_for("crm_webhook.mapping", mapping_id=found.id) if found else url_for("crm_webhook.mappings")

    def show(tried: str = "") -> Page:
        return page(
            "crm_webhook/form.html", title=found.title if found else _("Write a mapping"), form=form, back=back,
            crumb=[(_("Other CRMs"), url_for("crm_webhook.mappings"))], tried=tried,
        )  # fmt: skip

    def save(values: dict[str, Any]) -> Page | Response:
        if request.form.get("do") == "try":
            return show(services.try_out(values["way"], values["rules"], values["sample"]))
        kept = services.save(session, actor, found, values)
        flash(_("The mapping is kept."))
        return redirect_to("crm_webhook.mapping", mapping_id=kept.id)

    return form.answer(session, show, save)
