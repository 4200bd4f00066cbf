"""Pages about campaigns, budgets and spending."""

from __future__ import annotations

from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.budgets import budgets as budgets
from plugins.crm.pages.campaigns import campaigns as campaigns
from plugins.crm.pages.card import card as card
from plugins.crm.pages.channels import channels as channels
from plugins.crm.pages.exposure import exposures as exposures
from plugins.crm.pages.forms import open_to_all as open_to_all
from plugins.crm.pages.limits import limits as limits
from plugins.crm.pages.spending import spending as spending

__all__ = ["blueprint", "open_to_all"]
