"""Formulas that build on each other: order, cycles, unknown names, selection, explanation, speed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.text import use_locale
from core.formula.brackets import BracketRow, BracketTable
from core.formula.errors import FormulaError
from core.formula.graph import ordered, reachable
from core.formula.program import Component, Program, Unused, compile_program
from core.formula.scope import Input, Parameter, Scope
from core.formula.types import BOOL, COUNT, DAYS, MINUTES, MONEY, RATE

SCOPE = Scope(
    inputs={"base": Input(MONEY, 0, 10**9, source="salary of the month"), "minutes": Input(MINUTES, 0, 50_000),
            "idle": Input(MONEY)},
    parameters={"share": Parameter(RATE, 80_000, "notice 2026-7"), "spare": Parameter(RATE, 1)},
)  # fmt: skip


def program(**sources: str) -> Program:
    return compile_program([Component(name, source, MONEY) for name, source in sources.items()], SCOPE)


CHAIN = {
    "net": "gross - pension",
    "gross": "base + overtime",
    "pension": "round(gross * share, 0.01)",
    "overtime": "round(base * minutes * 1.5 / (21.75 * 480), 0.01)",
    "allowance": "300",
}


def test_order_is_stable_and_each_comes_after_what_it_names() -> None:
    made = program(**CHAIN)
    assert made.order == ("overtime", "gross", "pension", "net", "allowance")
    assert made.inputs == ("base", "minutes")
    assert made.unused(["net"]) == Unused(("idle",), ("spare",), ("allowance",))


def test_rows_and_columns() -> None:
    made = program(**CHAIN)
    # 21,750.00 a month is 125.00 an hour: two hours at 150 % are 375.00 (CN-OT-1); 8 % of 22,125.00 are 1,770.00
    row = made.row({"base": 2_175_000, "minutes": 120})
    assert row == {"overtime": 37_500, "gross": 2_212_500, "pension": 177_000, "net": 2_035_500, "allowance": 30_000}
    columns = made.run({"base": np.array([2_175_000, 0]), "minutes": np.array([120, 0])})
    assert {name: values.tolist()[0] for name, values in columns.items()} == row
    assert [values.tolist()[1] for values in columns.values()] == [0, 0, 0, 0, 30_000]


def test_only_what_is_wanted_is_computed() -> None:
    made = program(**CHAIN, risky="round(base / minutes, 0.01)")
    data = {"base": np.array([100]), "minutes": np.array([0])}
    assert list(made.run(data, wanted=["net", "overtime"])) == ["net", "overtime"]
    assert made.row({"base": 100, "minutes": 0}, wanted=["gross"]) == {"gross": 100}
    assert made.run({}, wanted=["allowance"], size=2)["allowance"].tolist() == [30_000, 30_000]
    with pytest.raises(FormulaError) as caught:
        made.run(data)
    assert caught.value.field == "risky"
    with pytest.raises(KeyError):
        made.run(data, wanted=["nothing"])


def test_conditions_pass_between_components() -> None:
    made = compile_program(
        [Component("late", "minutes > 30", BOOL), Component("fine", "50 if late else 0", MONEY)], SCOPE
    )
    assert made.run({"minutes": np.array([30, 31])})["fine"].tolist() == [0, 5_000]
    assert made.row({"minutes": 31}) == {"late": 1, "fine": 5_000}


def test_cycles_are_named() -> None:
    with pytest.raises(FormulaError) as caught:
        program(gross="base + bonus", bonus="round(net * 0.1, 0.01)", net="gross - 1", free="base")
    assert caught.value.code == "formula.cycle"
    assert caught.value.field == "gross"
    with use_locale("en"):
        assert "gross → bonus → net → gross" in str(caught.value)
    with pytest.raises(FormulaError) as caught:
        program(a="a + 1")
    with use_locale("en"):
        assert "a → a" in str(caught.value)


def test_unknown_names_find_the_nearest_also_among_later_components() -> None:
    with pytest.raises(FormulaError) as caught:
        program(net="grss - 1", gross="base")
    assert (caught.value.code, caught.value.field) == ("formula.unknown_name", "net")
    with use_locale("en"):
        assert str(caught.value) == "Column 1: there is no name grss. Did you mean gross?"


def test_a_text_that_cannot_be_read_names_its_component() -> None:
    with pytest.raises(FormulaError) as caught:
        program(gross="base", net="gross +")
    assert caught.value.field == "net"


@given(st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefgxy"), max_size=3)))
def test_order_against_its_definition(needs: dict[str, list[str]]) -> None:
    def closure(name: str) -> set[str]:
        found: set[str] = set()
        front = [need for need in needs[name] if need in needs]
        while front:
            need = front.pop()
            if need not in found:
                found.add(need)
                front += [each for each in needs[need] if each in needs]
        return found

    cyclic = [name for name in needs if name in closure(name)]
    if cyclic:
        with pytest.raises(FormulaError) as caught:
            ordered(needs)
        assert caught.value.field in cyclic
        return
    order = ordered(needs)
    assert sorted(order) == sorted(needs)
    for name, wanted in needs.items():
        assert all(order.index(need) < order.index(name) for need in wanted if need in needs)
    for name in needs:
        assert reachable(needs, [name]) == closure(name) | {name} | {
            need for each in closure(name) | {name} for need in needs[each]
        }


def test_explanation_of_a_row() -> None:
    traces = program(**CHAIN).explain({"base": 2_175_000, "minutes": 121}, wanted=["overtime", "pension"])
    overtime = traces["overtime"]
    assert (overtime.op, overtime.name, overtime.kind, overtime.shown) == ("round", "overtime", "money", "378.13")
    assert [(fact.label, fact.shown) for fact in overtime.facts] == [
        ("exact", "378.125"), ("unit", "0.01"), ("mode", "half_up"),
    ]  # fmt: skip
    num, den = overtime.children
    assert (num.role, num.op, num.shown) == ("numerator", "product", "3,947,625.00")
    assert (den.role, den.text, den.shown) == ("denominator", "21.75 * 480", "10,440")
    assert [(step.name or step.text, step.shown) for step in num.children] == [
        ("base", "21,750.00"), ("minutes", "121"), ("1.5", "1.5"),
    ]  # fmt: skip
    assert [(step.name, step.source) for step in overtime.used("input")] == [
        ("base", "salary of the month"), ("minutes", ""),
    ]  # fmt: skip
    pension = traces["pension"]
    assert [(step.name, step.shown, step.source) for step in pension.used("parameter")] == [
        ("share", "0.08", "notice 2026-7")
    ]
    assert [(step.name, step.shown) for step in pension.used("component")] == [("gross", "22,128.13")]


def test_explanation_shows_the_branch_taken_and_what_was_subtracted() -> None:
    made = program(x="max(base - 5 - idle, 0) if not known(idle) or minutes > 1 and base > 2 else -base")
    trace = made.explain({"base": 1_000, "idle": 200, "minutes": 3})["x"]
    assert [step.role for step in trace.children] == ["test", "then"]
    assert [(step.op, step.shown) for step in trace.children[0].walk()] == [
        ("or", "true"),
        ("not", "false"), ("known", "true"),
        ("and", "true"),
        ("compare", "true"), ("input", "3"), ("literal", "1"),
        ("compare", "true"), ("input", "10.00"), ("literal", "2.00"),
    ]  # fmt: skip
    best = trace.children[1]
    assert (best.op, best.shown) == ("max", "3.00")
    assert [(step.role, step.shown) for step in best.children[0].children] == [
        ("term", "10.00"), ("subtracted", "5.00"), ("subtracted", "2.00"),
    ]  # fmt: skip
    other = made.explain({"base": 200, "idle": 0, "minutes": 3})["x"]
    assert [(step.op, step.role, step.shown) for step in other.children][1] == ("sum", "else", "\u22122.00")
    stopped = made.explain({"base": 600, "idle": 0, "minutes": 0})["x"].children[0]
    assert [step.op for step in stopped.children[1].children] == ["compare"]


def test_a_hundred_thousand_rows_of_a_payslip() -> None:
    """Twelve components and the tax on them; the bound is far above what a slow machine needs, and far below a loop."""
    size = 100_000
    random = np.random.default_rng(1)
    month = 10
    base = random.integers(400_000, 6_000_000, size)
    post, bonus = random.integers(0, 200_000, size), random.integers(0, 800_000, size)
    special = random.choice(np.array([0, 100_000, 200_000, 300_000, 450_000]), size)
    columns = {
        "base": base, "post": post, "bonus": bonus, "special": special,
        "minutes": random.integers(0, 2400, size),
        "leave": random.integers(0, 4, size) * 50,
        "earned": (base + post + bonus) * (month - 1),
        "deducted": (base * 175 // 1000) * (month - 1),
        "allowed": special * (month - 1),
        "paid": random.integers(0, 3_000_000, size),
    }  # fmt: skip
    kinds = {"minutes": Input(MINUTES), "leave": Input(DAYS)}
    iit = BracketTable(
        "iit",
        (
            BracketRow(3_600_000, 30_000), BracketRow(14_400_000, 100_000, 252_000),
            BracketRow(30_000_000, 200_000, 1_692_000), BracketRow(42_000_000, 250_000, 3_192_000),
            BracketRow(66_000_000, 300_000, 5_292_000), BracketRow(96_000_000, 350_000, 8_592_000),
            BracketRow(None, 450_000, 18_192_000),
        ),
    )  # fmt: skip
    scope = Scope(
        inputs={name: kinds.get(name, Input(MONEY)) for name in columns},
        parameters={"low": Parameter(MONEY, 682_100), "high": Parameter(MONEY, 3_534_300),
                    "month": Parameter(COUNT, month)},
        tables={"iit": iit},
    )  # fmt: skip
    sources = {
        "overtime": "round(base * minutes * 1.5 / (21.75 * 480), 0.01)",
        "absence": "round(base * leave / 21.75, 0.01)",
        "gross": "base + post + bonus + overtime + 500 - absence",
        "insured": "clamp(base + post, low, high)",
        "pension": "round(insured * 0.08, 0.01)",
        "medical": "round(insured * 0.02, 0.01) + 3.00",
        "unemployment": "round(insured * 0.005, 0.01)",
        "housing": "round(insured * 0.12, 1)",
        "insurance": "pension + medical + unemployment + housing",
        "taxable": "max(earned + gross - 5000 * month - deducted - insurance - allowed - special, 0)",
        "tax": "max(round(bracket(taxable, 'iit'), 0.01) - paid, 0)",
        "net": "gross - insurance - tax",
    }
    made = compile_program([Component(name, source, MONEY) for name, source in sources.items()], scope)
    result = made.run(columns)
    took = []
    for _ in range(3):
        start = time.process_time()
        made.run(columns)
        took.append(time.process_time() - start)
    assert min(took) < 0.3
    assert all(values.dtype == np.int64 for values in result.values())
    for place in range(0, size, 997):
        row = {name: int(values[place]) for name, values in columns.items()}
        assert made.row(row) == {name: int(values[place]) for name, values in result.items()}
        assert by_hand(row, month) == int(result["net"][place])


def by_hand(row: dict[str, int], month: int) -> int:
    """The same payslip in plain integers."""
    def half_up(top: int, below: int) -> int:
        return (2 * top + below) // (2 * below)

    gross = row["base"] + row["post"] + row["bonus"] + 50_000
    gross += half_up(row["base"] * row["minutes"] * 3, 20_880) - half_up(row["base"] * row["leave"], 2_175)
    insured = min(max(row["base"] + row["post"], 682_100), 3_534_300)
    insurance = half_up(insured * 8, 100) + half_up(insured * 2, 100) + 300 + half_up(insured * 5, 1000)
    insurance += half_up(insured * 12, 10_000) * 100
    taxable = row["earned"] + gross - 500_000 * month - row["deducted"] - insurance - row["allowed"] - row["special"]
    due, below = 0, 0
    for ceiling, percent in (
        (3_600_000, 3), (14_400_000, 10), (30_000_000, 20), (42_000_000, 25), (66_000_000, 30), (96_000_000, 35),
        (10**18, 45),
    ):  # fmt: skip
        due += max(min(taxable, ceiling) - below, 0) * percent
        below = ceiling
    return gross - insurance - max(half_up(due, 100) - row["paid"], 0)
