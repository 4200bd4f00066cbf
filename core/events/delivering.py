"""Handing events to their handlers: a batch of one handler's events in one transaction.

One process at a time delivers to a handler, in the order in which the events were told. A handler that fails is rolled
back to before the event, the others of the batch go on; about the same thing nothing more is delivered to it until that
one is done. On SQLite a batch holds the only write lock, so it ends after ``SPELL`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import catalogue
from core.db import locks
from core.db.conditions import among
from core.db.types import UtcDateTime
from core.events.models import DONE, FAILED, PENDING, Delivery, EventRow
from core.events.outbox import HANDLED
from core.kernel import state
from core.kernel.events import Event, from_json

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Handler

_ = catalogue("events")
log = structlog.get_logger("remit.events")

LOOKING = Actor.system("looking for events")
BATCH = 500
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

    The batch goes through as a whole, which saves two statements an event and writes what the handler adds together.
    When anything in it fails, all of it is rolled back and each event is delivered on its own.
    """
    with house.session(Actor.system(f"event handler {handler.name}"), write=True) as session:
        if not locks.try_hold(session, f"deliver:{handler.name}"):
            return 0
        due, known = _due(session, handler), house.registry.events()
        done, held = _together(session, known, handler, due), set[str]()
        if done is None:
            done, held = _one_by_one(session, known, handler, due)
        if done:
            session.execute(
                update(Delivery).where(Delivery.handler == handler.name, among(session, Delivery.event_id, done))
                .values(state=DONE, done_at=clock.now(), error=None, tries=Delivery.tries + 1)
                .execution_options(synchronize_session=False)
            )
        return len(done) + len(held)


def _together(
    session: Session, known: Mapping[str, type[Event]], handler: Handler, due: Sequence[Any]
) -> list[int] | None:
    """Deliver as much as goes into a spell; None when anything went wrong, and nothing was done."""
    done: list[int] = []
    until = time.monotonic() + SPELL
    try:
        with session.begin_nested():
            if handler.together and due:
                _run(session, known, handler, due)
                done = [row.id for row in due]
                due = ()
            for row in due:
                _run(session, known, handler, [row])
                done.append(row.id)
                if time.monotonic() > until:
                    break
            session.flush()
    except OperationalError:
        raise  # the database itself: the whole batch is had again
    except Exception:
        return None
    return done


def _one_by_one(
    session: Session, known: Mapping[str, type[Event]], handler: Handler, due: Sequence[Any]
) -> tuple[list[int], set[str]]:
    """Deliver each event in a savepoint of its own; returns those that are done, and the things that are held up."""
    done: list[int] = []
    held: set[str] = set()
    until = time.monotonic() + SPELL
    for row in due:
        if row.aggregate in held:
            continue
        if _handled(session, known, handler, row):
            done.append(row.id)
        else:
            held.add(row.aggregate)
        if time.monotonic() > until:
            break
    return done, held


def _due(session: Session, handler: Handler) -> Sequence[Any]:
    """The next deliveries, without those that wait behind another about the same thing.

    What could hold up a delivery stands before it in the order, so that one look at the next ones says whether anything
    does. It hardly ever does; only then each is asked for those before it, which takes many times as long.
    """
    known = {"handler": handler.name}
    if session.execute(_FAILED, known).first() is None:
        rows = session.execute(_NEXT, known).all()
        now = clock.now()
        if all(row.run_at <= now for row in rows):
            return rows
    return session.execute(_FREE, {**known, "now": clock.now()}).all()


def _next(*conditions: Any) -> Any:
    return (
        select(
            EventRow.id, EventRow.name, EventRow.payload, EventRow.depth, Delivery.aggregate, Delivery.tries,
            Delivery.run_at,
        )
        .join(EventRow, EventRow.id == Delivery.event_id)
        .where(Delivery.handler == bindparam("handler"), Delivery.state == PENDING, *conditions)
        .order_by(Delivery.event_id).limit(BATCH)
    )


def _not_behind() -> Any:
    before = aliased(Delivery)
    return ~exists().where(
        before.handler == Delivery.handler, before.aggregate == Delivery.aggregate,
        before.event_id < Delivery.event_id,
        or_(before.state == FAILED, and_(before.state == PENDING, before.run_at > bindparam("now", type_=UtcDateTime))),
    )


_FAILED = select(Delivery.event_id).where(Delivery.handler == bindparam("handler"), Delivery.state == FAILED).limit(1)
_NEXT = _next()
_FREE = _next(Delivery.run_at <= bindparam("now", type_=UtcDateTime), _not_behind())


def _handled(session: Session, known: Mapping[str, type[Event]], handler: Handler, row: Any) -> bool:
    try:
        with session.begin_nested():
            _run(session, known, handler, [row])
            session.flush()
        return True
    except OperationalError:
        raise  # the database itself: the whole batch is had again
    except Exception as error:
        log.exception("event handler failed", number=row.id, name=row.name, handler=handler.name)
        _put_off(session, handler, row, error)
        return False


def _run(session: Session, known: Mapping[str, type[Event]], handler: Handler, rows: Sequence[Any]) -> None:
    """Hand over one event, or many to a handler that takes them together; one alone is the cause of what it tells."""
    session.info[HANDLED] = (rows[0].id if len(rows) == 1 else None, max(row.depth for row in rows))
    events = [from_json(known[row.name], row.payload) for row in rows]
    try:
        handler.run(session, events if handler.together else events[0])
    finally:
        session.info.pop(HANDLED, None)


def _put_off(session: Session, handler: Handler, row: Any, error: Exception) -> None:
    tries = row.tries + 1
    told = error.message if isinstance(error, DomainError) else _("It failed with {error}.", error=type(error).__name__)
    later = {"state": FAILED} if tries >= handler.tries else {"run_at": clock.now() + handler.wait_after(tries)}
    session.execute(
        update(Delivery).where(Delivery.handler == handler.name, Delivery.event_id == row.id)
        .values(tries=tries, error=[to_json(told)], **later).execution_options(synchronize_session=False)
    )
