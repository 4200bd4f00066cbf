"""What people may do with connections to Tryton, and how the lists look at their rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm_tryton.models import Connection
from plugins.crm_tryton.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

READ = "crm_tryton.connection:read"
EDIT = "crm_tryton.connection:edit"


def _facts(session: Session, row: Connection) -> Facts:
    """A connection is where its unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


RESOURCE_TYPES = (
    ResourceType(
        "crm_tryton.connection", Connection, _facts, read=READ,
        anchors={"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(READ, _("See how leads are exchanged with Tryton"), resource="crm_tryton.connection", power="read"),
    ActionDef(EDIT, _("Connect to Tryton and hand over again what did not get across"),
              resource="crm_tryton.connection"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(READ, "company", _("See how leads are exchanged with Tryton"), roles=("marketing", "sales")),
    SuggestedEntry(
        EDIT, "company", _("Connect to Tryton and hand over again what did not get across"), roles=("marketing",)
    ),
)
