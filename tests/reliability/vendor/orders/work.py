"""What is done with an order, and who hears of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from orders.models import Effect
from remit.base import Actor
from remit.events import Event, Handler, emit
from remit.jobs import Job, JobContext, enqueue, enqueue_group
from remit.notify import Message, Notification, Recipients
from remit.text import catalogue

_ = catalogue("orders")

#: An order with such a number is worked on in parts, too.
EVERY = 8
#: Of an order with such a number whoever placed it is told.
TOLD = 4
PARTS = 3


@dataclass(frozen=True, slots=True)
class Placed(Event):
    """An order was placed."""

    name = "orders.order_placed"
    title = _("Order placed")
    thing = "customer"
    about = "customer_id"

    customer_id: int
    number: int
    account_id: int


def place(session: Session, actor: Actor, number: int) -> None:
    """Place an order: a row, an event, a job, for some a group of jobs; all of it or nothing."""
    session.add(Effect(kind="placed", number=number))
    session.flush()
    enqueue(session, actor, "orders.work", {"number": number}, key=f"order-{number}")
    if number % EVERY == 0:
        parts = [{"number": number * PARTS + part} for part in range(PARTS)]
        enqueue_group(session, actor, "orders.part", parts, then="orders.join", args={"number": number})
    emit(session, Placed(number % 5, number, actor.account_id or 0))


def effect(kind: str) -> Any:
    """A job that takes a moment and leaves one effect, in the transaction that ends it."""

    def run(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
        context.progress(0, 1)
        time.sleep(0.004)
        with context.session(write=True) as session:
            session.add(Effect(kind=kind, number=args["number"]))
            context.complete(session, {"number": args["number"]})
        return {}

    return run


def hear(kind: str) -> Any:
    """A handler that leaves one effect."""

    def run(session: Session, event: Placed) -> None:
        session.add(Effect(kind=kind, number=event.number))

    return run


def tell(session: Session, event: Placed) -> Message | None:
    """What whoever placed an order is told of it."""
    del session
    return Message(_("Order {number} is placed", number=event.number)) if event.number % TOLD == 0 else None


JOBS = (
    Job("orders.work", _("Work on an order"), effect("work")),
    Job("orders.part", _("A part of an order"), effect("part")),
    Job("orders.join", _("Join the parts"), effect("join")),
)
HANDLERS = (
    Handler("orders.count", "orders.order_placed", hear("count")),
    Handler("orders.note", "orders.order_placed", hear("note")),
)
NOTIFICATIONS = (
    Notification(
        "orders.order_placed", _("An order of mine is placed"), _("Orders"), on=Placed.name,
        to=lambda _session, event: Recipients(accounts=[event.account_id]), tell=tell,
    ),
)
