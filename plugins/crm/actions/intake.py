"""What people may do with what channels showed and cost."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm.models import Exposure
from plugins.crm.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

EXPOSURE_READ = "crm.exposure:read"
EXPOSURE_EDIT = "crm.exposure:edit"


def _facts(session: Session, row: Exposure) -> Facts:
    """It is where the unit of its channel is."""
    del session
    return Facts(unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id)


RESOURCE_TYPES = (
    ResourceType(
        "crm.exposure",
        Exposure,
        _facts,
        read=EXPOSURE_READ,
        anchors={"unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id")},
    ),
)

ACTIONS = (
    ActionDef(EXPOSURE_READ, _("See exposure and what was paid for it"), resource="crm.exposure", power="read"),
    ActionDef(EXPOSURE_EDIT, _("Enter exposure and what was paid for it"), resource="crm.exposure"),
)

SUGGESTED = (
    SuggestedEntry(EXPOSURE_READ, "subtree", _("See exposure and what was paid for it"), roles=("marketing",)),
    SuggestedEntry(EXPOSURE_EDIT, "subtree", _("Enter exposure and what was paid for it"), roles=("marketing",)),
    SuggestedEntry(EXPOSURE_READ, "company", _("See exposure and what was paid for it"), roles=("finance",)),
)
