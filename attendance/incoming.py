"""Punches that a terminal or another program sends by itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from attendance.services.importing import import_punches
from remit.base import Actor
from remit.text import catalogue
from remit.webhooks import Incoming, IncomingWebhook

_ = catalogue("attendance")


def take(session: Session, incoming: Incoming) -> None:
    """Import what was sent, an `attlog.dat` or a table of punches as text; each address is a source of its own."""
    import_punches(
        session, Actor.system("another program sent punches"), incoming.body, name="punches.csv",
        source=f"webhook-{incoming.endpoint_id}",
    )


INCOMING = (IncomingWebhook("attendance.punches", _("Punches"), take),)
