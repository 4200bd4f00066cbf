"""What this module keeps: campaigns, budgets and spending; leads, where they come from and by which rules they go;
customers and deals.
"""

from plugins.crm.models.deal import Customer, Deal, Discount, FollowRule, Overdue, Referral
from plugins.crm.models.dispute import Dispute
from plugins.crm.models.guard import GuardAlarm, SpendGuard
from plugins.crm.models.intake import Arrival, ContactLimit, Exposure, ExposureFile, LeadForm
from plugins.crm.models.lead import Channel, Choice, Lead, LeadEvent
from plugins.crm.models.rules import LeadAssignment, LeadTag, Rep, RuleTable, RuleVersion
from plugins.crm.models.spending import Budget, BudgetTransfer, Campaign, SpendRequest
from plugins.crm.models.standard import Judgement, Standard

__all__ = [
    "Arrival",
    "Budget",
    "BudgetTransfer",
    "Campaign",
    "Channel",
    "Choice",
    "ContactLimit",
    "Customer",
    "Deal",
    "Discount",
    "Dispute",
    "Exposure",
    "ExposureFile",
    "FollowRule",
    "GuardAlarm",
    "Judgement",
    "Lead",
    "LeadAssignment",
    "LeadEvent",
    "LeadForm",
    "LeadTag",
    "Overdue",
    "Referral",
    "Rep",
    "RuleTable",
    "RuleVersion",
    "SpendGuard",
    "SpendRequest",
    "Standard",
]
