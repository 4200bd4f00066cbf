"""The forms of this module."""

from __future__ import annotations

from functools import cache

from plugins.expense.text import CATEGORIES, KINDS, METHODS, RULES, TIERS, WITHOUT, _
from remit import schema as fields
from remit.base import CURRENCIES

_UNIT = {"label": _("Unit")}
_COMPANY = {"label": _("Company")}
_MOST = 10**13
_POSITIVE = fields.Range(min=1, max=_MOST)
_WHAT = {"label": _("Amount")}


def known_currency(code: str) -> None:
    """Raise what a field raises for what is no currency."""
    if code not in CURRENCIES:
        raise fields.refusal(_("Write the code of a currency, as in USD."))


class ClaimSchema(fields.Schema):
    """The head of a claim."""

    category = fields.String(
        required=True, validate=fields.OneOf(CATEGORIES), metadata={"label": _("Category"), "hint": _(
            "One claim is about one thing; who decides may depend on it.")})  # fmt: skip
    unit_id = fields.Id(required=True, metadata={**_UNIT, "hint": _("Whose money it is.")})
    purpose = fields.String(required=True, max_length=300, metadata={
        "label": _("Purpose"), "span": True, "placeholder": _("Such as: visit to a customer in Beijing")})
    project = fields.String(load_default="", max_length=80, metadata={"label": _("Project")})


class LineSchema(fields.Schema):
    """A line of a claim; the amounts are in the currency of the claim unless another one is told."""

    kind = fields.String(required=True, validate=fields.OneOf(KINDS), metadata={"label": _("Kind")})
    spent_on = fields.Day(required=True, metadata={"label": _("Day")})
    amount = fields.Money(required=True, validate=_POSITIVE, metadata=_WHAT)
    currency = fields.String(load_default="CNY", max_length=3, validate=known_currency, metadata={
        "label": _("Currency")})
    claimed = fields.Money(load_default=None, allow_none=True, validate=_POSITIVE, metadata={
        "label": _("Cost in the currency of the company"), "hint": _("Only where the currency is another one.")})
    invoice_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Invoice")})
    without = fields.String(load_default=None, allow_none=True, validate=fields.OneOf(WITHOUT), metadata={
        "label": _("Without invoice, because"), "hint": _("Only where no invoice is chosen.")})
    city = fields.String(load_default="", max_length=40, metadata={"label": _("City"), "hint": _(
        "Of a hotel, of meals and local transport on a trip; the rule goes by it.")})
    quantity = fields.Integer(load_default=1, validate=fields.Range(min=1, max=366), metadata={
        "label": _("Nights or days")})
    explanation = fields.String(load_default="", max_length=300, metadata={
        "label": _("Why it is above the rule"), "span": True})
    note = fields.String(load_default="", max_length=200, metadata={"label": _("Note"), "span": True})


@cache
def line_schema(currency: str, home: str) -> type[LineSchema]:
    """The form with the amount in a currency, whose decimals it may have, and the cost in that of the company."""
    return type(LineSchema.__name__, (LineSchema,), {
        "amount": fields.Money(required=True, currency=currency, validate=_POSITIVE, metadata=_WHAT),
        "claimed": fields.Money(load_default=None, allow_none=True, currency=home, validate=_POSITIVE, metadata={
            "label": _("Cost in the currency of the company"), "hint": _("Only where the currency is another one.")}),
        "__doc__": LineSchema.__doc__,
    })  # fmt: skip


class AdvanceSchema(fields.Schema):
    """An advance, as it is asked for."""

    amount = fields.Money(required=True, validate=_POSITIVE, metadata=_WHAT)
    category = fields.String(required=True, validate=fields.OneOf(CATEGORIES), metadata={"label": _("Category")})
    needed_on = fields.Day(required=True, metadata={"label": _("Needed on")})
    unit_id = fields.Id(required=True, metadata={**_UNIT, "hint": _("Whose money it is.")})
    purpose = fields.String(required=True, max_length=300, metadata={
        "label": _("Purpose"), "kind": "textarea", "span": True})


class BackSchema(fields.Schema):
    """What somebody paid back of an advance."""

    amount = fields.Money(required=True, validate=_POSITIVE, metadata=_WHAT)
    note = fields.String(load_default="", max_length=200, metadata={"label": _("Note")})


class BudgetSchema(fields.Schema):
    """A budget as it is set."""

    title = fields.String(required=True, max_length=120, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata=_UNIT)
    category = fields.String(required=True, validate=fields.OneOf(CATEGORIES), metadata={"label": _("Category")})
    amount = fields.Money(required=True, validate=_POSITIVE, metadata=_WHAT)
    starts_on = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(required=True, metadata={"label": _("Until, including")})


class PaymentSchema(fields.Schema):
    """What is put together: everything that is due of a company."""

    legal_entity_id = fields.Id(required=True, metadata=_COMPANY)
    method = fields.String(required=True, validate=fields.OneOf(METHODS), metadata={"label": _("Way")})
    month = fields.Month(load_default=None, allow_none=True, metadata={
        "label": _("Payroll of"), "hint": _("Only with the payroll.")})


class DatedSchema(fields.Schema):
    """What the company's rules say from a day on."""

    legal_entity_id = fields.Id(required=True, metadata=_COMPANY)
    valid_from = fields.Day(required=True, metadata={"label": _("Valid from")})
    source = fields.String(required=True, max_length=200, metadata={
        "label": _("Source"), "hint": _("The paragraph of the company's rules that says so."), "span": True})


class RuleSchema(DatedSchema):
    """What is given a night or a day."""

    kind = fields.String(required=True, validate=fields.OneOf({
        key: words for key, words in RULES.items() if key != "invoice_age"}), metadata={"label": _("Kind")})
    tier = fields.String(required=True, validate=fields.OneOf(TIERS), metadata={"label": _("Tier")})
    grade = fields.String(load_default="", max_length=20, metadata={
        "label": _("Grade"), "hint": _("Empty for everybody whose grade is not named.")})
    amount = fields.Money(required=True, validate=fields.Range(min=0, max=_MOST), metadata=_WHAT)


class AgeSchema(DatedSchema):
    """How old an invoice may be."""

    amount = fields.Integer(required=True, validate=fields.Range(min=1, max=3660), metadata={"label": _("Days")})


class CitySchema(DatedSchema):
    """The tier of a city."""

    city = fields.String(required=True, max_length=40, metadata={"label": _("City")})
    tier = fields.String(required=True, validate=fields.OneOf(TIERS), metadata={"label": _("Tier")})
