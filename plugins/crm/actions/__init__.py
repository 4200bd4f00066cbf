"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import deals, guard, leads, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS, *deals.ACTIONS, *guard.ACTIONS)
RESOURCE_TYPES = (*spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES, *deals.RESOURCE_TYPES)
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED, *deals.SUGGESTED, *guard.SUGGESTED)
