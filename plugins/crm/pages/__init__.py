"""Pages about campaigns, budgets and spending; the standard, the rules about leads and what is disputed."""

from __future__ import annotations

from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.budgets import budgets as budgets
from plugins.crm.pages.campaigns import campaigns as campaigns
from plugins.crm.pages.disputes import disputes as disputes
from plugins.crm.pages.reps import reps as reps
from plugins.crm.pages.rules import rules as rules
from plugins.crm.pages.spending import spending as spending
from plugins.crm.pages.standard import standards as standards

__all__ = ["blueprint"]
