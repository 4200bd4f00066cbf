"""What people may do with the lists themselves."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("authority")

IMPORT = "authority.list:import"
ESCALATE = "authority.list:escalate"
PUBLISH_LIST = "authority.list:publish"
EXPLAIN = "authority.decision:explain"
GIVE = "authority.delegation:give"
SEE = "authority.delegation:read"
REVOKE = "authority.delegation:revoke"
MITIGATE = "authority.separation:mitigate"
RELATIONS = "authority.relation:read"
DECLARE = "authority.relation:declare"
CONFIRM = "authority.relation:confirm"
EMERGENCIES = "authority.emergency:read"
OPEN = "authority.emergency:open"
REVIEW = "authority.emergency:review"
PUBLISH_RATE = "authority.rate:publish"
SET_RATE_POLICY = "authority.rate_policy:set"

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
    ActionDef(IMPORT, _("Import a published duty and authority list"), resource="person"),
    # Asked about a draft that somebody wants to have published; who decides it publishes it, by the rules for that.
    ActionDef(
        PUBLISH_LIST, _("Decide whether drafts of lists are published"), resource="list_publication", power="decide",
        no_self=True,
    ),
    # Asked about the places that entries beyond one's own speak of.
    ActionDef(ESCALATE, _("Grant by a list what one may not grant oneself"), resource="person"),
    ActionDef(EXPLAIN, _("Ask what others may decide, and who decides what"), resource="person", power="read"),
    ActionDef(GIVE, _("Delegate one's own authority for a time"), resource="delegation"),
    ActionDef(SEE, _("See delegations"), resource="delegation", power="read"),
    ActionDef(REVOKE, _("Take delegations back"), resource="delegation"),
    ActionDef(
        MITIGATE, _("Let somebody do what rules keep apart, for a time"), resource="separation_mitigation",
        power="decide", no_self=True, recuse=("relative", "interest"),
    ),
    ActionDef(RELATIONS, _("See relations between persons"), resource="person_relation", power="read"),
    ActionDef(DECLARE, _("Declare whom one is related to"), resource="person_relation"),
    ActionDef(
        CONFIRM, _("Confirm relations between persons"), resource="person_relation", power="decide", no_self=True,
    ),
    ActionDef(EMERGENCIES, _("See what was opened in emergencies"), resource="break_glass", power="read"),
    ActionDef(OPEN, _("Open one's own authority for emergencies"), resource="break_glass"),
    ActionDef(
        REVIEW, _("Look at what was done in emergencies"), resource="break_glass", power="decide", no_self=True,
        recuse=("relative",),
    ),
    # Of the whole installation: what limits come to depends on them everywhere.
    ActionDef(PUBLISH_RATE, _("Publish exchange rates")),
    ActionDef(
        SET_RATE_POLICY, _("Let limits be compared by exchange rates"), power="decide"
    ),
)

SUGGESTED = (
    SuggestedEntry(
        "authority.list:read", "all", _("Read the duty and authority lists"), roles=("everybody",)
    ),
    SuggestedEntry(IMPORT, "all", _("Import a published duty and authority list"), roles=("hr",)),
    SuggestedEntry(PUBLISH_LIST, "all", _("Decide whether drafts of lists are published"), roles=("hr",)),
    SuggestedEntry(ESCALATE, "all", _("Grant by a list what one may not grant oneself"), roles=("hr",)),
    SuggestedEntry(EXPLAIN, "company", _("Ask what others may decide, and who decides what"), roles=("hr",)),
    SuggestedEntry(GIVE, "self", _("Delegate one's own authority for a time"), roles=("everybody",)),
    SuggestedEntry(SEE, "self", _("See what one delegated and was delegated"), roles=("everybody",)),
    SuggestedEntry(
        REVOKE, "self", _("Take back what one delegated, hand back what one was given"), roles=("everybody",)
    ),
    SuggestedEntry(SEE, "company", _("See delegations"), roles=("hr",)),
    SuggestedEntry(REVOKE, "company", _("Take delegations back"), roles=("hr",)),
    SuggestedEntry(MITIGATE, "company", _("Let somebody do what rules keep apart, for a time"), roles=("hr",)),
    SuggestedEntry(RELATIONS, "self", _("See one's own relations"), roles=("everybody",)),
    SuggestedEntry(DECLARE, "self", _("Declare whom one is related to"), roles=("everybody",)),
    SuggestedEntry(RELATIONS, "company", _("See relations between persons"), roles=("hr",)),
    SuggestedEntry(EMERGENCIES, "self", _("See what one opened in emergencies"), roles=("everybody",)),
    SuggestedEntry(OPEN, "self", _("Open one's own authority for emergencies"), roles=("everybody",)),
    SuggestedEntry(EMERGENCIES, "reports", _("See what one's reports opened in emergencies"), roles=("everybody",)),
    SuggestedEntry(REVIEW, "reports", _("Look at what one's reports did in emergencies"), roles=("everybody",)),
    SuggestedEntry(EMERGENCIES, "company", _("See what was opened in emergencies"), roles=("hr",)),
    SuggestedEntry(CONFIRM, "company", _("Confirm relations between persons"), roles=("hr",)),
    SuggestedEntry("authority.coverage:read", "all", _("See what the lists leave open"), roles=("hr",)),
    SuggestedEntry(PUBLISH_RATE, "all", _("Publish exchange rates"), roles=("finance",)),
    SuggestedEntry(SET_RATE_POLICY, "all", _("Let limits be compared by exchange rates"), roles=("finance",)),
    SuggestedEntry("authority.coverage:accept", "all", _("Accept what the lists leave open"), roles=("hr",)),
)
