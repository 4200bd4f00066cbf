"""The lines of the menu."""

from __future__ import annotations

from plugins.crm.actions.intake import EXPOSURE_READ
from plugins.crm.actions.leads import CHANNEL_EDIT, LEAD_CAPTURE
from plugins.crm.actions.spending import BUDGET_READ, CAMPAIGN_READ, SPEND_READ
from plugins.crm.text import _
from remit.specs import NavItem

_GROUP = _("Customers and business")

NAV = (
    NavItem(_GROUP, _("Campaigns"), "crm.campaigns", "target-arrow", order=500, action=CAMPAIGN_READ),
    NavItem(_GROUP, _("Spending"), "crm.spending", "cash", order=510, action=SPEND_READ),
    NavItem(_GROUP, _("Budgets"), "crm.budgets", "chart-bar", order=520, action=BUDGET_READ),
    NavItem(_GROUP, _("Card"), "crm.card", "id-badge-2", order=480, action=LEAD_CAPTURE),
    NavItem(_GROUP, _("Exposure and spend"), "crm.exposures", "chart-dots-3", order=530, action=EXPOSURE_READ),
    NavItem(_GROUP, _("Forms on websites"), "crm.lead_forms", "world", order=580, action=CHANNEL_EDIT),
    NavItem(_GROUP, _("Channels and words"), "crm.channels", "adjustments-horizontal", order=590, action=CHANNEL_EDIT),
    NavItem(_GROUP, _("Limits of contacts"), "crm.limits", "message-circle", order=595, action=CHANNEL_EDIT),
)
