"""Taking what another program posts: is it signed, is it new; kept once and answered at once.

The sender learns no more than whether it was taken. Why something was refused stands with the endpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import IncomingWebhook
from core.webhooks import signing
from core.webhooks.handling import HANDLE
from core.webhooks.models import WAITING, WebhookEndpoint, WebhookReceipt, WebhookRefusal

Answer = Literal["accepted", "known", "refused", "unknown", "unreadable"]

#: The largest body that is taken, in bytes.
LARGEST = 1024 * 1024
_LONGEST_KEY = 200


def receive(session: Session, key: str, headers: Mapping[str, str], body: bytes, content_type: str) -> Answer:
    """Take what was posted to ``/hooks/<key>``; names of headers are in small letters.

    ``known``: the same id was taken before, and nothing happens again.
    """
    endpoint = session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.key == key)).one_or_none()
    kinds = of(session).registry.incoming_webhooks(state.read(session))
    if endpoint is None or not endpoint.is_on or endpoint.kind not in kinds:
        return "unknown"
    kind = kinds[endpoint.kind]
    why = _wrong(endpoint, kind, headers, body)
    if why:
        _note_refusal(session, endpoint.id, why)
        return "refused"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return "unreadable"
    row = WebhookReceipt(
        endpoint_id=endpoint.id, delivery_key=_key(kind, headers, body), received_at=clock.now(), body=text,
        content_type=content_type[:120], size=len(body), state=WAITING,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return "known"
    enqueue(session, Actor.system(f"incoming webhook {endpoint.kind}"), HANDLE, {"receipt": row.id})
    return "accepted"


def secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """The secrets that are believed now."""
    old = endpoint.old_secret if endpoint.old_until is not None and endpoint.old_until > clock.now() else None
    return [endpoint.secret, old] if old else [endpoint.secret]


def _wrong(endpoint: WebhookEndpoint, kind: IncomingWebhook, headers: Mapping[str, str], body: bytes) -> str:
    """Why what came is not believed, in a word; nothing when it is."""
    secrets = secrets_of(endpoint)
    if kind.verify == "hmac":
        given = headers.get(kind.header.lower(), "")
        if not given or (kind.id_header and not headers.get(kind.id_header.lower())):
            return "headers"
        return "" if signing.hmac_holds(given, body, secrets) else "signature"
    key, at, given = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not key or not at or not given or len(key) > _LONGEST_KEY:
        return "headers"
    if not signing.standard_holds(key, at, given, body, secrets):
        return "signature"
    return "" if signing.fresh(at, clock.now().timestamp()) else "time"


def _key(kind: IncomingWebhook, headers: Mapping[str, str], body: bytes) -> str:
    """The id its sender gave it; the same body is the same thing where a sender gives none."""
    if kind.verify == "standard":
        return headers["webhook-id"]
    if kind.id_header:
        return headers[kind.id_header.lower()][:_LONGEST_KEY]
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _note_refusal(session: Session, endpoint_id: int, why: str) -> None:
    changed = session.execute(
        update(WebhookRefusal).where(WebhookRefusal.endpoint_id == endpoint_id)
        .values(number=WebhookRefusal.number + 1, at=clock.now(), why=why)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        try:
            with session.begin_nested():
                session.execute(
                    insert(WebhookRefusal).values(endpoint_id=endpoint_id, number=1, at=clock.now(), why=why)
                )
        except IntegrityError:
            pass  # another one came in the same moment; one of them is counted
