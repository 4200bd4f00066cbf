"""What this module keeps: campaigns, budgets and spending; leads and where they come from; customers and deals."""

from plugins.crm.models.deal import Customer, Deal, Discount, FollowRule, Overdue, Referral
from plugins.crm.models.guard import GuardAlarm, SpendGuard
from plugins.crm.models.lead import Channel, Choice, Lead, LeadEvent
from plugins.crm.models.spending import Budget, Campaign, SpendRequest

__all__ = [
    "Budget",
    "Campaign",
    "Channel",
    "Choice",
    "Customer",
    "Deal",
    "Discount",
    "FollowRule",
    "GuardAlarm",
    "Lead",
    "LeadEvent",
    "Overdue",
    "Referral",
    "SpendGuard",
    "SpendRequest",
]
