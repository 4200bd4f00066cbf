"""Columns of integers that are int64 wherever that is proved to suffice, and Python integers where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.formula.types import LARGEST, Span

Column: TypeAlias = npt.NDArray[Any]
"""int64, bool, or object holding Python integers."""
Mask: TypeAlias = npt.NDArray[np.bool_]
Value: TypeAlias = Column | int
"""A column, or one integer that stands for every row."""


def measure(value: Value) -> Span:
    """The bounds of the values that are really there."""
    if not isinstance(value, np.ndarray):
        return Span(int(value), int(value))
    if value.size == 0:
        return Span(0, 0)
    return Span(int(value.min()), int(value.max()))


def narrowed(value: Value) -> Value:
    """The same numbers as int64; the caller knows that they fit."""
    return value.astype(np.int64) if isinstance(value, np.ndarray) and value.dtype == object else value


def fitted(values: Sequence[Value], need: Callable[[Sequence[Span]], int], size: int) -> list[Value]:
    """Operands of an operation that the declared bounds do not prove safe: int64 if the values at hand allow it,
    Python integers if not. ``need`` gives the largest magnitude that arises from given spans. Beyond int64 a lone
    integer becomes a column as well: NumPy would force it into the int64 of another operand."""
    spans = [measure(value) for value in values]
    if max(need(spans), *(span.size for span in spans), 0) <= LARGEST:
        return [narrowed(value) for value in values]
    return [filled(value, size).astype(object) for value in values]


def filled(value: Value, size: int) -> Column:
    """A column of ``size`` rows, also from a single value."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, bool):
        return np.full(size, value)
    return np.full(size, value, dtype=np.int64 if abs(value) <= LARGEST else object)


def settled(column: Column) -> Column:
    """A result to hand out: int64, with conditions as 0 and 1, or object where a value does not fit."""
    if column.dtype == np.int64 or (column.dtype == object and measure(column).size > LARGEST):
        return column
    return column.astype(np.int64)


def divided(num: Any, den: Any, mode: str) -> Column:
    """``num / den`` rounded to an integer, with ``den`` above zero everywhere; modes as in ``core.base.money``.

    Needs room for ``abs(num) + den``. ``abs`` is Python's: NumPy's would turn a lone integer into a NumPy scalar.
    """
    if mode == "floor":
        return np.asarray(num // den)
    if mode == "ceil":
        return np.asarray(-((-num) // den))
    if mode == "half_even":
        quotient = num // den
        rest = num - quotient * den
        other = den - rest
        odd = quotient % 2 == 1
        return np.asarray(quotient + ((rest > other) | ((rest == other) & odd)))
    extra = den // 2 if mode == "half_up" else den - 1 if mode == "up" else 0
    size = (abs(num) + extra) // den
    return np.asarray(np.where(num < 0, -size, size))
