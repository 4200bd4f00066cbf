"""Putting the audit log into a house, once, at start."""

from __future__ import annotations

from core.audit import recorder
from core.kernel.house import House


def install(house: House) -> None:
    """Record every change that any session of the house commits."""
    recorder.install(house.database)
