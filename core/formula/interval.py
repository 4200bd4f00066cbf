"""Intervals as people write them in the cells of a decision table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from core.base.text import Text, catalogue
from core.formula.errors import FormulaError
from core.formula.types import Span, Type, kind_name

_ = catalogue("formula")

_NUMBER = r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?"
_SINGLE = re.compile(rf"(?P<low>{_NUMBER})")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})\s*(?:-|–|~|～|\.\.)\s*(?P<high>{_NUMBER})")
_BRACKETS = re.compile(rf"(?P<open>[\[(])\s*(?P<low>{_NUMBER})?\s*,\s*(?P<high>{_NUMBER})?\s*(?P<close>[\])])")
_BOUND = re.compile(rf"(?P<op>>=|<=|>|<|≥|≤)\s*(?P<end>{_NUMBER})")
_OPEN = re.compile(rf"(?P<low>{_NUMBER})\s*\+")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of integers in the scale of a type; None is no end."""

    low: int | None = None
    high: int | None = None

    def span(self, domain: Span) -> Span:
        """The part of the domain inside the interval; empty (low above high) if there is none."""
        return Span(
            domain.low if self.low is None else max(self.low, domain.low),
            domain.high if self.high is None else min(self.high, domain.high),
        )

    def show(self, type: Type) -> str:
        """The interval as people read it: ``10–50``, ``≥ 200``, ``≤ 9``, ``*`` for all values."""
        low = None if self.low is None else type.show(self.low)
        high = None if self.high is None else type.show(self.high)
        if low is not None and high is not None:
            return low if low == high else f"{low}–{high}"
        if low is None:
            return "*" if high is None else f"≤ {high}"
        return f"≥ {low}"


Cell: TypeAlias = Interval | frozenset[str] | bool
"""What a cell of a decision table holds: an interval of a number, labels of a choice, the value of a condition."""


def cell_spans(cell: Cell | None, type: Type, domain: Span) -> tuple[Span, ...]:
    """The values a cell takes, as closed intervals of integers within the domain; no cell takes all of them.

    Raises ``FormulaError`` for a cell of another kind than the column and for a label the column does not have.
    """
    if cell is None:
        return (domain,)
    if isinstance(cell, Interval) and type.kind not in ("bool", "enum"):
        span = cell.span(domain)
        return (span,) if span.low <= span.high else ()
    if isinstance(cell, bool) and type.kind == "bool":
        return (Span(cell, cell),)
    if isinstance(cell, frozenset) and type.kind == "enum":
        unknown = sorted(cell.difference(type.labels))
        if unknown:
            raise _refusal(
                "cell_label",
                _(
                    "{value} is not one of {labels}. Choose one of these.",
                    value=unknown[0],
                    labels=", ".join(type.labels),
                ),
            )
        return tuple(Span(place, place) for place, label in enumerate(type.labels) if label in cell)
    raise _refusal("cell", _("This cell does not fit its column, which holds {wanted}.", wanted=kind_name(type.kind)))


def shown_cell(cell: Cell, type: Type) -> str:
    """A cell as people read it."""
    if isinstance(cell, Interval):
        return cell.show(type)
    if isinstance(cell, bool):
        return type.show(cell)
    return ", ".join(label for label in type.labels if label in cell)


def shown_span(span: Span, type: Type) -> str:
    """A range of values as people read it; an end beyond what the type holds by default is left open."""
    if type.kind in ("bool", "enum"):
        return ", ".join(type.show(place) for place in range(span.low, span.high + 1))
    low = None if span.low <= type.bounds.low else span.low
    high = None if span.high >= type.bounds.high else span.high
    return Interval(low, high).show(type)


def parse_interval(text: str, type: Type) -> Interval:
    """Read a cell: ``10-50`` and ``10~50`` (both ends belong to it), ``200+``, ``>= 200``, ``< 10``, ``[10, 50)``,
    ``10``; ``*`` or nothing for all values. ``type`` says what one unit is.

    Raises ``FormulaError`` for anything else, for more decimals than the type holds and for an empty interval.
    """
    written = text.strip()
    if written in ("", "*"):
        return Interval()
    if found := _BOUND.fullmatch(written):
        end = _units(found["end"], type, written)
        match found["op"]:
            case ">=" | "≥":
                return Interval(end, None)
            case "<=" | "≤":
                return Interval(None, end)
            case ">":
                return Interval(end + 1, None)
        return Interval(None, end - 1)
    if found := _OPEN.fullmatch(written):
        return Interval(_units(found["low"], type, written), None)
    if found := _SINGLE.fullmatch(written):
        end = _units(found["low"], type, written)
        return Interval(end, end)
    if found := _RANGE.fullmatch(written):
        return _closed(_units(found["low"], type, written), _units(found["high"], type, written), written)
    if found := _BRACKETS.fullmatch(written):
        low = None if found["low"] is None else _units(found["low"], type, written) + (found["open"] == "(")
        high = None if found["high"] is None else _units(found["high"], type, written) - (found["close"] == ")")
        return _closed(low, high, written)
    raise _refusal(
        "interval",
        _("{text} is not an interval. Write 10-50, 200+, >= 200, < 10, [10, 50) or * for all values.", text=written),
    )


def _closed(low: int | None, high: int | None, written: str) -> Interval:
    if low is not None and high is not None and low > high:
        raise _refusal(
            "interval_empty", _("No value lies in {text}. Write the smaller end first.", text=written)
        )
    return Interval(low, high)


def _units(number: str, type: Type, written: str) -> int:
    value = Fraction(number) * type.scale
    if value.denominator != 1:
        raise _refusal(
            "interval_decimals",
            _("{text} has more decimals than the column holds. Use steps of {step}.", text=written, step=type.show(1)),
        )
    return value.numerator


def _refusal(code: str, message: Text) -> FormulaError:
    return FormulaError(f"formula.{code}", message)
