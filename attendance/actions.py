"""What people may do with attendance, and how the authority list looks at its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, inspect, select
from sqlalchemy.orm import Session, aliased

from attendance.models import (
    Absence,
    Correction,
    DayResult,
    LeaveEntry,
    LeaveLot,
    LeaveRequest,
    MonthResult,
    OvertimeRequest,
    Punch,
    PunchPlace,
    WorkingLife,
)
from attendance.models.correction import WAYS
from attendance.models.overtime import COMPENSATIONS, DAY_KINDS
from remit import workflow
from remit.base import clock
from remit.formula import BOOL, MINUTES, enum
from remit.formula import DAYS as DAYS_TYPE
from remit.models import Assignment, Employment, EmploymentTerms, PositionVersion, dated, guard
from remit.specs import ActionDef, Anchor, Attribute, Facts, ResourceType, SuggestedEntry, through_assignment
from remit.text import catalogue

_ = catalogue("attendance")

IMPORT = "attendance.punch:import"
PUNCHES = "attendance.punch:read"
DAYS = "attendance.day:read"
CLOSE = "attendance.month:close"
REOPEN = "attendance.month:reopen"
RECORD = "attendance.absence:record"
LEAVE_READ = "attendance.leave:read"
LEAVE_REQUEST = "attendance.leave:request"
LEAVE_APPROVE = "attendance.leave:approve"
AWAY = "attendance.away:read"
BALANCES = "attendance.balance:read"
BALANCE_CHANGE = "attendance.balance:change"
BALANCE_IMPORT = "attendance.balance:import"
TYPES = "attendance.leave_type:change"
PUNCH = "attendance.punch:make"
OVERTIME_READ = "attendance.overtime:read"
OVERTIME_REQUEST = "attendance.overtime:request"
OVERTIME_APPROVE = "attendance.overtime:approve"
OVERTIME_EXPORT = "attendance.overtime:export"
CORRECTION_READ = "attendance.correction:read"
CORRECTION_REQUEST = "attendance.correction:request"
CORRECTION_APPROVE = "attendance.correction:approve"
RULES = "attendance.rules:change"
#: The kinds of question that requests are.
LEAVE = "attendance.leave"
OVERTIME = "attendance.overtime"
CORRECTION = "attendance.correction"

_READ = "person.record:read"
_MARK = [(_READ, "core_assignment"), (_READ, "core_employment"), (_READ, "core_employment_terms")]


def _person(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
    employment = aliased(Employment)
    found: ColumnElement[bool] = entity.employment_id.in_(
        select(employment.id).where(employment.person_id.in_(ids))
    )
    return found


def _legal_entity(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
    """By the company of the newest terms, so that a leaver's months stay with the company he left."""
    terms, newer = aliased(EmploymentTerms), aliased(EmploymentTerms)
    outdated = exists().where(newer.employment_id == terms.employment_id, newer.valid_from > terms.valid_from)
    found: ColumnElement[bool] = entity.employment_id.in_(
        select(terms.employment_id).where(terms.legal_entity_id.in_(ids), ~outdated.correlate(terms))
    )
    return found


def _facts(session: Session, row: Any) -> Facts:
    """A row is where the posts of its employment are today, and with the company of its newest terms."""
    person = session.scalar(
        guard.mark(select(Employment.person_id).where(Employment.id == row.employment_id), _MARK)
    )
    today = clock.today()
    posts = session.execute(
        guard.mark(
            select(PositionVersion.unit_id, Assignment.position_id)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(
                Assignment.employment_id == row.employment_id,
                dated.as_of(Assignment, today),
                dated.as_of(PositionVersion, today),
            ),
            _MARK,
        )
    ).all()
    entity = session.scalar(
        guard.mark(
            select(EmploymentTerms.legal_entity_id)
            .where(EmploymentTerms.employment_id == row.employment_id)
            .order_by(EmploymentTerms.valid_from.desc())
            .limit(1),
            _MARK,
        )
    )
    return Facts(
        legal_entity_id=entity,
        person_ids=(person,) if person is not None else (),
        unit_ids=tuple({unit for unit, _position in posts}),
        position_ids=tuple({position for _unit, position in posts}),
    )


def _asked_facts(session: Session, row: Any) -> Facts:
    """A request is its requester's, who is the one that cannot decide it."""
    return replace(_facts(session, row), creator_person_id=row.person_id)


def _acts(kind: str) -> Callable[[Session, Any], Mapping[str, Collection[int]]]:
    """Who asked, and everybody who approved what a request of a kind says."""

    def acts(session: Session, row: Any) -> Mapping[str, Collection[int]]:
        done: dict[str, tuple[int, ...]] = {f"{kind}:request": (row.person_id,)}
        task = workflow.answer_of(session, kind, row) if not inspect(row).transient else None
        if task is not None and task.state == "approved":
            done[f"{kind}:approve"] = tuple(sorted(workflow.deciders(session, task)))
        return done

    return acts


def _resource(name: str, model: type[Any], read: str, **more: Any) -> ResourceType:
    anchors: dict[str, Anchor] = {
        "person": _person,
        "unit": through_assignment("employment_id", "unit_id", column="employment_id"),
        "position": through_assignment("employment_id", "position_id", column="employment_id"),
        "legal_entity": _legal_entity,
    }  # fmt: skip
    return ResourceType(name=name, model=model, anchors=anchors, read=read, **{"facts": _facts, **more})


RESOURCE_TYPES = (
    _resource("attendance_punch", Punch, PUNCHES),
    _resource("attendance_day", DayResult, DAYS),
    _resource("attendance_month", MonthResult, DAYS),
    _resource("attendance_absence", Absence, DAYS),
    _resource(
        "attendance_leave", LeaveRequest, LEAVE_READ, facts=_asked_facts, acts=_acts(LEAVE),
        attributes={
            "days": Attribute(_("Days"), DAYS_TYPE, "amount"),
            "paid": Attribute(_("Paid"), BOOL, "paid"),
        },
        material=("employment_id", "type_id", "first_day", "first_half", "last_day", "last_half", "amount", "reason"),
    ),
    _resource(
        "attendance_overtime", OvertimeRequest, OVERTIME_READ, facts=_asked_facts, acts=_acts(OVERTIME),
        attributes={
            "minutes": Attribute(_("Minutes"), MINUTES, "minutes"),
            "day_kind": Attribute(_("Kind of day"), enum(*DAY_KINDS), "day_kind"),
            "compensation": Attribute(_("Compensation"), enum(*COMPENSATIONS), "compensation"),
        },
        material=("employment_id", "starts_at", "ends_at", "workday_minutes", "restday_minutes", "holiday_minutes",
                  "compensation", "reason"),
    ),
    _resource(
        "attendance_correction", Correction, CORRECTION_READ, facts=_asked_facts, acts=_acts(CORRECTION),
        attributes={"way": Attribute(_("Coming in or going out"), enum(*WAYS), "way")},
        material=("employment_id", "day", "at", "way", "instead_id", "reason"),
    ),
    _resource("attendance_punch_place", PunchPlace, PUNCHES),
    _resource("attendance_leave_lot", LeaveLot, BALANCES),
    _resource("attendance_leave_entry", LeaveEntry, BALANCES),
    _resource("attendance_working_life", WorkingLife, BALANCES),
)  # fmt: skip

ACTIONS = (
    ActionDef(IMPORT, _("Import punches")),
    ActionDef(PUNCHES, _("See punches"), resource="employment", power="read"),
    ActionDef(DAYS, _("See the attendance of people"), resource="employment", power="read"),
    ActionDef(RECORD, _("Record leave and business trips"), resource="employment"),
    ActionDef(CLOSE, _("Close the attendance of a month")),
    ActionDef(REOPEN, _("Reopen the attendance of a month")),
    ActionDef(LEAVE_READ, _("See requests for leave"), resource="attendance_leave", power="read"),
    ActionDef(LEAVE_REQUEST, _("Ask for leave"), resource="attendance_leave"),
    ActionDef(LEAVE_APPROVE, _("Approve leave"), resource="attendance_leave", power="decide", no_self=True),
    ActionDef(AWAY, _("See who is away"), resource="employment", power="read"),
    ActionDef(BALANCES, _("See leave balances"), resource="employment", power="read"),
    ActionDef(BALANCE_CHANGE, _("Grant and correct leave"), resource="employment"),
    ActionDef(BALANCE_IMPORT, _("Import leave balances")),
    ActionDef(TYPES, _("Change the types of leave")),
    ActionDef(PUNCH, _("Punch on the web"), resource="employment"),
    ActionDef(OVERTIME_READ, _("See requests for overtime"), resource="attendance_overtime", power="read"),
    ActionDef(OVERTIME_EXPORT, _("Export overtime"), resource="attendance_overtime", power="read"),
    ActionDef(OVERTIME_REQUEST, _("Ask for overtime"), resource="attendance_overtime"),
    ActionDef(OVERTIME_APPROVE, _("Approve overtime"), resource="attendance_overtime", power="decide", no_self=True),
    ActionDef(CORRECTION_READ, _("See punch corrections"), resource="attendance_correction", power="read"),
    ActionDef(CORRECTION_REQUEST, _("Ask for a punch correction"), resource="attendance_correction"),
    ActionDef(CORRECTION_APPROVE, _("Approve punch corrections"), resource="attendance_correction", power="decide",
              no_self=True),
    ActionDef(RULES, _("Change the rules of attendance")),
)

SUGGESTED = (
    SuggestedEntry(PUNCHES, "self", _("See one's own punches")),
    SuggestedEntry(DAYS, "self", _("See one's own attendance")),
    SuggestedEntry(DAYS, "subtree", _("See the attendance of one's own department"), roles=("head",)),
    SuggestedEntry(IMPORT, "company", _("Import the punches of the company"), roles=("hr",)),
    SuggestedEntry(PUNCHES, "company", _("See the punches of the company"), roles=("hr",)),
    SuggestedEntry(DAYS, "company", _("See the attendance of the company"), roles=("hr",)),
    SuggestedEntry(RECORD, "company", _("Record leave and business trips of the company"), roles=("hr",)),
    SuggestedEntry(CLOSE, "company", _("Close the attendance of the company"), roles=("hr",)),
    SuggestedEntry(REOPEN, "company", _("Reopen the attendance of the company"), roles=("hr",)),
    SuggestedEntry(LEAVE_REQUEST, "self", _("Ask for leave"), roles=("everybody",)),
    SuggestedEntry(LEAVE_READ, "self", _("See one's own requests for leave"), roles=("everybody",)),
    SuggestedEntry(BALANCES, "self", _("See one's own leave balance"), roles=("everybody",)),
    SuggestedEntry(AWAY, "company", _("See who is away"), roles=("everybody",)),
    SuggestedEntry(LEAVE_APPROVE, "subtree", _("Approve the leave of one's own department"), roles=("head",)),
    SuggestedEntry(LEAVE_READ, "subtree", _("See the leave of one's own department"), roles=("head",)),
    SuggestedEntry(BALANCES, "subtree", _("See the leave balances of one's own department"), roles=("head",)),
    SuggestedEntry(LEAVE_READ, "company", _("See the leave of the company"), roles=("hr",)),
    SuggestedEntry(BALANCES, "company", _("See the leave balances of the company"), roles=("hr",)),
    SuggestedEntry(BALANCE_CHANGE, "company", _("Grant and correct leave in the company"), roles=("hr",)),
    SuggestedEntry(BALANCE_IMPORT, "company", _("Import leave balances of the company"), roles=("hr",)),
    SuggestedEntry(TYPES, "company", _("Change the types of leave of the company"), roles=("hr",)),
    SuggestedEntry(PUNCH, "self", _("Punch on the web"), roles=("everybody",)),
    SuggestedEntry(OVERTIME_REQUEST, "self", _("Ask for overtime"), roles=("everybody",)),
    SuggestedEntry(OVERTIME_READ, "self", _("See one's own requests for overtime"), roles=("everybody",)),
    SuggestedEntry(CORRECTION_REQUEST, "self", _("Ask for a punch correction"), roles=("everybody",)),
    SuggestedEntry(CORRECTION_READ, "self", _("See one's own punch corrections"), roles=("everybody",)),
    SuggestedEntry(OVERTIME_APPROVE, "subtree", _("Approve the overtime of one's own department"), roles=("head",)),
    SuggestedEntry(OVERTIME_READ, "subtree", _("See the overtime of one's own department"), roles=("head",)),
    SuggestedEntry(CORRECTION_APPROVE, "subtree", _("Approve punch corrections of one's own department"),
                   roles=("head",)),
    SuggestedEntry(CORRECTION_READ, "subtree", _("See punch corrections of one's own department"), roles=("head",)),
    SuggestedEntry(OVERTIME_READ, "company", _("See the overtime of the company"), roles=("hr",)),
    SuggestedEntry(OVERTIME_EXPORT, "company", _("Export the overtime of the company"), roles=("hr",)),
    SuggestedEntry(CORRECTION_READ, "company", _("See punch corrections of the company"), roles=("hr",)),
    SuggestedEntry(RULES, "company", _("Change the rules of attendance of the company"), roles=("hr",)),
)
