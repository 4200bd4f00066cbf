"""What the calendar contributes: it follows the countries that are switched on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.calendar import labels, services
from core.kernel.hookspecs import hookimpl

labels.attach()


@hookimpl
def on_module_switched(session: Session, on: bool) -> None:
    """A country that comes on brings its public holidays."""
    services.follow(session, on=on)
