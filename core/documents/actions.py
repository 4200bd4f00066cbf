"""What people may do with documents."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef, SuggestedEntry

_ = catalogue("documents")

READ = "documents.document:read"
OPEN = "documents.document:open"
CHANGE = "documents.document:change"
HOLD = "documents.document:hold"
IMPORT = "documents.document:import"
EXPORT = "documents.document:export"
MISSING = "documents.missing:read"

ACTIONS = (
    ActionDef(READ, _("See which documents there are, and until when"), resource="document", power="read"),
    ActionDef(OPEN, _("Open the files and numbers of documents"), resource="document", power="reveal"),
    ActionDef(CHANGE, _("Add, renew and remove documents"), resource="document"),
    ActionDef(HOLD, _("Hold documents back from deletion"), resource="document"),
    ActionDef(EXPORT, _("Export the list of documents"), resource="document", power="read"),
    ActionDef(IMPORT, _("Import documents from a file")),
    ActionDef(MISSING, _("See who lacks a document"), resource="person", power="read"),
)

SUGGESTED = (
    SuggestedEntry(READ, "self", _("See one's own documents"), roles=("everybody",)),
    SuggestedEntry(OPEN, "self", _("Open one's own documents"), roles=("everybody",)),
    *(SuggestedEntry(action.key, "company", action.title, roles=("hr",)) for action in ACTIONS),
)
