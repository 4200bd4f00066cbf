"""Budgets: what there is, what is used up, and the form."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import BUDGET_EDIT, BUDGET_READ, TRANSFER_READ, TRANSFER_REQUEST
from plugins.crm.models import Budget
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.planned import Planning
from plugins.crm.schemas.spending import BudgetSchema
from plugins.crm.services import budgets as services
from plugins.crm.services import campaigns, transfers
from plugins.crm.services.places import all_places
from plugins.crm.text import CATEGORIES, STATES, _
from remit.base import Actor
from remit.services import allowed, allowed_many, load
from remit.web import Page, access, page


def _campaigns(session: Session, actor: Actor) -> dict[str, list[tuple[int, str]]]:
    return {"campaign_id": [(one.id, one.title) for one in campaigns.campaigns(session, actor)]}


PLANNING = Planning(
    BudgetSchema, services.save, "crm.budgets", _("Budgets"), _("Set a budget"), _("The budget is kept."), _campaigns,
)  # fmt: skip


@blueprint.get("/budgets")
@access(BUDGET_READ)
def budgets(session: Session, actor: Actor) -> Page:
    """The budgets one may see, each with what is left."""
    units = {place.unit_id: place.title for place in all_places(session)}
    found = services.standings(session, actor)
    may = allowed_many(session, actor, BUDGET_EDIT, [one.budget for one in found])
    titles = {one.budget.id: one.budget.title for one in found}
    rows = [
        {
            "title": one.budget.title, "unit": units.get(one.budget.unit_id, "–"),
            "category": CATEGORIES[one.budget.category], "from": one.budget.starts_on,
            "until": one.budget.ends_on - timedelta(days=1), "amount": one.budget.amount, "used": one.used,
            "left": one.left, "part": min(100, 100 * one.used // one.budget.amount) if one.budget.amount else 0,
            "url": url_for("crm.edit_budget", budget_id=one.budget.id) if may_edit else "",
        } for one, may_edit in zip(found, may, strict=True)
    ]  # fmt: skip
    moved = [
        {
            "number": one.number, "amount": one.amount, "currency": one.currency, "state": STATES[one.state],
            "from": titles.get(one.from_budget_id), "to": titles.get(one.to_budget_id),
            "url": url_for("crm.transfer", transfer_id=one.id),
        } for one in (transfers.transfers(session, actor) if allowed(session, actor, TRANSFER_READ) else ())
    ]  # fmt: skip
    return page(
        "crm/budgets.html", title=_("Budgets"), rows=rows, may_edit=allowed(session, actor, BUDGET_EDIT), moved=moved,
        may_move=len(rows) > 1 and allowed(session, actor, TRANSFER_REQUEST),
    )


@blueprint.route("/budgets/new", methods=["GET", "POST"])
@access(BUDGET_EDIT)
def new_budget(session: Session, actor: Actor) -> Page | Response:
    """Set a budget."""
    return PLANNING.answer(session, actor, None)


@blueprint.route("/budgets/<id:budget_id>", methods=["GET", "POST"])
@access(BUDGET_EDIT)
def edit_budget(session: Session, actor: Actor, budget_id: int) -> Page | Response:
    """Change one."""
    return PLANNING.answer(session, actor, load(session, actor, BUDGET_EDIT, Budget, budget_id))
