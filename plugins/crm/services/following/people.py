"""Who could follow a lead up: colleagues of the department, who of them is here today, how much they have in hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from plugins.crm.models import Lead, Rep
from plugins.crm.text import NEW, WORKING
from remit.base import Period, clock
from remit.contracts import Ask
from remit.models import Assignment, Person, PositionVersion, UnitOrder, dated
from remit.services import give, of, system


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who holds a post today: where, whether he is away, how many leads he has in hand."""

    person_id: int
    name: str
    unit_id: int
    position_id: int
    away: bool
    load: int


def colleagues(session: Session, unit_id: int, day: date) -> list[Colleague]:
    """Who holds a post in the department of a unit, the unit above it with all below: five statements, ordered as lists
    of people are."""
    own, above, below = aliased(UnitOrder), aliased(UnitOrder), aliased(UnitOrder)
    statement = (
        select(Assignment.person_id, Assignment.employment_id, Person.name, below.unit_id, Assignment.position_id)
        .join(Person, Person.id == Assignment.person_id)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .join(below, below.unit_id == PositionVersion.unit_id)
        .join(above, (above.lft <= below.lft) & (below.lft < above.rgt))
        .join(own, (above.lft <= own.lft) & (own.lft < above.rgt))
        .where(
            own.unit_id == unit_id, above.depth == case((own.depth > 0, own.depth - 1), else_=own.depth),
            *(dated.as_of(one, day) for one in (own, above, below, Assignment, PositionVersion)),
        )
        .order_by(Person.sort_key, Person.id, Assignment.is_primary.desc(), Assignment.id)
    )
    with system(session, "who may be handed a lead"):
        rows = session.execute(statement).all()
    first = {row.person_id: row for row in reversed(rows)}
    away = _away(session, {row.employment_id: row.person_id for row in rows}, day)
    loads = loads_of(session, list(first))
    ordered = list(dict.fromkeys(row.person_id for row in rows))
    return [
        Colleague(one, first[one].name, first[one].unit_id, first[one].position_id, one in away, loads.get(one, 0))
        for one in ordered
    ]


def takers(session: Session, unit_id: int, day: date) -> list[Colleague]:
    """Whom a lead of a unit can be handed to: the colleagues of its department, then whoever else takes leads."""
    near = colleagues(session, unit_id, day)
    known = [one.person_id for one in near]
    statement = (
        select(Rep.person_id, Rep.unit_id, Person.name, Assignment.employment_id, Assignment.position_id)
        .join(Person, Person.id == Rep.person_id)
        .join(Assignment, (Assignment.person_id == Rep.person_id) & Assignment.is_primary)
        .where(Rep.is_active.is_(True), Rep.person_id.not_in(known), dated.as_of(Assignment, day))
        .order_by(Person.sort_key, Person.id, Rep.id)
    )
    with system(session, "who takes leads"):
        rows = list({row.person_id: row for row in reversed(session.execute(statement).all())}.values())[::-1]
    away = _away(session, {row.employment_id: row.person_id for row in rows}, day)
    loads = loads_of(session, [row.person_id for row in rows])
    return near + [
        Colleague(row.person_id, row.name, row.unit_id, row.position_id, row.person_id in away,
                  loads.get(row.person_id, 0))
        for row in rows
    ]  # fmt: skip


def loads_of(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """How many leads each of these people has in hand that are not put off."""
    with system(session, "how many leads somebody has in hand"):
        rows = session.execute(
            select(Lead.owner_person_id, func.count()).where(
                Lead.owner_person_id.in_(sorted(person_ids)), Lead.state.in_((NEW, WORKING))
            ).group_by(Lead.owner_person_id)
        ).all()  # fmt: skip
    return {one: count for one, count in rows if one is not None}


def at_work(session: Session, person_ids: Collection[int], day: date) -> set[int]:
    """Who of these people still holds a post on a day."""
    with system(session, "who still holds a post"):
        return set(session.scalars(
            select(Assignment.person_id).where(
                Assignment.person_id.in_(sorted(person_ids)), dated.as_of(Assignment, day)
            )
        ))  # fmt: skip


def heads_of(session: Session, unit_ids: Collection[int], day: date) -> dict[int, int]:
    """Whoever leads each of these units today, or else the nearest unit above it that has somebody; one statement."""
    own, above = aliased(UnitOrder), aliased(UnitOrder)
    statement = (
        select(own.unit_id, Assignment.person_id)
        .join(above, (above.lft <= own.lft) & (own.lft < above.rgt))
        .join(PositionVersion, PositionVersion.unit_id == above.unit_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(
            own.unit_id.in_(sorted(unit_ids)), PositionVersion.is_head.is_(True),
            *(dated.as_of(one, day) for one in (own, above, PositionVersion, Assignment)),
        )
        .order_by(above.depth, Assignment.is_primary, Assignment.id.desc())
    )
    with system(session, "who leads a unit that follows leads up"):
        return {row.unit_id: row.person_id for row in session.execute(statement)}


def _away(session: Session, employments: dict[int, int], day: date) -> set[int]:
    """Who of these is on leave or on a trip for the whole of a day, as modules that know of absences tell."""
    if not employments:
        return set()
    zone = ZoneInfo(of(session).config.zone)
    noon = datetime.combine(day, datetime.min.time(), zone).replace(hour=12).astimezone(UTC)
    minute = int(noon.timestamp()) // 60
    ask = Ask(np.array(sorted(employments), dtype=np.int64), Period(day, day + timedelta(days=1)), clock.today())
    found: set[int] = set()
    for spans in give(session, "give_absences", ask=ask):
        now = (spans.start <= minute) & (minute < spans.end)
        found |= {employments[int(one)] for one in spans.ids[now]}
    return found
