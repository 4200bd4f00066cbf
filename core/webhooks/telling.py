"""What webhooks tell people: that one of theirs is paused, and why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.kernel.specs import Message, Notification, Recipients
from core.webhooks.events import SubscriptionPaused
from core.webhooks.models import Webhook

_ = catalogue("webhooks")

WHY = {
    "failed": _("Several deliveries in a row used up all their tries."),
    "unreachable": _("Nothing has arrived there for a day."),
    "gone": _("The receiver says that it is gone for good (410)."),
    "asked": _("Somebody paused it."),
}


def _who_made_it(session: Session, event: SubscriptionPaused) -> Recipients:
    """Who set it up, unless he paused it himself."""
    webhook = session.get(Webhook, event.webhook_id)
    made_by = webhook.created_by if webhook is not None else None
    return Recipients(accounts=[made_by] if made_by is not None and made_by != event.account_id else [])


def _paused(session: Session, event: SubscriptionPaused) -> Message:
    del session
    return Message(
        _("A webhook of yours is paused"),
        (
            WHY.get(event.reason, WHY["failed"]),
            _("What happens meanwhile is kept for it. Its page shows the last tries, and resumes it."),
        ),
        f"/admin/webhooks/{event.webhook_id}", _("Look at the webhook"),
    )


NOTIFICATIONS = (
    Notification(
        "webhooks.subscription_paused", _("A webhook of mine is paused"), _("Webhooks"), on=SubscriptionPaused.name,
        to=_who_made_it, tell=_paused,
    ),
)
