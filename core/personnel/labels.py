"""What the audit log and pages call personnel changes, their kinds and states."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import Text, catalogue
from core.org.labels import KINDS_OF_TERMS
from core.personnel.models import PersonnelChange

_ = catalogue("personnel")

KINDS: dict[str, Text] = {
    "hire": _("Hiring"), "transfer": _("Transfer"), "promotion": _("Promotion"), "concurrent": _("Concurrent post"),
    "end_concurrent": _("End of a concurrent post"), "terms": _("Change of terms"), "resignation": _("Leaving"),
    "cancellation": _("Cancellation"),
}
STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""), "submitted": (_("Waiting for a decision"), "info"), "approved": (_("Approved"), "ok"),
    "refused": (_("Refused"), "bad"), "withdrawn": (_("Taken back"), ""), "cancelled": (_("Cancelled"), "warn"),
}
SEXES: dict[str, Text] = {"F": _("Female"), "M": _("Male")}


def attach() -> None:
    """Write the words onto the table, where the audit log looks for them."""
    describe(PersonnelChange, _("Personnel change"), {
        "kind": _("Kind"), "state": _("State"), "person_id": _("Employee"), "employment_id": _("Employment"),
        "position_id": _("Post"), "from_position_id": _("Main post"), "unit_id": _("Unit"),
        "from_unit_id": _("Unit that lets go"), "to_unit_id": _("Unit that takes"), "crosses": _("Between two units"),
        "valid_from": _("From"), "valid_to": _("Until"), "fte": _("Share of full working time"),
        "main_fte": _("Share of the main post meanwhile"), "grade": _("Grade"),
        "grade_changes": _("Changes the grade"), "employment_kind": _("Kind of employment"),
        "contribution_place": _("Contribution place"), "reason": _("Reason"), "name": _("Name"),
        "number": _("Employee number"), "sex": _("Sex"), "born_on": _("Born on"), "email": _("E-mail"),
        "identity_number": _("Identity number"), "identity_shown": _("Identity number as shown"), "phone": _("Phone"),
        "cancels_id": _("Cancels"), "crowded": _("The post had no room"), "effect": _("What was written"),
        "created_at": _("Written down at"), "created_by_person_id": _("Asked for by"),
        "created_by_account_id": _("Account"),
    }, values={
        "kind": KINDS, "state": {name: words for name, (words, _colour) in STATES.items()}, "sex": SEXES,
        "employment_kind": KINDS_OF_TERMS,
    }, ids={"created_by_account_id": "core_account"})  # fmt: skip
