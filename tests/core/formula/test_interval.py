"""Cells of decision tables as people write them."""

from __future__ import annotations

import pytest

from core.formula.errors import FormulaError
from core.formula.interval import Interval, parse_interval, shown_cell, shown_span
from core.formula.types import BOOL, COUNT, DAYS, MONEY, RATE, Span, Type, enum

KIND = enum("referral", "web", "fair")


@pytest.mark.parametrize(
    ("text", "type", "low", "high", "shown"),
    [
        ("10-50", COUNT, 10, 50, "10–50"),
        (" 10 ~ 50 ", COUNT, 10, 50, "10–50"),
        ("10～50", COUNT, 10, 50, "10–50"),
        ("-5..-1", COUNT, -5, -1, "\u22125–\u22121"),
        ("200+", COUNT, 200, None, "≥ 200"),
        (">= 200", COUNT, 200, None, "≥ 200"),
        ("≥200", COUNT, 200, None, "≥ 200"),
        ("> 200", COUNT, 201, None, "≥ 201"),
        ("<10", COUNT, None, 9, "≤ 9"),
        ("<= 10", COUNT, None, 10, "≤ 10"),
        ("≤10", COUNT, None, 10, "≤ 10"),
        ("7", COUNT, 7, 7, "7"),
        ("*", COUNT, None, None, "*"),
        ("", COUNT, None, None, "*"),
        ("[10, 50)", COUNT, 10, 49, "10–49"),
        ("(10, 50]", COUNT, 11, 50, "11–50"),
        ("[10,)", COUNT, 10, None, "≥ 10"),
        ("(,10)", COUNT, None, 9, "≤ 9"),
        ("[0, 36000.00]", MONEY, 0, 3_600_000, "0.00–36,000.00"),
        ("> 36000", MONEY, 3_600_001, None, "≥ 36,000.01"),
        ("0.5-1.5", DAYS, 50, 150, "0.5–1.5"),
        ("0.08", RATE, 80_000, 80_000, "0.08"),
    ],
)
def test_intervals(text: str, type: Type, low: int | None, high: int | None, shown: str) -> None:
    found = parse_interval(text, type)
    assert found == Interval(low, high)
    assert shown_cell(found, type) == shown


@pytest.mark.parametrize(
    ("text", "type", "code"),
    [
        ("ten", COUNT, "interval"),
        ("10-", COUNT, "interval"),
        ("1,000", COUNT, "interval"),
        ("1e5", COUNT, "interval"),
        ("10 50", COUNT, "interval"),
        ("50-10", COUNT, "interval_empty"),
        ("[10, 10)", COUNT, "interval_empty"),
        ("0.5", COUNT, "interval_decimals"),
        ("> 0.001", MONEY, "interval_decimals"),
    ],
)
def test_cells_that_are_no_interval(text: str, type: Type, code: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_interval(text, type)
    assert caught.value.code == f"formula.{code}"
    assert text in str(caught.value)


def test_cells_shown() -> None:
    assert shown_cell(True, BOOL) == "true"
    assert shown_cell(frozenset({"fair", "referral"}), KIND) == "referral, fair"
    assert shown_span(Span(0, 1), BOOL) == "false, true"
