"""Handing what was received to the module that registered for it: each once in effect, tried again when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.events.outbox import emit
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import Incoming, IncomingWebhook
from core.webhooks.events import IncomingFailed
from core.webhooks.models import DONE, FAILED, WAITING, WebhookEndpoint, WebhookReceipt

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("webhooks")
log = structlog.get_logger("remit.webhooks")

HANDLE = "webhooks.handle"
#: Eight tries over some twenty minutes.
TRIES, WAIT = 8, timedelta(seconds=10)


class NotYet(Exception):
    """Handling failed and is to be tried again."""


def handle(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Handle one thing that was received: what its module writes and the mark that it is done are one commit."""
    receipt_id = int(args["receipt"])
    try:
        with context.session(write=True) as session:
            row = session.get(WebhookReceipt, receipt_id, with_for_update=True)
            if row is None or row.state == DONE:
                return None
            _hand_over(session, row)
            context.complete(session, {"receipt": receipt_id})
        return None
    except DomainError as refused:
        _failed(context, receipt_id, refused.message, last=True)
    except Exception as error:
        log.exception("an incoming webhook was not handled", receipt=receipt_id)
        why = _("It failed with {error}.", error=type(error).__name__)
        if not _failed(context, receipt_id, why, last=context.tries >= TRIES):
            raise NotYet from error
    return {"receipt": receipt_id, "state": FAILED}


def deliver(session: Session, endpoint: WebhookEndpoint, key: str, body: str) -> WebhookReceipt:
    """Let something come to an address and be handled in the transaction of the caller: for demos and other programs
    of the house that stand for a sender. Raises ``DomainError`` as the module that handles it does.
    """
    row = WebhookReceipt(
        endpoint_id=endpoint.id, delivery_key=key, received_at=clock.now(), body=body, content_type="application/json",
        size=len(body.encode()), state=WAITING, tries=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _hand_over(session, row)
    session.flush()
    return row


def _hand_over(session: Session, row: WebhookReceipt) -> None:
    kind = kind_of(session, row)
    kind.handle(session, incoming(row, kind))
    row.state, row.done_at, row.error, row.tries = DONE, clock.now(), None, row.tries + 1


def kind_of(session: Session, row: WebhookReceipt) -> IncomingWebhook:
    """What was registered for the endpoint of a receipt; ``DomainError`` when its module is off or gone."""
    endpoint = session.get_one(WebhookEndpoint, row.endpoint_id)
    kinds = of(session).registry.incoming_webhooks(state.read(session))
    if endpoint.kind not in kinds:
        raise DomainError("webhook.kind", _("The module that handles this is switched off; handle it again later."))
    return kinds[endpoint.kind]


def incoming(row: WebhookReceipt, kind: IncomingWebhook) -> Incoming:
    """What a module gets to see."""
    return Incoming(
        key=row.delivery_key, kind=kind.name, endpoint_id=row.endpoint_id, body=row.body.encode(),
        content_type=row.content_type, received_at=row.received_at,
    )


def _failed(context: JobContext, receipt_id: int, why: Text | str, *, last: bool) -> bool:
    """Write down why it failed; True when it is not tried again."""
    with context.session(write=True) as session:
        row = session.scalars(
            select(WebhookReceipt).where(WebhookReceipt.id == receipt_id).with_for_update()
        ).one_or_none()
        if row is None or row.state != WAITING:
            return True
        row.tries, row.error = row.tries + 1, [to_json(why)]
        if last:
            row.state, row.done_at = FAILED, clock.now()
            emit(session, IncomingFailed(row.endpoint_id, row.id))
    return last
