"""What the audit log calls the tables of attendance, their columns and values, and what ids stand for."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance import models, text
from attendance.models.group import WEEKDAYS
from remit.base import Month
from remit.models import describe
from remit.text import Text, catalogue

_ = catalogue("attendance")

_DATED = {"valid_from": _("Valid from"), "valid_to": _("Valid to")}
_TITLE, _CODE, _KIND, _EMPLOYMENT = _("Title"), _("Code"), _("Kind"), _("Employment")
_GROUP, _ZONE, _STATUS = _("Attendance group"), _("Time zone"), _("Status")
_TYPE = _("Type of leave")
_HALVES = {"first_half": _("From half"), "last_half": _("To half")}
_SOURCES: Mapping[str, Text] = {
    "attlog": _("Attendance terminal"), "table": _("Table"), "web": _("Web page"),
    "correction": _("Punch correction"),
}  # fmt: skip
_STATES: Mapping[str, Text] = {models.OPEN: _("Open"), models.CLOSED: _("Closed")}
_DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
_METHODS: Mapping[str, Text] = {"span": _("First to last punch"), "pairs": _("Pairs of punches")}


def _month(number: int) -> Text:
    return Month.from_number(number).title


def _group(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(models.Group.id, models.Group.title).where(models.Group.id.in_(ids)))
    return {key: str(title) for key, title in rows}


def _shift(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(models.Shift.id, models.Shift.title).where(models.Shift.id.in_(ids)))
    return {key: str(title) for key, title in rows}


def _type(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(models.LeaveType.id, models.LeaveType.title).where(models.LeaveType.id.in_(ids)))
    return {key: str(title) for key, title in rows}


def _source(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(models.Source.id, models.Source.code).where(models.Source.id.in_(ids)))
    return {key: code for key, code in rows}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Shift, _("Shift"), {
        "code": _CODE, "title": _TITLE, "start_minute": _("Begins, minutes of the day"),
        "end_minute": _("Ends, minutes of the day"), "breaks": _("Breaks at fixed times"),
        "break_minutes": _("Break, minutes"), "break_from": _("Break comes off presence over, minutes"),
        "grace_in": _("Late grace, minutes"), "grace_out": _("Early grace, minutes"),
        "flex_early": _("May begin earlier by, minutes"), "flex_late": _("May begin later by, minutes"),
        "window_before": _("Punches count before, minutes"), "window_after": _("Punches count after, minutes"),
        "method": _("How work is counted"),
    }, values={"method": _METHODS}, names=_shift)  # fmt: skip
    describe(models.Group, _GROUP, {
        "code": _CODE, "title": _TITLE, "sort_order": _("Order"), "place": _("Working calendar"), "zone": _ZONE,
        "make_up_id": _("Make-up workday"), "follows_calendar": _("Follows public holidays"),
        "is_default": _("Everybody else"), "rules": _("Rules of its own"),
    } | dict(zip(WEEKDAYS, _DAYS, strict=True)), names=_group)  # fmt: skip
    describe(models.Membership, _("Member of an attendance group"),
             _DATED | {"employment_id": _EMPLOYMENT, "group_id": _GROUP})
    describe(models.Absence, _("Leave"), _DATED | _HALVES | {
        "employment_id": _EMPLOYMENT, "kind": _KIND, "paid": _("Paid"), "request_id": _("Request for leave"),
    }, values={"kind": text.LEAVES})  # fmt: skip
    describe(models.MonthState, _("Attendance month"), {
        "month": _("Month"), "group_id": _GROUP, "state": _STATUS, "computed_at": _("Computed at"),
        "closed_at": _("Closed at"), "closed_by": _("Closed by"), "reopened_at": _("Reopened at"),
        "reopened_by": _("Reopened by"), "reopen_reason": _("Reason"), "people": _("People"),
    }, values={"state": _STATES, "month": _month}, ids={"closed_by": "core_account", "reopened_by": "core_account"})
    _attach_leave()
    _attach_requests()
    _attach_punches()


def _attach_leave() -> None:
    of = {"employment_id": _EMPLOYMENT, "type_id": _TYPE}
    describe(models.LeaveType, _TYPE, _DATED | {
        "code": _CODE, "title": _TITLE, "sort_order": _("Order"), "halves": _("Half days"), "paid": _("Paid"),
        "balanced": _("Taken from what was granted"), "natural": _("Rest days and holidays count"),
        "evidence_from": _("Proof from, hundredths of a day"), "carry_months": _("Months after the year"),
    }, names=_type)  # fmt: skip
    describe(models.LeaveLot, _("Leave granted"), of | {
        "kind": _KIND, "year": _("Year"), "valid_from": _("Valid from"), "expires": _("Expires"),
        "overtime_id": _("Request for overtime"),
    }, values={"kind": text.ENTRY_KINDS})  # fmt: skip
    describe(models.LeaveEntry, _("Line of the leave ledger"), of | {
        "lot_id": _("Leave granted"), "request_id": _("Request for leave"), "kind": _KIND,
        "amount": _("Hundredths of a day"), "day": _("Day"), "at": _("At"), "account_id": _("Account"),
        "note": _("Why"),
    }, values={"kind": text.ENTRY_KINDS}, ids={"account_id": "core_account"})  # fmt: skip
    describe(models.LeaveRequest, _("Request for leave"), of | _HALVES | {
        "person_id": _("Asked by"), "first_day": _("First day"), "last_day": _("Last day"),
        "amount": _("Hundredths of a day"), "days": _("Days that count"), "paid": _("Paid"), "reason": _("Reason"),
        "evidence": _("Proof"), "state": _STATUS, "created_at": _("Written at"),
    }, values={"state": {key: words for key, (words, _kind) in text.LEAVE_STATES.items()}})  # fmt: skip
    describe(models.WorkingLife, _("Working life"), {
        "employment_id": _EMPLOYMENT, "since": _("At work since"), "proof": _("Proof"),
    })  # fmt: skip


def _attach_requests() -> None:
    states = {key: words for key, (words, _kind) in text.LEAVE_STATES.items()}
    asked = {
        "employment_id": _EMPLOYMENT, "person_id": _("Asked by"), "day": _("Day"), "zone": _ZONE,
        "reason": _("Reason"), "state": _("Answer"), "created_at": _("Written at"),
    }  # fmt: skip
    kinds = {"workday": _("Workday"), "restday": _("Rest day"), "holiday": _("Statutory holiday")}
    describe(models.OvertimeRequest, _("Request for overtime"), asked | {
        "starts_at": _("From"), "ends_at": _("To"), "work_day": _("Day of attendance"),
        "workday_minutes": _("Overtime on workdays"), "restday_minutes": _("Overtime on rest days"),
        "holiday_minutes": _("Overtime on statutory holidays"), "minutes": _("Minutes"), "day_kind": _("Kind of day"),
        "compensation": _("Compensation"), "recognised": _("Minutes that count"),
    }, values={"state": states, "compensation": text.COMPENSATIONS, "day_kind": kinds})  # fmt: skip
    describe(models.Correction, _("Punch correction"), asked | {
        "at": _("At"), "way": _("Which way"), "instead_id": _("Instead of the punch"), "punch_id": _("Punch"),
    }, values={"state": states, "way": text.WAYS})  # fmt: skip
    describe(models.Place, _("Place of punches"), {
        "group_id": _GROUP, "title": _TITLE, "latitude": _("Latitude, millionths of a degree"),
        "longitude": _("Longitude, millionths of a degree"), "radius": _("Radius, metres"), "active": _("In use"),
    })  # fmt: skip
    places = {key: words for key, (words, _kind) in text.WHEREABOUTS.items()}
    describe(models.PunchPlace, _("Location of a punch"), {
        "punch_id": _("Punch"), "employment_id": _EMPLOYMENT, "whereabouts": _("Whereabouts"), "place_id": _("Place"),
        "distance": _("Metres to the place"), "accuracy": _("Accuracy, metres"), "spot": _("Location"),
    }, values={"whereabouts": places})  # fmt: skip


def _attach_punches() -> None:
    describe(models.Source, _("Source of punches"), {"code": _CODE, "kind": _KIND, "zone": _ZONE},
             values={"kind": _SOURCES}, names=_source)
    describe(models.Import, _("Import of punches"), {
        "source_id": _("Source"), "file_name": _("File"), "digest": _("Digest"), "at": _("At"),
        "account_id": _("Account"), "lines": _("Lines"), "accepted": _("Accepted"), "repeated": _("Known before"),
        "rejected": _("Rejected"),
    }, ids={"account_id": "core_account"})  # fmt: skip
    for model, title in (
        (models.Punch, _("Punches")), (models.PunchLine, _("Lines of punches")),
        (models.DayResult, _("Attendance of days")), (models.MonthResult, _("Attendance of months")),
    ):
        describe(model, title, {})
