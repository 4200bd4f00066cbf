"""The duties of the lists in force, for whoever names the duty that something answers to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.models import Duty, PublishedList
from core.authority.reading import in_force
from core.db.guard import system
from core.db.types import Translation
from core.org.models import Position, Unit


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty as it is cited, ``MKT-DIR.D2`` of a post or ``MKT.U1`` of a unit, with its sentence.

    ``position_id`` is None for a duty of the whole unit.
    """

    citation: str
    text: Translation
    unit_id: int | None
    position_id: int | None


def duties_on(session: Session, day: date) -> list[DutyLine]:
    """The duties of all lists in force on a day, by citation. Lists are published: everybody may read them."""
    statement = (
        select(Duty.code, Duty.text, PublishedList.unit_id, Duty.position_id, Position.code, Unit.code)
        .join(PublishedList, PublishedList.id == Duty.list_id)
        .outerjoin(Position, Position.id == Duty.position_id)
        .outerjoin(Unit, Unit.id == PublishedList.unit_id)
        .where(in_force(day))
    )
    with system(session, "duties of published lists"):
        rows = session.execute(statement).all()
    found = [
        DutyLine(f"{post or unit or '-'}.{code}", text, at, position)
        for code, text, at, position, post, unit in rows
    ]
    return sorted(found, key=lambda one: one.citation)
