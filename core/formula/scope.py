"""The names a formula may use, and data brought into the shape formulas compute with."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.base.text import Text, catalogue
from core.formula.brackets import BRACKETS
from core.formula.errors import FormulaError
from core.formula.frame import Row
from core.formula.functions import Function
from core.formula.numbers import Column, Mask, measure
from core.formula.types import LARGEST, Span, Type

_ = catalogue("formula")

WORDS = ("min", "max", "clamp", "round", "known")
"""What the language itself calls; not free as names."""


@dataclass(frozen=True, slots=True)
class Input:
    """A value that comes with each row. ``low`` and ``high`` bound it, in its own units; values outside are refused,
    which is what makes the int64 proof hold. A row without a value takes ``default``, or is refused when a branch that
    it takes reads the input. ``source`` says where the values come from (shown in explanations)."""

    type: Type
    low: int | None = None
    high: int | None = None
    default: int | None = None
    source: Text | str = ""

    @property
    def span(self) -> Span:
        """The bounds, those of the type where none are declared."""
        low, high = self.type.bounds
        return Span(low if self.low is None else self.low, high if self.high is None else self.high)

    @property
    def filler(self) -> int:
        """What stands in a column where there is no value: the default, or a value in bounds that nobody reads."""
        return min(max(self.span.low, 0), self.span.high) if self.default is None else self.default


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is the same for all rows, with its source; fixed when the formula is compiled."""

    type: Type
    value: int
    source: Text | str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """Another component of the program: its type and its proved bounds."""

    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula may name: inputs, parameters, functions beyond the built-in ones, and tables by name.

    Raises ``ValueError`` for a name that is no identifier, is a word of the language, or is given twice.
    """

    inputs: Mapping[str, Input] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    functions: Sequence[Function] = ()
    tables: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*self.inputs, *self.parameters):
            check_name(name)
            if name in WORDS or name in self.callables() or (name in self.inputs and name in self.parameters):
                raise ValueError(f"the name {name} is taken already")

    def holds(self, name: str) -> bool:
        """Whether a name is taken."""
        return name in WORDS or any(name in names for names in (self.inputs, self.parameters, self.callables()))

    def callables(self) -> dict[str, Function]:
        """The registered functions by name."""
        return {function.name: function for function in (*BRACKETS, *self.functions)}


def check_name(name: str) -> None:
    """Refuse a name that a formula could not write. Chinese names are fine; Python folds compatibility characters,
    so a name must be written in its folded form."""
    if not name.isidentifier() or keyword.iskeyword(name) or unicodedata.normalize("NFKC", name) != name:
        raise ValueError(f"{name!r} cannot be a name in a formula")


def prepared_columns(
    inputs: Mapping[str, Input],
    used: Iterable[str],
    columns: Mapping[str, Column],
    missing: Mapping[str, Mask],
    size: int,
) -> tuple[dict[str, Column], dict[str, Mask]]:
    """Checked columns of the used inputs with defaults filled in, and masks of where an input had no value.

    A column that is not given is missing in every row. Raises ``FormulaError`` for values outside the bounds,
    ``ValueError`` for columns of another length or of anything but integers.
    """
    ready: dict[str, Column] = {}
    gaps: dict[str, Mask] = {}
    for name in used:
        wanted = inputs[name]
        values = np.asarray(columns.get(name, np.zeros(size, dtype=np.int64)))
        if values.shape != (size,) or not _whole(values):
            raise ValueError(f"{name} must be {size} integers, not {values.dtype} of shape {values.shape}")
        gap = missing.get(name) if name in columns else np.ones(size, dtype=np.bool_)
        if gap is not None and gap.any():
            gaps[name] = gap
            values = np.where(gap, np.asarray(wanted.filler), values)
        span = measure(values)
        if size and (span.low < wanted.span.low or span.high > wanted.span.high):
            row = int(np.flatnonzero((values < wanted.span.low) | (values > wanted.span.high))[0])
            raise _out_of_bounds(name, wanted, int(values[row]), row)
        ready[name] = values.astype(np.int64) if wanted.span.size <= LARGEST else values.astype(object)
    return ready, gaps


def prepared_row(inputs: Mapping[str, Input], used: Iterable[str], values: Mapping[str, int | None]) -> Row:
    """The same for one row: None, or no entry, is a missing value."""
    ready: dict[str, int | None] = {}
    known: set[str] = set()
    for name in used:
        wanted, value = inputs[name], values.get(name)
        if value is None:
            ready[name] = wanted.default
            continue
        if not isinstance(value, int | np.integer):
            raise ValueError(f"{name} must be an integer, not {type(value).__name__}")
        if not wanted.span.low <= value <= wanted.span.high:
            raise _out_of_bounds(name, wanted, int(value), None)
        ready[name] = int(value)
        known.add(name)
    return Row(ready, frozenset(known))


def _whole(values: Column) -> bool:
    if values.dtype == object:
        return all(isinstance(value, int) for value in values)
    return values.dtype.kind in "iub"


def _out_of_bounds(name: str, wanted: Input, value: int, row: int | None) -> FormulaError:
    low, high = (wanted.type.show(end) for end in wanted.span)
    said = str(value) if wanted.type.kind == "enum" else wanted.type.show(value)
    if row is None:
        message = _(
            "{name} is {value}; it must lie between {low} and {high}.", name=name, value=said, low=low, high=high
        )
    else:
        message = _(
            "Row {row}: {name} is {value}; it must lie between {low} and {high}.",
            row=row + 1,
            name=name,
            value=said,
            low=low,
            high=high,
        )
    return FormulaError("formula.out_of_bounds", message, rows=() if row is None else (row,))
