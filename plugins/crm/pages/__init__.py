"""Pages about leads and the rules they go by, deals and customers; about campaigns, budgets and spending."""

from __future__ import annotations

from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.budgets import budgets as budgets
from plugins.crm.pages.campaigns import campaigns as campaigns
from plugins.crm.pages.card import card as card
from plugins.crm.pages.channels import channels as channels
from plugins.crm.pages.customers import customers as customers
from plugins.crm.pages.deals import deals as deals
from plugins.crm.pages.disputes import disputes as disputes
from plugins.crm.pages.exposure import exposures as exposures
from plugins.crm.pages.follow_rules import follow_rules as follow_rules
from plugins.crm.pages.forms import open_to_all as open_to_all
from plugins.crm.pages.funnel import show_funnel as show_funnel
from plugins.crm.pages.guard import guards as guards
from plugins.crm.pages.lead import lead as lead
from plugins.crm.pages.lead_list import leads as leads
from plugins.crm.pages.limits import limits as limits
from plugins.crm.pages.reps import reps as reps
from plugins.crm.pages.returns import show_return as show_return
from plugins.crm.pages.rules import rules as rules
from plugins.crm.pages.spending import spending as spending
from plugins.crm.pages.standard import standards as standards
from plugins.crm.pages.transfers import transfer as transfer

__all__ = ["blueprint", "open_to_all"]
