"""Putting the audit log into a house, once, at start."""

from __future__ import annotations

from core.audit import recorder
from core.audit.sequencer import sequence
from core.kernel.house import UPKEEP, House


def install(house: House) -> None:
    """Record every change that any session of the house commits, and give the records their places in the tree."""
    recorder.install(house.database)
    house.session_info.setdefault(UPKEEP, []).append(sequence)
