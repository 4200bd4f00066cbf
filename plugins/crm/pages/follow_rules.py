"""How soon units follow their leads up: the list, and the form of one unit."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import FOLLOW_EDIT
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.following import FollowRuleSchema
from plugins.crm.services.following import rules
from plugins.crm.text import _
from remit.base import Actor
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/follow-rules")
@access(FOLLOW_EDIT)
def follow_rules(session: Session, actor: Actor) -> Page:
    """The deadlines one may set."""
    rows = [
        {"unit": str(place.title), "url": url_for("crm.edit_follow_rule", unit_id=place.unit_id),
         "touch": rule.touch_minutes // 60, "remind": rule.remind_minutes // 60, "reclaim": rule.reclaim_minutes // 60}
        for place, rule in rules.units(session, actor)
    ]  # fmt: skip
    return page("crm/follow_rules.html", title=_("Deadlines of first contact"), rows=rows)


@blueprint.route("/follow-rules/<id:unit_id>", methods=["GET", "POST"])
@access(FOLLOW_EDIT)
def edit_follow_rule(session: Session, actor: Actor, unit_id: int) -> Page | Response:
    """Set those of a unit."""
    found = rules.rule_of(session, actor, unit_id)
    form = Form(FollowRuleSchema, values={
        "touch_hours": found.touch_minutes // 60, "remind_hours": found.remind_minutes // 60,
        "reclaim_hours": found.reclaim_minutes // 60,
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        rules.save(session, actor, found, values)
        flash(_("It is written down."))
        return redirect_to("crm.follow_rules")

    back = url_for("crm.follow_rules")
    return form.answer(session, lambda: page(
        "crm/form.html", title=_("Deadlines of first contact"), form=form, back=back,
        crumb=[(_("Deadlines of first contact"), back)],
    ), save)  # fmt: skip
