"""Budgets: what there is, what is used up, and the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.expense.actions import BUDGET_EDIT, BUDGET_READ
from plugins.expense.models import Budget
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.schemas import BudgetSchema
from plugins.expense.services import budgets as services
from plugins.expense.services.places import all_places
from plugins.expense.text import CATEGORIES, _
from remit.base import Actor, clock
from remit.services import allowed, allowed_many, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/budgets")
@access(BUDGET_READ)
def budgets(session: Session, actor: Actor) -> Page:
    """The budgets one may see, each with what is left."""
    units = {place.unit_id: place.title for place in all_places(session)}
    found = services.standings(session, actor)
    may = allowed_many(session, actor, BUDGET_EDIT, [one.budget for one in found])
    rows = [
        {
            "title": one.budget.title, "unit": units.get(one.budget.unit_id, "–"),
            "category": CATEGORIES[one.budget.category], "from": one.budget.starts_on,
            "until": one.budget.ends_on - timedelta(days=1), "amount": one.budget.amount, "left": one.left,
            "part": min(100, 100 * one.used // one.budget.amount) if one.budget.amount else 0,
            "url": url_for("expense.edit_budget", budget_id=one.budget.id) if may_edit else "",
        } for one, may_edit in zip(found, may, strict=True)
    ]  # fmt: skip
    return page("expense/budgets.html", title=_("Budgets"), rows=rows, may_edit=allowed(session, actor, BUDGET_EDIT))


@blueprint.route("/budgets/new", methods=["GET", "POST"])
@access(BUDGET_EDIT)
def new_budget(session: Session, actor: Actor) -> Page | Response:
    """Set a budget."""
    return _form(session, actor, None)


@blueprint.route("/budgets/<id:budget_id>", methods=["GET", "POST"])
@access(BUDGET_EDIT)
def edit_budget(session: Session, actor: Actor, budget_id: int) -> Page | Response:
    """Change one."""
    return _form(session, actor, load(session, actor, BUDGET_EDIT, Budget, budget_id))


def _form(session: Session, actor: Actor, found: Budget | None) -> Page | Response:
    values: dict[str, Any] = {"starts_on": clock.today(actor.zone)}
    if found is not None:
        names = ("title", "unit_id", "category", "amount", "starts_on")
        values = {name: getattr(found, name) for name in names} | {"last_day": found.ends_on - timedelta(days=1)}
    form = Form(BudgetSchema, values=values, options={
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        services.save(session, actor, found, values)
        flash(_("The budget is kept."))
        return redirect_to("expense.budgets")

    back = url_for("expense.budgets")
    return form.answer(session, lambda: page(
        "expense/form.html", title=found.title if found else _("Set a budget"), form=form, back=back, sub="",
        missing="", crumb=[(_("Budgets"), back)],
    ), save)  # fmt: skip
