"""The operator's pages: modules and accounts."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.admin import services
from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel import state
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("admin")

blueprint = ModuleBlueprint("admin", __name__, url_prefix="/admin")

SWITCH = "admin.module:switch"


@blueprint.get("/modules")
@access("admin.module:read")
def modules(session: Session, actor: Actor) -> Page:
    """Installed modules: on, off, failed with the traceback, blocked by another."""
    return page(
        "admin/modules.html", title=_("Modules"), modules=services.modules(session),
        may_switch=allowed(session, actor, SWITCH),
    )


@blueprint.post("/modules/<name>/<any(on, off):way>")
@access(SWITCH)
def switch(session: Session, actor: Actor, name: str, way: str) -> Response:
    """Switch a module on or off, without a restart."""
    require(session, actor, SWITCH)
    state.switch(session, actor, name, on=way == "on")
    flash(_("{name} is on.", name=name) if way == "on" else _("{name} is off; its data is kept.", name=name))
    return redirect_to("admin.modules")


@blueprint.get("/accounts")
@access(services.MANAGE)
def accounts(session: Session, actor: Actor) -> Page:
    """Who can sign in, and on how many devices."""
    return page("admin/accounts.html", title=_("Accounts"), accounts=services.accounts(session, actor))


@blueprint.post("/accounts/<id:account_id>/<any(activate, deactivate):way>")
@access(services.MANAGE)
def set_active(session: Session, actor: Actor, account_id: int, way: str) -> Response:
    """Deactivate an account or let it sign in again."""
    account = services.set_active(session, actor, account_id, active=way == "activate")
    flash(_("{login} is changed.", login=account.login))
    return redirect_to("admin.accounts")


@blueprint.post("/accounts/<id:account_id>/sign-out")
@access(services.MANAGE)
def sign_out(session: Session, actor: Actor, account_id: int) -> Response:
    """Sign an account out everywhere."""
    ended = services.end_sessions(session, actor, account_id)
    flash(_("{count} device is signed out.", "{count} devices are signed out.", count=ended))
    return redirect_to("admin.accounts")
