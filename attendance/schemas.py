"""What people send: the reason for reopening a month, the file of punches, the filter of the sheet."""

from __future__ import annotations

from remit.schema import Integer, Schema, String
from remit.text import catalogue

_ = catalogue("attendance")


class ReopenSchema(Schema):
    """Reopening a month needs a reason, which is kept."""

    reason = String(
        required=True, max_length=200,
        metadata={"label": _("Reason"), "hint": _("It is kept with the month."), "span": True},
    )  # fmt: skip


class SheetQuery(Schema):
    """Which part of the month sheet: a page, and whose name or number."""

    page = Integer(load_default=1, minimum=1, maximum=1_000_000)
    name = String(load_default="", max_length=40, metadata={"label": _("Name or employee number")})
