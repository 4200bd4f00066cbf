"""Where somebody works: the unit whose money he may ask for, and the company it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.text import _
from remit.base import Actor, DomainError, clock
from remit.models import Assignment, PositionVersion, Translation, UnitVersion, dated, guard

_MARK = [("crm.spend:request", "core_assignment")]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a form offers it."""

    unit_id: int
    legal_entity_id: int
    title: Translation


def own_places(session: Session, actor: Actor) -> list[Place]:
    """The units in which somebody holds a post today, his main one first."""
    today = clock.today(actor.zone)
    rows = session.execute(guard.mark(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .join(PositionVersion, PositionVersion.unit_id == UnitVersion.unit_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(
            Assignment.person_id == (actor.person_id or 0), dated.as_of(Assignment, today),
            dated.as_of(PositionVersion, today), dated.as_of(UnitVersion, today),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id),
        _MARK,
    ))  # fmt: skip
    return list({row.unit_id: Place(*row) for row in rows}.values())


def place_of(session: Session, unit_id: int) -> Place:
    """A unit of today. Raises ``DomainError`` with the field where there is none."""
    row = session.execute(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .where(UnitVersion.unit_id == unit_id, dated.as_of(UnitVersion, clock.today()))
    ).one_or_none()
    if row is None:
        raise DomainError("crm.unit", _("Choose a unit that exists today."), "unit_id")
    return Place(*row)


def all_places(session: Session) -> list[Place]:
    """All units of today, by their titles."""
    rows = session.execute(
        select(UnitVersion.unit_id, UnitVersion.legal_entity_id, UnitVersion.title)
        .where(dated.as_of(UnitVersion, clock.today())).order_by(UnitVersion.order, UnitVersion.unit_id)
    )
    return [Place(*row) for row in rows]
