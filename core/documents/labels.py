"""What the audit log calls documents."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.documents.kinds import SHIPPED
from core.documents.models import Document, DocumentVersion

_ = catalogue("documents")

ENTITIES = {
    "person": _("Person"), "employment": _("Employment"), "position": _("Position"), "unit": _("Unit"),
    "legal_entity": _("Company"),
}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(Document, _("Document"), {
        "kind": _("Kind"), "entity": _("Kept on"), "entity_id": _("Of"), "person_id": _("Person"),
        "position_id": _("Position"), "unit_id": _("Unit"), "legal_entity_id": _("Company"), "number": _("Number"),
        "number_index": _("Number for finding"), "number_shown": _("Number as shown"), "issued_on": _("Issued on"),
        "expires_on": _("Valid until"), "note": _("Note"), "held": _("Held back from deletion"),
        "created_at": _("Added at"), "created_by": _("Added by"),
    }, values={"kind": {kind.name: kind.title for kind in SHIPPED}, "entity": ENTITIES},
        ids={"created_by": "core_account"})  # fmt: skip
    describe(DocumentVersion, _("Version of a document"), {
        "document_id": _("Document"), "number": _("Version"), "file_id": _("File"), "added_at": _("Added at"),
        "added_by": _("Added by"),
    }, ids={"added_by": "core_account"})  # fmt: skip
