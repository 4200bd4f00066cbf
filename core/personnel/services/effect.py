"""Writing what was approved onto people, posts and terms, once, and taking it back before its first day.

All of it by the services of the organisation, in the transaction of the decision, as rows dated from the first day of
the change. How the employment stood before and after is kept with it: what was written over since is not undone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.db import dated, guard
from core.kernel import state
from core.org import services as org
from core.org.models import Assignment, Employment, EmploymentTerms, Person
from core.personnel.models import (
    CANCELLATION,
    CANCELLED,
    CONCURRENT,
    END_CONCURRENT,
    HIRE,
    PROMOTION,
    RESIGNATION,
    TERMS,
    TRANSFER,
    PersonnelChange,
)
from core.personnel.services import ground, places

_ = catalogue("personnel")

#: What is written was decided under the list; the services of the organisation need no other entry for it.
PRODUCT = Actor.system("a personnel change was approved")
_POSTS = ("position_id", "kind", "fte", "is_primary", "valid_from", "valid_to", "stands_in_for_id")
_TERMS = ("kind", "legal_entity_id", "withholding_agent_id", "contribution_place", "grade")


def hold(session: Session, change: PersonnelChange) -> None:
    """Have everybody wait who would write about the same employment or fill the same post, always in this order."""
    if change.employment_id is not None:
        places.employment(session, change.employment_id, hold=True)
    if change.position_id is not None:
        places.position(session, change.position_id, hold=True)


def write(session: Session, change: PersonnelChange) -> None:
    """Let a change take effect. Raises ``DomainError`` where the ground has changed since it was handed in."""
    with guard.system(session, "a personnel change takes effect"):
        hold(session, change)
        ground.insist(session, change, deciding=True)
        before = _stands(session, change.employment_id)
        _WRITE[change.kind](session, change)
        session.flush()
        change.effect = None if change.kind == CANCELLATION else {
            "before": before, "after": _stands(session, change.employment_id), **(change.effect or {}),
        }
        change.identity_number = change.phone = None
        session.flush()


def _hire(session: Session, change: PersonnelChange) -> None:
    known = set() if not change.identity_number else set(session.scalars(
        select(Person.id).where(Person.identity_index == change.identity_number)
    ))  # fmt: skip
    made = org.hire(
        session, PRODUCT, number=change.number or "", name=change.name or "", hired_on=change.valid_from,
        position=places.position(session, change.position_id or 0), sex=change.sex, born_on=change.born_on,
        identity_kind="resident_id" if change.identity_number else None, identity_number=change.identity_number,
        phone=change.phone, email=change.email, kind=change.employment_kind or "regular", fte=change.fte or 100,
        grade=change.grade, contribution_place=change.contribution_place,
    )
    change.employment_id, change.person_id = made.id, made.person_id
    change.effect = {"new_person": made.person_id not in known}


def _move(session: Session, change: PersonnelChange) -> None:
    employment = places.employment(session, change.employment_id or 0)
    if change.position_id is not None:
        org.transfer(
            session, PRODUCT, employment, places.position(session, change.position_id), change.valid_from,
            fte=change.fte,
        )
    if change.grade is not None:
        org.change_terms(session, PRODUCT, employment, change.valid_from, until=FOREVER, grade=change.grade)


def _concurrent(session: Session, change: PersonnelChange) -> None:
    employment = places.employment(session, change.employment_id or 0)
    org.assign(
        session, PRODUCT, employment, places.position(session, change.position_id or 0),
        valid_from=change.valid_from, valid_to=change.valid_to, fte=change.fte or 0,
    )
    if change.main_fte is not None:
        end = min(change.valid_to, employment.left_on)
        for held in places.posts_of(session, employment.id):
            if held.is_primary and held.valid_from < end and change.valid_from < held.valid_to:
                org.change_share(session, PRODUCT, held, change.main_fte, change.valid_from, end)


def _end_concurrent(session: Session, change: PersonnelChange) -> None:
    held = ground.ending(session, change)
    if held is not None:
        org.end_assignment(session, PRODUCT, held, change.valid_from)
    if change.main_fte is None:
        return
    for main in places.posts_of(session, change.employment_id or 0):
        if main.is_primary and main.valid_to > change.valid_from:
            org.change_share(session, PRODUCT, main, change.main_fte, change.valid_from)


def _terms(session: Session, change: PersonnelChange) -> None:
    said = {"kind": change.employment_kind, "contribution_place": change.contribution_place, "grade": change.grade}
    org.change_terms(
        session, PRODUCT, places.employment(session, change.employment_id or 0), change.valid_from, until=FOREVER,
        **{name: value for name, value in said.items() if value is not None},
    )


def _resignation(session: Session, change: PersonnelChange) -> None:
    employment = places.employment(session, change.employment_id or 0)
    org.leave(session, PRODUCT, employment, last_day=places.last_day(change.valid_from))


def _cancellation(session: Session, change: PersonnelChange) -> None:
    target = session.scalars(
        select(PersonnelChange).where(PersonnelChange.id == change.cancels_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    undo(session, target)
    target.state = CANCELLED


_WRITE: dict[str, Callable[[Session, PersonnelChange], None]] = {
    HIRE: _hire, TRANSFER: _move, PROMOTION: _move, CONCURRENT: _concurrent, END_CONCURRENT: _end_concurrent,
    TERMS: _terms, RESIGNATION: _resignation, CANCELLATION: _cancellation,
}


# -- undoing -----------------------------------------------------------------------------------------------------------


def undo(session: Session, change: PersonnelChange) -> None:
    """Bring the employment back to how it stood before a change that has not begun.

    Raises ``DomainError`` where something else was written about it since.
    """
    with guard.system(session, "a personnel change is cancelled before its first day"):
        hold(session, change)
        told: dict[str, Any] = change.effect or {}
        if _stands(session, change.employment_id) != told.get("after"):
            raise DomainError("personnel.written_over", _(
                "Since then other things were written about this employment; ask for a new change instead.",
            ))  # fmt: skip
        if change.kind == HIRE:
            _unhire(session, change, new_person=bool(told.get("new_person")))
        else:
            _bring_back(session, places.employment(session, change.employment_id or 0), told["before"])
        state.bump_epoch(session)
        session.flush()


def _unhire(session: Session, change: PersonnelChange, *, new_person: bool) -> None:
    """Nobody came: posts, terms, employment, and the person where nothing else is known of him."""
    employment = places.employment(session, change.employment_id or 0)
    person = session.get_one(Person, employment.person_id)
    change.employment_id = change.person_id = None
    try:
        with session.begin_nested():
            for held in places.posts_of(session, employment.id):
                session.delete(held)
            dated.close(session, EmploymentTerms, {"employment_id": employment.id}, employment.hired_on)
            session.flush()
            session.delete(employment)
            session.flush()
            if new_person:
                session.delete(person)
            session.flush()
    except IntegrityError:
        raise DomainError("personnel.written_over", _(
            "Something is kept about this employment already; ask for its end instead.",
        )) from None  # fmt: skip


def _bring_back(session: Session, employment: Employment, before: dict[str, Any]) -> None:
    employment.left_on = date.fromisoformat(before["left_on"])
    wanted = {row["id"]: row for row in before["posts"]}
    now = {one.id: one for one in places.posts_of(session, employment.id)}
    for number, one in now.items():
        if number not in wanted:
            session.delete(one)
    session.flush()
    for number, row in wanted.items():
        values = {**{name: row[name] for name in _POSTS}, **_days(row)}
        if number in now:
            for name, value in values.items():
                setattr(now[number], name, value)
        else:
            session.add(Assignment(employment_id=employment.id, person_id=employment.person_id, **values))
    key = {"employment_id": employment.id}
    for row in before["terms"]:
        days = _days(row)
        dated.change_from(
            session, EmploymentTerms, key, days["valid_from"], until=days["valid_to"],
            **{name: row[name] for name in _TERMS},
        )
    if before["terms"] and (end := _days(before["terms"][-1])["valid_to"]) < FOREVER:
        dated.close(session, EmploymentTerms, key, end)


def _stands(session: Session, employment_id: int | None) -> dict[str, Any] | None:
    """How an employment stands: its last day, posts and terms, as JSON."""
    if employment_id is None:
        return None
    session.flush()
    terms = session.scalars(
        select(EmploymentTerms).where(EmploymentTerms.employment_id == employment_id)
        .order_by(EmploymentTerms.valid_from)
    )
    return {
        "left_on": places.employment(session, employment_id).left_on.isoformat(),
        "posts": [_row(one, ("id", *_POSTS)) for one in places.posts_of(session, employment_id)],
        "terms": [_row(one, ("valid_from", "valid_to", *_TERMS)) for one in terms],
    }


def _row(one: Any, names: tuple[str, ...]) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _days(row: dict[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(row[name]) for name in ("valid_from", "valid_to")}
