"""What the audit log calls the tables of campaigns, budgets and spending."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import CATEGORIES, STATES, _
from remit.models import describe

_PLACE = {"unit_id": _("Unit"), "legal_entity_id": _("Company"), "category": _("Category")}
_TIME = {"title": _("Title"), "starts_on": _("From"), "ends_on": _("Until, not including")}
_MONEY = {"amount": _("Amount"), "currency": _("Currency"), "campaign_id": _("Campaign")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Campaign, _("Campaign"), _PLACE | _TIME | {"code": _("Code"), "owner_person_id": _("Planned by")},
             values={"category": CATEGORIES})
    describe(models.Budget, _("Budget"), _PLACE | _TIME | _MONEY, values={"category": CATEGORIES})
    describe(models.SpendRequest, _("Spending request"), _PLACE | _MONEY | {
        "number": _("Number"), "requester_person_id": _("Asked by"), "budget_id": _("Budget"), "payee": _("Payee"),
        "purpose": _("Purpose"), "needed_on": _("Needed on"), "in_budget": _("Within the budget"),
        "state": _("Status"), "created_at": _("Written at"),
    }, values={"category": CATEGORIES, "state": {key: words for key, (words, _kind) in STATES.items()}})  # fmt: skip
    describe(models.BudgetTransfer, _("Transfer between budgets"), {
        "unit_id": _("Unit"), "legal_entity_id": _("Company"), "amount": _("Amount"), "currency": _("Currency"),
        "number": _("Number"), "requester_person_id": _("Asked by"), "from_budget_id": _("From budget"),
        "to_budget_id": _("To budget"), "reason": _("Reason"), "state": _("Status"), "created_at": _("Written at"),
    }, values={"state": {key: words for key, (words, _kind) in STATES.items()}})  # fmt: skip
