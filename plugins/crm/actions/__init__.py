"""What people may do in this module, and how the lists look at its rows."""

from plugins.crm.actions import deals, guard, intake, leads, rules, spending

_PARTS = (spending, leads, intake, rules, deals, guard)

ACTIONS = tuple(one for part in _PARTS for one in part.ACTIONS)
RESOURCE_TYPES = tuple(one for part in _PARTS for one in getattr(part, "RESOURCE_TYPES", ()))
SUGGESTED = tuple(one for part in _PARTS for one in part.SUGGESTED)
