"""Exact rounding and progressive tables over integers and int64 arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from remit.contracts import Band

Column = NDArray[np.int64]
RATE = 1_000_000
#: 10^12 fen, ten thousand million yuan: far above any wage, and times a rate of 10^6 still inside int64.
LARGEST = 10**12


def column(amounts: Column | int) -> Column:
    """An int64 array of the amounts. Raises ``OverflowError`` above ``LARGEST``, where int64 would wrap."""
    array = np.asarray(amounts, dtype=np.int64)
    if array.size and int(np.abs(array).max()) > LARGEST:
        raise OverflowError("an amount is larger than the tax tables can take")
    return array


def half_up(numerator: Column, denominator: int) -> Column:
    """A fraction rounded to integers, halves away from zero (四舍五入)."""
    magnitude = (np.abs(numerator) + denominator // 2) // denominator
    if denominator % 2:
        magnitude = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    return cast("Column", np.sign(numerator) * magnitude)


def share(amounts: Column | int, rate: int) -> Column:
    """Amounts times a rate, to the fen half up."""
    return half_up(column(amounts) * rate, RATE)


def band_index(amounts: Column, table: Sequence[Band], parts: int = 1) -> Column:
    """Which band the amount falls in when it is divided into ``parts``; a bound belongs to the band below it.

    Compared as ``amount <= bound x parts``, so nothing is rounded before the band is chosen.
    """
    bounds = np.array([band.up_to * parts for band in table if band.up_to is not None], dtype=np.int64)
    return cast("Column", np.searchsorted(bounds, amounts, side="left").astype(np.int64))


def band_tax(amounts: Column | int, table: Sequence[Band]) -> Column:
    """Amount x rate - quick deduction, to the fen; nothing at or below zero."""
    taxable = np.maximum(column(amounts), 0)
    index = band_index(taxable, table)
    return half_up(taxable * _rates(table)[index], RATE) - _quicks(table)[index]


def averaged_tax(amounts: Column | int, table: Sequence[Band], parts: int, *, once: bool) -> Column:
    """Tax of an amount whose band is found on one of ``parts`` equal parts.

    ``once``: the quick deduction is taken once (annual bonus); otherwise once for each part (early
    retirement).
    """
    taxable = np.maximum(column(amounts), 0)
    index = band_index(taxable, table, parts)
    return half_up(taxable * _rates(table)[index], RATE) - _quicks(table)[index] * (1 if once else parts)


def _rates(table: Sequence[Band]) -> Column:
    return np.array([band.rate for band in table], dtype=np.int64)


def _quicks(table: Sequence[Band]) -> Column:
    return np.array([band.quick for band in table], dtype=np.int64)
