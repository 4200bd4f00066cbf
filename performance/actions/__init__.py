"""What people may do in this module, and how the lists look at its rows."""

from performance.actions import figures, goals, outcomes, reviews, rewards, schemes

_PARTS = (figures, schemes, rewards, goals, outcomes, reviews)

ACTIONS = tuple(one for part in _PARTS for one in part.ACTIONS)
RESOURCE_TYPES = tuple(one for part in _PARTS for one in part.RESOURCE_TYPES)
SUGGESTED = tuple(one for part in _PARTS for one in part.SUGGESTED)
