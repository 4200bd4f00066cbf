"""What the audit log calls letters and their texts."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import Text, catalogue
from core.letters.models import Letter, LetterRevocation, LetterTemplate

_ = catalogue("letters")

LANGUAGE_TITLES: dict[str, Text] = {
    "zh_CN": _("Chinese"), "en": _("English"), "both": _("Both on one sheet"),
}
_ENTRY = {"account_id": _("Account"), "entry": _("Entry"), "list_version": _("Version of the list")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(LetterTemplate, _("Text of a letter"), {
        "kind": _("Kind"), "version": _("Version"), "parts": _("Text"), "made_at": _("Saved at"),
        "made_by": _("Saved by"),
    })  # fmt: skip
    describe(Letter, _("Letter"), {
        "number": _("Number"), "kind": _("Kind"), "employment_id": _("Employment"), "person_id": _("Person"),
        "legal_entity_id": _("Company"), "language": _("Language"), "addressee": _("Addressee"),
        "purpose": _("Purpose"), "template_version": _("Version of the text"), "groups": _("Masked fields"),
        "issued_on": _("Issued on"), "issued_at": _("Issued at"), "issued_by": _("Issued by"), "digest": _("Digest"),
        "code": _("Check code"), "file_id": _("File"), "kept_until": _("Kept until"), **_ENTRY,
    }, values={"language": LANGUAGE_TITLES}, ids={"account_id": "core_account", "file_id": "core_file"})  # fmt: skip
    describe(LetterRevocation, _("Revocation"), {
        "letter_id": _("Letter"), "at": _("Revoked at"), "name": _("Revoked by"), "reason": _("Reason"), **_ENTRY,
    }, ids={"account_id": "core_account"})  # fmt: skip
