"""From an event to a delivery for each subscription that wants it, in the transaction of the handler."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.base import clock
from core.events.models import EventRow
from core.events.outbox import HANDLED
from core.kernel.events import Event, to_json
from core.kernel.kept import kept
from core.kernel.specs import Handler
from core.webhooks import filters
from core.webhooks.models import WAITING, Webhook, WebhookDelivery
from core.webhooks.subscriptions import all_events
from core.webhooks.waking import wake


def wanted(session: Session, name: str) -> bool:
    """Whether anybody has subscribed to an event; asked where it is told."""
    subscribed = kept(session, "webhook_events", lambda: list(session.scalars(select(Webhook.events))))
    return any(filters.wants(chosen, name) for chosen in subscribed)


def spread(session: Session, event: Event) -> None:
    """Write a delivery for each subscription whose filter lets the event through, and ask for what sends it.

    A subscription that is paused has its deliveries kept until it is resumed.
    """
    number, _depth = session.info[HANDLED]
    webhooks = [one for one in session.scalars(select(Webhook).order_by(Webhook.id)) if _wants(session, one, event)]
    if not webhooks:
        return
    at = session.scalars(select(EventRow.at).where(EventRow.id == number)).one()
    rows = [row_of(one.id, event.name, to_json(event), at, number) for one in webhooks]
    session.execute(insert(WebhookDelivery), rows)
    for one in webhooks:
        if one.state == "active":
            wake(session, one.id, clock.now())


def row_of(
    webhook_id: int, name: str, data: dict[str, Any], occurred_at: datetime, event_id: int | None
) -> dict[str, Any]:
    """The columns of a new delivery."""
    now = clock.now()
    return {
        "webhook_id": webhook_id, "key": f"msg_{secrets.token_hex(16)}", "event": name, "event_id": event_id,
        "occurred_at": occurred_at, "data": data, "state": WAITING, "tries": 0, "sent": 0, "run_at": now,
        "created_at": now, "answer": "",
    }


def _wants(session: Session, webhook: Webhook, event: Event) -> bool:
    if not filters.wants(webhook.events, event.name) or _about_sending(event):
        return False
    chosen: Sequence[str] = webhook.events
    return filters.passes(webhook.filter, filters.chosen_events(chosen, all_events(session)), event)


def _about_sending(event: Event) -> bool:
    """A job of ours that failed: to send that out would fail again, and again."""
    return event.name == "jobs.job_failed" and str(getattr(event, "kind", "")).startswith("webhooks.")


HANDLERS = (Handler("webhooks.spread", "*", spread, wanted=wanted),)
