"""What webhooks tell."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("webhooks")


@dataclass(frozen=True, slots=True)
class SubscriptionPaused(Event):
    """Nothing more is sent to an address until somebody resumes it; what happens meanwhile is kept.

    ``reason`` is ``failed`` (several deliveries used up all their tries), ``unreachable`` (a day without a success),
    ``gone`` (the receiver answered 410) or ``asked`` (somebody paused it: ``account_id``).
    """

    name = "webhooks.subscription_paused"
    title = _("Webhook paused")
    thing = "webhook"
    about = "webhook_id"

    webhook_id: int
    reason: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionResumed(Event):
    """An address is sent to again."""

    name = "webhooks.subscription_resumed"
    title = _("Webhook resumed")
    thing = "webhook"
    about = "webhook_id"

    webhook_id: int


@dataclass(frozen=True, slots=True)
class IncomingFailed(Event):
    """Something that was received could not be handled, and is not tried again until somebody has looked at it."""

    name = "webhooks.incoming_failed"
    title = _("Incoming webhook failed")
    thing = "webhook_endpoint"
    about = "endpoint_id"

    endpoint_id: int
    receipt_id: int


EVENTS: tuple[type[Event], ...] = (SubscriptionPaused, SubscriptionResumed, IncomingFailed)
