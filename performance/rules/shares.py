"""Dividing a whole so that the parts add up to it: the method of the largest remainder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: A whole times the sum of its weights must stay below this, so that every product fits into 64 bits.
LARGEST = 2**62


def apportion(whole: int, weights: Ints) -> Ints:
    """``whole`` (0 or more) divided in proportion to ``weights`` (0 or more); the parts sum to ``whole`` exactly.

    Each gets what it is due rounded down; what remains goes, one unit each, to those whose rounding lost most, and
    among equals to the first. Where all weights are zero nobody gets anything, so only 0 may be divided.
    Raises ``ValueError`` for a negative number, for weights without sum, and where 64 bits would not do.
    """
    total = int(weights.sum()) if weights.size else 0
    if whole < 0 or (weights.size and int(weights.min()) < 0):
        raise ValueError("neither the whole nor a weight may be negative")
    if total == 0:
        if whole:
            raise ValueError("nobody to divide it among")
        return np.zeros(weights.size, dtype=np.int64)
    if whole * total >= LARGEST:
        raise ValueError("the whole is too large to be divided exactly")
    parts = whole * weights // total
    lost = whole * weights - parts * total
    left = whole - int(parts.sum())
    if left:
        parts[np.argsort(-lost, kind="stable")[:left]] += 1
    return parts
