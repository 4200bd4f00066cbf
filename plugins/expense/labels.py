"""What the audit log calls the tables of this module."""

from __future__ import annotations

from plugins.expense import models
from plugins.expense.text import CATEGORIES, ENTRIES, KINDS, METHODS, PAYMENTS, RULES, STATES, TIERS, TYPES, WITHOUT, _
from remit.models import describe

_PLACE = {"unit_id": _("Unit"), "legal_entity_id": _("Company"), "category": _("Category")}
_MONEY = {"amount": _("Amount"), "currency": _("Currency")}
_ASKED = {
    "number": _("Number"), "requester_person_id": _("Asked by"), "purpose": _("Purpose"), "state": _("Status"),
    "created_at": _("Written at"), "paid_at": _("Paid at"),
}  # fmt: skip
_DATED = {"valid_from": _("Valid from"), "valid_to": _("Valid to"), "source": _("Source"), "tier": _("Tier")}
_STATES = {key: words for key, (words, _kind) in STATES.items()}
_CLAIM, _INVOICE, _ADVANCE, _PAYMENT, _PERSON = _("Claim"), _("Invoice"), _("Advance"), _("Payment"), _("Person")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Claim, _("Expense claim"), _ASKED | _PLACE | _MONEY | {
        "project": _("Project"), "budget_id": _("Budget"), "settled": _("Set against advances"),
        "payable": _("To be paid"), "over_rule": _("Above a rule"), "in_budget": _("Within the budget"),
        "approved_on": _("Approved on"),
    }, values={"category": CATEGORIES, "state": _STATES})  # fmt: skip
    describe(models.Invoice, _INVOICE, {
        "claim_id": _CLAIM, "file_id": _("File"), "key": _("Number as compared"), "held": _("Number held"),
        "number": _("Invoice number"), "code": _("Invoice code"), "type": _("Type"), "issued_on": _("Issued on"),
        "seller_name": _("Seller"), "seller_tax_number": _("Seller's tax number"), "buyer_name": _("Buyer"),
        "buyer_tax_number": _("Buyer's tax number"), "net": _("Amount without tax"), "tax": _("Tax"),
        "total": _("Total"), "items": _("Items"), "created_at": _("Written at"),
    }, values={"type": TYPES})  # fmt: skip
    describe(models.Line, _("Line of a claim"), _MONEY | {
        "claim_id": _CLAIM, "invoice_id": _INVOICE, "kind": _("Kind"), "spent_on": _("Day"), "claimed": _("Claimed"),
        "city": _("City"), "quantity": _("Nights or days"), "allowed": _("Given by the rule"),
        "rule_source": _("Rule"), "without": _("Without invoice"), "explanation": _("Why it is above the rule"),
        "note": _("Note"),
    }, values={"kind": KINDS, "without": WITHOUT})  # fmt: skip
    describe(models.Budget, _("Budget of expenses"), _PLACE | _MONEY | {
        "title": _("Title"), "starts_on": _("From"), "ends_on": _("Until, not including"),
    }, values={"category": CATEGORIES})  # fmt: skip
    describe(models.Rule, _("Rule of expenses"), _DATED | {
        "legal_entity_id": _("Company"), "kind": _("Kind"), "grade": _("Grade"), "amount": _("Amount"),
        "subject_key": _("Number of the subject"),
    }, values={"kind": RULES, "tier": TIERS})  # fmt: skip
    describe(models.City, _("City in the rules of expenses"), _DATED | {
        "legal_entity_id": _("Company"), "city": _("City"), "city_key": _("Number of the city"),
    }, values={"tier": TIERS})  # fmt: skip
    describe(models.Advance, _ADVANCE, _ASKED | _PLACE | _MONEY | {"needed_on": _("Needed on")},
             values={"category": CATEGORIES, "state": _STATES})
    describe(models.AdvanceEntry, _("Line of the ledger of advances"), {
        "advance_id": _ADVANCE, "person_id": _PERSON, "sequence": _("Line"), "kind": _("Kind"), "amount": _("Amount"),
        "balance": _("Open after it"), "claim_id": _CLAIM, "payment_id": _PAYMENT, "note": _("Note"),
        "created_at": _("Written at"),
    }, values={"kind": ENTRIES})  # fmt: skip
    describe(models.Payment, _("Payment of expenses"), {
        "number": _("Number"), "legal_entity_id": _("Company"), "method": _("Way"), "month": _("Payroll of"),
        "run_id": _("Payroll"), "currency": _("Currency"), "total": _("Total"), "state": _("Status"),
        "digest": _("Digest of the file"), "made_by_person_id": _("Put together by"), "created_at": _("Written at"),
        "paid_at": _("Paid at"),
    }, values={"method": METHODS, "state": {key: words for key, (words, _kind) in PAYMENTS.items()}})  # fmt: skip
    describe(models.PaymentItem, _("Item of a payment"), {
        "payment_id": _PAYMENT, "claim_id": _CLAIM, "advance_id": _ADVANCE, "person_id": _PERSON,
        "employment_id": _("Employment"), "amount": _("Amount"), "held": _("Held"),
    })  # fmt: skip
