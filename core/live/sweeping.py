"""Removing hints that everybody who listens has heard."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from core.base import clock
from core.base.actor import Actor
from core.live.models import LiveRow

if TYPE_CHECKING:
    from core.kernel.house import House

SWEEPING = Actor.system("removing hints that were heard")

#: How long a hint is kept: longer than a restart of the live process or of the database takes.
KEEP = timedelta(minutes=10)
EVERY = 60.0


class Sweep:
    """Removes old hints once a minute, in whichever processes run jobs."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, house: House) -> None:
        """Sweep when it is time."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            sweep(house)


def sweep(house: House) -> int:
    """Remove the hints that are old; returns how many. Without any it writes nothing."""
    before = clock.now() - KEEP
    with house.session(SWEEPING) as session:
        if session.scalars(select(LiveRow.id).where(LiveRow.at < before).limit(1)).first() is None:
            return 0
    with house.session(SWEEPING, write=True) as session:
        gone = session.execute(delete(LiveRow).where(LiveRow.at < before))
        return gone.rowcount  # type: ignore[attr-defined, no-any-return]
