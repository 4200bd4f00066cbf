"""Handing events to their handlers: a batch of one handler's events in one transaction.

One process at a time delivers to a handler, in the order in which the events were told. A handler that fails is rolled
back to before the event, the others of the batch go on; about the same thing nothing more is delivered to it until that
one is done. On SQLite a batch holds the only write lock, so it ends after ``SPELL`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import catalogue
from core.db import locks
from core.events.models import DONE, FAILED, PENDING, Delivery, EventRow
from core.events.outbox import HANDLED
from core.kernel import state
from core.kernel.events import from_json

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Handler

_ = catalogue("events")
log = structlog.get_logger("remit.events")

LOOKING = Actor.system("looking for events")
BATCH = 200
SPELL = 0.5


def waiting(house: House) -> list[Handler]:
    """The handlers of modules that are on for which something is due."""
    with house.session(LOOKING) as session:
        known = house.registry.handlers(state.read(session))
        due = (
            select(Delivery.handler).distinct()
            .where(Delivery.state == PENDING, Delivery.handler.in_(known), Delivery.run_at <= clock.now())
        )
        return [known[name] for name in session.scalars(due)] if known else []


def deliver(house: House, handler: Handler) -> int:
    """Deliver a batch to a handler; returns how many events were tried, 0 when nothing is due or another one is at it.
    """
    with house.session(Actor.system(f"event handler {handler.name}"), write=True) as session:
        if not locks.try_hold(session, f"deliver:{handler.name}"):
            return 0
        done: list[int] = []
        held: set[str] = set()
        until = time.monotonic() + SPELL
        due = _due(session, handler)
        for delivery, event in due:
            if delivery.aggregate in held:
                continue
            if _handled(session, house, handler, delivery, event):
                done.append(event.id)
            else:
                held.add(delivery.aggregate)
            if time.monotonic() > until:
                break
        if done:
            session.execute(
                update(Delivery).where(Delivery.handler == handler.name, Delivery.event_id.in_(done))
                .values(state=DONE, done_at=clock.now(), error=None, tries=Delivery.tries + 1)
                .execution_options(synchronize_session=False)
            )
        return len(done) + len(held)


def _due(session: Session, handler: Handler) -> Sequence[Any]:
    """The next deliveries, without those that wait behind another about the same thing."""
    before = aliased(Delivery)
    behind = exists().where(
        before.handler == Delivery.handler, before.aggregate == Delivery.aggregate,
        before.event_id < Delivery.event_id,
        or_(before.state == FAILED, and_(before.state == PENDING, before.run_at > clock.now())),
    )
    return session.execute(
        select(Delivery, EventRow).join(EventRow, EventRow.id == Delivery.event_id)
        .where(Delivery.handler == handler.name, Delivery.state == PENDING, Delivery.run_at <= clock.now(), ~behind)
        .order_by(Delivery.event_id).limit(BATCH)
    ).all()


def _handled(session: Session, house: House, handler: Handler, delivery: Delivery, event: EventRow) -> bool:
    session.info[HANDLED] = (event.id, event.depth)
    try:
        with session.begin_nested():
            handler.run(session, from_json(house.registry.events()[event.name], event.payload))
            session.flush()
        return True
    except OperationalError:
        raise  # the database itself: the whole batch is had again
    except Exception as error:
        log.exception("event handler failed", number=event.id, name=event.name, handler=handler.name)
        _put_off(delivery, handler, error)
        return False
    finally:
        session.info.pop(HANDLED, None)


def _put_off(delivery: Delivery, handler: Handler, error: Exception) -> None:
    delivery.tries += 1
    told = error.message if isinstance(error, DomainError) else _("It failed with {error}.", error=type(error).__name__)
    delivery.error = [to_json(told)]
    if delivery.tries >= handler.tries:
        delivery.state = FAILED
    else:
        delivery.run_at = clock.now() + handler.wait_after(delivery.tries)
