"""What people may do with mappings, and how the lists look at their rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm_webhook.models import Mapping
from plugins.crm_webhook.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

READ = "crm_webhook.mapping:read"
EDIT = "crm_webhook.mapping:edit"


def _facts(session: Session, row: Mapping) -> Facts:
    """A mapping is where its unit is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


RESOURCE_TYPES = (
    ResourceType(
        "crm_webhook.mapping", Mapping, _facts, read=READ,
        anchors={"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(READ, _("See mappings for other CRMs"), resource="crm_webhook.mapping", power="read"),
    ActionDef(EDIT, _("Write mappings for other CRMs and hand over again what did not get across"),
              resource="crm_webhook.mapping"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(READ, "company", _("See mappings for other CRMs"), roles=("marketing",)),
    SuggestedEntry(
        EDIT, "company", _("Write mappings for other CRMs and hand over again what did not get across"),
        roles=("marketing",),
    ),
)  # fmt: skip
