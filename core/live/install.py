"""Putting the sweep into a house, once, at start."""

from __future__ import annotations

from core.jobs.keeper import UPKEEP
from core.kernel.house import House
from core.live.sweeping import Sweep


def install(house: House) -> None:
    """Let every process that runs jobs remove hints that are old."""
    house.session_info.setdefault(UPKEEP, []).append(Sweep())
