"""What people may do with personnel changes."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("personnel")

READ = "personnel.change:read"
REQUEST = "personnel.change:request"
RELEASE = "personnel.change:release"
RECEIVE = "personnel.change:receive"
APPROVE = "personnel.change:approve"
#: The kind of question that a change is, and the resource type of its actions.
KIND = "personnel.change"
RESOURCE = "personnel_change"
#: The sides of a change: where the person is, which unit lets him go, which unit takes him.
HOME, GIVING, TAKING = "home", "giving", "taking"

ACTIONS = (
    ActionDef(READ, _("See personnel changes"), resource=RESOURCE, power="read"),
    ActionDef(REQUEST, _("Ask for personnel changes"), resource=RESOURCE, side=HOME),
    ActionDef(
        RELEASE, _("Let people go to other units"), resource=RESOURCE, power="decide", no_self=True,
        recuse=("relative",), side=GIVING,
    ),
    ActionDef(
        RECEIVE, _("Take people from other units"), resource=RESOURCE, power="decide", no_self=True,
        recuse=("relative",), side=TAKING,
    ),
    ActionDef(
        APPROVE, _("Approve personnel changes"), resource=RESOURCE, power="decide", no_self=True, recuse=("relative",)
    ),
)

SUGGESTED = (
    SuggestedEntry(REQUEST, "self", _("Ask for one's own transfer, concurrent post or leaving"), roles=("everybody",)),
    SuggestedEntry(READ, "self", _("See one's own personnel changes"), roles=("everybody",)),
    SuggestedEntry(REQUEST, "subtree", _("Ask for personnel changes of the department"), roles=("head",)),
    SuggestedEntry(READ, "subtree", _("See personnel changes of the department"), roles=("head",)),
    SuggestedEntry(RELEASE, "subtree", _("Let people of the department go to other units"), roles=("head",)),
    SuggestedEntry(RECEIVE, "subtree", _("Take people from other units into the department"), roles=("head",)),
    SuggestedEntry(REQUEST, "company", _("Ask for personnel changes of the company"), roles=("hr",)),
    SuggestedEntry(READ, "company", _("See personnel changes of the company"), roles=("hr",)),
    SuggestedEntry(APPROVE, "company", _("Approve personnel changes"), roles=("hr",)),
)
