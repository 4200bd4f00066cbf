"""The forms of the spend guard."""

from __future__ import annotations

from plugins.crm.text import LEVELS, _
from remit import schema as fields

_POSITIVE = fields.Range(min=1)


class GuardSchema(fields.Schema):
    """What a campaign may cost for what it brings."""

    level = fields.Choice(LEVELS, required=True, metadata={"label": _("Which leads count"), "kind": "radio"})
    per_lead = fields.Money(load_default=None, allow_none=True, validate=_POSITIVE, metadata={
        "label": _("At most for a qualified lead"), "hint": _("Empty: no limit.")})
    per_customer = fields.Money(load_default=None, allow_none=True, validate=_POSITIVE, metadata={
        "label": _("At most for a customer"), "hint": _("Empty: no limit.")})
    least_leads = fields.Integer(required=True, validate=fields.Range(min=1, max=1_000_000), metadata={
        "label": _("Say nothing before so many leads have come")})
    wait_days = fields.Integer(required=True, validate=fields.Range(min=0, max=365), metadata={
        "label": _("Days a lead is given"),
        "hint": _("Younger leads, and what was spent since they came, are not looked at yet.")})
    is_active = fields.Boolean(load_default=False, metadata={"label": _("Look at it every day")})


class SettleSchema(fields.Schema):
    """What is done about a campaign that became too dear."""

    said = fields.String(load_default="", max_length=500, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True, "rows": 3})
