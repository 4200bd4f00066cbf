"""The forms about taking leads in: channels, words, forms for strangers, limits, exposure."""

from __future__ import annotations

from functools import cache

from plugins.crm.schemas.spending import known_currency
from plugins.crm.text import CHANNEL_KINDS, _
from remit import schema as fields
from remit.files import EVIDENCE

_IN_USE = {"label": _("In use"), "hint": _("Switched off it stays with the leads it has, and nothing new gets it.")}
_CODE = fields.Pattern(r"[A-Za-z0-9][A-Za-z0-9._+-]*", _("Write letters, digits, dots and hyphens."))


class ChannelSchema(fields.Schema):
    """A channel as it is named."""

    code = fields.String(required=True, max_length=40, validate=_CODE, metadata={
        "label": _("Code"), "placeholder": "wechat-ads", "hint": _("What files and programs call it.")})
    kind = fields.String(required=True, validate=fields.OneOf(CHANNEL_KINDS), metadata={"label": _("Kind")})
    title = fields.Translated(required=True, max_length=80, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata={
        "label": _("Unit"), "hint": _("Whose leads they are when they come in.")})
    is_active = fields.Boolean(load_default=True, metadata=_IN_USE)


class ChoiceSchema(fields.Schema):
    """A word as it is named."""

    code = fields.String(required=True, max_length=40, validate=_CODE, metadata={
        "label": _("Code"), "placeholder": "internet", "hint": _("What files and programs call it.")})
    order = fields.Integer(load_default=0, minimum=0, maximum=9999, metadata={"label": _("Order")})
    title = fields.Translated(required=True, max_length=80, metadata={"label": _("Title")})
    is_active = fields.Boolean(load_default=True, metadata=_IN_USE)


class LimitSchema(fields.Schema):
    """A limit of contacts."""

    most = fields.Integer(required=True, minimum=1, maximum=1000, metadata={"label": _("At most so many contacts")})
    days = fields.Integer(required=True, minimum=1, maximum=3650, metadata={"label": _("Within so many days")})


class ExposureSchema(fields.Schema):
    """What a channel showed and cost, as somebody enters it."""

    channel_id = fields.Id(required=True, metadata={"label": _("Channel")})
    campaign_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Campaign")})
    starts_on = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(required=True, metadata={"label": _("Until, including")})
    impressions = fields.Integer(load_default=None, allow_none=True, minimum=0, maximum=10**12, metadata={
        "label": _("Impressions")})
    clicks = fields.Integer(load_default=None, allow_none=True, minimum=0, maximum=10**12, metadata={
        "label": _("Clicks")})
    paid = fields.Money(load_default=None, allow_none=True, validate=fields.Range(min=0), metadata={
        "label": _("Paid"), "hint": _("What really went out, whatever was approved.")})
    currency = fields.String(load_default="CNY", max_length=3, validate=known_currency, metadata={
        "label": _("Currency")})
    evidence = fields.String(required=True, max_length=300, metadata={
        "label": _("Evidence"), "span": True,
        "hint": _("Where the figures are from: the report of the platform, the number of the bill.")})
    files = fields.files_field(_("Files as evidence"), EVIDENCE)


@cache
def exposure_schema(currency: str) -> type[ExposureSchema]:
    """The form with what was paid in a currency, whose decimals it may have."""
    paid = fields.Money(
        load_default=None, allow_none=True, currency=currency, validate=fields.Range(min=0),
        metadata=ExposureSchema().fields["paid"].metadata,
    )  # fmt: skip
    return type(ExposureSchema.__name__, (ExposureSchema,), {"paid": paid, "__doc__": ExposureSchema.__doc__})
