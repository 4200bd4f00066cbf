"""One compiled formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.formula.check import check
from core.formula.errors import naming
from core.formula.frame import Frame, Row
from core.formula.nodes import Node
from core.formula.numbers import Column, Mask, filled, settled
from core.formula.parse import parse
from core.formula.scope import Input, Scope, prepared_columns, prepared_row
from core.formula.trace import Trace
from core.formula.types import Span, Type

BLOCK = 16_384
"""Rows computed at a time: columns of a block stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula with its type, proved bounds and the inputs it reads. Made by ``compile_expression``.

    Values are integers in the scale of their type: fen, millionths, hundredths of a day; a condition is 0 or 1, a
    choice a position in its labels.
    """

    name: str
    source: str
    type: Type
    node: Node
    inputs: Mapping[str, Input]

    @property
    def names(self) -> frozenset[str]:
        """The inputs the formula reads."""
        return self.node.names

    @property
    def span(self) -> Span:
        """The proved bounds of the result."""
        return self.node.span

    def row(self, values: Mapping[str, int | None]) -> int:
        """The result for one row. Raises ``FormulaError`` for a missing or unbounded value and division by zero."""
        return self.explain(values).value

    def explain(self, values: Mapping[str, int | None]) -> Trace:
        """The result for one row with all its steps; raises as ``row`` does."""
        return explained(self, prepared_row(self.inputs, self.node.names, values))

    def column(
        self, columns: Mapping[str, Column], missing: Mapping[str, Mask] | None = None, *, size: int | None = None
    ) -> Column:
        """The result for every row, int64 unless a value does not fit (then Python integers in an object array).

        ``missing`` marks rows where an input has no value; ``size`` is needed where no column is given. Raises
        ``FormulaError`` as ``row`` does, with the numbers of the rows.
        """
        rows = row_count(columns, size)
        frames = blocks(self.inputs, sorted(self.node.names), columns, missing or {}, rows)
        return joined([computed(self, frame) for frame in frames])


def compile_expression(source: str, result: Type, scope: Scope, *, name: str = "") -> Expression:
    """Read and check one formula. Raises ``FormulaError`` with the place and the remedy; ``name`` is its ``field``."""
    with naming(name):
        return Expression(name, source, result, check(parse(source), result, scope, {}), scope.inputs)


def computed(expression: Expression, frame: Frame) -> Column:
    """One expression over one block: int64, or object where a value needs it. Errors carry the formula's name."""
    with naming(expression.name):
        return settled(filled(expression.node.column(frame), frame.size))


def explained(expression: Expression, row: Row) -> Trace:
    """One expression over one row. Errors carry the formula's name."""
    with naming(expression.name):
        trace = expression.node.trace(row)
    return replace(trace, kind=expression.type.kind, name=trace.name or expression.name)


def blocks(
    inputs: Mapping[str, Input],
    used: Iterable[str],
    columns: Mapping[str, Column],
    missing: Mapping[str, Mask],
    size: int,
) -> Iterator[Frame]:
    """The rows in blocks, with the inputs checked."""
    ready, gaps = prepared_columns(inputs, used, columns, missing, size)
    needed = frozenset(name for name in gaps if inputs[name].default is None)
    for first in range(0, size, BLOCK):
        part = slice(first, min(first + BLOCK, size))
        yield Frame(
            {name: values[part] for name, values in ready.items()},
            {name: gap[part] for name, gap in gaps.items()},
            needed,
            part.stop - first,
            first,
        )


def joined(parts: Sequence[Column]) -> Column:
    """The blocks of one column as one array."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def row_count(columns: Mapping[str, Column], size: int | None) -> int:
    """How many rows the columns have; ``size`` where there are none."""
    if size is not None:
        return size
    if not columns:
        raise ValueError("without columns, say how many rows to compute: size=…")
    return len(next(iter(columns.values())))
