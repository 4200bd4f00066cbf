"""Budgets: what there is, what is used up, and the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions import BUDGET_EDIT, BUDGET_READ
from plugins.crm.models import Budget
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas import BudgetSchema
from plugins.crm.services import budgets as services
from plugins.crm.services.places import all_places
from plugins.crm.text import CATEGORIES, _
from remit.base import Actor, clock
from remit.services import allowed, load
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/budgets")
@access(BUDGET_READ)
def budgets(session: Session, actor: Actor) -> Page:
    """The budgets one may see, each with what is left."""
    units = {place.unit_id: place.title for place in all_places(session)}
    rows = [
        {
            "title": one.budget.title, "unit": units.get(one.budget.unit_id, "–"),
            "category": CATEGORIES[one.budget.category], "from": one.budget.starts_on,
            "until": one.budget.ends_on - timedelta(days=1), "amount": one.budget.amount, "used": one.used,
            "left": one.left, "part": min(100, 100 * one.used // one.budget.amount) if one.budget.amount else 0,
            "url": url_for("crm.edit_budget", budget_id=one.budget.id)
            if allowed(session, actor, BUDGET_EDIT, one.budget) else "",
        } for one in services.standings(session, actor)
    ]  # fmt: skip
    return page("crm/budgets.html", title=_("Budgets"), rows=rows, may_edit=allowed(session, actor, BUDGET_EDIT))


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


def _form(session: Session, actor: Actor, budget: Budget | None) -> Page | Response:
    values: Any = {"starts_on": clock.today(actor.zone)} if budget is None else {
        **{name: getattr(budget, name) for name in ("title", "unit_id", "category", "amount", "starts_on")},
        "last_day": budget.ends_on - timedelta(days=1),
    }
    form = Form(BudgetSchema, values=values, options={
        "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        services.save(session, actor, budget, values)
        flash(_("The budget is kept."))
        return redirect_to("crm.budgets")

    return form.answer(session, lambda: page(
        "crm/form.html", title=budget.title if budget else _("Set a budget"), form=form,
        crumb=[(_("Budgets"), url_for("crm.budgets"))], back=url_for("crm.budgets"),
    ), save)  # fmt: skip
