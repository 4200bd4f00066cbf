"""What the audit log calls the tables of channels and leads."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import CHANNEL_KINDS, CHOICE_KINDS, EVENT_KINDS, LEAD_STATES, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    place = {"unit_id": _("Unit"), "legal_entity_id": _("Company")}
    word = {"code": _("Code"), "title": _("Title"), "kind": _("Kind"), "is_active": _("In use")}
    describe(models.Channel, _("Channel"), place | word, values={"kind": CHANNEL_KINDS})
    describe(models.Choice, _("Choice"), word | {"order": _("Order")}, values={"kind": CHOICE_KINDS})
    describe(models.Lead, _("Lead"), place | {
        "captured_unit_id": _("Brought by unit"), "channel_id": _("Channel"), "campaign_id": _("Campaign"),
        "captured_by_person_id": _("Taken in by"), "owner_person_id": _("In the hands of"),
        "company": _("Customer"), "company_key": _("Customer as it is compared"), "contact": _("Contact"),
        "phone": _("Phone"), "phone_index": _("Phone as it is compared"), "email": _("Mail address"),
        "email_index": _("Mail address as it is compared"), "industry": _("Industry"), "region": _("Region"),
        "product": _("Product"), "staff": _("Employees"), "answers": _("Answers"), "state": _("Status"),
        "captured_at": _("Taken in at"), "marketing_at": _("Marketing qualified at"),
        "sales_at": _("Sales qualified at"),
        "assigned_at": _("First handed over at"), "touched_at": _("First followed up at"), "won_at": _("Won at"),
        "closed_at": _("Closed at"), "due_at": _("To be followed up by"), "next_on": _("Next step on"),
        "closed_reason": _("Reason"), "consent_at": _("Consent given at"), "consent_text": _("Consent"),
        "consent_withdrawn_at": _("Consent withdrawn at"), "merged_into_id": _("Merged into"),
        "revision": _("Revision"),
    }, values={"state": {key: words for key, (words, _kind) in LEAD_STATES.items()}})  # fmt: skip
    describe(models.LeadEvent, _("What happened to a lead"), {
        "lead_id": _("Lead"), "kind": _("Kind"), "at": _("Time"), "person_id": _("By"), "said": _("Said"),
        "data": _("Details"),
    }, values={"kind": EVENT_KINDS})  # fmt: skip
