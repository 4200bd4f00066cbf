"""What the audit log calls stored files."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.files.models import QUARANTINED, READY, REFUSED, File

_ = catalogue("files")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(File, _("File"), {
        "digest": _("Digest"), "size": _("Size in bytes"), "content_type": _("Type"), "name": _("Name"),
        "kind": _("Purpose"), "blob": _("Place in storage"), "personal": _("Personal"), "encrypted": _("Encrypted"),
        "created_at": _("Stored at"), "created_by": _("Stored by"), "expires_at": _("Kept until"),
        "store": _("Storage"), "state": _("State"), "held": _("Held back from deletion"), "subject_id": _("Person"),
        "made_from_id": _("Made from"),
    }, ids={"created_by": "core_account", "subject_id": "core_person"}, values={
        "state": {
            READY: _("Ready"), QUARANTINED: _("Waits for the virus scan"), REFUSED: _("Refused by the virus scan"),
        },
    })  # fmt: skip
