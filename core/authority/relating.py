"""Declaring whom one is related to, confirming it, ending it: the only ways a relation changes.

Whoever declares about himself is bound at once; whoever looks after the people of a place confirms it, and may record
one himself, which then needs no further look. Nobody confirms what he is a part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.access.calls import load, require, visible
from core.authority.actions import CONFIRM, DECLARE, RELATIONS
from core.authority.models import PersonRelation
from core.authority.wording import RELATION_WORDS
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.db import guard
from core.org.models import Person

_ = catalogue("authority")

_MARK = [(RELATIONS, "core_person"), (RELATIONS, "core_person_relation")]
STATES = {
    "open": (_("To be confirmed"), "warn"), "in force": (_("Confirmed"), "ok"), "coming": (_("Coming"), "info"),
}
#: What one is to the other who is that to him.
_BACK = {"parent": "child", "child": "parent"}
#: So many relations stand on a page.
MOST = 200
MOST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Related:
    """A relation with its names, as one of the two sees it: ``other`` is ``kind`` to ``name``."""

    row: PersonRelation
    name: str
    other: str
    kind: Text
    state: str

    @property
    def last_day(self) -> date | None:
        """The last day, None where no end is set."""
        return None if self.row.valid_to == FOREVER else self.row.valid_to - timedelta(days=1)


def declare(
    session: Session, actor: Actor, *, person_id: int, other_id: int, kind: str, note: str, first_day: date,
    last_day: date | None = None,
) -> PersonRelation:
    """Write down what ``other_id`` is to ``person_id`` from a day on, until ``last_day`` where that is known.

    By one of the two it is a declaration that waits to be confirmed; by anybody else it is confirmed as it stands.
    Raises ``DomainError`` with the field it is about: somebody related to himself, no such kind, an interest without a
    word, days that lie wrong, a relation that stands already; ``Denied`` for whoever may not.
    """
    if person_id == other_id:
        raise DomainError("relation.self", _("Name somebody else."), "number")
    if kind not in RELATION_WORDS:
        raise DomainError("relation.kind", _("Choose what the other is."), "kind")
    if kind == "interest" and not note.strip():
        raise DomainError("relation.note", _("Say in a few words what the interest is."), "note")
    if last_day is not None and last_day < first_day:
        raise DomainError("relation.days", _("The last day lies before the first."), "last_day")
    made = PersonRelation(
        person_id=person_id, other_id=other_id, kind=kind, note=note.strip()[:MOST_NOTE], valid_from=first_day,
        valid_to=last_day + timedelta(days=1) if last_day is not None else FOREVER, declared_at=clock.now(),
        declared_by_account_id=actor.account_id, declared_by_person_id=actor.person_id,
    )
    if actor.person_id in (person_id, other_id):
        require(session, actor, DECLARE, made)
    else:
        require(session, actor, CONFIRM, made)
        _sign(made, actor)
    if _stands(session, made):
        raise DomainError("relation.twice", _("This stands there already for these days."), "kind")
    session.add(made)
    session.flush()
    return made


def _sign(row: PersonRelation, actor: Actor) -> None:
    row.confirmed_at, row.confirmed_by_account_id = clock.now(), actor.account_id
    row.confirmed_by_person_id = actor.person_id


def _stands(session: Session, made: PersonRelation) -> bool:
    """Whether the two are said to be the same to each other, from either side, on one of the days."""
    row = PersonRelation
    same = and_(row.person_id == made.person_id, row.other_id == made.other_id, row.kind == made.kind)
    back = _BACK.get(made.kind, made.kind)
    turned = and_(row.person_id == made.other_id, row.other_id == made.person_id, row.kind == back)
    found = select(row.id).where(
        or_(same, turned), row.valid_from < made.valid_to, row.valid_to > made.valid_from
    ).limit(1)
    return session.scalars(guard.mark(found, _MARK)).first() is not None


def confirm(session: Session, actor: Actor, relation_id: int) -> None:
    """Say that a declaration is right: from now on it binds both. Nothing happens to one that is confirmed already.

    ``NotFound`` for one that is not the actor's to see, ``Denied`` for one that he is a part of.
    """
    row = load(session, actor, CONFIRM, PersonRelation, relation_id)
    require(session, actor, CONFIRM, row)
    if row.confirmed_at is None:
        _sign(row, actor)
        session.flush()


def end(session: Session, actor: Actor, relation_id: int) -> None:
    """End a relation with yesterday as its last day; one that bound nobody before today is removed.

    Whoever declared it may do so until it is confirmed; then it takes whoever may confirm it. ``NotFound`` for one that
    is not the actor's to see or is over.
    """
    row = load(session, actor, RELATIONS, PersonRelation, relation_id)
    own = row.confirmed_at is None and row.declared_by_person_id == actor.person_id is not None
    require(session, actor, DECLARE if own else CONFIRM, row)
    today = clock.today()
    if row.valid_to <= today:
        raise NotFound("not_found", _("This relation is over."))
    if row.valid_from >= today:
        session.delete(row)
    else:
        row.valid_to = today
    session.flush()


def seen(session: Session, actor: Actor, *, of: int | None = None) -> list[Related]:
    """The relations the actor may see that are not over, of one person where he is named; undecided ones first."""
    row, day = PersonRelation, clock.today(actor.zone)
    statement = select(row).where(row.valid_to > day)
    if of is not None:
        statement = statement.where(or_(row.person_id == of, row.other_id == of))
    ordered = statement.order_by(row.confirmed_at.is_not(None), row.id.desc()).limit(MOST)
    found: Sequence[PersonRelation] = session.scalars(visible(session, actor, RELATIONS, ordered)).all()
    names = _names(session, {one.person_id for one in found} | {one.other_id for one in found})
    return [_told(one, names, of if of is not None else actor.person_id, day) for one in found]


def _names(session: Session, people: set[int]) -> dict[int, str]:
    """Whoever may see a relation sees who the two are."""
    if not people:
        return {}
    rows = session.execute(guard.mark(select(Person.id, Person.name).where(Person.id.in_(sorted(people))), _MARK))
    return {key: name for key, name in rows}


def _told(row: PersonRelation, names: dict[int, str], seen_by: int | None, day: date) -> Related:
    kind, one, other = row.kind, row.person_id, row.other_id
    if seen_by == other:
        kind, one, other = _BACK.get(kind, kind), other, one
    state = "open" if row.confirmed_at is None else "coming" if row.valid_from > day else "in force"
    return Related(row, names.get(one, "–"), names.get(other, "–"), RELATION_WORDS[kind], state)
