"""Pages about claims, advances, payments, budgets and rules."""

from __future__ import annotations

from plugins.expense.pages.advances import advance as advance
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.pages.budgets import budgets as budgets
from plugins.expense.pages.claims import claims as claims
from plugins.expense.pages.lines import new_line as new_line
from plugins.expense.pages.payments import payments as payments
from plugins.expense.pages.rules import rules as rules

__all__ = ["blueprint"]
