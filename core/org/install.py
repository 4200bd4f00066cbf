"""Putting into a house what the audit log asks the organisation for, once, at start."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import visible
from core.audit.words import OBJECTS
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import House
from core.kernel.kept import kept_of_organisation
from core.notify.people import PERSONS, STAND_INS, PersonFacts
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    PositionVersion,
    UnitVersion,
)
from core.org.resources import READ


def install(house: House) -> None:
    """Tell the audit log what ids stand for, and notifications how people are reached and who stands in."""
    house.session_info[PERSONS] = persons
    house.session_info[STAND_INS] = stand_ins
    house.session_info.setdefault(OBJECTS, {}).update({
        "core_unit": _latest(UnitVersion, UnitVersion.unit_id),
        "core_position": _latest(PositionVersion, PositionVersion.position_id),
        "core_legal_entity": _plain(LegalEntity, LegalEntity.name),
        "core_person": _plain(Person, Person.name, READ),
        "core_employment": _plain(Employment, Employment.number, READ),
    })


_TOLD = [
    ("org.notify", table)
    for table in ("core_person", "core_employment", "core_employment_terms", "core_assignment")
]


def persons(session: Session, ids: Collection[int], day: date) -> dict[int, PersonFacts]:
    """The address of persons, and the place they work at that day, for whoever tells them something."""
    found = kept_of_organisation(
        session, "reached", ((one, day) for one in ids),
        lambda keys: {(one, day): facts for one, facts in _persons(session, [key for key, _day in keys], day).items()},
    )
    return {one: facts for (one, _day), facts in found.items()}


def _persons(session: Session, ids: Collection[int], day: date) -> dict[int, PersonFacts]:
    terms = and_(EmploymentTerms.employment_id == Employment.id, as_of(EmploymentTerms, day))
    statement = (
        select(Person.id, Person.email, EmploymentTerms.contribution_place)
        .outerjoin(Employment, and_(
            Employment.person_id == Person.id, Employment.hired_on <= day, Employment.left_on > day
        ))
        .outerjoin(EmploymentTerms, terms).where(Person.id.in_(ids)).order_by(Person.id, Employment.id)
    )  # fmt: skip
    found: dict[int, PersonFacts] = {}
    for person, email, place in session.execute(guard.mark(statement, _TOLD)):
        if person not in found or (place and not found[person].place):
            found[person] = PersonFacts(email, place)
    return found


def stand_ins(session: Session, ids: Collection[int], day: date) -> dict[int, list[int]]:
    """Who holds a post that day to stand in for an assignment of these persons."""
    theirs = aliased(Assignment)
    statement = (
        select(theirs.person_id, Assignment.person_id).join(theirs, Assignment.stands_in_for_id == theirs.id)
        .where(theirs.person_id.in_(ids), as_of(Assignment, day), Assignment.person_id != theirs.person_id)
        .order_by(Assignment.id)
    )
    found: dict[int, list[int]] = {}
    for person, deputy in session.execute(guard.mark(statement, _TOLD)):
        if deputy not in found.setdefault(person, []):
            found[person].append(deputy)
    return found


def _latest(version: Any, key: Any) -> Callable[[Session, set[int]], dict[int, str]]:
    """The last title a dated thing had: it may be gone, but the log still speaks of it."""

    def find(session: Session, ids: set[int]) -> dict[int, str]:
        last = select(key, func.max(version.valid_from).label("day")).where(key.in_(sorted(ids))).group_by(key)
        newest = last.subquery()
        rows = session.execute(
            select(key, version.title).join(newest, (newest.c[key.key] == key) & (newest.c.day == version.valid_from))
        )
        return {row[0]: str(row[1]) for row in rows}

    return find


def _plain(model: Any, name: Any, action: str = "") -> Callable[[Session, set[int]], dict[int, str]]:
    """A name the thing itself carries; those of people only where the reader may see them."""

    def find(session: Session, ids: set[int]) -> dict[int, str]:
        statement: Any = select(model.id, name).where(model.id.in_(sorted(ids)))
        if action:
            statement = visible(session, session.info["actor"], action, statement)
        return {row[0]: str(row[1]) for row in session.execute(statement)}

    return find
