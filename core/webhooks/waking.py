"""Asking for the job that sends what is due to one address: once for a moment, never too late.

The row of ``WebhookState`` is locked meanwhile. A job that begins takes its moment out of ``wake_at`` under the same
lock, so whoever writes a delivery either is seen by it or asks for another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.jobs.queue import enqueue
from core.webhooks.models import ACTIVE, PING, SENDING, WAITING, Webhook, WebhookDelivery, WebhookState

if TYPE_CHECKING:
    from core.kernel.house import House

SEND = "webhooks.send"
#: A moment that passed this long ago was asked for by a job that somebody has called off.
LOST = timedelta(minutes=3)


def wake(session: Session, webhook_id: int, at: datetime) -> None:
    """Have what is due then sent; nothing happens when a job comes early enough already."""
    row = session.get_one(WebhookState, webhook_id, with_for_update=True, populate_existing=True)
    now = clock.now()
    if row.wake_at is not None and row.wake_at <= at and row.wake_at > now - LOST:
        return
    row.wake_at = at
    # A moment to come is one job however often it is asked for; one for now must not be one that has run already.
    key = f"{SEND}:{webhook_id}@{at.isoformat()}" if at > now + timedelta(seconds=1) else None
    enqueue(session, Actor.system("webhooks are sent"), SEND, {"webhook": webhook_id}, key=key, run_at=at)
    session.flush()


def woken(session: Session, webhook_id: int) -> bool:
    """Say that the job has come; False when the subscription is gone."""
    row = session.get(WebhookState, webhook_id, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    if row.wake_at is not None and row.wake_at <= clock.now():
        row.wake_at = None
    return True


def next_due(session: Session, webhook_id: int) -> datetime | None:
    """When the next delivery may be sent, or the next one that is being sent counts as left behind."""
    webhook = session.get(Webhook, webhook_id)
    state = session.get(WebhookState, webhook_id)
    if webhook is None or state is None:
        return None
    waits = select(func.min(WebhookDelivery.run_at)).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == WAITING
    )
    first = session.scalar(waits) if webhook.state == ACTIVE else None
    if first is not None and state.rest_until is not None:
        first = max(first, state.rest_until)
    ping = session.scalar(waits.where(WebhookDelivery.event == PING))
    leased = session.scalar(
        select(func.min(WebhookDelivery.lease_until))
        .where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == SENDING)
    )
    known = [moment for moment in (first, ping, leased) if moment is not None]
    return min(known) if known else None


def rescue(house: House) -> int:
    """Ask again for the jobs of subscriptions for which something should have been sent by now; returns how many."""
    now = clock.now()
    with house.session(Actor.system("looking for webhooks that were left")) as session:
        late = overdue(session, now)
    if late:
        with house.session(Actor.system("webhooks that were left are sent"), write=True) as session:
            for webhook_id in sorted(late):  # one order of locks for all who take several
                wake(session, webhook_id, now)
    return len(late)


def overdue(session: Session, now: datetime) -> list[int]:
    """The subscriptions for which something should have been sent by now: what a lost job has left."""
    late = now - LOST
    due = or_(
        (WebhookDelivery.state == WAITING) & (WebhookDelivery.run_at <= late) & (Webhook.state == ACTIVE),
        (WebhookDelivery.state == SENDING) & (WebhookDelivery.lease_until <= late),
    )
    rests = or_(WebhookState.rest_until.is_(None), WebhookState.rest_until <= late)
    return list(session.scalars(
        select(WebhookDelivery.webhook_id).distinct().join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .join(WebhookState, WebhookState.webhook_id == Webhook.id).where(due, rests)
    ))  # fmt: skip
