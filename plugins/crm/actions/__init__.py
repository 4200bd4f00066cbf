"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import intake, leads, spending

ACTIONS = (*spending.ACTIONS, *leads.ACTIONS, *intake.ACTIONS)
RESOURCE_TYPES = (*spending.RESOURCE_TYPES, *leads.RESOURCE_TYPES, *intake.RESOURCE_TYPES)
SUGGESTED = (*spending.SUGGESTED, *leads.SUGGESTED, *intake.SUGGESTED)
