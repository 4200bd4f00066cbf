"""Who is paid in a month: employments as columns, with person, tax agent, place, unit and span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from payroll.models import PayGroup, PayGroupMember
from payroll.rules.months import months_employed
from payroll.rules.proration import IntColumn
from remit.base import Month
from remit.models import Assignment, Employment, EmploymentTerms, PositionVersion, bulk, dated

#: Up to so many ids are named in a statement; with more the whole period is read.
NAMED = 500
NONE = -1


@dataclass(frozen=True)
class Roster:
    """Employments of one pay group in one month, sorted by id.

    ``first`` and ``end`` are half-open day numbers within the month; ``place`` is a number in ``places`` or ``NONE``;
    ``unit`` and ``position`` are ids or ``NONE``. ``months`` counts months of employment in the tax year with the same
    person and agent; ``hired`` is the day of hiring.
    """

    ids: IntColumn
    person: IntColumn
    agent: IntColumn
    place: IntColumn
    places: tuple[str, ...]
    unit: IntColumn
    position: IntColumn
    first: IntColumn
    end: IntColumn
    months: IntColumn
    first_job: IntColumn
    hired: NDArray[np.datetime64]

    def __len__(self) -> int:
        return int(self.ids.size)

    def rows(self, employments: NDArray[Any]) -> tuple[IntColumn, NDArray[np.bool_]]:
        """Where employments stand, and which of them are here at all."""
        at = np.searchsorted(self.ids, employments)
        safe = np.minimum(at, max(len(self) - 1, 0)).astype(np.int64)
        known = self.ids[safe] == employments if len(self) else np.zeros(employments.size, dtype=np.bool_)
        return safe, known

    def among(self, column: Any) -> ColumnElement[bool]:
        """The condition that a column may name one of them; exact for few, a range for many."""
        if len(self) <= NAMED:
            found: ColumnElement[bool] = column.in_(self.ids.tolist())
            return found
        between: ColumnElement[bool] = column.between(int(self.ids[0]), int(self.ids[-1]))
        return between


def day_numbers(days: NDArray[Any], month: Month) -> IntColumn:
    """Days as numbers within a month, clipped to it: 0 the first, the length of the month its end."""
    zero = np.datetime64(month.start, "D")
    numbers: IntColumn = np.clip((days.astype("datetime64[D]") - zero).astype(np.int64), 0, month.period.days)
    return numbers


def load_roster(session: Session, group: PayGroup, work: Month, tax: Month) -> Roster:
    """The employments a run of the group pays: employed on a day of the month and, on the last of these days, of the
    group's legal entity (or made a member of the group).
    """
    terms = _terms(session, work, tax)
    month_start, month_end = np.datetime64(work.start, "D"), np.datetime64(work.period.end, "D")
    start = np.maximum.reduce([terms["valid_from"], terms["hired_on"]])
    end = np.minimum.reduce([terms["valid_to"], terms["left_on"]])
    current = np.flatnonzero((start < month_end) & (end > month_start) & (start < end))
    order = current[np.lexsort((start[current], terms["employment_id"][current]))]
    employments = terms["employment_id"][order]
    last = np.concatenate((employments[1:] != employments[:-1], [True])) if order.size else np.zeros(0, dtype=bool)
    rows = order[last]
    rows = rows[_belongs(session, group, work, terms, rows)]
    ids = terms["employment_id"][rows]
    places = tuple(sorted({str(place) for place in terms["contribution_place"][rows] if place is not None}))
    numbers = {place: number for number, place in enumerate(places)}
    place = np.array([numbers.get(name, NONE) for name in terms["contribution_place"][rows].tolist()], dtype=np.int64)
    unit, position = _posts(session, work, ids)
    return Roster(
        ids=ids,
        person=terms["person_id"][rows],
        agent=terms["withholding_agent_id"][rows],
        place=place,
        places=places,
        unit=unit,
        position=position,
        first=day_numbers(terms["hired_on"][rows], work),
        end=day_numbers(terms["left_on"][rows], work),
        months=_months(terms, start, end, rows, tax),
        first_job=_first_job(terms, rows, tax),
        hired=terms["hired_on"][rows],
    )


def _terms(session: Session, work: Month, tax: Month) -> dict[str, NDArray[Any]]:
    """Terms of employments that touch the work month or the tax year up to the tax month."""
    begin = min(date(tax.year, 1, 1), work.start)
    finish = max(work.period.end, tax.period.end)
    statement = (
        select(
            EmploymentTerms.employment_id, EmploymentTerms.valid_from, EmploymentTerms.valid_to,
            EmploymentTerms.legal_entity_id, EmploymentTerms.withholding_agent_id, EmploymentTerms.contribution_place,
            Employment.person_id, Employment.hired_on, Employment.left_on, Employment.first_job_of_year,
        )
        .join(Employment, Employment.id == EmploymentTerms.employment_id)
        .where(
            dated.during(EmploymentTerms, begin, finish), Employment.hired_on < finish, Employment.left_on > begin
        )
    )  # fmt: skip
    return bulk.read_columns(session, statement)


def _belongs(
    session: Session, group: PayGroup, work: Month, terms: dict[str, NDArray[Any]], rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    members = bulk.read_columns(
        session,
        select(PayGroupMember.employment_id, PayGroupMember.group_id)
        .where(dated.during(PayGroupMember, work.start, work.period.end))
        .order_by(PayGroupMember.valid_from),
    )
    named = dict(zip(members["employment_id"].tolist(), members["group_id"].tolist(), strict=True))
    first = session.scalar(
        select(PayGroup.id).where(PayGroup.legal_entity_id == group.legal_entity_id).order_by(PayGroup.id).limit(1)
    )
    mine = (terms["legal_entity_id"][rows] == group.legal_entity_id) & (group.id == first)
    if named:
        ids = terms["employment_id"][rows].tolist()
        mine = np.array(
            [named.get(one, group.id if own else NONE) == group.id for one, own in zip(ids, mine, strict=True)]
        )
    return np.asarray(mine, dtype=np.bool_)


def _posts(session: Session, work: Month, ids: IntColumn) -> tuple[IntColumn, IntColumn]:
    """Unit and position of the primary post on the last day of the month that somebody holds one."""
    unit, position = np.full(ids.size, NONE, dtype=np.int64), np.full(ids.size, NONE, dtype=np.int64)
    if not ids.size:
        return unit, position
    rows = bulk.read_columns(
        session,
        select(Assignment.employment_id, Assignment.position_id, PositionVersion.unit_id)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(
            Assignment.is_primary,
            dated.during(Assignment, work.start, work.period.end),
            dated.during(PositionVersion, work.start, work.period.end),
            PositionVersion.valid_from < Assignment.valid_to,
            PositionVersion.valid_to > Assignment.valid_from,
        )
        .order_by(Assignment.valid_from, PositionVersion.valid_from, Assignment.id),
    )
    at = np.minimum(np.searchsorted(ids, rows["employment_id"]), ids.size - 1)
    known = ids[at] == rows["employment_id"]
    # Rows come by day, so that a later post overwrites an earlier one.
    unit[at[known]], position[at[known]] = rows["unit_id"][known], rows["position_id"][known]
    return unit, position


def _months(
    terms: dict[str, NDArray[Any]], start: NDArray[Any], end: NDArray[Any], rows: NDArray[np.intp], tax: Month
) -> IntColumn:
    """Months of employment in the tax year with the person's agent, earlier employments there included."""
    pairs = np.stack([terms["person_id"], terms["withholding_agent_id"]], axis=1)
    if not rows.size:
        return np.zeros(0, dtype=np.int64)
    _distinct, owner = np.unique(pairs, axis=0, return_inverse=True)
    owner = owner.reshape(-1).astype(np.int64)
    counted = months_employed(owner, start, end, tax, int(owner.max()) + 1)
    return counted[owner[rows]]


def _first_job(terms: dict[str, NDArray[Any]], rows: NDArray[np.intp], tax: Month) -> IntColumn:
    """Whether the first-job rule of the basic deduction applies: only in the year of hiring."""
    hired = terms["hired_on"][rows].astype("datetime64[Y]") == np.datetime64(str(tax.year), "Y")
    flags: IntColumn = (terms["first_job_of_year"][rows] & hired).astype(np.int64)
    return flags
