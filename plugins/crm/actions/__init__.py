"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import leads, rules, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS, *rules.ACTIONS)
RESOURCE_TYPES = (*spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES, *rules.RESOURCE_TYPES)
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED, *rules.SUGGESTED)
