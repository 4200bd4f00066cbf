"""Progressive tables with quick deductions: ``bracket(x, "table")`` and its two parts.

The tax on an amount is the amount times the rate of its row, less the row's quick deduction. A ceiling belongs to its
own row (36,000.00 is still in the first), as in tax tables that say "not exceeding".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.base.text import Text, catalogue
from core.formula.errors import FormulaError
from core.formula.functions import Function, Reach
from core.formula.numbers import Column
from core.formula.trace import Fact
from core.formula.types import COUNT, MONEY, RATE, Span, Type

_ = catalogue("formula")


class BracketRow(NamedTuple):
    """One row: inclusive ceiling and quick deduction in minor units (None: no ceiling), rate in millionths."""

    ceiling: int | None
    rate: int
    deduction: int = 0


@dataclass(frozen=True)
class BracketTable:
    """A progressive table as it stands from a date on, with its source. Which table applies when is the caller's
    business. Raises ``FormulaError`` unless the ceilings rise and only the last row has none."""

    name: str
    rows: tuple[BracketRow, ...]
    source: Text | str = ""
    valid_from: date | None = None

    def __post_init__(self) -> None:
        ceilings = [row.ceiling for row in self.rows]
        limits = [ceiling for ceiling in ceilings if ceiling is not None]
        rising = all(low < high for low, high in zip([-1, *limits], limits, strict=False))
        if not ceilings or ceilings[-1] is not None or len(limits) != len(ceilings) - 1 or not rising:
            raise FormulaError(
                "formula.bracket_order",
                _(
                    "Table {name}: the ceilings must rise from row to row, and only the last row has none.",
                    name=self.name,
                ),
            )
        if any(not 0 <= row.rate <= RATE.scale for row in self.rows):
            raise FormulaError(
                "formula.bracket_rate", _("Table {name}: a rate must lie between 0 and 100 %.", name=self.name)
            )

    @cached_property
    def rates(self) -> Column:
        """The rates in millionths."""
        return np.array([row.rate for row in self.rows], dtype=np.int64)

    @cached_property
    def deductions(self) -> Column:
        """The quick deductions in minor units."""
        return np.array([row.deduction for row in self.rows], dtype=np.int64)

    @cached_property
    def ceilings(self) -> Column:
        """The ceilings in minor units, without the open last row."""
        return np.array([row.ceiling for row in self.rows[:-1]], dtype=np.int64)

    def rows_of(self, amounts: Column) -> Column:
        """The 0-based row of each amount in minor units."""
        return np.searchsorted(self.ceilings, amounts, side="left")


EXACT_MONEY = Type("money", MONEY.scale * RATE.scale)
"""Money times a rate, not rounded yet."""


def _bracket(amounts: Column, table: BracketTable) -> Column:
    row = table.rows_of(amounts)
    result: Column = np.maximum(amounts, 0) * table.rates[row] - table.deductions[row] * RATE.scale
    return result


def _bracket_reach(amounts: Span, table: BracketTable) -> Reach:
    rates = [row.rate for row in table.rows]
    deductions = [row.deduction * RATE.scale for row in table.rows]
    low, high = max(amounts.low, 0) * min(rates), max(amounts.high, 0) * max(rates)
    peak = high + max(abs(deduction) for deduction in deductions)
    return Reach(low - max(deductions), high - min(deductions), max(peak, *(abs(end) for end in amounts)))


def _rate(amounts: Column, table: BracketTable) -> Column:
    return np.asarray(table.rates[table.rows_of(amounts)])


def _rate_reach(amounts: Span, table: BracketTable) -> Reach:
    rates = [row.rate for row in table.rows]
    return Reach(min(rates), max(rates), amounts.size)


def _deduction(amounts: Column, table: BracketTable) -> Column:
    return np.asarray(table.deductions[table.rows_of(amounts)])


def _deduction_reach(amounts: Span, table: BracketTable) -> Reach:
    deductions = [row.deduction for row in table.rows]
    return Reach(min(deductions), max(deductions), amounts.size)


def _facts(amount: int, table: BracketTable) -> list[Fact]:
    number = int(table.rows_of(np.array([amount]))[0])
    row = table.rows[number]
    facts = [Fact("table", table.name), Fact("row", number + 1, COUNT)]
    if row.ceiling is not None:
        facts.append(Fact("ceiling", row.ceiling, MONEY))
    return [*facts, Fact("rate", row.rate, RATE), Fact("deduction", row.deduction, MONEY)]


BRACKETS = (
    Function("bracket", (MONEY, BracketTable), EXACT_MONEY, _bracket, _bracket_reach, total=True, facts=_facts),
    Function("bracket_rate", (MONEY, BracketTable), RATE, _rate, _rate_reach, total=True, facts=_facts),
    Function(
        "bracket_deduction", (MONEY, BracketTable), MONEY, _deduction, _deduction_reach, total=True, facts=_facts
    ),
)
"""``bracket(x, "table")``: exact tax on an amount in minor units, to be rounded by the formula; an amount below zero
counts as zero. ``bracket_rate`` and ``bracket_deduction``: the row's parts, for rules that combine them otherwise."""
