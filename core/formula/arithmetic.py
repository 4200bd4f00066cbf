"""Sums, products, rounded fractions, min, max and clamp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from core.base.money import div_round
from core.formula.frame import Frame, Row, zero_division
from core.formula.nodes import Node, Operation
from core.formula.numbers import Value, divided, filled
from core.formula.trace import Fact, Trace
from core.formula.types import Span, show

MODES = ("half_up", "half_even", "up", "down", "floor", "ceil")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(Operation):
    """Terms added or subtracted; all have the scale of the sum."""

    signs: tuple[int, ...]

    def need(self, spans: Sequence[Span]) -> int:
        """No partial sum is larger than the sum of all magnitudes."""
        return sum(span.size for span in spans)

    def compute(self, frame: Frame) -> Value:
        """The sum."""
        values = self.operands(frame)
        total = values[0] if self.signs[0] > 0 else -values[0]
        for sign, value in zip(self.signs[1:], values[1:], strict=True):
            total = total + value if sign > 0 else total - value
        return total

    def trace(self, row: Row) -> Trace:
        """The sum and its terms."""
        steps = self.steps(row, "term")
        value = sum(sign * step.value for sign, step in zip(self.signs, steps, strict=True))
        signed = tuple(
            step if sign > 0 else step.playing("subtracted")
            for sign, step in zip(self.signs, steps, strict=True)
        )
        return self.step("sum", value, signed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Operation):
    """Factors multiplied. ``terms`` are those that are not written as numbers, ``factor`` is the product of the others
    as an integer, ``factors`` are all of them as they stand in the formula."""

    factor: int
    factors: tuple[Node, ...]

    def need(self, spans: Sequence[Span]) -> int:
        """No partial product is larger than the product of all magnitudes of at least one."""
        return prod((max(1, span.size) for span in spans), start=max(1, abs(self.factor)))

    def compute(self, frame: Frame) -> Value:
        """The product."""
        values = self.operands(frame)
        total = values[0]
        for value in values[1:]:
            total = total * value
        return total if self.factor == 1 else total * self.factor

    def trace(self, row: Row) -> Trace:
        """The product and its factors."""
        steps = tuple(node.trace(row).playing("factor") for node in self.factors)
        value = prod(
            (step.value for node, step in zip(self.factors, steps, strict=True) if not node.written),
            start=self.factor,
        )
        return self.step("product", value, steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescale(Operation):
    """The same value counted in finer units; no step of its own."""

    factor: int

    def need(self, spans: Sequence[Span]) -> int:
        """The magnitude of the result, and of the factor where the operand is zero."""
        return max(1, spans[0].size) * self.factor

    def compute(self, frame: Frame) -> Value:
        """The operand times the factor."""
        return self.operands(frame)[0] * self.factor

    def trace(self, row: Row) -> Trace:
        """The operand's own trace."""
        return self.terms[0].trace(row).scaled(self.factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Operation):
    """``round(num / den, unit, mode)``: one exact fraction, rounded once.

    ``divisor`` is the denominator, if there is one; ``terms`` are the numerator and, unless it is written as a number,
    the denominator. The result in its own integers is ``round(num * up / (den * down)) * step_size``.
    """

    divisor: Node | None

    up: int
    down: int
    step_size: int
    mode: str
    unit_text: str

    def need(self, spans: Sequence[Span]) -> int:
        """Numerator and denominator stand side by side while the half is compared; then the unit is put back."""
        below = spans[1].size * self.down if len(spans) > 1 else self.down
        above = max(1, spans[0].size) * abs(self.up)
        return (above + below) * self.step_size

    def compute(self, frame: Frame) -> Value:
        """The rounded fraction."""
        values = self.operands(frame)
        num: Any = values[0] * self.up
        den: Any = self.down
        if len(values) > 1:
            zero = filled(values[1], frame.size) == 0
            if zero.any():
                raise zero_division(self.terms[1].text, frame.rows(zero))
            den = values[1] * self.down
            if self.terms[1].span.low < 0:
                num = np.where(den < 0, -num, num)
                den = abs(den)
        return divided(num, den, self.mode) * self.step_size

    def trace(self, row: Row) -> Trace:
        """The fraction and how it was rounded."""
        num = self.terms[0].trace(row).playing("numerator")
        steps: tuple[Trace, ...] = (num,)
        den = self.down
        if self.divisor is not None:
            steps = (num, self.divisor.trace(row).playing("denominator"))
        if len(self.terms) > 1:
            den *= steps[1].value
            if not den:
                raise zero_division(self.terms[1].text, ())
        value = div_round(num.value * self.up, den, self.mode) * self.step_size
        exact = Fraction(num.value * self.up * self.step_size, den * self.scale)
        facts = (
            Fact("exact", show(self.kind, exact.numerator, exact.denominator)),
            Fact("unit", self.unit_text),
            Fact("mode", self.mode),
        )
        return replace(self.step("round", value, steps), facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme(Operation):
    """``min``, ``max`` and ``clamp(x, lo, hi)``, which is ``min(max(x, lo), hi)``: ``hi`` wins if they cross."""

    op: str

    def need(self, spans: Sequence[Span]) -> int:
        """Nothing larger than the operands arises."""
        return max(span.size for span in spans)

    def compute(self, frame: Frame) -> Value:
        """The extreme."""
        values = self.operands(frame)
        if self.op == "clamp":
            return np.asarray(np.minimum(np.maximum(values[0], values[1]), values[2]))
        choose = np.minimum if self.op == "min" else np.maximum
        result = values[0]
        for value in values[1:]:
            result = choose(result, value)
        return result

    def trace(self, row: Row) -> Trace:
        """The extreme and what it was chosen from."""
        steps = self.steps(row, "argument")
        value = extreme_value(self.op, [step.value for step in steps])
        return self.step(self.op, value, steps)


def extreme_value(op: str, values: Sequence[int]) -> int:
    """``min``, ``max`` or ``clamp`` of integers."""
    if op == "clamp":
        return min(max(values[0], values[1]), values[2])
    return min(values) if op == "min" else max(values)


def extreme_span(op: str, spans: Sequence[Span]) -> Span:
    """The bounds of ``min``, ``max`` or ``clamp``, which grow with each operand."""
    return Span(
        extreme_value(op, [span.low for span in spans]), extreme_value(op, [span.high for span in spans])
    )


def product_span(spans: Sequence[Span], factor: int) -> Span:
    """The bounds of a product."""
    low = high = factor
    for span in spans:
        corners = (low * span.low, low * span.high, high * span.low, high * span.high)
        low, high = min(corners), max(corners)
    return Span(low, high)


def round_span(num: Span, den: Span | None, up: int, down: int, step: int, mode: str) -> Span:
    """The bounds of a rounded fraction. A denominator that may be zero is taken at its smallest magnitude, 1."""
    ends = _ends(den) if den is not None else [1]
    corners = [div_round(top * up, end * down, mode) * step for top in num for end in ends]
    return Span(min(corners), max(corners))


def _ends(den: Span) -> list[int]:
    """Where a quotient is largest and smallest: the ends of the denominator, and the integers next to zero."""
    found = {end for end in den if end}
    if den.low < 0 <= den.high:
        found.add(-1)
    if den.low <= 0 < den.high:
        found.add(1)
    return sorted(found) or [1]
