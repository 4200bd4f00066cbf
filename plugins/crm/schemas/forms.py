"""The form by which a form for a website is made."""

from __future__ import annotations

from plugins.crm.services.intake.forms import ASKED
from plugins.crm.text import _
from remit import schema as fields


class FormSchema(fields.Schema):
    """A form as it is made."""

    title = fields.Translated(required=True, max_length=80, metadata={"label": _("Title")})
    channel_id = fields.Id(required=True, metadata={"label": _("Channel")})
    campaign_id = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Campaign")})
    asked = fields.List(fields.String(validate=fields.OneOf(ASKED)), required=True, metadata={
        "label": _("What is asked beside the company"), "kind": "checks"})
    needed = fields.List(fields.String(validate=fields.OneOf(ASKED)), load_default=list, metadata={
        "label": _("What must be told"), "kind": "checks"})
    answers = fields.String(load_default="", max_length=500, metadata={
        "label": _("What filling it in means"), "placeholder": "whitepaper=yes",
        "hint": _("Answers that each lead gets, as name=value; the standard of qualification looks at them."),
        "span": True})
    consent = fields.String(required=True, max_length=500, metadata={
        "label": _("Consent"), "kind": "textarea", "span": True,
        "hint": _("What whoever sends it agrees to; it is kept with the lead.")})
    thanks = fields.String(load_default="", max_length=300, metadata={
        "label": _("Thanks"), "span": True, "hint": _("What he reads afterwards.")})
    frames = fields.String(load_default="", max_length=1000, metadata={
        "label": _("Pages that show it"), "kind": "textarea", "span": True, "placeholder": "https://www.example.com",
        "hint": _("The websites that may show it inside their pages, one a line.")})
    is_active = fields.Boolean(load_default=True, metadata={"label": _("In use")})
