"""Notices that another program sends."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.text import _
from remit.base import Actor, DomainError
from remit.webhooks import Incoming, IncomingWebhook


def pin(session: Session, incoming: Incoming) -> None:
    """Pin ``{"code": ..., "text": ...}``. Sent again under another id, it takes the place of what hangs there."""
    sent = incoming.json()
    if not isinstance(sent, dict) or not all(isinstance(sent.get(name), str) for name in ("code", "text")):
        raise DomainError("sample.sent", _("A notice is sent with a code and a text."))
    services.take_off(session, sent["code"])
    services.pin(
        session, Actor.system("another program sent a notice"), code=sent["code"][:40], text=sent["text"][:500]
    )


INCOMING = (IncomingWebhook("sample.notices", _("Notices"), pin),)
