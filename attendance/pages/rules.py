"""The rules of attendance groups: what of overtime counts, how many punches are corrected, where people punch."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from attendance.actions import RULES
from attendance.models import Group
from attendance.pages.blueprint import blueprint
from attendance.rules.places import MILLION
from attendance.schemas import COUNTS, LOCATIONS, PlaceSchema, RulesSchema
from attendance.services import asking
from remit.base import Actor
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to

_ = catalogue("attendance")


@blueprint.get("/rules")
@access(RULES)
def rules(session: Session, actor: Actor) -> Page:
    """Each attendance group with what holds for it."""
    rows = [
        {
            "url": url_for("attendance.group_rules", group_code=group.code), "title": group.title,
            "counted": COUNTS[group.asking_rules().counted],
            "corrections": group.asking_rules().corrections,
            "location": LOCATIONS[group.asking_rules().location], "places": len(places),
        }
        for group, places in asking.groups(session, actor)
    ]  # fmt: skip
    return page("attendance/rules.html", title=_("Rules of attendance"), rows=rows)


@blueprint.route("/rules/<group_code>", methods=["GET", "POST"])
@access(RULES)
def group_rules(session: Session, actor: Actor, group_code: str) -> Page | Response:
    """Change what holds for a group."""
    group = asking.group_named(session, actor, group_code)
    form = Form(RulesSchema, values=group.asking_rules())

    def save(values: dict[str, Any]) -> Response:
        asking.change_rules(session, actor, group, values)
        flash(_("The rules are changed; closed months stay as they are."))
        return redirect_to("attendance.rules")

    return form.answer(session, lambda: _page(session, actor, group, form, Form(PlaceSchema)), save)


@blueprint.post("/rules/<group_code>/places")
@access(RULES)
def add_place(session: Session, actor: Actor, group_code: str) -> Page | Response:
    """Add a place where a group punches."""
    group = asking.group_named(session, actor, group_code)
    form = Form(PlaceSchema)

    def save(values: dict[str, Any]) -> Response:
        asking.add_place(session, actor, group, values)
        flash(_("The place is added."))
        return redirect_to("attendance.group_rules", group_code=group.code)

    usual = Form(RulesSchema, values=group.asking_rules())
    return form.answer(session, lambda: _page(session, actor, group, usual, form), save)


@blueprint.post("/rules/<group_code>/places/<id:place_id>/retire")
@access(RULES)
def retire_place(session: Session, actor: Actor, group_code: str, place_id: int) -> Response:
    """Use a place no more."""
    group = asking.group_named(session, actor, group_code)
    asking.retire_place(session, actor, group, place_id)
    flash(_("The place is used no more."))
    return redirect_to("attendance.group_rules", group_code=group.code)


def _page(session: Session, actor: Actor, group: Group, form: Form, place: Form) -> Page:
    places = next(found for one, found in asking.groups(session, actor) if one.id == group.id)
    return page(
        "attendance/group_rules.html", title=group.title, form=form, place=place, code=group.code,
        crumb=[(_("Rules of attendance"), url_for("attendance.rules"))],
        places=[{"id": one.id, "title": one.title, "radius": one.radius,
                 "spot": f"{one.latitude / MILLION:.6f}, {one.longitude / MILLION:.6f}"} for one in places],
    )  # fmt: skip
