"""Runs the component formulas month after month as a payroll engine does: accumulators from slip to slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from plugins.country_cn.country import country
from tests.plugins.country_cn.engine import compiled

Column = npt.NDArray[np.int64]


class PayrollYear:
    """Slips of some people at one withholding agent. A payment in another year starts the accumulators at zero."""

    def __init__(self, size: int, place: str = "CN-SH") -> None:
        self.size = size
        self.place = place
        self.year: int | None = None
        self.slip: dict[str, Column] = {}

    def pay(
        self, work_month: date, tax_month: date, inputs: Mapping[str, Column | int | Sequence[int]]
    ) -> dict[str, Column]:
        """One slip each; inputs are fen, 10^-6, counts and flags, columns or one value for all."""
        pack = country()
        if self.year != tax_month.year:
            self.year, self.slip = tax_month.year, {}
        columns: dict[str, Column] = dict(
            pack.columns(
                [self.place], np.zeros(self.size, dtype=np.int64), work_month=work_month, tax_month=tax_month
            )
        )
        for accumulator in pack.accumulators:
            columns[accumulator.input] = self.slip.get(accumulator.code, np.zeros(self.size, dtype=np.int64))
        columns["tax_month_number"] = np.full(self.size, tax_month.month, dtype=np.int64)
        for code, value in inputs.items():
            columns[code] = np.broadcast_to(np.asarray(value, dtype=np.int64), (self.size,))
        program = compiled(work_month, tax_month)
        known = {code: column for code, column in columns.items() if code in program.scope.inputs}
        self.slip = program.run(known, size=self.size)
        return self.slip


def next_month(day: date) -> date:
    """The first day of the following month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
