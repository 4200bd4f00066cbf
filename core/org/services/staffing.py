"""Staffing plans: reading what is approved and used on a day, and keeping appointments within what binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of, during
from core.org import quotas, tree
from core.org.models import (
    Assignment,
    Person,
    PositionQuota,
    PositionQuotaVersion,
    PositionVersion,
    UnitVersion,
)
from core.org.quotas import Quota, Use
from core.org.resources import CHANGE

_ = catalogue("org")

_MARK = [(CHANGE, "core_assignment"), (CHANGE, "core_person")]


@dataclass(frozen=True, slots=True)
class _Post:
    id: int
    unit_id: int
    headcount: int
    grade: str | None


@dataclass(frozen=True, slots=True)
class _Hold:
    person_id: int
    position_id: int
    kind: str


def quotas_on(session: Session, day: date) -> list[Quota]:
    """The quotas in force on a day, in the order of the tree, whole categories first: one statement."""
    rows: Any = session.execute(
        select(
            PositionQuota.id, PositionQuota.unit_id, PositionQuota.category, PositionQuota.grade_min,
            PositionQuota.grade_max, PositionQuotaVersion.max_count, PositionQuotaVersion.ratio_num,
            PositionQuotaVersion.ratio_den, PositionQuotaVersion.binding, PositionQuotaVersion.basis,
        )
        .join(PositionQuotaVersion, PositionQuotaVersion.quota_id == PositionQuota.id)
        .where(as_of(PositionQuotaVersion, day))
    )
    order = list(quotas.CATEGORIES)
    return sorted((Quota(*row) for row in rows), key=lambda one: (
        one.unit_id, order.index(one.category), one.first, one.last,
    ))  # fmt: skip


def uses_on(session: Session, day: date) -> list[Use]:
    """Every quota of a day with how far it is used; one statement where there is none, else four."""
    found = quotas_on(session, day)
    return _uses(session, day, found) if found else []


def _uses(session: Session, day: date, found: Sequence[Quota]) -> list[Use]:
    posts = session.execute(
        select(PositionVersion.position_id, PositionVersion.unit_id, PositionVersion.headcount, PositionVersion.grade)
        .where(as_of(PositionVersion, day))
    )
    holds = session.execute(guard.mark(
        select(Assignment.person_id, Assignment.position_id, Assignment.kind).where(as_of(Assignment, day)), _MARK
    ))
    return quotas.uses(found, tree.load(session, day), [_Post(*row) for row in posts], [_Hold(*row) for row in holds])


# -- appointments ------------------------------------------------------------------------------------------------------


def insist(session: Session, appointed: Assignment) -> None:
    """Refuse an assignment, written and not committed, by which a binding quota is exceeded on a day from today on.

    Whoever held one of the posts of the quota the day before keeps his place: to move within what is exceeded already
    takes no further one. Raises ``DomainError`` with the quota and its basis.
    """
    first = max(appointed.valid_from, clock.today())
    if appointed.kind != quotas.TAKES_A_PLACE or first >= appointed.valid_to:
        return
    if not _binding(session, first, appointed.valid_to):
        return
    had = _held_on(session, appointed.valid_from - timedelta(days=1), Assignment.person_id == appointed.person_id)
    for day in _days(session, first, appointed.valid_to):
        for one in _exceeded(session, day):
            if appointed.position_id in one.posts and not any(position in one.posts for _person, position in had):
                raise _refusal(session, day, one, [appointed.person_id])


def foreseen(
    session: Session, position_id: int, start: date, end: date, *, person_id: int | None = None
) -> tuple[date, Use] | None:
    """The first day from today on, and the binding quota, that somebody appointed to a post in a period would exceed;
    None where there is a place for him. Whoever held one of its posts the day before keeps his place.
    """
    first = max(start, clock.today())
    if first >= end or not _binding(session, first, end):
        return None
    had = _held_on(session, start - timedelta(days=1), Assignment.person_id == (person_id or 0))
    for day in _days(session, first, end):
        for one in uses_on(session, day):
            if one.quota.binding and position_id in one.posts and person_id not in one.people and (
                one.held + 1 > one.allowed and not any(position in one.posts for _person, position in had)
            ):
                return day, one
    return None


def held_before(session: Session) -> frozenset[tuple[int, int]] | None:
    """Who holds which post today, as person and position, before many appointments are written at once; None where
    nothing binds, and nothing need be asked after.
    """
    today = clock.today()
    return _held_on(session, today) if _binding(session, today, today + timedelta(days=1)) else None


def insist_of_all(session: Session, before: frozenset[tuple[int, int]] | None) -> None:
    """Refuse many appointments, written and not committed, by which a binding quota is exceeded today; ``before`` is
    what ``held_before`` said. Raises ``DomainError``.
    """
    if before is None:
        return
    for one in _exceeded(session, clock.today()):
        stood = {person for person, position in before if position in one.posts}
        if new := sorted(one.people - stood):
            raise _refusal(session, clock.today(), one, new)


def _binding(session: Session, start: date, end: date) -> bool:
    """Whether any quota binds within a period.

    Two appointments at once cannot both take the last place: whoever writes an assignment raises the epoch, and with
    its row the second one waits for the first.
    """
    return session.scalar(
        select(PositionQuotaVersion.id).where(
            during(PositionQuotaVersion, start, end), PositionQuotaVersion.binding.is_(True)
        ).limit(1)
    ) is not None


def _held_on(session: Session, day: date, *where: Any) -> frozenset[tuple[int, int]]:
    rows = session.execute(guard.mark(
        select(Assignment.person_id, Assignment.position_id)
        .where(as_of(Assignment, day), Assignment.kind == quotas.TAKES_A_PLACE, *where), _MARK,
    ))  # fmt: skip
    return frozenset((person, position) for person, position in rows)


def _days(session: Session, first: date, end: date) -> list[date]:
    """The days within a period on which the use of a quota may grow, or a quota shrink; the first one first."""
    tables: tuple[Any, ...] = (Assignment, PositionVersion, PositionQuotaVersion, UnitVersion)
    changes = [select(one.valid_from).where(one.valid_from > first, one.valid_from < end) for one in tables]
    return [first, *sorted(session.scalars(guard.mark(union(*changes), _MARK)))]


def _exceeded(session: Session, day: date) -> list[Use]:
    return [one for one in uses_on(session, day) if one.quota.binding and one.held > one.allowed]


def _refusal(session: Session, day: date, use: Use, new: Sequence[int]) -> DomainError:
    name = session.scalar(guard.mark(select(Person.name).where(Person.id == new[0]), _MARK))
    said = {
        "name": name, "day": day, "what": quotas.what(use.quota), "allowed": use.allowed, "basis": use.quota.basis,
        "held": use.held, "unit": session.scalar(
            select(UnitVersion.title).where(UnitVersion.unit_id == use.quota.unit_id, as_of(UnitVersion, day))
        ),
    }
    if len(new) == 1:
        return DomainError("quota.exceeded", _(
            "{name} cannot be appointed from {day}: the staffing plan of {unit} approves {allowed} of “{what}” "
            "({basis}), and {held} people would hold one. Have the plan approved anew, or let a place become free "
            "first.", **said,
        ), "position")  # fmt: skip
    return DomainError("quota.exceeded", _(
        "{name} and others of the file, {count} in all, cannot be appointed on {day}: the staffing plan of {unit} "
        "approves {allowed} of “{what}” ({basis}), and {held} people would hold one. Have the plan approved anew, or "
        "take people out of the file.", count=len(new), **said,
    ), "position")  # fmt: skip
