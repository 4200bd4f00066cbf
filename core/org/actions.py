"""What people may do with the organisation."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("org")

ACTIONS = (
    ActionDef("org.chart:read", _("See the organisation chart"), power="read"),
    ActionDef("org.unit:import", _("Import units and positions")),
    ActionDef("org.structure:change", _("Change companies, units and positions"), resource="person"),
    ActionDef("person.record:read", _("See people and their posts"), resource="person", power="read"),
    ActionDef("person.record:change", _("Hire, transfer and let go, change files"), resource="person"),
    ActionDef("person.record:import", _("Import people from a file"), resource="person"),
    ActionDef("person.record:export", _("Export the roster"), resource="person"),
    ActionDef(
        "person.identity:reveal", _("Reveal identity document and phone"), resource="person", power="reveal"
    ),
    ActionDef("person.bank:reveal", _("Reveal a bank account"), resource="person", power="reveal"),
)

SUGGESTED = (
    SuggestedEntry("org.chart:read", "all", _("See the organisation chart"), roles=("everybody",)),
    SuggestedEntry("person.record:read", "company", _("See people and their posts"), roles=("everybody",)),
    SuggestedEntry("person.record:import", "company", _("Import people from a file"), roles=("hr",)),
    SuggestedEntry(
        "person.record:change", "company", _("Hire, transfer and let go, change files"), roles=("hr",)
    ),
    SuggestedEntry("person.record:export", "company", _("Export the roster"), roles=("hr",)),
    SuggestedEntry("org.unit:import", "company", _("Import units and positions"), roles=("hr",)),
    SuggestedEntry("org.structure:change", "company", _("Change companies, units and positions"), roles=("hr",)),
    SuggestedEntry(
        "person.identity:reveal", "company", _("Reveal identity document and phone"), roles=("hr",)
    ),
    SuggestedEntry("person.bank:reveal", "company", _("Reveal a bank account"), roles=("hr",)),
)
