"""Connections to Tryton: the list, how one goes, its form, and what did not get across."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm_tryton.actions import EDIT, READ
from plugins.crm_tryton.models import Connection
from plugins.crm_tryton.schemas import ConnectionSchema
from plugins.crm_tryton.services import connections as services
from plugins.crm_tryton.text import FIELDS, RULES, USUAL, WAYS, _
from remit.base import Actor
from remit.services import allowed, load
from remit.web import Form, ModuleBlueprint, Page, access, flash, page, redirect_to

blueprint = ModuleBlueprint("crm_tryton", "plugins.crm_tryton", url_prefix="/crm-tryton")


@blueprint.get("/connections")
@access(READ)
def connections(session: Session, actor: Actor) -> Page:
    """The connections one may see, and how each goes."""
    return page(
        "crm_tryton/connections.html", title=_("Tryton"), rows=services.connections(session, actor),
        may_edit=allowed(session, actor, EDIT),
    )  # fmt: skip


@blueprint.get("/connections/<id:connection_id>")
@access(READ)
def connection(session: Session, actor: Actor, connection_id: int) -> Page:
    """How one connection goes: its last run, how far it is, what did not get across, when it is tried again."""
    found = load(session, actor, READ, Connection, connection_id)
    health = services.health_of(session, found)
    return page(
        "crm_tryton/connection.html", title=found.title, crumb=[(_("Tryton"), url_for("crm_tryton.connections"))],
        found=found, health=health, letters=services.letters_of(session, found), ways=WAYS,
        rules=[(FIELDS[name], RULES[found.rules.get(name, USUAL[name])]) for name in FIELDS],
        may_edit=allowed(session, actor, EDIT, found),
    )  # fmt: skip


@blueprint.route("/connections/new", methods=["GET", "POST"])
@access(EDIT)
def new_connection(session: Session, actor: Actor) -> Page | Response:
    """Connect to a database of Tryton."""
    return _form(session, actor, None)


@blueprint.route("/connections/<id:connection_id>/edit", methods=["GET", "POST"])
@access(EDIT)
def edit_connection(session: Session, actor: Actor, connection_id: int) -> Page | Response:
    """Change a connection."""
    return _form(session, actor, load(session, actor, EDIT, Connection, connection_id))


@blueprint.post("/connections/<id:connection_id>/run")
@access(EDIT)
def run_connection(session: Session, actor: Actor, connection_id: int) -> Response:
    """Exchange now."""
    services.run_now(session, actor, load(session, actor, EDIT, Connection, connection_id))
    flash(_("A run was asked for. This page shows how it went once it is over."))
    return redirect_to("crm_tryton.connection", connection_id=connection_id)


@blueprint.post("/connections/<id:connection_id>/again")
@access(EDIT)
def again(session: Session, actor: Actor, connection_id: int) -> Response:
    """Hand over again everything that did not get across."""
    count = services.again(session, actor, load(session, actor, EDIT, Connection, connection_id))
    flash(_("{count} is handed over again.", "{count} are handed over again.", count=count))
    return redirect_to("crm_tryton.connection", connection_id=connection_id)


def _form(session: Session, actor: Actor, found: Connection | None) -> Page | Response:
    words = services.words(session)
    form = Form(ConnectionSchema, values=services.values_of(found), options={
        "unit_id": services.units(session, actor), "channel": words.channels, "reason": words.reasons,
    }, needed=() if found is not None else ("password",))  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = services.save(session, actor, found, values)
        flash(_("The connection is kept."))
        return redirect_to("crm_tryton.connection", connection_id=kept.id)

    back = url_for("crm_tryton.connection", connection_id=found.id) if found else url_for("crm_tryton.connections")
    return form.answer(session, lambda: page(
        "crm_tryton/form.html", title=found.title if found else _("Connect to Tryton"), form=form, back=back,
        crumb=[(_("Tryton"), url_for("crm_tryton.connections"))], missing=services.missing(session, words),
    ), save)  # fmt: skip
