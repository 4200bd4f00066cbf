"""What the audit log calls the tables of this module."""

from __future__ import annotations

from plugins.crm import labels_rules, models
from plugins.crm.deal_labels import attach_deals
from plugins.crm.guard_labels import attach_guard
from plugins.crm.text import (
    CATEGORIES,
    CHANNEL_KINDS,
    CHOICE_KINDS,
    EVENT_KINDS,
    LEAD_STATES,
    OUTCOMES,
    SOURCES,
    STATES,
    _,
)
from remit.models import describe

_PLACE = {"unit_id": _("Unit"), "legal_entity_id": _("Company"), "category": _("Category")}
_TIME = {"title": _("Title"), "starts_on": _("From"), "ends_on": _("Until, not including")}
_MONEY = {"amount": _("Amount"), "currency": _("Currency"), "campaign_id": _("Campaign")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Campaign, _("Campaign"), _PLACE | _TIME | {"code": _("Code"), "owner_person_id": _("Planned by")},
             values={"category": CATEGORIES})
    describe(models.Budget, _("Budget"), _PLACE | _TIME | _MONEY, values={"category": CATEGORIES})
    describe(models.SpendRequest, _("Spending request"), _PLACE | _MONEY | {
        "number": _("Number"), "requester_person_id": _("Asked by"), "budget_id": _("Budget"), "payee": _("Payee"),
        "purpose": _("Purpose"), "needed_on": _("Needed on"), "in_budget": _("Within the budget"),
        "state": _("Status"), "created_at": _("Written at"),
    }, values={"category": CATEGORIES, "state": {key: words for key, (words, _kind) in STATES.items()}})  # fmt: skip
    _attach_leads()
    attach_deals()
    attach_guard()
    labels_rules.attach()
    _attach_intake()


def _attach_leads() -> None:
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
        "assigned_at": _("Handed over at"), "touched_at": _("First followed up at"), "won_at": _("Won at"),
        "closed_at": _("Closed at"), "due_at": _("To be followed up by"), "next_on": _("Next step on"),
        "closed_reason": _("Reason"), "consent_at": _("Consent given at"), "consent_text": _("Consent"),
        "consent_withdrawn_at": _("Consent withdrawn at"), "merged_into_id": _("Merged into"),
        "revision": _("Revision"),
    }, values={"state": {key: words for key, (words, _kind) in LEAD_STATES.items()}})  # fmt: skip
    describe(models.LeadEvent, _("What happened to a lead"), {
        "lead_id": _("Lead"), "kind": _("Kind"), "at": _("Time"), "person_id": _("By"), "said": _("Said"),
        "data": _("Details"),
    }, values={"kind": EVENT_KINDS})  # fmt: skip


def _attach_intake() -> None:
    place = {"unit_id": _("Unit"), "legal_entity_id": _("Company")}
    brings = {"channel_id": _("Channel"), "campaign_id": _("Campaign")}
    way = brings | {"source": _("Source"), "person_id": _("By")}
    describe(models.Arrival, _("Bringing of a lead"), way | {
        "lead_id": _("Lead"), "external_id": _("Number at its source"), "outcome": _("Outcome"), "at": _("Time"),
        "contact": _("Contact"), "phone": _("Phone"), "phone_index": _("Phone as it is compared"),
        "email": _("Mail address"), "email_index": _("Mail address as it is compared"), "added": _("Added"),
        "other": _("Different"),
    }, values={"outcome": OUTCOMES, "source": SOURCES})  # fmt: skip
    describe(models.LeadForm, _("Form for leads"), brings | {
        "key": _("Key of its address"), "title": _("Title"), "fields": _("Fields"), "consent": _("Consent"),
        "thanks": _("Thanks"), "frames": _("Pages that show it"), "is_active": _("In use"),
    })  # fmt: skip
    describe(models.ContactLimit, _("Limit of contacts"), {"most": _("Contacts"), "days": _("Days")})
    describe(models.Exposure, _("Exposure"), place | way | {
        "starts_on": _("From"), "ends_on": _("Until, not including"), "impressions": _("Impressions"),
        "clicks": _("Clicks"), "paid": _("Paid"), "currency": _("Currency"), "evidence": _("Evidence"),
    }, values={"source": SOURCES})  # fmt: skip
