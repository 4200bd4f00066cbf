"""The drafts that run beside the lists in force as pages: how far each is from them, and each decision that differs."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import access
from core.authority.actions import IMPORT
from core.authority.shadow import running
from core.base.actor import Actor
from core.base.text import catalogue
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_shadow", __name__, url_prefix="/authority/shadow")


@blueprint.get("")
@access(IMPORT)
def index(session: Session, actor: Actor) -> Page:
    """The drafts that run, then those that ran, of lists one may publish."""
    return page(
        "authority/shadows.html", title=_("Drafts on trial"), runs=running.runs(session, actor),
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.get("/<id:shadow_id>")
@access(IMPORT)
def show(session: Session, actor: Actor, shadow_id: int) -> Page:
    """One draft, and the decisions it would have turned."""
    run = running.run_of(session, actor, shadow_id)
    free = run.row.stopped_at is not None and not running.runs_now(session, run.row.place)
    found = running.differences(session, actor, run, before=request.args.get("before", type=int))
    return page(
        "authority/shadow.html", title=_("{unit}: version {version} on trial", unit=run.title, version=run.row.version),
        run=run, free=free, differences=found, more=found[-1].row.id if len(found) == running.PAGE else None,
        crumb=[(_("Duty and authority lists"), url_for("authority.index")),
               (_("Drafts on trial"), url_for("authority_shadow.index"))],
    )  # fmt: skip


@blueprint.post("/<id:shadow_id>/stop")
@access(IMPORT)
def stop(session: Session, actor: Actor, shadow_id: int) -> Response:
    """End a draft that runs; what it found stays."""
    running.stop(session, actor, running.run_of(session, actor, shadow_id).row.place)
    flash(_("The draft no longer runs; what it found stays here."))
    return redirect_to("authority_shadow.show", shadow_id=shadow_id)


@blueprint.post("/<id:shadow_id>/start")
@access(IMPORT)
def start(session: Session, actor: Actor, shadow_id: int) -> Response:
    """Let a draft that was stopped run once more, as a trial of its own."""
    made = running.again(session, actor, running.run_of(session, actor, shadow_id))
    flash(_("The draft is on trial from now on."))
    return redirect_to("authority_shadow.show", shadow_id=made.id)
