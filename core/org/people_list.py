"""Lists of people and the file of one of them, as pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import require, visible
from core.base.actor import Actor
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.exchange.export import headings_of, to_xlsx
from core.org.exchange.sheets import PEOPLE_SHEET
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionVersion,
    UnitOrder,
    UnitVersion,
)
from core.org.resources import EXPORT, READ

_ = catalogue("org")

PAGE = 50
_TABLES = ("core_person", "core_employment", "core_employment_terms", "core_assignment")


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def named(words: str) -> ColumnElement[bool]:
    """People (joined with an employment) of whose name some words are a part, or the beginning of its pinyin, with or
    without blanks, of its initials, or of the employee number.
    """
    words = words.strip()
    plain = _escaped(words.casefold())
    return or_(
        Person.name.like(f"%{_escaped(words)}%", escape="\\"),
        Person.sort_key.like(f"{plain}%", escape="\\"),
        func.replace(Person.sort_key, " ", "").like(f"{plain.replace(' ', '')}%", escape="\\"),
        Person.initials.like(f"{plain}%", escape="\\"),
        Employment.number.ilike(f"{_escaped(words)}%", escape="\\"),
    )


def search(
    session: Session, actor: Actor, day: date, *, words: str = "", unit_id: int | None = None,
    position_id: int | None = None, page: int = 1,
) -> tuple[list[Any], int]:
    """A page of the people employed on a day, heads of units first, then by pinyin; and how many there are.

    ``words`` are part of a name, pinyin with or without blanks, initials, or an employee number; ``unit_id`` means the
    unit with all below it, by primary posts, ``position_id`` whoever holds it in any way. One statement.
    """
    statement: Any = (
        select(
            Person.id, Person.name, Employment.number, Employment.hired_on, PositionVersion.title.label("position"),
            PositionVersion.is_head, PositionVersion.grade, UnitVersion.title.label("unit"), UnitVersion.unit_id,
            func.count().over().label("total"),
        )
        .select_from(Person)
        .join(Employment, Employment.person_id == Person.id)
        .outerjoin(
            Assignment,
            and_(Assignment.employment_id == Employment.id, as_of(Assignment, day), Assignment.is_primary),
        )
        .outerjoin(
            PositionVersion, and_(PositionVersion.position_id == Assignment.position_id, as_of(PositionVersion, day))
        )
        .outerjoin(UnitVersion, and_(UnitVersion.unit_id == PositionVersion.unit_id, as_of(UnitVersion, day)))
        .where(Employment.hired_on <= day, Employment.left_on > day)
    )
    if words.strip():
        statement = statement.where(named(words))
    if unit_id is not None:
        top = aliased(UnitOrder)
        inside = (
            select(UnitOrder.unit_id).join(top, and_(UnitOrder.lft >= top.lft, UnitOrder.lft < top.rgt))
            .where(as_of(UnitOrder, day), as_of(top, day), top.unit_id == unit_id)
        )
        statement = statement.where(PositionVersion.unit_id.in_(inside))
    if position_id is not None:
        held = aliased(Assignment)
        statement = statement.where(
            Employment.id.in_(select(held.employment_id).where(as_of(held, day), held.position_id == position_id))
        )
    statement = statement.order_by(
        func.coalesce(PositionVersion.is_head, False).desc(), Person.sort_key, Person.id, Employment.id
    )
    marked = guard.mark(visible(session, actor, READ, statement), [(READ, "core_assignment")])
    rows = session.execute(marked.limit(PAGE).offset((page - 1) * PAGE)).all()
    return list(rows), rows[0].total if rows else 0


def place_title(session: Session, day: date, unit_id: int | None, position_id: int | None) -> Translation | None:
    """What the unit or position is called whose people are shown, or None where it is not there on the day."""
    if position_id is not None:
        return session.scalars(
            select(PositionVersion.title).where(PositionVersion.position_id == position_id, as_of(PositionVersion, day))
        ).one_or_none()
    return session.scalars(
        select(UnitVersion.title).where(UnitVersion.unit_id == unit_id, as_of(UnitVersion, day))
    ).one_or_none()


def file_of(session: Session, person: Person) -> dict[str, list[Any]]:
    """Employments, posts and terms of a person that was loaded, newest first: three statements."""
    since: Any = Assignment.valid_from
    begun: Any = EmploymentTerms.valid_from
    employments = session.scalars(
        _mine(select(Employment).where(Employment.person_id == person.id).order_by(Employment.hired_on.desc()))
    ).all()
    posts = session.execute(
        _mine(
            select(
                Assignment.kind, Assignment.fte, Assignment.is_primary, Assignment.valid_from, Assignment.valid_to,
                Position.id.label("position_id"), Position.code, PositionVersion.title, PositionVersion.grade,
                UnitVersion.title.label("unit"),
            )
            .join(Position, Position.id == Assignment.position_id)
            .outerjoin(
                PositionVersion,
                and_(PositionVersion.position_id == Position.id, as_of(PositionVersion, since)),
            )
            .outerjoin(
                UnitVersion,
                and_(UnitVersion.unit_id == PositionVersion.unit_id, as_of(UnitVersion, since)),
            )
            .where(Assignment.person_id == person.id)
            .order_by(Assignment.valid_from.desc(), Assignment.is_primary.desc())
        )
    ).all()
    agent = UnitVersion
    terms = session.execute(
        _mine(
            select(
                EmploymentTerms.valid_from, EmploymentTerms.valid_to, EmploymentTerms.kind, EmploymentTerms.grade,
                EmploymentTerms.contribution_place, LegalEntity.name.label("company"), agent.title.label("agent"),
            )
            .join(Employment, Employment.id == EmploymentTerms.employment_id)
            .join(LegalEntity, LegalEntity.id == EmploymentTerms.legal_entity_id)
            .outerjoin(
                agent,
                and_(agent.unit_id == EmploymentTerms.withholding_agent_id, as_of(agent, begun)),
            )
            .where(Employment.person_id == person.id)
            .order_by(EmploymentTerms.valid_from.desc())
        )
    ).all()
    return {"employments": list(employments), "posts": list(posts), "terms": list(terms)}


def _mine(statement: Any) -> Any:
    return guard.mark(statement, [(READ, name) for name in _TABLES])


def export_roster(session: Session, actor: Actor, day: date) -> bytes:
    """The roster of a day as .xlsx, without masked fields, in the headings the import understands."""
    require(session, actor, EXPORT)
    statement: Any = (
        select(
            Employment.number, Person.name, Person.sex, Person.email, UnitVersion.title.label("unit"),
            PositionVersion.title.label("position"), Assignment.fte, EmploymentTerms.grade, EmploymentTerms.kind,
            Employment.hired_on, EmploymentTerms.contribution_place, Employment.external_id,
        )
        .select_from(Person)
        .join(Employment, Employment.person_id == Person.id)
        .outerjoin(
            EmploymentTerms, and_(EmploymentTerms.employment_id == Employment.id, as_of(EmploymentTerms, day))
        )
        .outerjoin(
            Assignment,
            and_(Assignment.employment_id == Employment.id, as_of(Assignment, day), Assignment.is_primary),
        )
        .outerjoin(
            PositionVersion, and_(PositionVersion.position_id == Assignment.position_id, as_of(PositionVersion, day))
        )
        .outerjoin(UnitVersion, and_(UnitVersion.unit_id == PositionVersion.unit_id, as_of(UnitVersion, day)))
        .where(Employment.hired_on <= day, Employment.left_on > day)
        .order_by(Employment.number)
    )
    rows = session.execute(_mine(visible(session, actor, EXPORT, statement)))
    names = ("number", "name", "sex", "email", "unit", "position", "fte", "grade", "kind", "hired_on",
             "contribution_place", "external_id")
    words = {name: PEOPLE_SHEET.column(name).choices for name in ("sex", "kind")}

    def shown(name: str, value: Any) -> Any:
        if value is None:
            return None
        if name == "fte":
            return value * 10_000
        return words[name][value][0] if name in words else value

    return to_xlsx(
        headings_of(PEOPLE_SHEET, names),
        ([shown(name, value) for name, value in zip(names, row, strict=True)] for row in rows),
        title=_("People"),
    )
