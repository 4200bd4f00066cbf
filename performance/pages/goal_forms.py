"""The forms about goals: setting one, and dropping one with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.goals import GOAL_EDIT
from performance.models import Goal
from performance.pages.blueprint import blueprint
from performance.schemas import DropSchema, GoalSchema
from performance.services import goal_tree
from performance.services import goals as services
from performance.services.places import units_on
from performance.services.result_lines import results, results_text
from performance.services.spans import span_of
from performance.services.writing import Known
from performance.text import _
from remit.base import Actor, clock
from remit.services import load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.route("/goals/new", methods=["GET", "POST"])
@access(GOAL_EDIT)
def new_goal(session: Session, actor: Actor) -> Page | Response:
    """Set a goal."""
    return _form(session, actor, None)


@blueprint.route("/goals/<id:goal_id>/edit", methods=["GET", "POST"])
@access(GOAL_EDIT)
def edit_goal(session: Session, actor: Actor, goal_id: int) -> Page | Response:
    """Change a goal; one that was agreed is a draft again."""
    return _form(session, actor, load(session, actor, GOAL_EDIT, Goal, goal_id))


def _form(session: Session, actor: Actor, found: Goal | None) -> Page | Response:
    today = clock.today(actor.zone)
    quarter = span_of("quarter", today)
    known = Known(session, today)
    values: dict[str, Any] = {
        "grain": "person", "starts_on": quarter.start, "last_day": quarter.last,
        "parent_id": request.args.get("under", type=int),
    }  # fmt: skip
    if found is not None:
        values = {name: getattr(found, name) for name in ("title", "grain", "unit_id", "starts_on", "parent_id")}
        values["last_day"] = found.ends_on - timedelta(days=1)
        values["results"] = results_text(services.results_of(session, [found.id]), known)
    form = Form(GoalSchema, values=values, options={
        "unit_id": [("", "–"), *((key, str(title)) for key, title in units_on(session, today).titles.items())],
        "parent_id": [("", "–"), *goal_tree.choices(session, actor, found.id if found is not None else None)],
    })  # fmt: skip

    def save(told: dict[str, Any]) -> Response:
        told["ends_on"] = told.pop("last_day") + timedelta(days=1)
        told["results"] = results(told["results"], known)
        told["person_id"] = found.person_id if found is not None else None
        made = services.save(session, actor, found, told)
        if made.aligned == services.ASKED:
            flash(_("The goal is kept; the owner of the goal above is asked."))
        return redirect_to("performance.goal", goal_id=made.id)

    back = url_for("performance.goals") if found is None else url_for("performance.goal", goal_id=found.id)
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Set a goal") if found is None else found.title, form=form, back=back,
        sub=_("It counts once it is agreed to."), crumb=[(_("Goals"), url_for("performance.goals"))],
    ), save)  # fmt: skip


@blueprint.route("/goals/<id:goal_id>/drop", methods=["GET", "POST"])
@access(GOAL_EDIT)
def drop_goal(session: Session, actor: Actor, goal_id: int) -> Page | Response:
    """Drop a goal, saying why."""
    found = load(session, actor, GOAL_EDIT, Goal, goal_id)
    form = Form(DropSchema)

    def save(told: dict[str, Any]) -> Response:
        services.end(session, actor, found, done=False, reason=told["reason"])
        return redirect_to("performance.goal", goal_id=found.id)

    back = url_for("performance.goal", goal_id=found.id)
    return form.answer(session, lambda: page(
        "performance/form.html", title=_("Drop the goal"), form=form, back=back, sub=found.title,
        crumb=[(_("Goals"), url_for("performance.goals"))],
    ), save)  # fmt: skip
