"""What people may do with the lists themselves."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("authority")

ACTIONS = (
    # Asked about lists, each of which belongs to its unit (``core/authority/readable.py``).
    ActionDef("authority.list:read", _("Read the duty and authority lists"), resource="person", power="read"),
    # Asked about the place (unit, company) that a list or one of its entries speaks of.
    ActionDef("authority.list:import", _("Import a published duty and authority list"), resource="person"),
)

SUGGESTED = (
    SuggestedEntry(
        "authority.list:read", "all", _("Read the duty and authority lists"), roles=("everybody",)
    ),
    SuggestedEntry(
        "authority.list:import", "all", _("Import a published duty and authority list"), roles=("hr",)
    ),
)
