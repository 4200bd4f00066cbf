"""What people may do with the lists themselves."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("authority")

ACTIONS = (
    # Asked about lists, each of which belongs to its unit (``core/authority/readable.py``).
    ActionDef("authority.list:read", _("Read the duty and authority lists"), resource="person", power="read"),
    # Asked about units as the lists are; who sees findings of a unit may also read its list.
    ActionDef("authority.coverage:read", _("See what the lists leave open"), resource="person", power="read"),
    # Asked about the place a finding is about.
    ActionDef(
        "authority.coverage:accept", _("Accept what the lists leave open"), resource="person", power="decide"
    ),
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
    SuggestedEntry("authority.coverage:read", "all", _("See what the lists leave open"), roles=("hr",)),
    SuggestedEntry("authority.coverage:accept", "all", _("Accept what the lists leave open"), roles=("hr",)),
)
