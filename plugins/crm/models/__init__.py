"""What this module keeps: campaigns, budgets and spending; leads and where they come from."""

from plugins.crm.models.intake import Arrival, ContactLimit, Exposure, LeadForm
from plugins.crm.models.lead import Channel, Choice, Lead, LeadEvent
from plugins.crm.models.spending import Budget, Campaign, SpendRequest

__all__ = [
    "Arrival",
    "Budget",
    "Campaign",
    "Channel",
    "Choice",
    "ContactLimit",
    "Exposure",
    "Lead",
    "LeadEvent",
    "LeadForm",
    "SpendRequest",
]
