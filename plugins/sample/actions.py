"""What people may do with notices, and what a list usually says about it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry

READ = "sample.notice:read"
PIN = "sample.notice:pin"
KEEP = "sample.notice:keep"
CONFIRM = "sample.reader:confirm"

ACTIONS = (
    ActionDef(READ, _("Read pinned notices"), resource="sample.notice", power="read"),
    # The board is the whole company's, so pinning has no resource: only a scope that covers everybody allows it.
    ActionDef(PIN, _("Pin notices")),
    ActionDef(KEEP, _("Decide whether a notice stays"), resource="sample.notice", power="decide"),
    ActionDef(CONFIRM, _("Confirm that somebody reads the board"), resource="employment"),
)


def facts(session: Session, notice: Notice) -> Facts:
    """A notice is about nobody in particular, so only entries for the whole company cover it."""
    del session, notice
    return Facts()


RESOURCE_TYPES = (ResourceType("sample.notice", Notice, facts, read=READ, material=("text",)),)

SUGGESTED = (
    SuggestedEntry(READ, "all", _("Read pinned notices"), roles=("everybody",)),
    SuggestedEntry(PIN, "all", _("Pin notices"), roles=("hr",)),
)
