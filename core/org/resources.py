"""How the authority list looks at people and their posts: resource types, their facts and their scopes in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from core.base import clock
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.reaching import by_way_of
from core.kernel.specs import Anchor, Facts, FieldGroup, ResourceType, by_column
from core.org.models import Assignment, Employment, EmploymentTerms, Person, PositionVersion, Unit, UnitVersion

_ = catalogue("org")

READ = "person.record:read"
IDENTITY = "person.identity:reveal"
BANK = "person.bank:reveal"
CHANGE = "person.record:change"
IMPORT = "person.record:import"
EXPORT = "person.record:export"
CHART = "org.chart:read"
STRUCTURE = "org.structure:change"
IMPORT_UNITS = "org.unit:import"

_MARK = [(READ, "core_assignment"), (READ, "core_employment"), (READ, "core_employment_terms")]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the organisation that something is about to happen at: a hire, a new unit below it.

    Asked about instead of a person who is not there yet: ``require(session, actor, CHANGE, Place(unit_id, entity))``.
    """

    unit_id: int | None = None
    legal_entity_id: int | None = None
    position_id: int | None = None


def through_assignment(
    link: str, target: str, *, column: str = "id"
) -> Anchor:
    """An anchor by way of the assignments in force on the day.

    ``link`` is the assignment's column that equals the entity's ``column``; ``target`` is what the ids are:
    ``position_id`` of the assignment or ``unit_id`` of its position.
    """

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
        held, post = aliased(Assignment), aliased(PositionVersion)
        holders = select(getattr(held, link)).where(as_of(held, at))
        if target == "unit_id":
            holders = holders.join(post, post.position_id == held.position_id).where(
                as_of(post, at), post.unit_id.in_(ids)
            )
        else:
            holders = holders.where(held.position_id.in_(ids))
        return by_way_of(getattr(entity, column), getattr(held, link), holders, ids)

    return predicate


def _where(
    session: Session, posts: ColumnElement[bool], terms: ColumnElement[bool]
) -> tuple[tuple[int, ...], tuple[int, ...], int | None]:
    """Units and positions of the assignments of today that satisfy a condition, and the company of the newest terms
    that satisfy another: one statement, since every decision about somebody asks.
    """
    day = clock.today()
    held = (
        select(literal(0).label("kind"), PositionVersion.unit_id.label("first"), Assignment.position_id.label("second"))
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(as_of(Assignment, day), as_of(PositionVersion, day), posts)
    )
    newest = (
        select(EmploymentTerms.legal_entity_id)
        .join(Employment, Employment.id == EmploymentTerms.employment_id)
        .where(terms)
        .order_by(EmploymentTerms.valid_from.desc(), EmploymentTerms.id.desc())
        .limit(1)
        .subquery()
    )
    company = select(literal(1), newest.c.legal_entity_id, newest.c.legal_entity_id)
    rows = session.execute(guard.mark(held.union_all(company), _MARK)).all()
    units = tuple({first for kind, first, _second in rows if not kind})
    positions = tuple({second for kind, _first, second in rows if not kind})
    return units, positions, next((first for kind, first, _second in rows if kind), None)


def place_of_unit(session: Session, unit: Unit, day: date | None = None) -> Facts:
    """Where something is that belongs to a unit: the unit itself and the company it is part of on a day."""
    entity = select(UnitVersion.legal_entity_id).where(
        UnitVersion.unit_id == unit.id, as_of(UnitVersion, day or clock.today())
    )
    return Facts(unit_ids=(unit.id,), legal_entity_id=session.scalar(entity))


def person_facts(session: Session, person: Person | Place) -> Facts:
    """A person is where his posts of today are, and with the company of his newest terms, also after he left."""
    if isinstance(person, Place):
        return Facts(
            unit_ids=(person.unit_id,) if person.unit_id is not None else (),
            position_ids=(person.position_id,) if person.position_id is not None else (),
            legal_entity_id=person.legal_entity_id,
        )
    return facts_of_person(session, person.id)


def facts_of_person(session: Session, person_id: int) -> Facts:
    """The same by the id, for what is kept about a person."""
    units, positions, entity = _where(
        session, Assignment.person_id == person_id, Employment.person_id == person_id
    )
    return Facts((person_id,), units, positions, entity, gone=not units)


def employment_facts(session: Session, employment: Employment) -> Facts:
    """An employment is where its posts of today are, and with the company of its newest terms."""
    units, positions, entity = _where(
        session, Assignment.employment_id == employment.id, Employment.id == employment.id
    )
    return Facts((employment.person_id,), units, positions, entity, gone=not units)


def terms_facts(session: Session, terms: EmploymentTerms) -> Facts:
    """The terms belong to their employment."""
    employment = session.get(
        Employment, terms.employment_id, execution_options={guard.MARKER: frozenset([(READ, "core_employment")])}
    )
    if employment is None:
        return Facts()
    found = employment_facts(session, employment)
    return replace(found, legal_entity_id=terms.legal_entity_id)


def assignment_facts(session: Session, assignment: Assignment) -> Facts:
    """An assignment is where its position is."""
    unit = session.scalar(
        select(PositionVersion.unit_id).where(
            PositionVersion.position_id == assignment.position_id, as_of(PositionVersion, clock.today())
        )
    )
    return Facts(
        person_ids=(assignment.person_id,),
        unit_ids=(unit,) if unit is not None else (),
        position_ids=(assignment.position_id,),
    )


def newest_entity(link: str, *, column: str = "id") -> Anchor:
    """An anchor by the company of the newest terms; ``link`` is the column of an employment that the entity's
    ``column`` is.
    """

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
        terms, held = aliased(EmploymentTerms), aliased(Employment)
        newer, other = aliased(EmploymentTerms), aliased(Employment)
        own = getattr(entity, column)
        later = or_(
            newer.valid_from > terms.valid_from, and_(newer.valid_from == terms.valid_from, newer.id > terms.id)
        )
        return (
            exists()
            .where(terms.employment_id == held.id, getattr(held, link) == own, terms.legal_entity_id.in_(ids))
            .where(
                not_(
                    exists()
                    .where(newer.employment_id == other.id, getattr(other, link) == own, later)
                    .correlate_except(newer, other)
                )
            )
            .correlate_except(terms, held)
        )

    return predicate


def _assignment_unit(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
    post = aliased(PositionVersion)
    others = select(post.position_id).where(as_of(post, at), post.unit_id.in_(ids))
    return by_way_of(entity.position_id, post.position_id, others, ids)


def _terms_person(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
    employment = aliased(Employment)
    found: ColumnElement[bool] = entity.employment_id.in_(
        select(employment.id).where(employment.person_id.in_(ids))
    )
    return found


RESOURCE_TYPES = (
    ResourceType(
        name="person",
        model=Person,
        facts=person_facts,
        anchors={
            "person": by_column("id"),
            "unit": through_assignment("person_id", "unit_id"),
            "position": through_assignment("person_id", "position_id"),
            "legal_entity": newest_entity("person_id"),
        },
        groups=(
            FieldGroup("identity", _("Identity document and phone"), ("identity_number", "phone"), IDENTITY),
            FieldGroup("bank", _("Bank account"), ("bank_account",), BANK),
        ),
        read=READ,
    ),
    ResourceType(
        name="employment",
        model=Employment,
        facts=employment_facts,
        anchors={
            "person": by_column("person_id"),
            "unit": through_assignment("employment_id", "unit_id"),
            "position": through_assignment("employment_id", "position_id"),
            "legal_entity": newest_entity("id"),
        },
        read=READ,
    ),
    ResourceType(
        name="employment_terms",
        model=EmploymentTerms,
        facts=terms_facts,
        anchors={
            "person": _terms_person,
            "unit": through_assignment("employment_id", "unit_id", column="employment_id"),
            "position": through_assignment("employment_id", "position_id", column="employment_id"),
            "legal_entity": by_column("legal_entity_id"),
        },
        read=READ,
    ),
    ResourceType(
        name="assignment",
        model=Assignment,
        facts=assignment_facts,
        anchors={
            "person": by_column("person_id"),
            "unit": _assignment_unit,
            "position": by_column("position_id"),
        },
        read=READ,
    ),
)
