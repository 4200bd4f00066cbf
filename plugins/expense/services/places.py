"""Where somebody works: the unit whose money he may claim, the company it belongs to, and his grade."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense.text import _
from remit.base import Actor, DomainError, clock
from remit.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    PositionVersion,
    Translation,
    UnitVersion,
    dated,
    guard,
)
from remit.services import system

_MARK = [("expense.claim:request", "core_assignment")]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a form offers it."""

    unit_id: int
    legal_entity_id: int
    title: Translation


def own_places(session: Session, actor: Actor) -> list[Place]:
    """The units in which somebody holds a post today, his main one first."""
    today = clock.today(actor.zone)
    rows = session.execute(guard.mark(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .join(PositionVersion, PositionVersion.unit_id == UnitVersion.unit_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(
            Assignment.person_id == (actor.person_id or 0), dated.as_of(Assignment, today),
            dated.as_of(PositionVersion, today), dated.as_of(UnitVersion, today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id),
        _MARK,
    ))  # fmt: skip
    return list({row.unit_id: Place(*row) for row in rows}.values())


def own_place(session: Session, actor: Actor, unit_id: int) -> Place:
    """One of them. Raises ``DomainError`` with the field for a unit in which he holds no post."""
    found = next((place for place in own_places(session, actor) if place.unit_id == unit_id), None)
    if found is None or actor.person_id is None:
        raise DomainError("expense.unit", _("Choose a unit in which you hold a post."), "unit_id")
    return found


def place_of(session: Session, unit_id: int) -> Place:
    """A unit of today. Raises ``DomainError`` with the field where there is none."""
    row = session.execute(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .where(UnitVersion.unit_id == unit_id, dated.as_of(UnitVersion, clock.today()))
    ).one_or_none()
    if row is None:
        raise DomainError("expense.no_unit", _("Choose a unit that exists today."), "unit_id")
    return Place(*row)


def all_places(session: Session) -> list[Place]:
    """All units of today, in their order."""
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .where(dated.as_of(UnitVersion, clock.today())).order_by(UnitVersion.order, UnitVersion.unit_id)
    )
    return [Place(*row) for row in rows]


def entity_of(session: Session, entity_id: int) -> LegalEntity:
    """The company of a claim, with its currency, its title and its tax number."""
    with system(session, "the company of a claim"):
        return session.get_one(LegalEntity, entity_id)


def entities(session: Session) -> list[LegalEntity]:
    """All companies."""
    with system(session, "the companies that pay expenses"):
        return list(session.scalars(select(LegalEntity).order_by(LegalEntity.id)))


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Names of people by id, for lists whose rows somebody may see."""
    if not person_ids:
        return {}
    with system(session, "names beside claims that somebody may see"):
        rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
        return {number: name for number, name in rows}


def grade_of(session: Session, person_id: int, day: date) -> str:
    """The grade of a person on a day: his own, else that of his main post, else nothing."""
    with system(session, "the grade that a rule of expenses looks at"):
        own = session.scalar(
            select(EmploymentTerms.grade).join(Employment, Employment.id == EmploymentTerms.employment_id)
            .where(Employment.person_id == person_id, dated.as_of(EmploymentTerms, day)).limit(1)
        )
        if own:
            return str(own)
        post = session.scalar(
            select(PositionVersion.grade).join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(
                Assignment.person_id == person_id, dated.as_of(Assignment, day), dated.as_of(PositionVersion, day)
            ).order_by(Assignment.is_primary.desc(), Assignment.id).limit(1)
        )  # fmt: skip
        return str(post or "")


def employments_on(session: Session, person_ids: Collection[int], entity_id: int, day: date) -> dict[int, int]:
    """The employment of each person with a company on a day, by person; who has none is left out."""
    if not person_ids:
        return {}
    with system(session, "the employment that an expense is paid with"):
        rows = session.execute(
            select(Employment.person_id, Employment.id)
            .join(EmploymentTerms, EmploymentTerms.employment_id == Employment.id)
            .where(
                Employment.person_id.in_(person_ids), Employment.hired_on <= day, Employment.left_on > day,
                EmploymentTerms.legal_entity_id == entity_id, dated.as_of(EmploymentTerms, day),
            ).order_by(Employment.id.desc())
        )  # fmt: skip
        return {person: number for person, number in rows}
