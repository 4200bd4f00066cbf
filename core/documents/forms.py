"""The form of a document."""

from __future__ import annotations

from core.base.text import catalogue
from core.schemas import fields

_ = catalogue("documents")


class FactsSchema(fields.Schema):
    """What stands on a document."""

    number = fields.String(max_length=80, load_default=None, allow_none=True, metadata={
        "label": _("Number"), "attrs": {"autocomplete": "off"}})
    issued_on = fields.Day(load_default=None, allow_none=True, metadata={"label": _("Issued on")})
    expires_on = fields.Day(load_default=None, allow_none=True, metadata={
        "label": _("Valid until"), "hint": _("Leave it empty if it holds for good.")})
    note = fields.String(max_length=1000, multiline=True, load_default="", metadata={"label": _("Note")})


class NewSchema(FactsSchema):
    """The same with the kind in front."""

    kind = fields.String(required=True, max_length=64, metadata={"label": _("Kind")})

    class Meta:
        """The kind is asked first."""

        fields = ("kind", "number", "issued_on", "expires_on", "note")
