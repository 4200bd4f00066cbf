"""What people may do with attendance, and how the authority list looks at its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from attendance.models import Absence, DayResult, MonthResult, Punch
from remit.base import clock
from remit.models import Assignment, Employment, EmploymentTerms, PositionVersion, dated, guard
from remit.specs import ActionDef, Anchor, Facts, ResourceType, SuggestedEntry, through_assignment
from remit.text import catalogue

_ = catalogue("attendance")

IMPORT = "attendance.punch:import"
PUNCHES = "attendance.punch:read"
DAYS = "attendance.day:read"
CLOSE = "attendance.month:close"
REOPEN = "attendance.month:reopen"
RECORD = "attendance.absence:record"

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


def _resource(name: str, model: type[Any], read: str) -> ResourceType:
    anchors: dict[str, Anchor] = {
        "person": _person,
        "unit": through_assignment("employment_id", "unit_id", column="employment_id"),
        "position": through_assignment("employment_id", "position_id", column="employment_id"),
        "legal_entity": _legal_entity,
    }  # fmt: skip
    return ResourceType(name=name, model=model, facts=_facts, anchors=anchors, read=read)


RESOURCE_TYPES = (
    _resource("attendance_punch", Punch, PUNCHES),
    _resource("attendance_day", DayResult, DAYS),
    _resource("attendance_month", MonthResult, DAYS),
    _resource("attendance_absence", Absence, DAYS),
)

ACTIONS = (
    ActionDef(IMPORT, _("Import punches")),
    ActionDef(PUNCHES, _("See punches"), resource="employment", power="read"),
    ActionDef(DAYS, _("See the attendance of people"), resource="employment", power="read"),
    ActionDef(RECORD, _("Record leave and business trips"), resource="employment"),
    ActionDef(CLOSE, _("Close the attendance of a month")),
    ActionDef(REOPEN, _("Reopen the attendance of a month")),
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
)
