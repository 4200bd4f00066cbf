"""What people send: the reason for reopening a month, the filter of the sheet, requests and types of leave."""

from __future__ import annotations

from attendance.rules.absent_days import AFTERNOON, MORNING
from remit.schema import Boolean, Day, Days, Integer, OneOf, Schema, String, Translated
from remit.text import catalogue

_ = catalogue("attendance")


#: From which half of its first day a leave is, and until which of its last.
BEGINS = {MORNING: _("in the morning"), AFTERNOON: _("at midday")}
ENDS = {AFTERNOON: _("in the evening"), MORNING: _("at midday")}


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


class LeaveSchema(Schema):
    """A request for leave as somebody writes it; halves are 1 for the morning and 2 for the afternoon."""

    type = String(required=True, max_length=20, metadata={"label": _("Type of leave"), "kind": "pick"})
    first_day = Day(required=True, metadata={"label": _("First day")})
    first_half = Integer(
        load_default=MORNING, validate=OneOf(BEGINS), metadata={"label": _("Begins"), "kind": "select"}
    )
    last_day = Day(required=True, metadata={"label": _("Last day")})
    last_half = Integer(
        load_default=AFTERNOON, validate=OneOf(ENDS), metadata={"label": _("Ends"), "kind": "select"}
    )
    reason = String(
        load_default="", max_length=500, metadata={"label": _("Reason"), "kind": "textarea", "span": True, "rows": 2}
    )
    evidence = String(load_default="", max_length=200, metadata={
        "label": _("Proof"), "span": True, "hint": _("Such as a medical certificate and its number; keep the paper.")})


class CorrectionSchema(Schema):
    """Days given or taken by hand."""

    lot_id = Integer(required=True, metadata={"label": _("Of which"), "kind": "select"})
    amount = Days(required=True, metadata={"label": _("Days"), "hint": _("Below zero takes days away.")})
    note = String(required=True, max_length=200, metadata={"label": _("Reason"), "hint": _("It stands in the ledger."),
                                                           "span": True})


class GrantSchema(Schema):
    """The year that is granted."""

    year = Integer(required=True, minimum=2008, maximum=2100, metadata={"label": _("Year")})


class LeaveTypeSchema(Schema):
    """A type of leave as HR keeps it."""

    title = Translated(required=True, max_length=40, metadata={"label": _("Title")})
    paid = Boolean(load_default=False, metadata={"label": _("Paid")})
    balanced = Boolean(load_default=False, metadata={"label": _("Taken from what was granted")})
    halves = Boolean(load_default=False, metadata={"label": _("Half days")})
    natural = Boolean(load_default=False, metadata={"label": _("Rest days and holidays count")})
    evidence_from = Days(load_default=0, metadata={
        "label": _("Proof from"), "hint": _("So many days or more; 0 asks for no proof.")})
    carry_months = Integer(load_default=0, minimum=0, maximum=24, metadata={
        "label": _("Months after the year"), "hint": _("So long a year's days may still be taken.")})
    valid_from = Day(required=True, metadata={"label": _("Valid from")})
    valid_to = Day(load_default=None, allow_none=True, metadata={"label": _("Valid to")})
