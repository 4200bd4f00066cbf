"""The jobs of webhooks: sending, handling what was received, tidying up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update

from core.base import clock
from core.base.text import catalogue
from core.kernel.specs import LATER, Job
from core.webhooks import handling, sending
from core.webhooks.models import SENDING, Webhook, WebhookDelivery, WebhookEndpoint, WebhookReceipt
from core.webhooks.waking import SEND

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("webhooks")

#: How long the logs are kept; what waits for a paused subscription is kept no longer either.
KEEP = timedelta(days=30)


def tidy(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove old lines of both logs, and secrets whose time is over."""
    del args
    now = clock.now()
    with context.session(write=True) as session:
        sent = session.execute(
            delete(WebhookDelivery)
            .where(WebhookDelivery.created_at < now - KEEP, WebhookDelivery.state != SENDING)
        )
        received = session.execute(delete(WebhookReceipt).where(WebhookReceipt.received_at < now - KEEP))
        for model in (Webhook, WebhookEndpoint):
            session.execute(
                update(model).where(model.old_until < now).values(old_secret=None, old_until=None)
                .execution_options(synchronize_session=False)
            )
        result = {"sent": sent.rowcount, "received": received.rowcount}  # type: ignore[attr-defined]
        context.complete(session, result)
    return result


JOBS = (
    Job(SEND, _("Send webhooks"), sending.send, priority=LATER, tries=8, wait=timedelta(seconds=15), outside=True,
        time_limit=timedelta(minutes=5)),
    Job("webhooks.handle", _("Handle incoming webhooks"), handling.handle, tries=handling.TRIES, wait=handling.WAIT,
        again=(handling.NotYet,)),
    Job("webhooks.tidy", _("Tidy up webhooks"), tidy, schedule="40 3 * * *", priority=LATER, at_most=1),
)  # fmt: skip
