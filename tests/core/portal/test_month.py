"""Which month the home page leads through."""

from __future__ import annotations

import pytest

from core.base.period import Month
from core.base.text import catalogue
from core.contracts.month import MonthStep
from core.portal.month import open_month

_ = catalogue("portal")

SEP, OCT, NOV = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def steps(month: Month, done: int, of: int = 3) -> list[MonthStep]:
    return [MonthStep(month, order, _("Home"), order < done, "a.b:c", True, "/") for order in range(of)]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((3, 3, 0), NOV),  # October is finished, November is next
        ((3, 1, 0), OCT),  # October is on its way
        ((3, 0, 0), OCT),  # September is finished, so October is next
        ((0, 0, 0), NOV),  # a company that begins
        ((1, 3, 0), NOV),  # what was never finished in September does not come back after October
        ((1, 0, 0), SEP),  # September was begun
        ((3, 3, 3), NOV),  # the running month is finished as well
    ],
)
def test_the_open_month(done: tuple[int, int, int], expected: Month) -> None:
    months = (SEP, OCT, NOV)
    assert open_month({month: steps(month, count) for month, count in zip(months, done, strict=True)}) == expected


def test_without_steps_it_is_the_running_month() -> None:
    assert open_month({SEP: [], OCT: [], NOV: []}) == NOV
