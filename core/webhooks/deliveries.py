"""The log of what was sent, sending again, and the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.webhooks.actions import MANAGE, READ
from core.webhooks.models import (
    ACTIVE,
    FAILED,
    PING,
    SENDING,
    SKIPPED,
    WAITING,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)
from core.webhooks.spreading import row_of
from core.webhooks.waking import wake

_ = catalogue("webhooks")


def statement(webhook: Webhook, *, state: str = "", event: str = "") -> Select[WebhookDelivery]:
    """The deliveries of a subscription, of a state or an event where asked."""
    found = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if state:
        found = found.where(WebhookDelivery.state.in_((WAITING, SENDING) if state == WAITING else (state,)))
    return found.where(WebhookDelivery.event == event) if event else found


def latest(
    session: Session, actor: Actor, webhook: Webhook, *, state: str = "", before: int | None = None, limit: int = 50
) -> Sequence[WebhookDelivery]:
    """The latest deliveries, newest first. ``Denied`` without ``webhooks.subscription:read``."""
    require(session, actor, READ)
    wanted = statement(webhook, state=state).order_by(WebhookDelivery.id.desc()).limit(limit)
    return session.scalars(wanted.where(WebhookDelivery.id < before) if before is not None else wanted).all()


def counts(session: Session, actor: Actor) -> dict[int, dict[str, int]]:
    """How many deliveries of each subscription are in which state."""
    require(session, actor, READ)
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count())
        .group_by(WebhookDelivery.webhook_id, WebhookDelivery.state)
    )
    for webhook_id, state, number in rows:
        found.setdefault(webhook_id, {})[state] = number
    return found


def found(session: Session, actor: Actor, webhook: Webhook, delivery_id: int, action: str = READ) -> WebhookDelivery:
    """One delivery of a subscription; ``NotFound``, or ``Denied`` without the action."""
    require(session, actor, action)
    row = session.get(WebhookDelivery, delivery_id)
    if row is None or row.webhook_id != webhook.id:
        raise NotFound("not_found", _("There is no such delivery."))
    return row


def tries(session: Session, actor: Actor, row: WebhookDelivery) -> Sequence[WebhookTry]:
    """All tries of a delivery, the first one first."""
    require(session, actor, READ)
    wanted = select(WebhookTry).where(WebhookTry.delivery_id == row.id).order_by(WebhookTry.number)
    return session.scalars(wanted).all()


def redeliver(session: Session, actor: Actor, webhook: Webhook, row: WebhookDelivery) -> WebhookDelivery:
    """Send one delivery again with the same id, whatever became of it. Raises ``DomainError`` while it is under way."""
    require(session, actor, MANAGE)
    if row.state in (WAITING, SENDING):
        raise DomainError("webhook.under_way", _("It has not ended yet; it is sent by itself."))
    row.state, row.tries, row.run_at, row.done_at = WAITING, 0, clock.now(), None
    session.flush()
    _wake(session, webhook)
    return row


def redeliver_failed(session: Session, actor: Actor, webhook: Webhook, *, since: datetime) -> int:
    """Send again all that failed or was skipped and happened since a moment; returns how many those are."""
    require(session, actor, MANAGE)
    again = session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state.in_((FAILED, SKIPPED)),
            WebhookDelivery.occurred_at >= since, WebhookDelivery.event != PING,
        )
        .values(state=WAITING, tries=0, run_at=clock.now(), done_at=None)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    if again:
        _wake(session, webhook)
    return int(again)


def ping(session: Session, actor: Actor, webhook: Webhook) -> int:
    """Send a test now, also while the subscription is paused; returns its delivery. It is tried once."""
    require(session, actor, MANAGE)
    row = row_of(webhook.id, PING, {"webhook_id": webhook.id}, clock.now(), None)
    made = session.scalars(insert(WebhookDelivery).returning(WebhookDelivery.id), [row]).one()
    wake(session, webhook.id, clock.now())
    return made


def _wake(session: Session, webhook: Webhook) -> None:
    if webhook.state == ACTIVE:
        wake(session, webhook.id, clock.now())


