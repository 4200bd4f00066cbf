"""The files the organisation takes and gives: units, positions and people, each with its history."""

from __future__ import annotations

from core.org.exchange.people import PEOPLE
from core.org.exchange.positions import POSITIONS
from core.org.exchange.units import UNITS

EXCHANGES = (UNITS, POSITIONS, PEOPLE)

__all__ = ["EXCHANGES", "PEOPLE", "POSITIONS", "UNITS"]
