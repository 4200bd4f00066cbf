"""Putting the tick into a house, once, at start."""

from __future__ import annotations

from core.jobs.keeper import UPKEEP
from core.kernel.house import House
from core.schedules.ticking import tick


def install(house: House) -> None:
    """Let every process that runs jobs ask for what is due."""
    house.session_info.setdefault(UPKEEP, []).append(tick)
