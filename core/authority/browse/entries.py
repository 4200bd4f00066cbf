"""Entries in force from any side, a page at a time: the whole question is one statement, whatever the lists hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from core.access.calls import visible
from core.authority.browse.choices import UnitChoice
from core.authority.held import ANY_ACTION, EVERYBODY, matches
from core.authority.labels import PARTS
from core.authority.models import AuthorityEntry, Boundary, BoundarySupport, Duty, PublishedList
from core.authority.reading import EntryLine, entry_line, in_force
from core.base.actor import Actor
from core.base.text import Text, listed
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.org.models import Assignment, Employment, Person, Position, PositionVersion, UnitOrder, UnitVersion
from core.org.people_list import named
from core.org.resources import READ as SEE_PEOPLE

PAGE = 50
#: Names shown of those who hold a post; the rest is a number.
NAMES = 3
#: Duties shown of one matter.
DUTIES = 60

_MARK = [("authority.list:read", "core_assignment")]
#: After every number of the tree: what everybody may stands below what posts may.
_LAST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of entries is asked for; what is empty does not narrow.

    ``unit`` means the posts of a unit and of all below it, ``matter`` the matter of the duty that an entry serves,
    ``actions`` the actions as entries write them, ``person`` part of the name or number of who holds the post;
    ``terms`` are further conditions on entries.
    """

    day: date
    may: ColumnElement[bool]
    unit: UnitChoice | None = None
    matter: str = ""
    actions: Collection[str] | None = None
    person: str = ""
    terms: Sequence[ColumnElement[bool]] = ()


@dataclass(slots=True)
class Held:
    """Who holds a post on the day: how many, how many of these act for it, and the first of those whom the reader may
    see, as (id, name, kind), whoever acts for it last.
    """

    count: int = 0
    acting: int = 0
    people: list[tuple[int, str, str]] = field(default_factory=list)

    def without_acting(self) -> Held:
        """Those who have an entry that is not for whoever acts for the post."""
        return Held(self.count - self.acting, 0, [one for one in self.people if one[2] != "acting"])


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a page: in words, at its permanent address, with the post that holds it.

    ``post`` is None for what everybody may, and for the entry of the first account (``of_account``).
    """

    line: EntryLine
    citation: str
    version: int
    position_id: int | None
    post: Translation | None
    unit: Translation | None
    of_account: bool
    by_acting: bool
    duty: Translation | None


def covering(written: Collection[str], key: str) -> list[str]:
    """Those of some actions as they are written that name a key; one that is a wildcard itself names its like alone."""
    return [one for one in written if one in (key, ANY_ACTION) or matches(one, key)]


def page_of(session: Session, actor: Actor, asked: Asked, page: int) -> tuple[list[EntryRow], int]:
    """A page of entries in the order of the tree, heads first, and how many there are in all: one statement."""
    day = asked.day
    chosen = _chosen(session, actor, asked, page)
    some = chosen.subquery()
    duty, home, scope = aliased(Duty), aliased(UnitVersion), aliased(UnitVersion)
    statement: Any = (
        select(
            AuthorityEntry, PublishedList.version, Position.code, PositionVersion.title.label("post"),
            home.title.label("unit"), scope.title.label("scope"), duty.text.label("duty"), some.c.total,
        )
        .join(some, some.c.id == AuthorityEntry.id)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
        .outerjoin(PositionVersion, and_(PositionVersion.position_id == Position.id, as_of(PositionVersion, day)))
        .outerjoin(home, and_(home.unit_id == PositionVersion.unit_id, as_of(home, day)))
        .outerjoin(scope, and_(scope.unit_id == AuthorityEntry.scope_unit_id, as_of(scope, day)))
        .outerjoin(duty, _serves(duty))
        .order_by(some.c.place)
    )
    rows = session.execute(guard.carry(statement, chosen)).all()
    return [_row(session, row) for row in rows], rows[0].total if rows else 0


def _serves(duty: Any) -> ColumnElement[bool]:
    """The duty that an entry names: of the same post, or of none, in the same list."""
    post = func.coalesce(duty.position_id, 0) == func.coalesce(AuthorityEntry.position_id, 0)
    return and_(duty.list_id == AuthorityEntry.list_id, duty.code == AuthorityEntry.duty_code, post)


def _chosen(session: Session, actor: Actor, asked: Asked, page: int) -> Any:
    """The entries of a page: id, place in the order, and how many there are in all. What they say is read for these
    few alone.
    """
    day = asked.day
    order = (
        func.coalesce(UnitOrder.lft, _LAST), func.coalesce(PositionVersion.is_head, False).desc(),
        func.coalesce(PositionVersion.order, 0), func.coalesce(AuthorityEntry.position_id, 0),
        AuthorityEntry.power == "read", AuthorityEntry.id,
    )
    place = func.row_number().over(order_by=order).label("place")
    statement: Any = (
        select(AuthorityEntry.id, place, func.count().over().label("total"))
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(PositionVersion, and_(
            PositionVersion.position_id == AuthorityEntry.position_id, as_of(PositionVersion, day),
        ))
        .outerjoin(UnitOrder, and_(UnitOrder.unit_id == PositionVersion.unit_id, as_of(UnitOrder, day)))
        .where(in_force(day), asked.may, *asked.terms)
    )  # fmt: skip
    if asked.unit is not None:
        statement = statement.where(UnitOrder.lft >= asked.unit.lft, UnitOrder.lft < asked.unit.rgt)
    if asked.matter:
        serving = tuple_(
            AuthorityEntry.list_id, AuthorityEntry.duty_code, func.coalesce(AuthorityEntry.position_id, 0)
        )
        served = select(Duty.list_id, Duty.code, func.coalesce(Duty.position_id, 0))
        statement = statement.where(serving.in_(served.where(Duty.matter == asked.matter)))
    if asked.actions is not None:
        statement = statement.where(AuthorityEntry.action.in_(asked.actions))
    if asked.person:
        theirs = _posts_of(session, actor, day, asked.person)
        statement = guard.carry(statement.where(AuthorityEntry.position_id.in_(theirs)), theirs)
    return statement.order_by(place).limit(PAGE).offset((page - 1) * PAGE)


def _row(session: Session, row: Any) -> EntryRow:
    entry: AuthorityEntry = row[0]
    named_unit = {} if row.scope is None or entry.scope_unit_id is None else {entry.scope_unit_id: str(row.scope)}
    return EntryRow(
        entry_line(session, entry, named_unit), f"{row.code or EVERYBODY}.{entry.code}", row.version,
        entry.position_id, row.post, row.unit, entry.account_id is not None, entry.by_acting, row.duty,
    )


def _posts_of(session: Session, actor: Actor, day: date, words: str) -> Any:
    """The posts of those whom the reader may see and whose name or number has some words, as a marked subselect."""
    statement = (
        select(Assignment.position_id)
        .join(Person, Person.id == Assignment.person_id)
        .join(Employment, Employment.id == Assignment.employment_id)
        .where(as_of(Assignment, day), named(words))
    )
    return guard.mark(visible(session, actor, SEE_PEOPLE, statement), [(SEE_PEOPLE, "core_assignment")])


def holders(session: Session, actor: Actor, day: date, positions: Collection[int]) -> dict[int, Held]:
    """Who holds some posts: numbers for everybody, names of those whom the reader may see; two statements."""
    found = {position: Held() for position in positions}
    if not found:
        return found
    here = (Assignment.position_id.in_(sorted(found)), as_of(Assignment, day))
    counts = (
        select(Assignment.position_id, Assignment.kind, func.count()).where(*here)
        .group_by(Assignment.position_id, Assignment.kind)
    )
    for position, kind, count in session.execute(guard.mark(counts, _MARK)):
        found[position].count += count
        found[position].acting += count if kind == "acting" else 0
    place = func.row_number().over(
        partition_by=Assignment.position_id, order_by=(Assignment.kind == "acting", Person.sort_key, Person.id)
    )
    seen: Any = visible(
        session, actor, SEE_PEOPLE,
        select(Assignment.position_id, Person.id, Person.name, Assignment.kind, place.label("place"))
        .select_from(Assignment).join(Person, Person.id == Assignment.person_id).where(*here),
    )
    some = seen.subquery()
    first = guard.carry(select(some).where(some.c.place <= NAMES).order_by(some.c.place), seen)
    for position, person, name, kind, _place in session.execute(guard.mark(first, _MARK)):
        found[position].people.append((person, name, kind))
    return found


# -- one matter --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty that names a matter: whose it is, and the part taken. ``post`` is None for a duty of the whole unit."""

    text: Translation
    raci: str
    part: Text
    post: Translation | None
    unit: Translation | None
    unit_id: int | None


def duties(session: Session, asked: Asked) -> list[DutyRow]:
    """The duties that name a matter, of the unit asked for and those below; whoever answers comes first."""
    home = aliased(UnitVersion)
    day = asked.day
    of_unit = func.coalesce(PositionVersion.unit_id, PublishedList.unit_id)
    statement = (
        select(Duty, PositionVersion.title, home.title, home.unit_id)
        .join(PublishedList, PublishedList.id == Duty.list_id)
        .outerjoin(
            PositionVersion, and_(PositionVersion.position_id == Duty.position_id, as_of(PositionVersion, day))
        )
        .outerjoin(UnitOrder, and_(UnitOrder.unit_id == of_unit, as_of(UnitOrder, day)))
        .outerjoin(home, and_(home.unit_id == of_unit, as_of(home, day)))
        .where(in_force(day), asked.may, Duty.matter == asked.matter)
        .order_by(Duty.raci != "A", func.coalesce(UnitOrder.lft, _LAST), Duty.position_id.is_not(None), Duty.id)
        .limit(DUTIES)
    )
    if asked.unit is not None:
        statement = statement.where(UnitOrder.lft >= asked.unit.lft, UnitOrder.lft < asked.unit.rgt)
    return [
        DutyRow(duty.text, duty.raci, PARTS[duty.raci], post, unit, unit_id)
        for duty, post, unit, unit_id in session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class BoundaryRow:
    """A boundary of a matter: the sentence, the unit that leads, and those beside it."""

    text: Translation
    lead: Translation | None
    beside: Text | str


def boundaries(session: Session, asked: Asked) -> list[BoundaryRow]:
    """The boundaries of a matter in the lists one may read."""
    lead, beside = aliased(UnitVersion), aliased(UnitVersion)
    rows = session.execute(
        select(Boundary.id, Boundary.text, lead.title, beside.title)
        .join(PublishedList, PublishedList.id == Boundary.list_id)
        .outerjoin(BoundarySupport, BoundarySupport.boundary_id == Boundary.id)
        .outerjoin(lead, and_(lead.unit_id == Boundary.lead_unit_id, as_of(lead, asked.day)))
        .outerjoin(beside, and_(beside.unit_id == BoundarySupport.unit_id, as_of(beside, asked.day)))
        .where(in_force(asked.day), asked.may, Boundary.matter == asked.matter)
        .order_by(Boundary.id, BoundarySupport.unit_id)
    )
    found: dict[int, tuple[Translation, Translation | None, list[Translation | None]]] = {}
    for key, text, leads, other in rows:
        found.setdefault(key, (text, leads, []))[2].append(other)
    return [
        BoundaryRow(text, leads, listed(one for one in others if one is not None))
        for text, leads, others in found.values()
    ]
