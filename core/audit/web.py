"""What the audit log answers the web: it keeps who was refused a change."""

from __future__ import annotations

from flask import Flask

from core.access.decision import Decision
from core.audit import events
from core.base.actor import Actor
from core.kernel.house import House
from core.web import ports


def install(app: Flask, house: House) -> None:
    """Keep every refused change, in a transaction of its own."""

    def keep(actor: Actor, decision: Decision) -> None:
        events.record_denied(house.database, actor, decision)

    ports.of(app).ports.refused = keep
