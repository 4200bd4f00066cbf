"""Comparisons, and, or, not, if, and calls of registered functions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.base.text import catalogue
from core.formula.errors import FormulaError
from core.formula.frame import Frame, Row
from core.formula.functions import Bound
from core.formula.nodes import Node, Operation
from core.formula.numbers import Column, Value, filled, measure
from core.formula.trace import Trace
from core.formula.types import LARGEST, Span

_ = catalogue("formula")

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Operation):
    """``a < b <= c``. Every operand is computed, also behind a link that fails."""

    ops: tuple[str, ...]

    def need(self, spans: Sequence[Span]) -> int:
        """Nothing larger than the operands arises."""
        return max(span.size for span in spans)

    def compute(self, frame: Frame) -> Column:
        """Whether all links of the chain hold."""
        values = self.operands(frame)
        result: Any = True
        for op, left, right in zip(self.ops, values, values[1:], strict=False):
            result = result & COMPARISONS[op](left, right)
        return np.asarray(result)

    def trace(self, row: Row) -> Trace:
        """Whether the chain holds, and what was compared."""
        steps = self.steps(row, "operand")
        holds = all(
            COMPARISONS[op](left.value, right.value)
            for op, left, right in zip(self.ops, steps, steps[1:], strict=False)
        )
        return self.step("compare", holds, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(Node):
    """``and`` and ``or``: an operand that could fail is computed only for rows where it still matters."""

    op: str
    terms: tuple[Node, ...]

    def compute(self, frame: Frame) -> Column:
        """The joined conditions."""
        result: Column = np.full(frame.size, self.op == "and")
        for term in self.terms:
            open_rows = result if self.op == "and" else ~result
            if term.ready(frame):
                value = filled(term.column(frame), frame.size)
                result = result & value if self.op == "and" else result | value
            elif open_rows.any():
                part = frame.only(open_rows)
                answer = result.copy()
                answer[open_rows] = filled(term.column(part), part.size)
                result = answer
        return result

    def trace(self, row: Row) -> Trace:
        """The conditions up to the one that decided."""
        steps: list[Trace] = []
        for term in self.terms:
            steps.append(term.trace(row).playing("operand"))
            if bool(steps[-1].value) != (self.op == "and"):
                break
        return self.step(self.op, steps[-1].value, tuple(steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """``not a``."""

    term: Node

    def compute(self, frame: Frame) -> Column:
        """The opposite."""
        return ~np.asarray(self.term.column(frame))

    def trace(self, row: Row) -> Trace:
        """The opposite."""
        step = self.term.trace(row).playing("operand")
        return self.step("not", not step.value, (step,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Node):
    """``a if test else b``: a branch that could fail is computed only for the rows that take it."""

    test: Node
    then: Node
    other: Node

    def compute(self, frame: Frame) -> Value:
        """The branch each row takes."""
        test = self.test.column(frame)
        if not isinstance(test, np.ndarray):
            return (self.then if test else self.other).column(frame)
        if self.then.ready(frame) and self.other.ready(frame):
            # Not np.where on a lone integer: NumPy would force one beyond int64 into the other branch's type.
            yes, no = (filled(branch.column(frame), frame.size) for branch in (self.then, self.other))
            return np.where(test, yes, no)
        taken = int(np.count_nonzero(test))
        if taken in (0, frame.size):
            return (self.then if taken else self.other).column(frame)
        yes, no = (
            filled(branch.column(frame.only(mask)), int(np.count_nonzero(mask)))
            for branch, mask in ((self.then, test), (self.other, ~test))
        )
        result = np.empty(frame.size, dtype=object if object in (yes.dtype, no.dtype) else yes.dtype)
        result[test], result[~test] = yes, no
        return result

    def trace(self, row: Row) -> Trace:
        """The test and the branch that was taken."""
        test = self.test.trace(row).playing("test")
        branch = self.then.trace(row).playing("then") if test.value else self.other.trace(row).playing("else")
        return self.step("if", branch.value, (test, branch))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Operation):
    """A call of a registered function; its tables are bound already."""

    function: Bound

    def need(self, spans: Sequence[Span]) -> int:
        """What the function says of these arguments."""
        return self.function.reach(spans).peak

    def compute(self, frame: Frame) -> Value:
        """The function's result for each row."""
        return self._called(self.operands(frame), frame.size)

    def trace(self, row: Row) -> Trace:
        """The function's result, its arguments and what it says about them."""
        steps = self.steps(row, "argument")
        values = [bool(step.value) if step.kind == "bool" else step.value for step in steps]
        value = int(self._called(values, 1)[0])
        step = self.step("call", value, steps, name=self.function.name, source=self.function.source)
        return replace(step, facts=self.function.facts(values))

    def _called(self, values: Sequence[Value], size: int) -> Column:
        wide = self.need([measure(value) for value in values]) > LARGEST if self.wide else False
        columns = [filled(value, size) for value in values]
        result = self.function.over([column.astype(object) for column in columns] if wide else columns, size)
        found = measure(result)
        if found.low < self.span.low or found.high > self.span.high:
            raise FormulaError(
                "formula.function_bounds",
                _(
                    "{name} gave {value}, outside the bounds it states. Correct the function or its table.",
                    name=self.function.name,
                    value=found.low if found.low < self.span.low else found.high,
                ),
            )
        return result
