"""What the audit log calls the tables of customers, deals and follow-up."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import CUSTOMER_STATES, DEAL_KINDS, DEAL_STATES, STATES, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    place = {
        "unit_id": _("Unit"), "legal_entity_id": _("Company"), "captured_unit_id": _("Brought by unit"),
        "owner_person_id": _("In the hands of"), "lead_id": _("Lead"), "state": _("Status"), "revision": _("Revision"),
    }  # fmt: skip
    money = {"amount": _("Amount"), "currency": _("Currency"), "created_at": _("Written at")}
    describe(models.Customer, _("Customer"), place | {
        "company": _("Customer"), "company_key": _("Customer as it is compared"), "since_on": _("Customer since"),
        "term_start": _("Term from"), "term_end": _("Term until, not including"), "churned_on": _("Left on"),
        "churned_reason": _("Reason"),
    }, values={"state": {key: words for key, (words, _kind) in CUSTOMER_STATES.items()}})  # fmt: skip
    describe(models.Deal, _("Deal"), place | money | {
        "title": _("Title"), "customer_id": _("Customer"), "kind": _("Kind"), "list_amount": _("Amount by the list"),
        "months": _("Months"), "expected_on": _("Expected on"), "won_on": _("Won on"), "closed_reason": _("Reason"),
    }, values={"kind": DEAL_KINDS, "state": {key: words for key, (words, _kind) in DEAL_STATES.items()}})  # fmt: skip
    describe(models.Discount, _("Discount"), money | {
        "deal_id": _("Deal"), "requester_person_id": _("Asked by"), "unit_id": _("Unit"),
        "legal_entity_id": _("Company"), "rate": _("Rate"), "reason": _("Reason"), "state": _("Status"),
    }, values={"state": {key: words for key, (words, _kind) in STATES.items()}})  # fmt: skip
    describe(models.Referral, _("Recommendation"), {
        "customer_id": _("Customer"), "lead_id": _("Lead"), "created_at": _("Written at"),
    })  # fmt: skip
    describe(models.FollowRule, _("Deadline of first contact"), {
        "unit_id": _("Unit"), "legal_entity_id": _("Company"), "touch_minutes": _("First contact within, minutes"),
        "remind_minutes": _("Reminder before, minutes"), "reclaim_minutes": _("Taken back after, minutes"),
    })  # fmt: skip
    describe(models.Overdue, _("Lead not followed up in time"), {
        "lead_id": _("Lead"), "step": _("Step"), "due_at": _("To be followed up by"), "person_id": _("Told"),
        "at": _("Time"),
    })  # fmt: skip
