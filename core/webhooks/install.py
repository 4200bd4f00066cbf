"""Putting the look for what a lost job has left into a house, once, at start."""

from __future__ import annotations

from core.jobs.keeper import UPKEEP
from core.kernel.house import House
from core.webhooks.waking import rescue


def install(house: House) -> None:
    """Let every process that runs jobs ask again for what should have been sent."""
    house.session_info.setdefault(UPKEEP, []).append(rescue)
