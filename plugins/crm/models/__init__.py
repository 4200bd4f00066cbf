"""What this module keeps: campaigns, budgets and spending; leads, where they come from and by which rules they go."""

from plugins.crm.models.dispute import Dispute
from plugins.crm.models.lead import Channel, Choice, Lead, LeadEvent
from plugins.crm.models.rules import LeadAssignment, LeadTag, Rep, RuleTable, RuleVersion
from plugins.crm.models.spending import Budget, Campaign, SpendRequest
from plugins.crm.models.standard import Judgement, Standard

__all__ = [
    "Budget",
    "Campaign",
    "Channel",
    "Choice",
    "Dispute",
    "Judgement",
    "Lead",
    "LeadAssignment",
    "LeadEvent",
    "LeadTag",
    "Rep",
    "RuleTable",
    "RuleVersion",
    "SpendRequest",
    "Standard",
]
