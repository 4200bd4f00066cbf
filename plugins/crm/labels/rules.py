"""What the audit log calls the tables of the standard, of rules and of disputes."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import CHOICE_KINDS, _
from plugins.crm.text_rules import DISPUTE_STATES, DISPUTE_WORDS, STANDARD_STATES, TABLE_KINDS, VERSION_STATES
from remit.models import describe

_SIDES = {
    "marketing_unit_id": _("Unit of marketing"), "sales_unit_id": _("Unit of sales"), "legal_entity_id": _("Company"),
}  # fmt: skip
_VERSION = {"version": _("Version"), "content": _("Content"), "state": _("Status")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Standard, _("Standard of qualification"), _SIDES | _VERSION | {
        "effective_from": _("In force from"), "digest": _("Mark of what is signed"), "note": _("Note"),
        "drafted_by_person_id": _("Written by"), "created_at": _("Written at"), "signed_at": _("Signed at"),
    }, values={"state": {key: words for key, (words, _kind) in STANDARD_STATES.items()}})  # fmt: skip
    describe(models.Judgement, _("How a lead was judged"), {
        "lead_id": _("Lead"), "standard_id": _("Standard of qualification"), "met": _("Criteria met"),
        "judged_at": _("Judged at"),
    })  # fmt: skip
    _rules()
    words = DISPUTE_WORDS | {"": _("nothing yet")}
    describe(models.Dispute, _("Disputed lead"), _SIDES | {
        "lead_id": _("Lead"), "reason": CHOICE_KINDS["rejected"], "rejected_by_person_id": _("Rejected by"),
        "opened_by_person_id": _("Contested by"), "opened_at": _("Contested at"), "said": _("Said"),
        "marketing_says": _("Marketing says"), "sales_says": _("Sales says"), "state": _("Status"),
        "outcome": _("Outcome"), "settled_by_person_id": _("Decided by"), "settled_at": _("Decided at"),
        "settled_words": _("Words of the decision"),
    }, values={
        "state": {key: text for key, (text, _kind) in DISPUTE_STATES.items()},
        "marketing_says": words, "sales_says": words, "outcome": words,
    })  # fmt: skip


def _rules() -> None:
    describe(models.RuleTable, _("Table of rules"), {
        "code": _("Code"), "kind": _("Kind"), "title": _("Title"), "order": _("Order"), "unit_id": _("Unit"),
        "legal_entity_id": _("Company"), "is_active": _("In use"),
    }, values={"kind": TABLE_KINDS})  # fmt: skip
    describe(models.RuleVersion, _("Version of a table of rules"), _VERSION | {
        "table_id": _("Table of rules"), "reason": _("Reason"), "written_by_person_id": _("Written by"),
        "published_by_person_id": _("Put in force by"), "published_at": _("Put in force at"),
    }, values={"state": {key: words for key, (words, _kind) in VERSION_STATES.items()}})  # fmt: skip
    describe(models.LeadTag, _("Tag of a lead"), {
        "lead_id": _("Lead"), "table_id": _("Table of rules"), "tag": _("Tag"),
        "version_id": _("Version of a table of rules"), "row": _("Row"),
    })  # fmt: skip
    describe(models.LeadAssignment, _("Handing over of a lead"), {
        "lead_id": _("Lead"), "at": _("Time"), "person_id": _("To"), "unit_id": _("Unit"),
        "version_id": _("Version of a table of rules"), "row": _("Row"), "by_person_id": _("By"), "why": _("Reason"),
    })  # fmt: skip
    describe(models.Rep, _("Somebody who takes leads"), {
        "person_id": _("Person"), "unit_id": _("Team"), "legal_entity_id": _("Company"), "industries": _("Industries"),
        "products": _("Products"), "skills": _("Skills"), "most_open": _("Open leads at most"),
        "is_active": _("In use"),
    })  # fmt: skip
