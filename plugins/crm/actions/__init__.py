"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import leads, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS)
RESOURCE_TYPES = (*spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES)
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED)
