"""Setting a claim against money that was handed out beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settled:
    """What is taken from each advance, as (id, minor units), and what is left to be paid."""

    parts: tuple[tuple[int, int], ...]
    payable: int

    @property
    def amount(self) -> int:
        """What is taken from all of them."""
        return sum(part for _id, part in self.parts)


def settle(amount: int, open_advances: Sequence[tuple[int, int]]) -> Settled:
    """Take ``amount`` from open advances, (id, balance) with the oldest first, as far as they reach.

    Raises ``ValueError`` for an amount or a balance below zero.
    """
    if amount < 0 or any(balance < 0 for _id, balance in open_advances):
        raise ValueError("neither a claim nor an advance is below zero")
    parts: list[tuple[int, int]] = []
    left = amount
    for advance, balance in open_advances:
        part = min(left, balance)
        if part:
            parts.append((advance, part))
            left -= part
    return Settled(tuple(parts), left)
