"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import deals, leads, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS, *deals.ACTIONS)
RESOURCE_TYPES = (*spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES, *deals.RESOURCE_TYPES)
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED, *deals.SUGGESTED)
