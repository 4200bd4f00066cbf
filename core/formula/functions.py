"""Functions that formulas may call: pure functions of arrays, with what the proof needs to know about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.base.text import Text
from core.formula.numbers import Column, measure
from core.formula.trace import Fact
from core.formula.types import LARGEST, Span, Type


class Reach(NamedTuple):
    """The bounds of a function's result and the largest magnitude that arises inside it."""

    low: int
    high: int
    peak: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function for formulas.

    ``parameters`` are the types of the arguments; a class among them asks for a table of that class, which the
    formula names by a string (``bracket(taxable, "iit_year")``). ``apply`` receives one array per value, int64 (or
    object with Python integers where ``reach`` says that int64 does not suffice) in the scale of its type, and the
    table objects in their places; it returns integers of ``result`` in an array of the same length, and must neither
    keep nor change anything.

    ``reach`` receives a ``Span`` per value and the tables, in the same order; without it the result may be anything
    int64 holds. ``total`` says that ``apply`` never raises. ``facts`` receives the integers of one row and the tables
    and tells what to show in an explanation.
    """

    name: str
    parameters: tuple[Type | type, ...]
    result: Type
    apply: Callable[..., Column]
    reach: Callable[..., Reach] | None = None
    total: bool = False
    facts: Callable[..., Sequence[Fact]] | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A function with the tables of one call; ``places`` holds a table, or None where a value goes."""

    function: Function
    places: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The name in the formula."""
        return self.function.name

    @property
    def source(self) -> Text | str:
        """Where the numbers of the table come from."""
        return next((place.source for place in self.places if place is not None), "")

    def reach(self, spans: Sequence[Span]) -> Reach:
        """The bounds for arguments of these spans."""
        if self.function.reach is not None:
            return self.function.reach(*self._arguments(spans))
        return Reach(-LARGEST, LARGEST, max((span.size for span in spans), default=0))

    def over(self, columns: Sequence[Column], size: int) -> Column:
        """The results of the function; raises ``TypeError`` if it does not keep its contract."""
        result = np.asarray(self.function.apply(*self._arguments(columns)))
        if result.shape != (size,) or result.dtype.kind not in "iuO":
            raise TypeError(f"{self.name} must return {size} integers, not {result.dtype} of shape {result.shape}")
        if result.dtype != np.int64 and measure(result).size <= LARGEST:
            return result.astype(np.int64)
        return result

    def facts(self, values: Sequence[int]) -> tuple[Fact, ...]:
        """What to show about one row."""
        return tuple(self.function.facts(*self._arguments(values))) if self.function.facts else ()

    def _arguments(self, values: Sequence[Any]) -> list[Any]:
        rest = iter(values)
        return [next(rest) if place is None else place for place in self.places]
