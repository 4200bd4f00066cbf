"""Signing for a published list: each holder of a post that it names reads the version and signs with one press, which
he may withdraw the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, select, union
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.authority.lifecycle.models import ListSignature
from core.authority.models import AuthorityEntry, Duty, KpiTarget, PublishedList
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.org.models import Assignment, Person, UnitVersion
from core.org.resources import READ as READ_PEOPLE

_ = catalogue("authority")

_MARK = [("authority.list:read", "core_assignment")]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits for somebody's signature; ``unit`` is whose list it is."""

    list_id: int
    unit: Text | str
    version: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class Signed:
    """Who has signed for a version and who has not: names as far as the reader may see the people."""

    list_id: int
    version: int
    effective_from: date
    held: int
    signed: int
    names: Sequence[tuple[str, datetime]]
    missing: Sequence[str]


def posts_of(list_id: int) -> Select[tuple[int]]:
    """The posts that a list names."""
    found = union(*(
        select(model.position_id).where(model.list_id == list_id, model.position_id.is_not(None))
        for model in (AuthorityEntry, Duty, KpiTarget)
    )).subquery()  # fmt: skip
    return select(found.c.position_id)


def waiting(session: Session, person_id: int, day: date) -> list[Waiting]:
    """The versions in force or to come that name a post somebody holds and that he has not signed for, in order."""
    mine = select(Assignment.position_id).where(Assignment.person_id == person_id, as_of(Assignment, day))
    posts = session.scalars(guard.mark(mine, _MARK)).all()
    if not posts:
        return []
    naming = union(*(
        select(model.list_id).where(model.position_id.in_(posts)) for model in (AuthorityEntry, Duty, KpiTarget)
    )).subquery()  # fmt: skip
    signed = select(ListSignature.list_id).where(ListSignature.person_id == person_id)
    rows: Any = session.execute(
        select(PublishedList.id, UnitVersion.title, PublishedList.version, PublishedList.effective_from)
        .outerjoin(UnitVersion, (UnitVersion.unit_id == PublishedList.unit_id) & as_of(UnitVersion, day))
        .where(
            PublishedList.id.in_(select(naming.c.list_id)), PublishedList.effective_to > day,
            PublishedList.id.not_in(signed),
        )
        .order_by(PublishedList.effective_from, PublishedList.id)
    )
    return [
        Waiting(key, str(title or "") or _("The whole installation"), version, first)
        for key, title, version, first in rows
    ]


def sign(session: Session, actor: Actor, list_id: int) -> Waiting:
    """Sign for a version. Raises ``NotFound`` where it does not wait for the actor's signature."""
    found = waiting(session, actor.person_id, clock.today(actor.zone)) if actor.person_id is not None else []
    one = next((one for one in found if one.list_id == list_id), None)
    if one is None or actor.person_id is None:
        raise NotFound("not_found", _("No version of a list waits for your signature here."))
    session.add(ListSignature(
        list_id=list_id, person_id=actor.person_id, signed_at=clock.now(), account_id=actor.account_id,
    ))  # fmt: skip
    session.flush()
    return one


def just_signed(session: Session, person_id: int, zone: str) -> list[Waiting]:
    """The versions somebody signed for today by the clock of ``zone``, the last first: he may still withdraw it."""
    day = clock.today(zone)
    rows: Any = session.execute(
        select(PublishedList.id, UnitVersion.title, PublishedList.version, PublishedList.effective_from,
               ListSignature.signed_at)
        .join(ListSignature, ListSignature.list_id == PublishedList.id)
        .outerjoin(UnitVersion, (UnitVersion.unit_id == PublishedList.unit_id) & as_of(UnitVersion, day))
        .where(ListSignature.person_id == person_id, ListSignature.signed_at > clock.now() - timedelta(days=1))
        .order_by(ListSignature.signed_at.desc(), PublishedList.id)
    )
    return [
        Waiting(key, str(title or "") or _("The whole installation"), version, first)
        for key, title, version, first, at in rows if _day_of(at, zone) == _day_of(clock.now(), zone)
    ]


def unsign(session: Session, actor: Actor, list_id: int) -> None:
    """Withdraw one's own signature for a version on the day it was given; the audit log keeps both.

    Raises ``NotFound`` where the actor has not signed for it, ``DomainError`` once the day is over: by then others
    may rely on it.
    """
    row = session.scalars(select(ListSignature).where(
        ListSignature.list_id == list_id, ListSignature.person_id == (actor.person_id or 0)
    )).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("not_found", _("You have not signed for this version."))
    if _day_of(row.signed_at, actor.zone) != _day_of(clock.now(), actor.zone):
        raise DomainError("list.signature", _(
            "A signature can be withdrawn on the day it was given; this one is of {day}.",
            day=_day_of(row.signed_at, actor.zone)))  # fmt: skip
    session.delete(row)
    session.flush()


def _day_of(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def signed(session: Session, actor: Actor, unit_id: int, day: date) -> list[Signed]:
    """The versions of a unit's list that are in force or to come and name a post somebody holds, each with who signed.

    One statement, however many versions and people.
    """
    naming = union(*(
        select(model.list_id, model.position_id).where(model.position_id.is_not(None))
        .join(PublishedList, PublishedList.id == model.list_id)
        .where(PublishedList.unit_id == unit_id, PublishedList.effective_to > day)
        for model in (AuthorityEntry, Duty, KpiTarget)
    )).subquery()  # fmt: skip
    seen = visible(session, actor, READ_PEOPLE, select(Person.id, Person.name, Person.sort_key))
    named = seen.subquery()
    rows = session.execute(guard.mark(guard.carry(
        select(PublishedList.id, PublishedList.version, PublishedList.effective_from, Assignment.person_id,
               ListSignature.signed_at, named.c.name)
        .join(naming, naming.c.list_id == PublishedList.id)
        .join(Assignment, Assignment.position_id == naming.c.position_id)
        .outerjoin(ListSignature, and_(
            ListSignature.list_id == PublishedList.id, ListSignature.person_id == Assignment.person_id))
        .outerjoin(named, named.c.id == Assignment.person_id)
        .where(as_of(Assignment, day))
        .order_by(PublishedList.effective_from, PublishedList.id, named.c.sort_key, Assignment.person_id), seen,
    ), _MARK)).all()  # fmt: skip
    names = {row.person_id: row.name for row in rows if row.name is not None}
    found = {row.id: (row.version, row.effective_from) for row in rows}
    times = {key: {row.person_id: row.signed_at for row in rows if row.id == key} for key in found}
    return [
        Signed(
            key, version, first, len(times[key]), sum(at is not None for at in times[key].values()),
            [(name, times[key][person]) for person, name in names.items() if times[key].get(person) is not None],
            [name for person, name in names.items() if person in times[key] and times[key][person] is None],
        )
        for key, (version, first) in found.items()
    ]
