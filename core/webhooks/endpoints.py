"""Setting up addresses that other programs post to, looking at what they received, handling it again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import IncomingWebhook
from core.webhooks import signing
from core.webhooks.actions import ENDPOINT_MANAGE, ENDPOINT_READ
from core.webhooks.handling import HANDLE
from core.webhooks.models import DONE, FAILED, WAITING, WebhookEndpoint, WebhookReceipt, WebhookRefusal
from core.webhooks.subscriptions import LONGEST_OVERLAP

_ = catalogue("webhooks")

_SHORTEST_SECRET, _LONGEST_SECRET = 16, 200


def kinds(session: Session) -> dict[str, IncomingWebhook]:
    """What can be received: by the modules that are on."""
    return of(session).registry.incoming_webhooks(state.read(session))


def listed(session: Session, actor: Actor) -> list[tuple[WebhookEndpoint, WebhookRefusal | None]]:
    """All endpoints by name, with what they refused. ``Denied`` without ``webhooks.endpoint:read``."""
    require(session, actor, ENDPOINT_READ)
    rows = session.execute(
        select(WebhookEndpoint, WebhookRefusal)
        .outerjoin(WebhookRefusal, WebhookRefusal.endpoint_id == WebhookEndpoint.id).order_by(WebhookEndpoint.name)
    )
    return [(endpoint, refusal) for endpoint, refusal in rows]


def found(session: Session, actor: Actor, endpoint_id: int, action: str = ENDPOINT_READ) -> WebhookEndpoint:
    """One endpoint; ``NotFound``, or ``Denied`` without the action."""
    require(session, actor, action)
    row = session.get(WebhookEndpoint, endpoint_id)
    if row is None:
        raise NotFound("not_found", _("There is no such address."))
    return row


def refusal(session: Session, endpoint: WebhookEndpoint) -> WebhookRefusal | None:
    """What an endpoint refused last."""
    return session.get(WebhookRefusal, endpoint.id)


def counts(session: Session, actor: Actor) -> dict[int, dict[str, int]]:
    """How much of what each endpoint received is in which state."""
    require(session, actor, ENDPOINT_READ)
    made: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(WebhookReceipt.endpoint_id, WebhookReceipt.state, func.count())
        .group_by(WebhookReceipt.endpoint_id, WebhookReceipt.state)
    )
    for endpoint_id, name, number in rows:
        made.setdefault(endpoint_id, {})[name] = number
    return made


def create(
    session: Session, actor: Actor, *, kind: str, name: str, secret: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Make an address for what a module takes; returns the secret, too, which is shown this once.

    ``secret`` is what the sender dictates; without one it is made. Raises ``DomainError`` for an unknown kind or a
    short secret, ``Denied`` without ``webhooks.endpoint:manage``.
    """
    require(session, actor, ENDPOINT_MANAGE)
    if kind not in kinds(session):
        raise DomainError("webhook.kind", _("Choose what is received."), "kind")
    if not name.strip():
        raise DomainError("webhook.name", _("Give it a name by which it is found."), "name")
    chosen = _secret(secret)
    row = WebhookEndpoint(
        key=secrets.token_urlsafe(24), kind=kind, name=name.strip(), secret=chosen, created_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row, chosen


def rotate(
    session: Session, actor: Actor, endpoint: WebhookEndpoint, *, overlap: timedelta, secret: str = ""
) -> str:
    """Give an endpoint a new secret, which is returned this once. The old one is believed beside it for ``overlap``."""
    require(session, actor, ENDPOINT_MANAGE)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise DomainError(
            "webhook.overlap", _("The old secret may go on for at most {count} day.",
                                 "The old secret may go on for at most {count} days.", count=LONGEST_OVERLAP.days),
            "hours",
        )  # fmt: skip
    chosen = _secret(secret)
    keeps = overlap > timedelta(0)
    endpoint.old_secret, endpoint.old_until = (endpoint.secret, clock.now() + overlap) if keeps else (None, None)
    endpoint.secret = chosen
    session.flush()
    return chosen


def switch(session: Session, actor: Actor, endpoint: WebhookEndpoint, *, on: bool) -> None:
    """Let an address receive or not; while it does not, it answers as if it were not there."""
    require(session, actor, ENDPOINT_MANAGE)
    endpoint.is_on = on
    session.flush()


def remove(session: Session, actor: Actor, endpoint: WebhookEndpoint) -> None:
    """Delete an address with what it received."""
    require(session, actor, ENDPOINT_MANAGE)
    session.execute(delete(WebhookReceipt).where(WebhookReceipt.endpoint_id == endpoint.id))
    session.execute(delete(WebhookRefusal).where(WebhookRefusal.endpoint_id == endpoint.id))
    session.delete(endpoint)
    session.flush()


def latest(
    session: Session, actor: Actor, endpoint: WebhookEndpoint, *, state: str = "", before: int | None = None,
    limit: int = 50,
) -> Sequence[WebhookReceipt]:
    """What was received last, newest first."""
    require(session, actor, ENDPOINT_READ)
    wanted = select(WebhookReceipt).where(WebhookReceipt.endpoint_id == endpoint.id)
    wanted = wanted.where(WebhookReceipt.state == state) if state else wanted
    wanted = wanted.where(WebhookReceipt.id < before) if before is not None else wanted
    return session.scalars(wanted.order_by(WebhookReceipt.id.desc()).limit(limit)).all()


def replay(session: Session, actor: Actor, endpoint: WebhookEndpoint, receipt_id: int) -> WebhookReceipt:
    """Handle again what was received. What was handled well is handled once more only by asking for it here.

    Raises ``NotFound``, or ``DomainError`` while it waits anyway.
    """
    require(session, actor, ENDPOINT_MANAGE)
    row = session.get(WebhookReceipt, receipt_id, with_for_update=True)
    if row is None or row.endpoint_id != endpoint.id:
        raise NotFound("not_found", _("There is no such delivery."))
    if row.state not in (DONE, FAILED):
        raise DomainError("webhook.under_way", _("It has not been handled yet; that happens by itself."))
    row.state, row.tries, row.done_at, row.error = WAITING, 0, None, None
    session.flush()
    enqueue(session, Actor.system(f"incoming webhook {endpoint.kind}"), HANDLE, {"receipt": row.id})
    return row


def _secret(given: str) -> str:
    if not given:
        return signing.new_secret()
    if not _SHORTEST_SECRET <= len(given) <= _LONGEST_SECRET or not given.isprintable():
        raise DomainError(
            "webhook.secret",
            _("A secret has at least {min} and at most {max} characters; leave it empty to have one made.",
              min=_SHORTEST_SECRET, max=_LONGEST_SECRET), "secret",
        )  # fmt: skip
    return given
