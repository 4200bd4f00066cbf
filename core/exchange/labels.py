"""What the audit log calls imports and their states; pages say the states in the same words."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.exchange.models import CHECKED, CHECKING, DONE, FAILED, UNCHANGED, UNDONE, Import

_ = catalogue("exchange")

STATES = {
    CHECKING: _("Checking"), CHECKED: _("Dry run"), DONE: _("Imported"), UNCHANGED: _("No change"),
    FAILED: _("Has problems"), UNDONE: _("Undone"),
}  # fmt: skip


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(Import, _("Import"), {
        "kind": _("What is imported"), "file_name": _("File"), "file_digest": _("Digest"), "file_id": _("Stored file"),
        "account_id": _("Account"), "person_id": _("Person"), "state": _("Status"), "options": _("Choices"),
        "counts": _("Rows"), "report": _("Report"), "job_id": _("Job"), "created_at": _("Begun at"),
        "finished_at": _("Finished at"), "undone_at": _("Undone at"), "undone_by": _("Undone by"),
    }, values={"state": STATES},
       ids={"account_id": "core_account", "person_id": "core_person", "undone_by": "core_account"})  # fmt: skip
