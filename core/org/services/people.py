"""People and their employments."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.org.models import Employment, Person
from core.org.resources import READ

_ = catalogue("org")


def person_by_number(session: Session, actor: Actor, number: str) -> Person:
    """The person behind an employee number, if the actor may see him. Raises ``NotFound`` naming the number."""
    statement = select(Person).join(Employment, Employment.person_id == Person.id).where(Employment.number == number)
    found: Person | None = session.scalars(visible(session, actor, READ, statement)).one_or_none()
    if found is None:
        raise NotFound("person.unknown", _("There is no employee {number}, or not for you.", number=number))
    return found
