"""The lines of the menu."""

from __future__ import annotations

from plugins.crm.actions.deals import CUSTOMER_READ, DEAL_READ, FOLLOW_EDIT
from plugins.crm.actions.guard import GUARD_READ
from plugins.crm.actions.intake import EXPOSURE_READ
from plugins.crm.actions.leads import CHANNEL_EDIT, LEAD_CAPTURE, LEAD_READ
from plugins.crm.actions.rules import DISPUTE_READ, REP_READ, RULES_READ, STANDARD_READ
from plugins.crm.actions.spending import BUDGET_READ, CAMPAIGN_READ, SPEND_READ
from plugins.crm.text import _
from remit.specs import NavItem

_GROUP = _("Customers and business")

NAV = (
    NavItem(_GROUP, _("Leads"), "crm.leads", "filter-dollar", order=480, action=LEAD_READ),
    NavItem(_GROUP, _("Funnel"), "crm.show_funnel", "trending-up", order=485, action=LEAD_READ),
    NavItem(_GROUP, _("Deals"), "crm.deals", "report-money", order=490, action=DEAL_READ),
    NavItem(_GROUP, _("Customers"), "crm.customers", "heart-handshake", order=495, action=CUSTOMER_READ),
    NavItem(_GROUP, _("Deadlines of first contact"), "crm.follow_rules", "clock", order=498, action=FOLLOW_EDIT),
    NavItem(_GROUP, _("Campaigns"), "crm.campaigns", "target-arrow", order=500, action=CAMPAIGN_READ),
    NavItem(_GROUP, _("Spend guard"), "crm.guards", "shield-lock", order=505, action=GUARD_READ),
    NavItem(_GROUP, _("Spending"), "crm.spending", "cash", order=510, action=SPEND_READ),
    NavItem(_GROUP, _("Budgets"), "crm.budgets", "chart-bar", order=520, action=BUDGET_READ),
    NavItem(_GROUP, _("Standard of qualification"), "crm.standards", "writing-sign", order=530, action=STANDARD_READ),
    NavItem(_GROUP, _("Rules about leads"), "crm.rules", "git-branch", order=540, action=RULES_READ),
    NavItem(_GROUP, _("Who takes leads"), "crm.reps", "users", order=550, action=REP_READ),
    NavItem(_GROUP, _("Disputed leads"), "crm.disputes", "scale", order=570, action=DISPUTE_READ),
    NavItem(_GROUP, _("Card"), "crm.card", "id-badge-2", order=480, action=LEAD_CAPTURE),
    NavItem(_GROUP, _("Exposure and spend"), "crm.exposures", "chart-dots-3", order=530, action=EXPOSURE_READ),
    NavItem(_GROUP, _("Forms on websites"), "crm.lead_forms", "world", order=580, action=CHANNEL_EDIT),
    NavItem(_GROUP, _("Channels and words"), "crm.channels", "adjustments-horizontal", order=590, action=CHANNEL_EDIT),
    NavItem(_GROUP, _("Limits of contacts"), "crm.limits", "message-circle", order=595, action=CHANNEL_EDIT),
)
