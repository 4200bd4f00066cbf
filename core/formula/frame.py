"""The data a formula runs over: columns of a block of rows, or one row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.base.text import catalogue
from core.formula.errors import FormulaError
from core.formula.numbers import Column, Mask

_ = catalogue("formula")


class Frame:
    """Columns of some rows. ``gaps`` marks the rows where an input came without a value, ``needed`` names the inputs
    among them that have no default either.

    A branch of an ``if`` sees only its own rows: ``only(mask)`` is the frame of these, whose columns are taken from
    the parent when they are asked for.
    """

    __slots__ = ("_columns", "_first", "_gaps", "_index", "_needed", "_parent", "size")

    def __init__(
        self,
        columns: dict[str, Column],
        gaps: Mapping[str, Mask],
        needed: frozenset[str],
        size: int,
        first: int = 0,
    ) -> None:
        self._columns = columns
        self._gaps = gaps
        self._needed = needed
        self._first = first
        self._parent: Frame | None = None
        self._index: Column | None = None
        self.size = size

    def only(self, mask: Mask) -> Frame:
        """The rows where ``mask`` holds."""
        index = np.flatnonzero(mask)
        gaps = {name: gap[index] for name, gap in self._gaps.items()}
        part = Frame({}, gaps, self._needed, len(index), self._first)
        part._parent, part._index = self, index
        return part

    def put(self, name: str, values: Column) -> None:
        """Add a computed column."""
        self._columns[name] = values

    def column(self, name: str) -> Column:
        """The values of a name; raises ``FormulaError`` if a row has none."""
        if name in self._needed and self._gaps[name].any():
            raise no_value(name, self.rows(self._gaps[name]))
        return self._values(name)

    def known(self, name: str) -> Mask:
        """Where an input came with a value."""
        gap = self._gaps.get(name)
        return np.ones(self.size, dtype=np.bool_) if gap is None else ~gap

    def complete(self, names: frozenset[str]) -> bool:
        """Whether every row has a value for all of these names."""
        return self._needed.isdisjoint(names)

    def rows(self, mask: Mask) -> list[int]:
        """The original 0-based numbers of the rows where ``mask`` holds."""
        index = np.flatnonzero(mask)
        frame = self
        while frame._parent is not None and frame._index is not None:
            index, frame = frame._index[index], frame._parent
        return [int(row) + self._first for row in index]

    def _values(self, name: str) -> Column:
        if name not in self._columns and self._parent is not None:
            self._columns[name] = self._parent._values(name)[self._index]
        return self._columns[name]


class Row:
    """The values of one row, None where there is none, and which inputs came with a value of their own."""

    __slots__ = ("_known", "_values")

    def __init__(self, values: dict[str, int | None], known: frozenset[str] = frozenset()) -> None:
        self._values = values
        self._known = known

    def put(self, name: str, value: int) -> None:
        """Add a computed value."""
        self._values[name] = value

    def value(self, name: str) -> int:
        """The value of a name; raises ``FormulaError`` if there is none."""
        found = self._values.get(name)
        if found is None:
            raise no_value(name, ())
        return found

    def known(self, name: str) -> bool:
        """Whether an input came with a value."""
        return name in self._known


def no_value(name: str, rows: list[int] | tuple[int, ...]) -> FormulaError:
    """The refusal to compute without a value; ``rows`` is empty where there is only one."""
    if rows:
        message = _(
            "Row {row}: {name} has no value. Enter it, or give {name} a default.", row=rows[0] + 1, name=name
        )
    else:
        message = _("{name} has no value. Enter it, or give {name} a default.", name=name)
    return FormulaError("formula.no_value", message, rows=rows)


def zero_division(text: str, rows: list[int] | tuple[int, ...]) -> FormulaError:
    """The refusal to divide by zero."""
    if rows:
        message = _(
            "Row {row}: {text} is zero and cannot be divided by. Use: … if {text} != 0 else …",
            row=rows[0] + 1,
            text=text,
        )
    else:
        message = _("{text} is zero and cannot be divided by. Use: … if {text} != 0 else …", text=text)
    return FormulaError("formula.zero", message, rows=rows)
