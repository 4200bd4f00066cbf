"""What is stuck: the requests that nobody can take on by himself, each with why, and helping one on."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.declare import access
from core.base.actor import Actor
from core.base.text import catalogue
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import reading, stuck, tasks
from core.workflow.actions import REPAIR
from core.workflow.engine import helping

_ = catalogue("workflow")

blueprint = ModuleBlueprint("stuck", __name__, url_prefix="/stuck")

_WAYS = {
    "again": _("Try the step once more"), "pass": _("Go on without it"), "refuse": _("Refuse the request"),
}
_DONE = {
    "again": _("The step was tried once more."), "pass": _("It goes on without that step."),
    "refuse": _("It is refused; whoever asked reads why."),
}


class HelpSchema(fields.Schema):
    """What is done about a request that is stuck, and why."""

    how = fields.Choice(_WAYS, required=True, metadata={
        "label": _("What to do"), "kind": "radio"})
    comment = fields.String(required=True, max_length=tasks.MOST_COMMENT, multiline=True, metadata={
        "label": _("Why"), "span": True, "rows": 3, "hint": _("Whoever asked reads it.")})


@blueprint.get("/")
@access(REPAIR)
def index(session: Session, actor: Actor) -> Page:
    """Everything that is stuck and that I may help on, the longest first."""
    return page("workflow/stuck.html", title=_("Stuck requests"), rows=stuck.found(session, actor))


@blueprint.route("/<id:run_id>", methods=["GET", "POST"])
@access(REPAIR)
def show(session: Session, actor: Actor, run_id: int) -> Page | Response:
    """One of them: what it is about, how far it came, why it stays there, and what can be done."""
    found = stuck.one(session, actor, run_id)
    form = Form(HelpSchema, values={"how": found.ways[0]}, options={"how": [(way, _WAYS[way]) for way in found.ways]})

    def save(values: dict[str, Any]) -> Response:
        run = helping.help_on(session, actor, run_id, values["how"], values["comment"])
        flash(_DONE[values["how"]] if run.stuck is None else _("It is still stuck: {why}", why=stuck.why(session, run)))
        return redirect_to("stuck.index")

    return form.answer(session, lambda: page(
        "workflow/stuck_one.html", title=found.subject, found=found, form=form,
        steps=reading.way_of(session, found.run, found.record),
        crumb=[(_("Stuck requests"), url_for("stuck.index"))],
    ), save)  # fmt: skip
