"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("expense")

#: What a claim is about, by the word that lists use: ``when: {category: travel}``.
CATEGORIES: dict[str, Text] = {
    "travel": _("Business travel"), "event": _("Exhibitions and events"), "entertainment": _("Entertaining guests"),
    "office": _("Office supplies"), "training": _("Training"), "other": _("Other"),
}
#: What a line is, and for which categories of claims it may stand; without a word for all of them.
KINDS: dict[str, Text] = {
    "transport": _("Long-distance transport"), "hotel": _("Hotel"), "meals": _("Meal allowance"),
    "local": _("Local transport"), "booth": _("Booth and material"), "guests": _("Meals with guests"),
    "goods": _("Goods"), "fee": _("Fees and services"), "other": _("Other"),
}
KINDS_OF: dict[str, tuple[str, ...]] = {
    "travel": ("transport", "hotel", "meals", "local", "other"),
    "event": ("booth", "goods", "fee", "local", "other"),
    "entertainment": ("guests", "goods"), "office": ("goods", "fee"), "training": ("fee", "goods"),
    "other": ("goods", "fee", "local", "other"),
}
#: Kinds that a rule gives an amount for, a night or a day.
BY_RULE: dict[str, Text] = {"hotel": _("a night"), "meals": _("a day"), "local": _("a day")}
#: Why a line has no invoice.
WITHOUT: dict[str, Text] = {
    "allowance": _("An allowance, paid without invoice"), "abroad": _("Spent abroad; the receipt is kept"),
    "lost": _("Lost; the proof of payment is kept"), "small": _("A small sum of somebody who gives no invoices"),
}
TYPES: dict[str, Text] = {
    "special": _("Special VAT invoice"), "ordinary": _("Ordinary invoice"), "other": _("Invoice"),
}
METHODS: dict[str, Text] = {"bank": _("Bank file"), "payroll": _("With the payroll")}
TIERS: dict[str, Text] = {"1": _("Tier 1"), "2": _("Tier 2"), "3": _("Everywhere else")}
RULES: dict[str, Text] = {
    "hotel": _("Hotel, a night"), "meals": _("Meal allowance, a day"), "local": _("Local transport, a day"),
    "invoice_age": _("Age of an invoice, in days"),
}

DRAFT, SUBMITTED, APPROVED, REFUSED, WITHDRAWN, PAID = (
    "draft", "submitted", "approved", "refused", "withdrawn", "paid",
)  # fmt: skip
#: How a claim or an advance stands: words and colour.
STATES: dict[str, tuple[Text, str]] = {
    DRAFT: (_("Draft"), ""), SUBMITTED: (_("Waiting"), "warn"), APPROVED: (_("Approved"), "ok"),
    PAID: (_("Paid"), "ok"), REFUSED: (_("Refused"), "bad"), WITHDRAWN: (_("Taken back"), ""),
}
OPEN, INCLUDED, CANCELLED = "open", "included", "cancelled"
#: How a payment stands.
PAYMENTS: dict[str, tuple[Text, str]] = {
    OPEN: (_("To be paid"), "warn"), INCLUDED: (_("In a payroll"), "info"), PAID: (_("Paid"), "ok"),
    CANCELLED: (_("Cancelled"), ""),
}
#: The lines of the ledger of advances.
ENTRIES: dict[str, Text] = {
    "paid": _("Paid out"), "settled": _("Settled by a claim"), "returned": _("Paid back"),
}
