"""The day that a page of the lists is asked for."""

from __future__ import annotations

from datetime import date

from flask import request

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue

_ = catalogue("authority")


def asked_day(actor: Actor) -> date:
    """The day a page is asked for, ``?day=2026-10-01``, by default today."""
    given = request.args.get("day")
    if not given:
        return clock.today(actor.zone)
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise DomainError("day.format", _("A date is written 2026-10-01."), "day") from error
