"""Pay rules written as formulas give the published or hand-worked figures, to the cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.text import use_locale
from core.formula.brackets import BracketRow, BracketTable
from core.formula.errors import FormulaError
from core.formula.expression import compile_expression
from core.formula.program import Component, compile_program
from core.formula.scope import Input, Parameter, Scope
from core.formula.types import COUNT, DAYS, MINUTES, MONEY, RATE
from tests.core.formula.oracle import rounded

YEAR = BracketTable(
    "iit_year",
    (
        BracketRow(3_600_000, 30_000, 0),
        BracketRow(14_400_000, 100_000, 252_000),
        BracketRow(30_000_000, 200_000, 1_692_000),
        BracketRow(42_000_000, 250_000, 3_192_000),
        BracketRow(66_000_000, 300_000, 5_292_000),
        BracketRow(96_000_000, 350_000, 8_592_000),
        BracketRow(None, 450_000, 18_192_000),
    ),
    "个人所得税法 税率表一",
    date(2019, 1, 1),
)
MONTH = BracketTable(
    "iit_month",
    (
        BracketRow(300_000, 30_000, 0),
        BracketRow(1_200_000, 100_000, 21_000),
        BracketRow(2_500_000, 200_000, 141_000),
        BracketRow(3_500_000, 250_000, 266_000),
        BracketRow(5_500_000, 300_000, 441_000),
        BracketRow(8_000_000, 350_000, 716_000),
        BracketRow(None, 450_000, 1_516_000),
    ),
    "财税〔2018〕164号 附表",
)
TABLES = {"iit_year": YEAR, "iit_month": MONTH}


def fen(text: str) -> int:
    value = Fraction(text) * 100
    assert value.denominator == 1
    return value.numerator


def value(source: str, **given_values: int) -> int:
    kinds = {"days": DAYS, "worked": DAYS, "missed": DAYS, "scheduled": DAYS, "minutes": MINUTES, "count": COUNT}
    inputs = {name: Input(kinds.get(name, MONEY)) for name in given_values}
    expression = compile_expression(source, MONEY, Scope(inputs=inputs, tables=TABLES))
    result = expression.row(given_values)
    assert expression.column({name: np.array([each]) for name, each in given_values.items()}).tolist() == [result]
    return result


def test_overtime() -> None:
    """劳动法 第四十四条; 人社部发〔2025〕2号: 21,750.00 a month is 1,000.00 a day and 125.00 an hour."""
    assert value("round(wage / 21.75, 0.01)", wage=2_175_000) == fen("1000")
    assert value("round(wage / (21.75 * 8), 0.01)", wage=2_175_000) == fen("125")
    for percent, hours, expected in (("1.5", 2, "375"), ("2", 8, "2000"), ("3", 8, "3000")):
        source = f"round(wage * minutes * {percent} / (21.75 * 480), 0.01)"
        assert value(source, wage=2_175_000, minutes=hours * 60) == fen(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("round(wage * worked / 21.75, 0.01)", "13000.00"),
        ("wage - round(wage * missed / 21.75, 0.01)", "11750.00"),
        ("round(wage * worked / scheduled, 0.01)", "12293.48"),
        ("round(wage * count / 31, 0.01)", "11927.42"),
    ],
)
def test_four_ways_to_pay_a_part_of_a_month(source: str, expected: str) -> None:
    """A joiner on Monday 2025-12-15: 13 of 23 working days, 17 of 31 calendar days, 10 days missed."""
    used = {"wage": fen("21750"), "worked": 1300, "missed": 1000, "scheduled": 2300, "count": 17}
    assert value(source, **{name: each for name, each in used.items() if name in source}) == fen(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("round(15500 * count / 31, 0.01)", "7500.00"),
        ("round(15500 * worked / scheduled, 0.01)", "8119.05"),
        ("round(15500 * worked / 21.75, 0.01)", "7839.08"),
        ("15500 - round(15500 * missed / 21.75, 0.01)", "8373.56"),
    ],
)
def test_a_joiner_in_the_middle_of_august(source: str, expected: str) -> None:
    """15,500.00 a month, joined Monday 2026-08-17: 15 of 31 days, 11 of 21 weekdays, 10 missed."""
    used = {"count": 15, "worked": 1100, "scheduled": 2100, "missed": 1000}
    assert value(source, **{name: each for name, each in used.items() if name in source}) == fen(expected)


def test_a_full_month_is_the_whole_wage() -> None:
    """23 weekdays in July 2026: 21.75 added up would pay 16,390.80."""
    source = "wage if worked >= scheduled else round(wage * worked / 21.75, 0.01)"
    assert value(source, wage=fen("15500"), worked=2300, scheduled=2300) == fen("15500")
    assert value("round(wage * worked / 21.75, 0.01)", wage=fen("15500"), worked=2300) == fen("16390.80")


def test_a_raise_within_the_month() -> None:
    """10,000 to the 21st and 12,000 from the 22nd of June, on 30 days: 7,000 and 3,600."""
    assert value("round(old * 21 / 30, 0.01) + round(new * 9 / 30, 0.01)", old=fen("10000"), new=fen("12000")) == (
        fen("10600")
    )


# income tax

WITHHOLDING = compile_program(
    [
        Component(
            "taxable", "max(earned + income - 5000 * month - deducted - special - allowed - additional, 0)", MONEY
        ),
        Component("due", "round(bracket(taxable, 'iit_year'), 0.01)", MONEY),
        Component("tax", "max(due - withheld, 0)", MONEY),
    ],
    Scope(
        inputs={
            name: Input(MONEY, default=0)
            for name in ("earned", "income", "deducted", "special", "allowed", "additional", "withheld")
        }
        | {"month": Input(COUNT, 1, 12)},
        tables=TABLES,
    ),
)


def withholding(months: list[tuple[str, str, str]], first: int = 1) -> list[int]:
    """Month after month, each with the sums of those before it."""
    before = {"earned": 0, "deducted": 0, "allowed": 0, "withheld": 0}
    found = []
    for place, (income, special, additional) in enumerate(months):
        now = {"income": fen(income), "special": fen(special), "additional": fen(additional)}
        found.append(WITHHOLDING.row({**before, **now, "month": first + place})["tax"])
        before = {
            "earned": before["earned"] + now["income"],
            "deducted": before["deducted"] + now["special"],
            "allowed": before["allowed"] + now["additional"],
            "withheld": before["withheld"] + found[-1],
        }
    return found


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([("10000", "1500", "1000")] * 3, ["75", "75", "75"]),
        ([("30000", "4500", "2000")] * 3, ["555", "625", "1850"]),
        ([("3000", "0", "0")], ["0"]),
        ([("8000", "2000", "0")] * 12, ["30"] * 12),
        (
            [("30000", "4500", "2000")] * 12,
            ["555", "625", *["1850"] * 5, "2250", "3700", "3700", "3700", "3700"],
        ),
        ([("30000", "0", "0"), ("2000", "0", "0"), ("10000", "0", "0")], ["750", "0", "60"]),
    ],
)
def test_cumulative_withholding(months: list[tuple[str, str, str]], expected: list[str]) -> None:
    """国家税务总局公告2018年第56号 解读 examples 1 and 2; 2018年第61号 第六条: a surplus waits, it is not refunded."""
    assert withholding(months) == [fen(each) for each in expected]


@given(st.lists(st.integers(500_000, 20_000_000), min_size=12, max_size=12).flatmap(
    lambda incomes: st.tuples(st.just(incomes), st.permutations(incomes))
))  # fmt: skip
def test_the_year_s_tax_does_not_depend_on_the_order_of_months(orders: tuple[list[int], list[int]]) -> None:
    """Where no month falls below the deduction nothing is left over, so every order withholds the same in the year."""
    one, other = (
        sum(withholding([(str(Fraction(each, 100)), "0", "0") for each in order])) for order in orders
    )
    assert one == other


@pytest.mark.parametrize(
    ("bonus", "expected"),
    [
        ("36000", "1080.00"), ("36001", "3390.10"), ("60000", "5790.00"), ("144000", "14190.00"),
        ("144001", "27390.20"), ("300000", "58590.00"), ("300001", "72340.25"), ("420001", "121590.30"),
        ("960001", "416840.45"),
    ],
)  # fmt: skip
def test_the_annual_bonus(bonus: str, expected: str) -> None:
    """财税〔2018〕164号 一: the twelfth finds the rate, the whole bonus is taxed with it."""
    source = (
        "round(bonus * bracket_rate(round(bonus / 12, 0.01), 'iit_month')"
        " - bracket_deduction(round(bonus / 12, 0.01), 'iit_month'), 0.01)"
    )
    assert value(source, bonus=fen(bonus)) == fen(expected)


@pytest.mark.parametrize(
    ("place", "gross", "expected"),
    [
        (("7460", "37302", "2690", "37302", "0.07", "0"), "20000", ("3500.00", "345.00", "16155.00")),
        (("7460", "37302", "2690", "37302", "0.07", "0"), "50000", ("6527.71", "1327.23", "42145.06")),
        (("7270", "36348", "2540", "36348", "0.12", "3.00"), "30000", ("6753.00", "547.41", "22699.59")),
    ],
)
def test_first_payslips_of_two_cities(place: tuple[str, ...], gross: str, expected: tuple[str, ...]) -> None:
    """Shanghai from 2025-12, housing fund to the yuan; Beijing from 2026-07 with 3 yuan for large medical costs."""
    floor, cap, fund_floor, fund_cap, fund_rate, fixed = place
    scope = Scope(
        inputs={"gross": Input(MONEY, 0)},
        parameters={
            "floor": Parameter(MONEY, fen(floor)),
            "cap": Parameter(MONEY, fen(cap)),
            "fund_floor": Parameter(MONEY, fen(fund_floor)),
            "fund_cap": Parameter(MONEY, fen(fund_cap)),
            "fund_rate": Parameter(RATE, int(Fraction(fund_rate) * 10**6)),
            "fixed": Parameter(MONEY, fen(fixed)),
        },
        tables=TABLES,
    )
    sources = {
        "insured": "clamp(gross, floor, cap)",
        "insurance": "round(insured * 0.08, 0.01) + round(insured * 0.02, 0.01) + fixed + round(insured * 0.005, 0.01)",
        "fund": "round(clamp(gross, fund_floor, fund_cap) * fund_rate, 1)",
        "tax": "round(bracket(max(gross - 5000 - insurance - fund, 0), 'iit_year'), 0.01)",
        "net": "gross - insurance - fund - tax",
    }
    slip = compile_program([Component(name, text, MONEY) for name, text in sources.items()], scope).row(
        {"gross": fen(gross)}
    )
    assert (slip["insurance"] + slip["fund"], slip["tax"], slip["net"]) == tuple(fen(each) for each in expected)


# bracket tables

EDGES = sorted(
    {row.ceiling + step for row in YEAR.rows if row.ceiling is not None for step in (-1, 0, 1)} | {-1, 0, 1}
)


def marginal(amount: int) -> Fraction:
    """Tax in fen by slices, without quick deductions."""
    due, below = Fraction(0), 0
    for row in YEAR.rows:
        ceiling = amount if row.ceiling is None else min(amount, row.ceiling)
        due += max(ceiling - below, 0) * Fraction(row.rate, 10**6)
        below = max(ceiling, below)
    return due


@given(st.lists(st.integers(-(10**9), 10**11) | st.sampled_from(EDGES), min_size=1, max_size=30))
def test_bracket_is_the_sum_of_its_slices(amounts: list[int]) -> None:
    scope = Scope(inputs={"x": Input(MONEY)}, tables=TABLES)
    expression = compile_expression("round(bracket(x, 'iit_year'), 0.01)", MONEY, scope)
    wanted = [rounded(marginal(amount), Fraction(1), "half_up") for amount in amounts]
    assert expression.column({"x": np.array(amounts)}).tolist() == wanted
    assert [expression.row({"x": amount}) for amount in amounts] == wanted


def test_no_hole_and_no_jump_at_the_edges() -> None:
    scope = Scope(inputs={"x": Input(MONEY)}, tables=TABLES)
    expression = compile_expression("round(bracket(x, 'iit_year'), 0.01, 'floor')", MONEY, scope)
    tax = expression.column({"x": np.array(EDGES)})
    assert (np.diff(tax) >= 0).all()
    assert all(step <= 1 for step in np.diff(tax)[np.diff(EDGES) == 1])


def test_amounts_beyond_int64_still_find_their_row() -> None:
    scope = Scope(inputs={"x": Input(MONEY, 0, 2**80)}, tables=TABLES)
    expression = compile_expression("round(bracket(x, 'iit_year'), 0.01)", MONEY, scope)
    amounts = [2**79, 5, 3_600_000]
    wanted = [rounded(marginal(amount), Fraction(1), "half_up") for amount in amounts]
    assert expression.column({"x": np.array(amounts, dtype=object)}).tolist() == wanted
    assert expression.row({"x": 2**79}) == wanted[0]


def test_the_explanation_says_which_row_applied() -> None:
    scope = Scope(inputs={"x": Input(MONEY)}, tables=TABLES)
    call = compile_expression("round(bracket(x, 'iit_year'), 0.01)", MONEY, scope).explain({"x": 3_600_001}).children[0]
    assert (call.op, call.name, call.source) == ("call", "bracket", "个人所得税法 税率表一")
    assert [(fact.label, fact.shown) for fact in call.facts] == [
        ("table", "iit_year"), ("row", "2"), ("ceiling", "144,000.00"), ("rate", "0.1"), ("deduction", "2,520.00"),
    ]  # fmt: skip
    last = compile_expression("bracket_rate(x, 'iit_year')", RATE, scope).explain({"x": 96_000_001})
    assert [fact.label for fact in last.facts] == ["table", "row", "rate", "deduction"]
    assert last.shown == "0.45"


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (BracketRow(100, 30_000),),
        (BracketRow(None, 30_000), BracketRow(100, 30_000)),
        (BracketRow(100, 30_000), BracketRow(100, 40_000), BracketRow(None, 50_000)),
        (BracketRow(200, 30_000), BracketRow(100, 40_000), BracketRow(None, 50_000)),
        (BracketRow(-5, 30_000), BracketRow(None, 50_000)),
        (BracketRow(None, 1), BracketRow(None, 2)),
    ],
)
def test_ceilings_must_rise(rows: tuple[BracketRow, ...]) -> None:
    with pytest.raises(FormulaError) as caught:
        BracketTable("t", rows)
    assert caught.value.code == "formula.bracket_order"
    with use_locale("zh_CN"):
        assert str(caught.value).startswith("税率表 t：")


@pytest.mark.parametrize("rate", [-1, 1_000_001])
def test_rates_must_be_shares(rate: int) -> None:
    with pytest.raises(FormulaError) as caught:
        BracketTable("t", (BracketRow(None, rate),))
    assert caught.value.code == "formula.bracket_rate"
