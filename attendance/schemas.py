"""What people send: the reason for reopening a month, the filter of the sheet, leave, overtime, corrected punches."""

from __future__ import annotations

from attendance.rules.absent_days import AFTERNOON, MORNING
from attendance.text import COMPENSATIONS, WAYS
from remit.schema import Boolean, Choice, Day, Days, Id, Integer, OneOf, Pattern, Schema, String, Translated
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


class NewLeaveTypeSchema(LeaveTypeSchema):
    """A type of leave that is new: its code stays for good, for absences and files name it."""

    class Meta:
        """The code stands first."""

        fields = ("code", "title", "paid", "balanced", "halves", "natural", "evidence_from", "carry_months",
                  "valid_from", "valid_to")  # fmt: skip

    code = String(required=True, max_length=20, metadata={
        "label": _("Code"), "hint": _("Small letters, digits and underscores, such as study; it stays for good.")})


#: A time of day as people write it.
TIME = Pattern(r"([01]\d|2[0-3]):[0-5]\d", _("Write the time as 18:30."))


#: What makes a press of a button one of its own.
TOKEN = Pattern(r"[A-Za-z0-9_-]{16,64}", _("A press needs a token of 16 to 64 letters and digits; open the page anew."))
COUNTS = {
    "less": _("Approved or punched minutes, whichever is less"), "approved": _("Approved minutes"),
    "actual": _("Punched minutes"),
}  # fmt: skip
LOCATIONS = {"off": _("Not asked for"), "ask": _("Noted if the person lets it"), "need": _("Required")}


class OvertimeSchema(Schema):
    """A request for overtime as somebody writes it; an end that is not after the start is on the next day."""

    day = Day(required=True, metadata={"label": _("Day")})
    starts = String(required=True, validate=TIME, metadata={"label": _("From"), "kind": "time"})
    ends = String(required=True, validate=TIME, metadata={
        "label": _("To"), "kind": "time", "hint": _("A time that is not later is on the next day.")})
    compensation = Choice(COMPENSATIONS, required=True, metadata={"label": _("Compensation"), "kind": "radio"})
    reason = String(required=True, max_length=500, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True, "rows": 2})


class CorrectionFormSchema(Schema):
    """A request for a corrected punch as somebody writes it."""

    day = Day(required=True, metadata={"label": _("Day"), "hint": _("The day the punch belongs to.")})
    time = String(required=True, validate=TIME, metadata={
        "label": _("Time"), "kind": "time", "hint": _("After a night shift that of the next morning.")})
    way = Choice(WAYS, required=True, metadata={"label": _("Coming in or going out"), "kind": "radio"})
    instead_id = Id(load_default=None, allow_none=True, metadata={
        "label": _("Instead of"), "kind": "select", "placeholder": _("a punch is missing"),
        "hint": _("A wrong punch is kept and counts no more.")})
    reason = String(required=True, max_length=500, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True, "rows": 2})


class PunchSchema(Schema):
    """A press of the button: what makes it one of its own, and where it was, as far as the browser tells."""

    token = String(required=True, validate=TOKEN)
    latitude = String(load_default="", max_length=30)
    longitude = String(load_default="", max_length=30)
    accuracy = String(load_default="", max_length=10)
    located = String(load_default="", max_length=10)


class RulesSchema(Schema):
    """What a company settles for an attendance group about requests and punches on the web."""

    counted = Choice(COUNTS, required=True, metadata={
        "label": _("What of approved overtime counts"), "kind": "select"})
    asked_only = Boolean(load_default=False, metadata={"label": _("Overtime that nobody asked for does not count")})
    over_limit = Choice({"warn": _("Warn"), "refuse": _("Refuse")}, required=True, metadata={
        "label": _("Overtime beyond the bounds of the law"), "kind": "select"})
    in_lieu_minutes = Integer(required=True, minimum=1, maximum=1440, metadata={
        "label": _("Minutes of overtime for a day of time off")})
    in_lieu_months = Integer(required=True, minimum=0, maximum=36, metadata={
        "label": _("Months in which time off may be taken"), "hint": _("After the month it was worked in.")})
    corrections = Integer(required=True, minimum=0, maximum=99, metadata={
        "label": _("Punches of a month that may be corrected"), "hint": _("0 lets nobody ask.")})
    location = Choice(LOCATIONS, required=True, metadata={
        "label": _("Where punches on the web are made"), "kind": "select"})


class PlaceSchema(Schema):
    """A place where a group punches."""

    title = Translated(required=True, max_length=40, metadata={"label": _("Place")})
    latitude = String(required=True, max_length=20, metadata={
        "label": _("Latitude"), "hint": _("In degrees, such as 31.230416."), "attrs": {"inputmode": "decimal"}})
    longitude = String(required=True, max_length=20, metadata={
        "label": _("Longitude"), "hint": _("In degrees, such as 121.473701."), "attrs": {"inputmode": "decimal"}})
    radius = Integer(required=True, minimum=10, maximum=100_000, metadata={"label": _("Radius, metres")})
