"""Who is employed in a month, as columns: what payroll, attendance and exports start from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.base.actor import Actor
from core.base.period import Period
from core.db import bulk, dated, guard
from core.org.models import Assignment, Employment, EmploymentTerms, Person, PositionVersion
from core.org.resources import READ

Columns = dict[str, NDArray[Any]]


def roster(session: Session, actor: Actor, period: Period, action: str = READ) -> Columns:
    """Everybody employed on some day of a period, one row an employment, sorted by its id.

    Columns: ``employment_id``, ``number``, ``person_id``, ``name``, ``hired_on``, ``left_on`` (the day after the last
    one), ``first_job_of_year``; of the last day of the period on which the employment stands: the terms ``kind``,
    ``grade``, ``legal_entity_id``, ``withholding_agent_id``, ``contribution_place``, and of the primary post
    ``unit_id``, ``position_id``, ``fte`` (hundredths). What is missing is 0 in a column of numbers. Narrowed to the
    employments the actor may do ``action`` to. Three statements at any size.
    """
    employed = and_(Employment.hired_on < period.end, Employment.left_on > period.start)
    wanted: Select[Any] = select(
        Employment.id.label("employment_id"), Employment.number, Employment.person_id, Employment.hired_on,
        Employment.left_on, Employment.first_job_of_year,
    )  # type: ignore[assignment]
    statement = visible(session, actor, action, wanted.where(employed).order_by(Employment.id))
    found = bulk.read_columns(session, statement)
    ids = found["employment_id"]
    terms = terms_during(session, period)
    posts = posts_during(session, period)
    posts = {name: values[posts["is_primary"]] for name, values in posts.items()}
    names = bulk.read_columns(
        session,
        _marked(
            select(Person.id, Person.name).where(
                Person.id.in_(select(Employment.person_id).where(employed))
            ).order_by(Person.id)
        ),
    )
    at = np.searchsorted(names["id"], found["person_id"])
    found["name"] = names["name"][at] if len(ids) else names["name"]
    for rows, names_of in (
        (terms, ("kind", "grade", "legal_entity_id", "withholding_agent_id", "contribution_place")),
        (posts, ("unit_id", "position_id", "fte")),
    ):
        found |= _latest(ids, rows, names_of)
    return found


def terms_during(session: Session, period: Period) -> Columns:
    """The dated terms of all employments that touch a period, sorted by employment and day, for slices of a month.

    Not narrowed: use it for employments that ``roster`` has returned.
    """
    statement = (
        select(
            EmploymentTerms.employment_id, EmploymentTerms.valid_from, EmploymentTerms.valid_to, EmploymentTerms.kind,
            EmploymentTerms.grade, EmploymentTerms.legal_entity_id, EmploymentTerms.withholding_agent_id,
            EmploymentTerms.contribution_place,
        )
        .where(dated.during(EmploymentTerms, period.start, period.end))
        .order_by(EmploymentTerms.employment_id, EmploymentTerms.valid_from)
    )
    return bulk.read_columns(session, _marked(statement))


def posts_during(session: Session, period: Period) -> Columns:
    """All assignments that touch a period, with the unit of their position, sorted by employment and day.

    Columns: ``employment_id``, ``assignment_id``, ``position_id``, ``unit_id``, ``kind``, ``fte``, ``is_primary``,
    ``valid_from``, ``valid_to``; ``unit_id`` is that of the last day both touch. Not narrowed, as ``terms_during``.
    """
    newest = (
        select(PositionVersion.position_id, func.max(PositionVersion.valid_from).label("since"))
        .where(PositionVersion.valid_from < period.end)
        .group_by(PositionVersion.position_id)
        .subquery()
    )
    homes = (
        select(PositionVersion.position_id, PositionVersion.unit_id)
        .join(
            newest,
            and_(newest.c.position_id == PositionVersion.position_id, newest.c.since == PositionVersion.valid_from),
        )
        .subquery()
    )
    statement = (
        select(
            Assignment.employment_id, Assignment.id.label("assignment_id"), Assignment.position_id,
            func.coalesce(homes.c.unit_id, 0).label("unit_id"), Assignment.kind, Assignment.fte,
            Assignment.is_primary, Assignment.valid_from, Assignment.valid_to,
        )
        .outerjoin(homes, homes.c.position_id == Assignment.position_id)
        .where(dated.during(Assignment, period.start, period.end))
        .order_by(Assignment.employment_id, Assignment.valid_from, Assignment.id)
    )
    return bulk.read_columns(session, _marked(statement))


def _marked(statement: Any) -> Any:
    """The names, terms and posts of employments that ``visible`` has let through."""
    return guard.mark(
        statement,
        [(READ, name) for name in ("core_person", "core_employment", "core_employment_terms", "core_assignment")],
    )


def _latest(ids: NDArray[np.int64], rows: Columns, wanted: tuple[str, ...]) -> Columns:
    """For each employment the columns of its last row; rows are sorted by employment and day."""
    after = np.searchsorted(rows["employment_id"], ids, side="right")
    at = np.maximum(after - 1, 0)
    has = (after > 0) & (rows["employment_id"][at] == ids) if len(rows["employment_id"]) else np.zeros(len(ids), bool)
    found: Columns = {}
    for name in wanted:
        values = rows[name]
        if not len(values):
            filled = np.zeros(len(ids), values.dtype) if values.dtype != object else np.full(len(ids), None, object)
        else:
            filled = values[at].copy()
            filled[~has] = None if values.dtype == object else 0
        found[name] = filled
    return found
