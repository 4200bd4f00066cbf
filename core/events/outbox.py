"""Telling that something has happened, inside the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import event as listening
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import locks
from core.events.models import PENDING, Delivery, EventRow
from core.kernel import state
from core.kernel.events import Event, to_json
from core.kernel.house import of

if TYPE_CHECKING:
    from core.kernel.specs import Handler

#: Where the deliverer of this process leaves the function that wakes it: ``house.session_info["event_wake"]``.
WAKE = "event_wake"
#: Where the deliverer tells which event a session handles: its id and its depth.
HANDLED = "event_handled"
#: An event that is told by a handler of an event that ... and so on: more than this is a circle.
MOST_DEEP = 20


def emit(session: Session, event: Event) -> None:
    """Tell one event. It is delivered when this transaction is committed, and never was if it is rolled back.

    Transactions that tell of the same thing wait for each other here, until they end: tell late. An event that no
    module registered is a programming error (``LookupError``), and so is a circle of handlers that tell each other.
    """
    emit_many(session, [event])


def emit_many(session: Session, events: Sequence[Event]) -> None:
    """Tell many events in a few statements, in their order."""
    if not events:
        return
    house = of(session)
    known = house.registry.events()
    for one in events:
        if known.get(one.name) is not type(one):
            raise LookupError(f"event {one.name!r} is registered by no module")
    locks.hold_all(session, (f"event:{one.aggregate}" for one in events))
    ids = _write(session, events)
    handlers = house.registry.handlers(state.read(session)).values()
    wanted = {name: _who(session, handlers, name) for name in {one.name for one in events}}
    now = clock.now()
    deliveries = [
        {"event_id": number, "handler": handler.name, "aggregate": one.aggregate, "state": PENDING, "tries": 0,
         "run_at": now, "note": ""}
        for number, one in zip(ids, events, strict=True) for handler in wanted[one.name]
    ]  # fmt: skip
    if deliveries:
        session.execute(insert(Delivery), deliveries)
        _wake_after_commit(session)


def _who(session: Session, handlers: Collection[Handler], name: str) -> list[Handler]:
    return [
        one for one in handlers
        if one.on in (name, "*") and (one.wanted is None or one.wanted(session, name))
    ]


def _write(session: Session, events: Sequence[Event]) -> list[int]:
    actor: Actor = session.info["actor"]
    cause, depth = session.info.get(HANDLED, (None, -1))
    if depth + 1 > MOST_DEEP:
        raise RuntimeError(f"handlers tell events in a circle: {events[0].name} after {MOST_DEEP} others")
    now = clock.now()
    rows = [
        {
            "name": one.name, "aggregate": one.aggregate, "payload": to_json(one), "at": now,
            "account_id": actor.account_id, "actor": actor.name if actor.kind == "person" else "",
            "request_id": actor.request_id, "cause_id": cause, "depth": depth + 1,
        }
        for one in events
    ]
    if len(rows) == 1:
        return list(session.scalars(insert(EventRow).returning(EventRow.id), rows))
    from core.db.bulk import allocate_ids  # heavy libraries, at the first events that are many

    # Ids beforehand: rows that are to give theirs back in their order are written one by one on SQLite.
    ids: list[int] = allocate_ids(session, EventRow, len(rows)).tolist()
    session.execute(insert(EventRow), [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])
    return ids


def _wake_after_commit(session: Session) -> None:
    wake: Callable[[], None] | None = session.info.get(WAKE)
    if wake is None or session.info.get("event_wake_waits"):
        return
    session.info["event_wake_waits"] = True

    def committed(session: Session) -> None:
        if not session.in_nested_transaction():
            wake()

    listening.listen(session, "after_commit", committed)
