"""The forms of this module."""

from __future__ import annotations

from functools import cache

from plugins.crm.text import CATEGORIES, _
from remit import schema as fields
from remit.base import CURRENCIES

_UNIT = {"label": _("Unit")}
_CATEGORY = {"label": _("Category")}
_CHOICES = fields.OneOf(CATEGORIES)


def known_currency(code: str) -> None:
    """Raise what a field raises for what is no currency."""
    if code not in CURRENCIES:
        raise fields.refusal(_("Write the code of a currency, as in USD."))


class PlannedSchema(fields.Schema):
    """What is planned for a unit, a category and a time."""

    title = fields.String(required=True, max_length=120, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata=_UNIT)
    category = fields.String(required=True, validate=_CHOICES, metadata=_CATEGORY)
    starts_on = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(required=True, metadata={"label": _("Until, including")})


class CampaignSchema(PlannedSchema):
    """A campaign as it is planned."""

    code = fields.String(required=True, max_length=40, metadata={"label": _("Code"), "placeholder": "2026-Q4-WX"})


class BudgetSchema(PlannedSchema):
    """A budget as it is set."""

    amount = fields.Money(required=True, validate=fields.Range(min=1), metadata={"label": _("Amount")})
    campaign_id = fields.Id(load_default=None, allow_none=True, metadata={
        "label": _("Campaign"), "hint": _("Only requests for this campaign are paid from it.")})


class SpendSchema(fields.Schema):
    """A request to spend, as its requester writes it."""

    amount = fields.Money(required=True, validate=fields.Range(min=1), metadata={"label": _("Amount")})
    currency = fields.String(load_default="CNY", max_length=3, validate=known_currency, metadata={
        "label": _("Currency"),
        "hint": _("As in USD; what limits allow in it depends on the exchange rate of the day.")})
    category = fields.String(required=True, validate=_CHOICES, metadata=_CATEGORY)
    payee = fields.String(required=True, max_length=120, metadata={
        "label": _("Payee"), "hint": _("Who is paid; what goes to one payee is looked at together.")})
    needed_on = fields.Day(required=True, metadata={"label": _("Needed on")})
    unit_id = fields.Id(required=True, metadata={"label": _("Unit"), "hint": _("Whose money it is.")})
    campaign_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Campaign")})
    purpose = fields.String(required=True, max_length=500, metadata={
        "label": _("Purpose"), "kind": "textarea", "span": True})


class TransferSchema(fields.Schema):
    """A request to move money from one budget to another."""

    from_budget_id = fields.Id(required=True, metadata={
        "label": _("From budget"), "hint": _("Its unit's list says who decides.")})
    to_budget_id = fields.Id(required=True, metadata={"label": _("To budget")})
    amount = fields.Money(required=True, validate=fields.Range(min=1), metadata={"label": _("Amount")})
    reason = fields.String(required=True, max_length=500, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True})


@cache
def spend_schema(currency: str) -> type[SpendSchema]:
    """The form with the amount in a currency, whose decimals it may have."""
    amount = fields.Money(
        required=True, currency=currency, validate=fields.Range(min=1), metadata={"label": _("Amount")}
    )
    return type(SpendSchema.__name__, (SpendSchema,), {"amount": amount, "__doc__": SpendSchema.__doc__})
