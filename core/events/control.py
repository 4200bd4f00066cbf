"""Looking at events, and freeing what is held up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit.events import record_decision
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.events.actions import MANAGE, READ
from core.events.models import FAILED, PENDING, SKIPPED, Delivery, EventRow

_ = catalogue("events")


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its deliveries."""

    event: EventRow
    deliveries: tuple[Delivery, ...]


def told(
    session: Session, actor: Actor, *, state: str = "", name: str = "", before: int | None = None, limit: int = 50
) -> list[Told]:
    """The latest events, newest first: all, or those with a delivery in ``state``. ``Denied`` without
    ``events.event:read``.
    """
    require(session, actor, READ)
    statement = select(EventRow).order_by(EventRow.id.desc()).limit(limit)
    if state:
        of_state = select(Delivery.event_id).where(Delivery.state == state)
        statement = statement.where(EventRow.id.in_(of_state))
    if name:
        statement = statement.where(EventRow.name == name)
    if before is not None:
        statement = statement.where(EventRow.id < before)
    rows = session.scalars(statement).all()
    return _with_deliveries(session, rows)


def names(session: Session, actor: Actor) -> list[str]:
    """The names of the events there are rows of."""
    require(session, actor, READ)
    return list(session.scalars(select(EventRow.name).distinct().order_by(EventRow.name)))


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many deliveries wait and how many failed."""
    require(session, actor, READ)
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.state.in_((PENDING, FAILED))).group_by(Delivery.state)
    )
    return {state: number for state, number in rows}


def behind(session: Session, delivery: Delivery) -> int:
    """How many events about the same thing wait behind this one for the same handler."""
    return session.scalars(
        select(func.count()).select_from(Delivery).where(
            Delivery.handler == delivery.handler, Delivery.aggregate == delivery.aggregate,
            Delivery.event_id > delivery.event_id, Delivery.state == PENDING,
        )
    ).one()


def replay(session: Session, actor: Actor, event_id: int, handler: str) -> Delivery:
    """Have a delivery that failed tried again at once, with all its tries. What waited behind it follows by itself.

    Raises ``NotFound``, or ``DomainError`` when it did not fail; ``Denied`` without ``events.event:manage``.
    """
    row = _failed(session, actor, event_id, handler)
    row.state, row.tries, row.run_at = PENDING, 0, clock.now()
    session.flush()
    return row


def skip(session: Session, actor: Actor, event_id: int, handler: str, *, reason: str) -> Delivery:
    """Leave a delivery that failed out for good, so that what waits behind it goes on. The reason stays with it.

    Raises as ``replay`` does, and ``DomainError`` without a reason.
    """
    row = _failed(session, actor, event_id, handler)
    if not reason.strip():
        raise DomainError("reason.missing", _("Say why it may be left out."), "reason")
    row.state, row.done_at, row.note = SKIPPED, clock.now(), reason.strip()
    session.flush()
    return row


def _failed(session: Session, actor: Actor, event_id: int, handler: str) -> Delivery:
    record_decision(session, require(session, actor, MANAGE))
    row = session.scalars(
        select(Delivery).where(Delivery.event_id == event_id, Delivery.handler == handler).with_for_update()
    ).first()
    if row is None:
        raise NotFound("not_found", _("There is no such delivery."))
    if row.state != FAILED:
        raise DomainError("event.not_failed", _("Only a delivery that failed can be replayed or skipped."))
    return row


def _with_deliveries(session: Session, rows: Sequence[EventRow]) -> list[Told]:
    found: dict[int, list[Delivery]] = {row.id: [] for row in rows}
    if found:
        statement = select(Delivery).where(Delivery.event_id.in_(found)).order_by(Delivery.handler)
        for delivery in session.scalars(statement):
            found[delivery.event_id].append(delivery)
    return [Told(row, tuple(found[row.id])) for row in rows]
