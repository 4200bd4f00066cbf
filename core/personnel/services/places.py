"""Where people stand: the posts of an employment, who holds a post and how much room it has, what it all comes to.

Read for whoever may ask or decide; the authority is asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import dated, guard
from core.db.types import Translation
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionVersion,
    UnitVersion,
)
from core.personnel.actions import APPROVE

_MARK = [
    (APPROVE, table)
    for table in ("core_person", "core_employment", "core_employment_terms", "core_assignment", "core_personnel_change")
]


def marked(statement: Any) -> Any:
    """For looking at people and their posts after the authority was asked."""
    return guard.mark(statement, _MARK)


@dataclass(frozen=True, slots=True)
class Room:
    """A post on a day: how many hold it, for how many there is a place."""

    day: date
    held: int
    headcount: int

    @property
    def full(self) -> bool:
        """Whether one more would be one too many."""
        return self.held >= self.headcount


def employment(session: Session, employment_id: int, *, hold: bool = False) -> Employment:
    """An employment; ``hold``: nobody else changes it until the commit."""
    statement = select(Employment).where(Employment.id == employment_id)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: Employment = session.scalars(marked(statement)).one()
    return found


def name_of(session: Session, person_id: int | None) -> str:
    """What a person is called."""
    return session.scalar(marked(select(Person.name).where(Person.id == (person_id or 0)))) or "–"


def posts_of(session: Session, employment_id: int) -> list[Assignment]:
    """All posts an employment has, had and will have, in order of time."""
    statement = select(Assignment).where(Assignment.employment_id == employment_id)
    return list(session.scalars(marked(statement.order_by(Assignment.valid_from, Assignment.id))))


def main_post(session: Session, employment_id: int, day: date) -> Assignment | None:
    """The primary post on a day; where there is none yet or no more, the next or last one."""
    posts = [one for one in posts_of(session, employment_id) if one.is_primary]
    now = [one for one in posts if one.valid_from <= day < one.valid_to]
    return next(iter(now or [one for one in posts if one.valid_from > day] or posts[-1:]), None)


def post_on(session: Session, position_id: int, day: date) -> PositionVersion | None:
    """What a post is on a day; None where it is not there."""
    return dated.at(session, PositionVersion, {"position_id": position_id}, day)


def position(session: Session, position_id: int, *, hold: bool = False) -> Position:
    """A post; ``hold``: whoever else would give it to somebody waits until the commit."""
    statement = select(Position).where(Position.id == position_id)
    return session.scalars(statement.with_for_update() if hold else statement).one()


def unit_title(session: Session, unit_id: int | None, day: date) -> Translation | str:
    """What a unit is called on a day, else what it was called last."""
    titles: Sequence[Translation] = session.scalars(
        select(UnitVersion.title).where(UnitVersion.unit_id == (unit_id or 0), UnitVersion.valid_from <= day)
        .order_by(UnitVersion.valid_from.desc()).limit(1)
    ).all()
    return titles[0] if titles else "–"


def terms_on(session: Session, employment_id: int, day: date) -> EmploymentTerms | None:
    """The terms of an employment on a day."""
    found: EmploymentTerms | None = session.scalars(marked(
        select(EmploymentTerms).where(EmploymentTerms.employment_id == employment_id, dated.as_of(EmploymentTerms, day))
    )).one_or_none()
    return found


def bound(session: Session, legal_entity_id: int | None) -> int:
    """The most that all posts of one person may come to in a company, in hundredths of full working time."""
    return session.scalar(select(LegalEntity.fte_bound).where(LegalEntity.id == (legal_entity_id or 0))) or 100


def rooms(session: Session, position_id: int, start: date, end: date, *, besides: int | None = None) -> list[Room]:
    """How a post is held on each day of a period on which that may change, the first one first.

    Whoever acts for somebody takes no place; ``besides`` is an employment that does not count.
    """
    held = list(session.scalars(marked(
        select(Assignment).where(
            Assignment.position_id == position_id, dated.during(Assignment, start, end), Assignment.kind != "acting",
            Assignment.employment_id != (besides or 0),
        )
    )))  # fmt: skip
    versions = list(session.scalars(
        select(PositionVersion).where(
            PositionVersion.position_id == position_id, dated.during(PositionVersion, start, end)
        )
    ))
    days = {start, *(one.valid_from for one in (*held, *versions) if start < one.valid_from < end)}
    return [
        Room(
            day, sum(one.valid_from <= day < one.valid_to for one in held),
            sum(one.headcount for one in versions if one.valid_from <= day < one.valid_to),
        )
        for day in sorted(days)
    ]


def most_work(posts: Sequence[Assignment], start: date, end: date, *, main_fte: int | None = None) -> int:
    """The most that posts come to on a day of a period, in hundredths of full working time; ``main_fte`` is what is
    left of the primary one meanwhile.
    """
    days = {start, *(one.valid_from for one in posts if start < one.valid_from < end)}
    return max(
        sum(
            main_fte if one.is_primary and main_fte is not None else one.fte
            for one in posts if one.valid_from <= day < one.valid_to
        )
        for day in days
    )


def last_day(end: date) -> date:
    """The last day of a half-open period."""
    return end - timedelta(days=1)
