"""Telling that something has happened, inside the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import event as listening
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import locks
from core.db.base import Base
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
#: One event, whose number is given back.
_TOLD = insert(EventRow.__table__).returning(EventRow.id)  # type: ignore[arg-type]
#: Up to so many rows one statement is as fast as a bulk write.
FEW = 20


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
    pairs = [
        (number, handler.name, one.aggregate)
        for number, one in zip(ids, events, strict=True) for handler in wanted[one.name]
    ]  # fmt: skip
    if pairs:
        numbers, names, aggregates = map(list, zip(*pairs, strict=True))
        _insert(session, Delivery, {"event_id": numbers, "handler": names, "aggregate": aggregates}, {
            "state": PENDING, "tries": 0, "run_at": clock.now(), "note": "",
        })  # fmt: skip
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
    columns: dict[str, list[Any]] = {
        "name": [one.name for one in events], "aggregate": [one.aggregate for one in events],
        "payload": [to_json(one) for one in events],
    }  # fmt: skip
    same: dict[str, Any] = {
        "at": clock.now(), "account_id": actor.account_id, "actor": actor.name if actor.kind == "person" else "",
        "request_id": actor.request_id, "cause_id": cause, "depth": depth + 1,
    }  # fmt: skip
    if len(events) == 1:
        row = {name: values[0] for name, values in columns.items()}
        return list(session.scalars(_TOLD, [{**row, **same}]))
    from core.db.bulk import allocate_ids  # heavy libraries, at the first events that are many

    # Ids beforehand: rows that are to give theirs back in their order are written one by one on SQLite.
    ids: list[int] = allocate_ids(session, EventRow, len(events)).tolist()
    _insert(session, EventRow, {"id": ids, **columns}, same)
    return ids


def _insert(session: Session, table: type[Base], columns: Mapping[str, list[Any]], same: Mapping[str, Any]) -> None:
    """Rows as columns, and what all of them have in common: few by one statement, many in bulk."""
    if len(next(iter(columns.values()))) <= FEW:
        rows = zip(*columns.values(), strict=True)
        statement = insert(table.__table__)  # type: ignore[arg-type]
        session.execute(statement, [{**dict(zip(columns, row, strict=True)), **same} for row in rows])
        return
    from core.db.bulk import write_columns

    write_columns(session, table, {**columns, **same})


def _wake_after_commit(session: Session) -> None:
    wake: Callable[[], None] | None = session.info.get(WAKE)
    if wake is None or session.info.get("event_wake_waits"):
        return
    session.info["event_wake_waits"] = True

    def committed(session: Session) -> None:
        if not session.in_nested_transaction():
            wake()

    listening.listen(session, "after_commit", committed)
