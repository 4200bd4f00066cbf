"""Where on Earth a punch was made, and how far from where it should be.

Latitudes and longitudes are millionths of a degree (about 11 cm), so that they are stored exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt

#: The mean radius of the Earth in metres (IUGG, R1 of GRS 80).
EARTH = 6_371_008.8
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on Earth, in millionths of a degree."""

    latitude: int
    longitude: int

    def __post_init__(self) -> None:
        """Refuse what is not on Earth; raises ValueError."""
        if abs(self.latitude) > 90 * MILLION or abs(self.longitude) > 180 * MILLION:
            raise ValueError("no such place on Earth")


@dataclass(frozen=True, slots=True)
class Circle:
    """A place where punches are made: so many metres around a spot."""

    id: int
    centre: Spot
    radius: int


def distance(one: Spot, other: Spot) -> int:
    """Metres between two spots along the ground, by the haversine formula: exact to half a percent, as Earth is
    no ball.
    """
    (lat1, lon1), (lat2, lon2) = (
        (radians(spot.latitude / MILLION), radians(spot.longitude / MILLION)) for spot in (one, other)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH * asin(min(1.0, sqrt(half))))


def nearest(spot: Spot, circles: Sequence[Circle]) -> tuple[Circle, int] | None:
    """The place whose edge is nearest, and the metres to its centre; None where there is none."""
    found = [(far := distance(spot, one.centre), one) for one in circles]
    if not found:
        return None
    far, circle = min(found, key=lambda pair: (pair[0] - pair[1].radius, pair[1].id))
    return circle, far


def spot_of(latitude: str, longitude: str) -> Spot | None:
    """A spot from two decimal numbers as browsers and people write them, such as ``31.230416``; None for no numbers.

    Raises ValueError for numbers that are nowhere on Earth.
    """
    try:
        numbers = [Decimal(one.strip()) for one in (latitude, longitude)]
    except InvalidOperation:
        return None
    if not all(one.is_finite() and abs(one) <= 1000 for one in numbers):
        raise ValueError("no such place on Earth")
    return Spot(*(int((one * MILLION).to_integral_value(ROUND_HALF_EVEN)) for one in numbers))
