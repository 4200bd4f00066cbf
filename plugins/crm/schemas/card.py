"""The screen for a card at a fair."""

from __future__ import annotations

from plugins.crm.text import _
from remit import schema as fields


class CardSchema(fields.Schema):
    """What is on a card, and what was said."""

    company = fields.String(load_default="", max_length=160, metadata={
        "label": _("Company"), "attrs": {"autocomplete": "off", "autofocus": "autofocus"}})
    contact = fields.String(load_default="", max_length=80, metadata={
        "label": _("Contact"), "attrs": {"autocomplete": "off"}})
    phone = fields.String(load_default="", max_length=60, metadata={
        "label": _("Phone"), "kind": "tel", "attrs": {"autocomplete": "off"}})
    email = fields.String(load_default="", max_length=254, metadata={
        "label": _("Mail address"), "kind": "email", "attrs": {"autocomplete": "off"}})
    note = fields.String(load_default="", max_length=500, metadata={
        "label": _("What was said"), "kind": "textarea", "rows": 2})
    agreed = fields.Boolean(load_default=False, metadata={"label": _("He agreed to be contacted")})
    channel_id = fields.Id(required=True, metadata={"label": _("Channel")})
    number = fields.String(load_default="", max_length=40, metadata={"label": _("Number"), "kind": "hidden"})
