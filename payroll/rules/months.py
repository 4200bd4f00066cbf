"""Which months go together: work, payment, tax; and months of employment as sets of bits, for many at once."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
from numpy.typing import NDArray

from remit.base import Month

IntColumn = NDArray[np.int64]
Days = NDArray[np.datetime64]


def pay_date(work: Month, pay_day: int, offset: int) -> date:
    """The day a work month is paid; the 31st of a shorter month is its last day."""
    paid = work.shift(offset)
    return date(paid.year, paid.month, min(pay_day, monthrange(paid.year, paid.month)[1]))


def months_employed(owner: IntColumn, start: Days, end: Days, tax: Month, owners: int) -> IntColumn:
    """任职受雇月份数 per owner: calendar months of the tax year, up to the tax month, with a day of employment.

    ``owner`` numbers the rows of ``[start, end)`` (an employment at one withholding agent); there may be several rows
    per owner, and none overlapping month counts twice.
    """
    first, last = np.datetime64(f"{tax.year:04d}-01", "M"), np.datetime64(str(tax), "M")
    begin = (np.maximum(start.astype("datetime64[M]"), first) - first).astype(np.int64)
    finish = (np.minimum((end - np.timedelta64(1, "D")).astype("datetime64[M]"), last) - first).astype(np.int64)
    there = (finish >= begin) & (end > start)
    begin, finish = begin[there], finish[there]
    bits = ((np.int64(1) << (finish + 1)) - 1) & ~((np.int64(1) << begin) - 1)
    masks = np.zeros(owners, dtype=np.int64)
    np.bitwise_or.at(masks, owner[there], bits)
    counted: IntColumn = np.bitwise_count(masks).astype(np.int64)
    return counted
