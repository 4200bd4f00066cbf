"""Changes for people to look at: the list, those of one person, and what the form offers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_beyond_self, visible
from core.base.actor import Actor
from core.base.text import Text
from core.db import dated
from core.org.models import Employment, Person, Position, PositionVersion
from core.personnel.actions import READ, REQUEST
from core.personnel.labels import KINDS, STATES
from core.personnel.models import CANCELLATION, HIRE, PersonnelChange
from core.personnel.services.drafting import OWN
from core.personnel.services.places import last_day, marked

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A change as lists show it; titles are those of its first day."""

    change: PersonnelChange
    name: str
    kind: Text
    post: Any
    state: tuple[Text, str]

    @property
    def day(self) -> date:
        """The first day, or the last one of who leaves or gives something up."""
        ends = self.change.kind in ("resignation", "end_concurrent")
        return last_day(self.change.valid_from) if ends else self.change.valid_from


def search(
    session: Session, actor: Actor, *, states: Sequence[str] = (), kind: str = "", person_id: int | None = None,
    page: int = 1, size: int = PAGE,
) -> tuple[list[Row], int]:
    """A page of the changes the actor may see, the newest first, and how many there are: two statements."""
    statement: Any = (
        select(PersonnelChange, func.count().over().label("total"))
        .order_by(PersonnelChange.id.desc()).limit(size).offset((page - 1) * size)
    )
    if states:
        statement = statement.where(PersonnelChange.state.in_(states))
    if kind:
        statement = statement.where(PersonnelChange.kind == kind)
    if person_id is not None:
        statement = statement.where(PersonnelChange.person_id == person_id)
    rows = session.execute(visible(session, actor, READ, statement)).all()
    return _told(session, [row[0] for row in rows]), rows[0].total if rows else 0


def _told(session: Session, changes: Sequence[PersonnelChange]) -> list[Row]:
    people = {one.person_id for one in changes if one.person_id is not None}
    posts = {one.position_id for one in changes if one.position_id is not None}
    names: dict[int, str] = {}
    titles: dict[int, list[PositionVersion]] = {}
    if people:
        found = session.execute(marked(select(Person.id, Person.name).where(Person.id.in_(sorted(people)))))
        names = {key: name for key, name in found}
    if posts:
        for version in session.scalars(
            select(PositionVersion).where(PositionVersion.position_id.in_(sorted(posts)))
            .order_by(PositionVersion.valid_from)
        ):
            titles.setdefault(version.position_id, []).append(version)
    return [
        Row(
            one, one.name or "–" if one.kind == HIRE else names.get(one.person_id or 0, "–"), KINDS[one.kind],
            _title(titles.get(one.position_id or 0, []), one.valid_from), STATES[one.state],
        )
        for one in changes
    ]


def _title(versions: Sequence[PositionVersion], day: date) -> Any:
    """What a post is called on a day, else what it was called before or will be."""
    begun = [one for one in versions if one.valid_from <= day]
    return begun[-1].title if begun else versions[0].title if versions else None


def kinds_for(session: Session, actor: Actor) -> list[str]:
    """The kinds somebody may ask for at all: those for himself, and the others where he may ask for others."""
    if not allowed(session, actor, REQUEST):
        return []
    others = allowed_beyond_self(session, actor, REQUEST)
    return [kind for kind in KINDS if kind != CANCELLATION and (others or kind in OWN)]


def posts(session: Session, day: date) -> list[tuple[str, Any]]:
    """The posts of a day to choose from: code and title, in the order of the codes."""
    rows = session.execute(
        select(Position.code, PositionVersion.title)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(dated.as_of(PositionVersion, day)).order_by(Position.code)
    )
    return [(code, title) for code, title in rows]


def number_of(session: Session, person_id: int | None, day: date) -> str:
    """The employee number somebody has on a day; nothing where he has none."""
    return session.scalar(marked(
        select(Employment.number).where(
            Employment.person_id == (person_id or 0), Employment.hired_on <= day, Employment.left_on > day
        ).order_by(Employment.id.desc()).limit(1)
    )) or ""  # fmt: skip


def number_by_id(session: Session, employment_id: int | None) -> str:
    """The number of an employment."""
    return session.scalar(marked(select(Employment.number).where(Employment.id == (employment_id or 0)))) or ""


def code_of(session: Session, position_id: int | None) -> str:
    """The code of a post."""
    return session.scalar(select(Position.code).where(Position.id == (position_id or 0))) or ""
