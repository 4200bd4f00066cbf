"""The files the organisation takes and gives: units, positions, quotas and people, each with its history."""

from __future__ import annotations

from core.org.exchange.people import PEOPLE
from core.org.exchange.positions import POSITIONS
from core.org.exchange.quotas import QUOTAS
from core.org.exchange.units import UNITS

EXCHANGES = (UNITS, POSITIONS, QUOTAS, PEOPLE)

__all__ = ["EXCHANGES", "PEOPLE", "POSITIONS", "QUOTAS", "UNITS"]
