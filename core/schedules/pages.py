"""Schedules: what starts by itself and when, running one now, changing its time."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base.actor import Actor
from core.base.recurrence import parse
from core.base.text import catalogue
from core.jobs.actions import MANAGE, READ
from core.kernel.house import of
from core.schedules import services
from core.schedules.schemas import ScheduleSchema
from core.web.blueprints import ModuleBlueprint
from core.web.formats import moment
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("schedules")

blueprint = ModuleBlueprint("schedules", __name__, url_prefix="/admin/schedules")

#: Rules that the form shows beside its field, each with its meaning.
EXAMPLES = ("30 2 * * *", "0 9 * * 1", "*/15 * * * *", "workdays 18:00", "workday 3 09:00", "workday -1 17:30",
            "day 10 before 09:00")  # fmt: skip


@blueprint.get("")
@access(READ)
def everything(session: Session, actor: Actor) -> Page:
    """Every schedule with its next moments and its last run."""
    return page(
        "schedules/everything.html", title=_("Schedules"), plans=services.plans(session, actor),
        may_change=allowed(session, actor, MANAGE),
    )


@blueprint.get("/<kind>")
@access(MANAGE)
def edit(session: Session, actor: Actor, kind: str) -> Page:
    """The time of one schedule."""
    return _form(session, actor, kind)


@blueprint.post("/<kind>")
@access(MANAGE)
def change(session: Session, actor: Actor, kind: str) -> Page | Response:
    """Set the time of a schedule, or pause it."""
    require(session, actor, MANAGE)
    form = Form(ScheduleSchema)

    def save(values: dict[str, Any]) -> Response:
        services.change(session, actor, kind, rule=values.get("rule") or "", paused=bool(values.get("paused")))
        flash(_("The schedule is changed."))
        return redirect_to("schedules.everything")

    return form.answer(session, lambda: _form(session, actor, kind, form), save)


@blueprint.post("/<kind>/run")
@access(MANAGE)
def run(session: Session, actor: Actor, kind: str) -> Response:
    """Start a scheduled job now."""
    row = services.run_now(session, actor, kind)
    session.flush()
    return redirect_to("jobs.show", job_id=row.id)


def _form(session: Session, actor: Actor, kind: str, form: Form | None = None) -> Page:
    found = services.plan(session, actor, kind, count=5)
    values = {"rule": found.rule.text, "paused": found.paused}
    return page(
        "schedules/edit.html", title=found.job.title, form=form or Form(ScheduleSchema, values=values), plan=found,
        own=parse(found.job.schedule), examples=[(text, parse(text).words) for text in EXAMPLES],
        coming=[{"title": moment(one, of(session).config.zone)} for one in found.coming],
        crumb=[(_("Schedules"), url_for("schedules.everything"))],
    )
