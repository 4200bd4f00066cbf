"""The lines of the menu."""

from __future__ import annotations

from plugins.expense.actions import BUDGET_READ, CLAIM_READ, CLAIM_REQUEST, PAYMENT_READ
from plugins.expense.text import _
from remit.specs import NavItem

_GROUP = _("Expenses")

NAV = (
    NavItem(_GROUP, _("My expenses"), "expense.mine", "receipt-2", order=420, action=CLAIM_REQUEST),
    NavItem(_GROUP, _("All claims"), "expense.claims", "list-details", order=430, action=CLAIM_READ),
    NavItem(_GROUP, _("Payments"), "expense.payments", "cash", order=440, action=PAYMENT_READ),
    NavItem(_GROUP, _("Budgets"), "expense.budgets", "chart-bar", order=450, action=BUDGET_READ),
    NavItem(_GROUP, _("Rules"), "expense.rules", "scale", order=460),
)
