"""The form of a mapping."""

from __future__ import annotations

from plugins.crm_webhook.text import WAYS, _
from remit import schema as fields


class MappingSchema(fields.Schema):
    """A mapping, with a sample to try it on before it is kept."""

    title = fields.String(required=True, max_length=80, metadata={"label": _("Title")})
    way = fields.Choice(WAYS, required=True, metadata={"label": _("Way"), "kind": "radio"})
    unit_id = fields.Id(required=True, metadata={"label": _("Unit"), "kind": "select"})
    endpoint_id = fields.Id(load_default=None, allow_none=True, metadata={
        "label": _("Receiving address"), "hint": _("If it is received: the number of the address under Webhooks.")})
    url = fields.String(load_default="", max_length=500, metadata={
        "label": _("Address"), "attrs": {"autocomplete": "off"}, "hint": _("If it is sent: where to.")})
    secret = fields.String(load_default="", max_length=200, metadata={
        "label": _("Secret"), "kind": "password", "attrs": {"autocomplete": "new-password"},
        "hint": _("What is sent is signed with it. Empty: it stays.")})
    rules = fields.String(required=True, max_length=8000, multiline=True, metadata={
        "label": _("Lines"), "kind": "textarea", "span": True, "rows": 10,
        "placeholder": 'company = $.account.name\nchannel = "wx"\nstate = $.stage {open: new, won: won}',
        "hint": _("One line for each: field = $.place, with a table in braces, or field = \"constant\".")})
    sample = fields.String(load_default="", max_length=60_000, multiline=True, metadata={
        "label": _("Sample"), "kind": "textarea", "span": True, "rows": 6,
        "hint": _("The body of a delivery, to try the lines on; it is not kept.")})
    is_on = fields.Boolean(load_default=False, metadata={"label": _("Switched on")})
