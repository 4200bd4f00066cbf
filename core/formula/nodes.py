"""The nodes of a compiled formula: what every node knows, and the leaves.

A node computes itself twice over: ``column(frame)`` in NumPy over many rows and ``trace(row)`` in Python integers over
one row, with the steps. Both give the same integer. ``span`` holds the proved bounds of the result, ``peak`` the
largest magnitude that arises on the way from the operands to the result; beyond int64 the node is wide.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.base.text import Text
from core.formula.frame import Frame, Row
from core.formula.numbers import Column, Value, fitted, narrowed
from core.formula.trace import Trace
from core.formula.types import LARGEST, Kind, Span, Unit

NO_ROW = Row({})


@dataclass(frozen=True, slots=True)
class Number:
    """The form of a numeric node: its unit and how many of its integers make one whole."""

    unit: Unit
    scale: int


@dataclass(frozen=True, slots=True)
class Truth:
    """The form of a condition."""


@dataclass(frozen=True, slots=True)
class Label:
    """The form of a node that is one of a few labels."""

    labels: tuple[str, ...]


Form: TypeAlias = Number | Truth | Label
TRUTH = Truth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(ABC):
    """One part of a formula.

    ``names`` are the inputs and components it reads; a node without names is constant. ``safe`` says that it cannot
    fail once its names have values, so that both branches of an ``if`` may be computed for all rows.
    """

    text: str
    form: Form
    span: Span
    names: frozenset[str] = frozenset()
    safe: bool = True

    @property
    def written(self) -> bool:
        """Whether this is a number written in the formula, which may be folded into its neighbours."""
        return False

    @property
    def peak(self) -> int:
        """The largest magnitude on the way to the result."""
        return self.span.size

    @property
    def wide(self) -> bool:
        """Whether int64 is not proved to suffice."""
        return self.peak > LARGEST

    @property
    def scale(self) -> int:
        """How many integers of this node make one whole."""
        return self.form.scale if isinstance(self.form, Number) else 1

    @property
    def kind(self) -> Kind:
        """The kind to show the value as."""
        if isinstance(self.form, Number):
            return self.form.unit.kind
        return "bool" if isinstance(self.form, Truth) else "enum"

    def ready(self, frame: Frame) -> bool:
        """Whether the node can be computed for every row of the frame without failing."""
        return self.safe and frame.complete(self.names)

    def column(self, frame: Frame) -> Value:
        """The result for each row: int64 where the bounds allow it, one Python integer if the node is constant."""
        if not self.names:
            value = self.trace(NO_ROW).value
            return bool(value) if isinstance(self.form, Truth) else value
        result = self.compute(frame)
        return narrowed(result) if self.wide and self.span.size <= LARGEST else result

    @abstractmethod
    def compute(self, frame: Frame) -> Value:
        """The result for each row of a node that is not constant."""

    @abstractmethod
    def trace(self, row: Row) -> Trace:
        """The result for one row, with its steps."""

    def step(
        self,
        op: str,
        value: int,
        children: tuple[Trace, ...] = (),
        *,
        name: str = "",
        source: Text | str = "",
        text: str = "",
    ) -> Trace:
        """The step this node makes in a trace."""
        labels = self.form.labels if isinstance(self.form, Label) else ()
        return Trace(
            op, text or self.text, self.kind, int(value), self.scale, labels, name, "", source, (), children
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Node):
    """A node over operands. ``need`` gives the largest magnitude that arises from operands of given spans; it serves
    the proof when the formula is compiled and, where that fails, the look at the values at hand."""

    terms: tuple[Node, ...]
    most: int

    @property
    def peak(self) -> int:
        """The largest magnitude on the way to the result."""
        return self.most

    @abstractmethod
    def need(self, spans: Sequence[Span]) -> int:
        """The largest magnitude that arises from operands of these spans."""

    def operands(self, frame: Frame) -> list[Value]:
        """The operands' values in a representation the operation cannot overflow in."""
        values = [term.column(frame) for term in self.terms]
        return fitted(values, self.need, frame.size) if self.wide else values

    def steps(self, row: Row, role: str) -> tuple[Trace, ...]:
        """The operands' traces."""
        return tuple(term.trace(row).playing(role) for term in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """A number, a truth value or a label written in the formula."""

    value: int

    @property
    def written(self) -> bool:
        """Written in the formula."""
        return True

    def compute(self, frame: Frame) -> Value:
        """Never asked for: a literal reads no names, so ``column`` takes its value."""
        raise NotImplementedError

    def trace(self, _row: Row) -> Trace:
        """The value as written."""
        return self.step("literal", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(Literal):
    """A parameter: one value with its source, fixed when the formula is compiled."""

    name: str
    source: Text | str

    @property
    def written(self) -> bool:
        """A parameter is no number of the formula's own: an explanation names it."""
        return False

    def trace(self, _row: Row) -> Trace:
        """The parameter with its source."""
        return self.step("parameter", self.value, name=self.name, source=self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """An input or another component of the program."""

    name: str
    role: str
    source: Text | str

    def compute(self, frame: Frame) -> Column:
        """The column of that name."""
        values = frame.column(self.name)
        return values != 0 if isinstance(self.form, Truth) else values

    def trace(self, row: Row) -> Trace:
        """The value of that name."""
        return self.step(self.role, row.value(self.name), name=self.name, source=self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Node):
    """``known(x)``: whether an input has a value. It never fails, and it looks past the default."""

    name: str

    def ready(self, _frame: Frame) -> bool:
        """A question about a missing value can always be answered."""
        return True

    def compute(self, frame: Frame) -> Column:
        """Where the input has a value."""
        return np.asarray(frame.known(self.name))

    def trace(self, row: Row) -> Trace:
        """Whether the row has a value."""
        return self.step("known", row.known(self.name), name=self.name)
