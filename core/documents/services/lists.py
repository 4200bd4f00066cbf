"""Lists of documents: of one person, by their end, and who lacks one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import allowed, require, visible
from core.base import clock
from core.db import guard
from core.db.dated import as_of
from core.documents.actions import EXPORT, MISSING, READ
from core.documents.kinds import kinds
from core.documents.models import Document, DocumentVersion
from core.documents.services import things
from core.kernel.specs import DocumentKind
from core.org.models import Employment, EmploymentTerms, Person, PositionVersion, UnitVersion
from core.org.resources import READ as READ_PERSON

if TYPE_CHECKING:
    from core.base.actor import Actor

PAGE = 50
#: What counts as ending soon on the list of all documents.
SOON = timedelta(days=90)
Show = Literal["expiring", "expired", "all"]


@dataclass(frozen=True, slots=True)
class Row:
    """A document as a list shows it: what it is kept on by name, and the days it has left."""

    document: Document
    kind: DocumentKind
    name: str
    days_left: int | None
    number: str = ""
    versions: int = 0


def _readable(session: Session, actor: Actor, action: str = READ) -> tuple[Any, list[Any]]:
    """The condition on ``Document`` for the kinds that are on, each by its own action; and the marked statements."""
    by_action: dict[str, list[str]] = {}
    for kind in kinds(session).values():
        by_action.setdefault(action if kind.read == READ else kind.read, []).append(kind.name)
    inner = [
        visible(session, actor, key, select(Document.id).where(Document.kind.in_(names)))
        for key, names in by_action.items()
    ]
    return (or_(*(Document.id.in_(one) for one in inner)) if inner else false()), inner


def of_thing(session: Session, actor: Actor, entity: str, entity_id: int) -> list[Row]:
    """The documents of one thing that the actor may see, in the order of their kinds, newest first.

    Of a person with those of his employments.
    """
    kept = Document.person_id == entity_id if entity == "person" else and_(
        Document.entity == entity, Document.entity_id == entity_id
    )
    readable, inner = _readable(session, actor)
    count = select(func.count()).where(DocumentVersion.document_id == Document.id).scalar_subquery()
    statement = guard.carry(select(Document, count).where(readable, kept), *inner)
    known, today = kinds(session), clock.today()
    rows = [
        Row(document, known[document.kind], "", days_left(document, today), versions=number)
        for document, number in session.execute(statement)
    ]
    newest = date.max
    return sorted(
        rows, key=lambda row: (row.kind.order, -(row.document.expires_on or newest).toordinal(), -row.document.id)
    )


def search(
    session: Session, actor: Actor, *, show: Show = "expiring", kind: str = "", page: int = 1, limit: int = PAGE
) -> tuple[list[Row], int]:
    """A page of the documents the actor may see, by the day they end, and how many there are in all.

    ``expiring`` are those that end within ``SOON``; what another one of its kind has replaced is left out there.
    """
    today = clock.today()
    readable, inner = _readable(session, actor)
    statement: Any = select(Document, func.count().over().label("total")).where(readable)
    statement = statement.where(_shown(show, today))
    if kind:
        statement = statement.where(Document.kind == kind)
    statement = statement.order_by(
        Document.expires_on.is_(None), Document.expires_on.desc() if show == "expired" else Document.expires_on,
        Document.id,
    )
    found = session.execute(guard.carry(statement.limit(limit).offset((page - 1) * limit), *inner)).all()
    rows = _named(session, actor, [document for document, _total in found], today)
    return rows, found[0].total if found else 0


def _shown(show: Show, today: date) -> Any:
    if show == "expiring":
        return and_(Document.expires_on >= today, Document.expires_on <= today + SOON, ~replaced())
    if show == "expired":
        return and_(Document.expires_on < today, ~replaced())
    return Document.id.is_not(None)


def replaced() -> Any:
    """Whether a later document of the same kind is kept on the same thing; then the earlier end matters to nobody."""
    later = aliased(Document)
    return exists().where(
        later.kind == Document.kind, later.entity == Document.entity, later.entity_id == Document.entity_id,
        later.id != Document.id,
        or_(later.expires_on > Document.expires_on, and_(later.expires_on.is_(None), later.id > Document.id)),
    ).correlate(Document)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many documents end soon and have ended, for the tabs."""
    today = clock.today()
    readable, inner = _readable(session, actor)
    statement = select(*(func.count().filter(_shown(show, today)) for show in ("expiring", "expired", "all")))
    row = session.execute(guard.carry(statement.select_from(Document).where(readable), *inner)).one()
    return dict(zip(("expiring", "expired", "all"), row, strict=True))


@dataclass(frozen=True, slots=True)
class Lack:
    """Somebody who must have a document of a kind and has none that holds."""

    kind: DocumentKind
    person_id: int
    name: str
    number: str
    hired_on: date
    unit: Any
    last_ended: date | None


def missing(session: Session, actor: Actor, *, kind: str = "", page: int = 1) -> tuple[list[Lack], int]:
    """Who of those employed today lacks a document he must have, by kind and then by name. One statement a kind."""
    require(session, actor, MISSING)
    today, found = clock.today(), []
    for one in kinds(session).values():
        if one.expected_of and kind in ("", one.name):
            found += _lacking(session, actor, one, today)
    return found[(page - 1) * PAGE:page * PAGE], len(found)


def _lacking(session: Session, actor: Actor, kind: DocumentKind, today: date) -> list[Lack]:
    from core.org.models import Assignment

    held = exists().where(
        Document.kind == kind.name, Document.person_id == Person.id,
        or_(Document.expires_on.is_(None), Document.expires_on >= today),
    ).correlate(Person)
    ended = (
        select(func.max(Document.expires_on)).where(Document.kind == kind.name, Document.person_id == Person.id)
        .correlate(Person).scalar_subquery()
    )
    statement: Any = (
        select(Person.id, Person.name, Employment.number, Employment.hired_on, UnitVersion.title, ended.label("ended"))
        .select_from(Person)
        .join(Employment, Employment.person_id == Person.id)
        .join(EmploymentTerms, and_(EmploymentTerms.employment_id == Employment.id, as_of(EmploymentTerms, today)))
        .outerjoin(Assignment, and_(
            Assignment.employment_id == Employment.id, as_of(Assignment, today), Assignment.is_primary))
        .outerjoin(PositionVersion, and_(
            PositionVersion.position_id == Assignment.position_id, as_of(PositionVersion, today)))
        .outerjoin(UnitVersion, and_(UnitVersion.unit_id == PositionVersion.unit_id, as_of(UnitVersion, today)))
        .where(Employment.hired_on <= today, Employment.left_on > today,
               EmploymentTerms.kind.in_(kind.expected_of), ~held)
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip
    marked = guard.mark(
        visible(session, actor, MISSING, statement),
        [(MISSING, "core_document"), (READ_PERSON, "core_assignment"), (READ_PERSON, "core_employment_terms"),
         (READ_PERSON, "core_employment")],
    )
    return [Lack(kind, *row) for row in session.execute(marked)]


def export(session: Session, actor: Actor, *, show: Show, kind: str = "", most: int = 100_000) -> list[Row]:
    """The rows of a list for a file. ``Denied`` without ``documents.document:export``; those beyond are left out."""
    require(session, actor, EXPORT)
    rows, _total = search(session, actor, show=show, kind=kind, limit=most)
    seen = set(session.scalars(visible(session, actor, EXPORT, select(Document.id))))
    return [row for row in rows if row.document.id in seen]


def days_left(document: Document, today: date | None = None) -> int | None:
    """How many days a document still holds: 0 on its last day, below zero when it has ended, None for good."""
    return None if document.expires_on is None else (document.expires_on - (today or clock.today())).days


def _named(session: Session, actor: Actor, documents: Sequence[Document], today: date) -> list[Row]:
    people = _people(session, actor, {one.person_id for one in documents if one.person_id is not None})
    named = {
        entity: things.names(session, entity, {one.entity_id for one in documents if one.entity == entity})
        for entity in things.ENTITIES
    }
    known, rows = kinds(session), []
    for one in documents:
        name, number = people.get(one.person_id or 0, ("", ""))
        if one.entity in named:
            name = named[one.entity].get(one.entity_id, "")
        rows.append(Row(one, known[one.kind], name, days_left(one, today), number))
    return rows


def _people(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    statement: Any = (
        select(Person.id, Person.name, Employment.number).outerjoin(Employment, Employment.person_id == Person.id)
        .where(Person.id.in_(sorted(ids))).order_by(Employment.hired_on)
    )
    return {key: (name, number or "") for key, name, number in
            session.execute(visible(session, actor, READ_PERSON, statement))}


def may_see_missing(session: Session, actor: Actor) -> bool:
    """Whether the tab of what is missing is for this actor."""
    return allowed(session, actor, MISSING)
