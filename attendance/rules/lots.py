"""What is left of granted leave: lots that expire, days drawn from those that expire first.

A *lot* is leave granted at once, to be taken from a day on until it expires. Amounts are hundredths of a day. Nothing
here knows a database or a law: who grants how much until when is the caller's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lot:
    """Leave that may be taken in ``[valid_from, expires)``; ``left`` is what of it is neither taken nor expired."""

    id: int
    valid_from: date
    expires: date
    left: int

    def holds(self, day: date) -> bool:
        """Whether a day of leave may be taken from it."""
        return self.valid_from <= day < self.expires


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a day of leave comes from a lot."""

    lot_id: int
    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where days of leave would come from, and how much of them nothing is left for."""

    parts: tuple[Part, ...]
    missing: int


def draw(lots: Iterable[Lot], days: Iterable[tuple[date, int]]) -> Drawing:
    """Take days of leave, each from the lot that expires first among those that hold it.

    ``days`` are (day, amount); they are served in the order of time. What expires first goes first, so that as little
    as possible is lost, and a day after the end of a lot never draws on it.
    """
    stock = sorted(lots, key=lambda lot: (lot.expires, lot.valid_from, lot.id))
    left = {lot.id: lot.left for lot in stock}
    parts, missing = [], 0
    for day, wanted in sorted(days):
        for lot in stock:
            part = min(wanted, left[lot.id]) if lot.holds(day) else 0
            if part > 0:
                left[lot.id] -= part
                wanted -= part
                parts.append(Part(lot.id, day, part))
        missing += wanted
    return Drawing(tuple(parts), missing)


def taken_off(lots: Iterable[Lot], parts: Iterable[Part]) -> list[Lot]:
    """The lots once parts are drawn from them."""
    drawn: dict[int, int] = {}
    for part in parts:
        drawn[part.lot_id] = drawn.get(part.lot_id, 0) + part.amount
    return [Lot(lot.id, lot.valid_from, lot.expires, lot.left - drawn.get(lot.id, 0)) for lot in lots]


def balance(lots: Iterable[Lot], day: date) -> int:
    """What may be taken on a day: what is left of the lots that hold it."""
    return sum(max(0, lot.left) for lot in lots if lot.holds(day))


def expiring(lots: Iterable[Lot], day: date, held: Mapping[int, int] | None = None) -> list[tuple[Lot, int]]:
    """What the lots that have ended by ``day`` lose: each what is left of it, never less than nothing.

    ``held`` is what requests that still wait for an answer would take of a lot; it expires once they are answered.
    Asked again after the loss was written, it finds nothing; asked days late, the same as it would have in time.
    """
    found = []
    for lot in lots:
        lost = lot.left - (held or {}).get(lot.id, 0)
        if lot.expires <= day and lost > 0:
            found.append((lot, lost))
    return found


def by_expiry(lots: Sequence[Lot], day: date) -> list[Lot]:
    """The lots that somebody can still take from on a day or later, the first to expire first."""
    return sorted(
        (lot for lot in lots if lot.expires > day and lot.left > 0),
        key=lambda lot: (lot.expires, lot.valid_from, lot.id),
    )
