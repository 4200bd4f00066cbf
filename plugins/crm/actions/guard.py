"""What people may do about the costs of campaigns."""

from __future__ import annotations

from plugins.crm.text import _
from remit.specs import ActionDef, SuggestedEntry

GUARD_READ = "crm.guard:read"
GUARD_SET = "crm.guard:set"
GUARD_SETTLE = "crm.guard:settle"

ACTIONS = (
    ActionDef(GUARD_READ, _("See what campaigns cost for what they bring"), resource="crm.campaign", power="read"),
    ActionDef(GUARD_SET, _("Limit what campaigns may cost"), resource="crm.campaign"),
    ActionDef(GUARD_SETTLE, _("Answer the spend guard"), resource="crm.campaign"),
)

SUGGESTED = (
    SuggestedEntry(GUARD_READ, "subtree", _("See what campaigns cost for what they bring"), roles=("marketing",)),
    SuggestedEntry(GUARD_SET, "subtree", _("Limit what campaigns may cost"), roles=("marketing",)),
    SuggestedEntry(GUARD_SETTLE, "subtree", _("Answer the spend guard"), roles=("marketing",)),
    SuggestedEntry(GUARD_READ, "company", _("See what campaigns cost for what they bring"), roles=("sales", "finance")),
)
