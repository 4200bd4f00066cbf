"""What this plugin does when something has happened elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.text import _
from remit.base import Actor, clock
from remit.events import Handler

#: How long a notice about a reopened month hangs.
SHOWN = timedelta(days=7)


def month_reopened(session: Session, event: Any) -> None:
    """Tell everybody that figures may change. A month that is reopened again has one notice still."""
    code = f"reopened-{event.month}"
    services.take_off(session, code)
    services.pin(
        session, Actor.system("attendance was reopened"), code=code, until=clock.today() + SHOWN,
        text=str(_("The attendance of {month} was reopened; figures may change.", month=event.month.title)),
    )


HANDLERS = (Handler("sample.month_reopened", "attendance.month_reopened", month_reopened),)
