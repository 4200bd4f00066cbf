"""Putting the progress of jobs into a house, once, at start."""

from __future__ import annotations

from core.jobs.progress import PROGRESS, store_for
from core.kernel.house import House


def install(house: House) -> None:
    """Let every session of the house read how far a running job is."""
    house.session_info[PROGRESS] = store_for(house.database)
