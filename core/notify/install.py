"""Putting notifications into a house, once, at start."""

from __future__ import annotations

from core.jobs.keeper import UPKEEP
from core.kernel.house import House
from core.kernel.specs import NOTIFY
from core.notify.planning import look
from core.notify.telling import of_event


def install(house: House) -> None:
    """Let events be told to people, and every process that runs jobs look for what is due."""
    house.session_info[NOTIFY] = of_event
    house.session_info.setdefault(UPKEEP, []).append(look)
