"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import deals, guard, leads, rules, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS, *rules.ACTIONS, *deals.ACTIONS, *guard.ACTIONS)
RESOURCE_TYPES = (
    *spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES, *rules.RESOURCE_TYPES, *deals.RESOURCE_TYPES,
)  # fmt: skip
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED, *rules.SUGGESTED, *deals.SUGGESTED, *guard.SUGGESTED)
