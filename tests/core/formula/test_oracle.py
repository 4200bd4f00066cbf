"""Row, column and a slow evaluator over fractions agree to the last unit, on random formulas and random rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.formula.errors import FormulaError
from core.formula.expression import Expression, compile_expression
from core.formula.scope import Input, Parameter, Scope
from core.formula.types import BOOL, COUNT, MONEY, RATE, Type
from tests.core.formula.oracle import MODES, Tree, programs, rounded

HUGE = 2**63 - 1
INPUTS = {
    "base": Input(MONEY, 0, 10**9),
    "bonus": Input(MONEY, -(10**6), 10**6),
    "edge": Input(MONEY, -HUGE, HUGE),
    "beyond": Input(MONEY, -(2**80), 2**80),
    "rate": Input(RATE, -(10**6), 10**6),
    "count": Input(COUNT, 0, 1000),
    "flag": Input(BOOL),
    "other": Input(BOOL),
}
PARAMETERS = {"cap": Parameter(MONEY, 3_730_200), "share": Parameter(RATE, 80_000)}
SCOPE = Scope(inputs=INPUTS, parameters=PARAMETERS)


def values(name: str) -> st.SearchStrategy[int]:
    span = INPUTS[name].span
    small = st.integers(max(span.low, -3), min(span.high, 3))
    return st.integers(span.low, span.high) | small | st.sampled_from([span.low, 0, span.high])


one_row = st.fixed_dictionaries({name: values(name) for name in INPUTS})
rows = st.lists(one_row, min_size=1, max_size=6) | one_row.map(lambda row: [row]) | st.just([dict.fromkeys(INPUTS, 0)])


def fractions(row: dict[str, int]) -> dict[str, Fraction]:
    found = {name: Fraction(value, INPUTS[name].type.scale) for name, value in row.items()}
    return found | {name: Fraction(each.value, each.type.scale) for name, each in PARAMETERS.items()}


def compiled(tree: Tree) -> Expression:
    try:
        return compile_expression(tree.text, MONEY, SCOPE)
    except FormulaError as error:
        # The only refusals of a well-typed program: size limits, and a denominator that is written as zero.
        assume(error.code not in {"formula.too_large", "formula.zero", "formula.too_deep", "formula.too_long"})
        raise


def columns(given_rows: list[dict[str, int]]) -> dict[str, Any]:
    return {
        name: np.array([row[name] for row in given_rows], dtype=np.int64 if INPUTS[name].span.size <= HUGE else object)
        for name in INPUTS
    }


def same(expression: Expression, tree: Tree, given_rows: list[dict[str, int]]) -> None:
    wanted: list[int] = []
    good: list[dict[str, int]] = []
    bad: list[int] = []
    for place, row in enumerate(given_rows):
        try:
            exact = tree.value(fractions(row)) * 100
        except ZeroDivisionError:
            bad.append(place)
            with pytest.raises(FormulaError) as caught:
                expression.row(row)
            assert caught.value.code == "formula.zero"
            continue
        assert exact.denominator == 1
        assert expression.row(row) == exact
        assert expression.span.low <= exact <= expression.span.high
        wanted.append(int(exact))
        good.append(row)
    if bad:
        with pytest.raises(FormulaError) as caught:
            expression.column(columns(given_rows), size=len(given_rows))
        assert caught.value.code == "formula.zero"
        assert set(caught.value.rows) <= set(bad)
    result = expression.column(columns(good), size=len(good))
    assert result.tolist() == wanted
    assert result.dtype == (np.int64 if all(abs(value) <= HUGE for value in wanted) else object)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(programs(["base", "bonus", "cap"], ["rate", "count", "share"], ["flag", "other"], 3), rows)
def test_ordinary_programs(tree: Tree, given_rows: list[dict[str, int]]) -> None:
    same(compiled(tree), tree, given_rows)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(programs(["edge", "beyond", "base"], ["rate", "count"], ["flag"], 2), rows)
def test_programs_beyond_int64(tree: Tree, given_rows: list[dict[str, int]]) -> None:
    same(compiled(tree), tree, given_rows)


@given(
    st.integers(-HUGE, HUGE),
    st.integers(-HUGE, HUGE) | st.integers(-12, 12),
    st.sampled_from(MODES),
)
def test_every_mode_at_every_sign(num: int, den: int, mode: str) -> None:
    assume(den != 0)
    scope = Scope(inputs={"a": Input(MONEY, -HUGE, HUGE), "b": Input(MONEY, -HUGE, HUGE)})
    expression = compile_expression(f'round(a / b, 1, "{mode}")', COUNT, scope)
    wanted = rounded(Fraction(num, den), Fraction(1), mode)
    assert expression.row({"a": num, "b": den}) == wanted
    assert expression.column({"a": np.array([num]), "b": np.array([den])}).tolist() == [wanted]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, {"half_up": 1, "half_even": 0, "up": 1, "down": 0, "floor": 0, "ceil": 1}),
        (15, {"half_up": 2, "half_even": 2, "up": 2, "down": 1, "floor": 1, "ceil": 2}),
        (-5, {"half_up": -1, "half_even": 0, "up": -1, "down": 0, "floor": -1, "ceil": 0}),
        (-25, {"half_up": -3, "half_even": -2, "up": -3, "down": -2, "floor": -3, "ceil": -2}),
        (14, {"half_up": 1, "half_even": 1, "up": 2, "down": 1, "floor": 1, "ceil": 2}),
        (-16, {"half_up": -2, "half_even": -2, "up": -2, "down": -1, "floor": -2, "ceil": -1}),
    ],
)
def test_halves_by_hand(value: int, expected: dict[str, int]) -> None:
    """Tenths rounded to whole ones, worked by hand; half_up goes away from zero."""
    scope = Scope(inputs={"x": Input(COUNT)})
    for mode, wanted in expected.items():
        expression = compile_expression(f'round(x / 10, 1, "{mode}")', COUNT, scope)
        assert expression.row({"x": value}) == wanted
        assert expression.column({"x": np.array([value])}).tolist() == [wanted]


@pytest.mark.parametrize("low", [-HUGE, -(2**62), -1, 0, 2**62 - 1, HUGE])
def test_sums_and_products_at_the_edge_of_int64(low: int) -> None:
    scope = Scope(inputs={"a": Input(COUNT, -HUGE, HUGE), "b": Input(COUNT, -HUGE, HUGE)})
    column = {"a": np.array([low, HUGE, -HUGE, 1]), "b": np.array([HUGE, HUGE, -HUGE, -1])}
    for source, exact in (
        ("a + b", lambda a, b: a + b),
        ("a - b", lambda a, b: a - b),
        ("a * b", lambda a, b: a * b),
        ("-a", lambda a, _b: -a),
        ("a * 3 - b", lambda a, b: 3 * a - b),
        ("a if a + b > a * b else b", lambda a, b: a if a + b > a * b else b),
        ("max(a * b, a + b, 0)", lambda a, b: max(a * b, a + b, 0)),
    ):
        wanted = [exact(int(a), int(b)) for a, b in zip(column["a"], column["b"], strict=True)]
        expression = compile_expression(source, COUNT, scope)
        assert expression.column(column).tolist() == wanted
        assert [expression.row({"a": int(a), "b": int(b)}) for a, b in zip(*column.values(), strict=True)] == wanted


def test_a_factor_of_zero_does_not_hide_a_large_one() -> None:
    scope = Scope(inputs={"a": Input(COUNT, -(2**80), 2**80), "b": Input(COUNT, 0, 1)})
    expression = compile_expression("0 * (a * b) + b", COUNT, scope)
    assert expression.column({"a": np.array([2**79], dtype=object), "b": np.array([1])}).tolist() == [1]


def test_zeros_do_not_hide_a_large_change_of_scale() -> None:
    scope = Scope(inputs={name: Input(RATE, -(10**12), 10**12) for name in "abcde"})
    zeros = {name: np.array([0]) for name in "abcde"}
    sixth = {name: 0 for name in "abcde"}
    for source in (
        "round(a + b * c * d * e * a, 0.000001)",
        "round(a / (b * c * d * e + 0.000000001), 0.000000001)",
        "round(a / 0.000000001 / (b * c * d * e + 1), 0.000001)",
        "1 if a == b * c * d * e * b else 2",
        "max(a, round(b * c * d * e, 1))",
    ):
        result = Type("rate", 10**9) if source.endswith("0.000000001)") else RATE
        expression = compile_expression(source, result, scope)
        assert expression.column(zeros).tolist() == [expression.row(sixth)]


def test_constants_beyond_int64_beside_columns() -> None:
    scope = Scope(inputs={"a": Input(COUNT, -9, 9), "b": Input(COUNT, 1, 9)})
    large = 10**36
    text = "(1000000000000 * 1000000000000 * 1000000000000)"
    column = {"a": np.array([-3, 7]), "b": np.array([2, 3])}
    for source, exact in (
        (f"round({text} / a, 1)", lambda a, _b: rounded(Fraction(large, a), Fraction(1), "half_up")),
        (f"round({text} / b, 1, 'floor')", lambda _a, b: large // b),
        (f"round(a / ({text} * b), 1, 'up')", lambda a, _b: 1 if a > 0 else -1),
        (f"round(b / {text}, 1, 'up')", lambda _a, _b: 1),
        (f"{text} - a", lambda a, _b: large - a),
        (f"min(5, {text}, a)", lambda a, _b: min(5, a)),
        (f"max(5, {text}, a)", lambda _a, _b: large),
        (f"clamp(a, -{text}, {text})", lambda a, _b: a),
        (f"a if b < {text} else b", lambda a, _b: a),
        (f"{text} * a", lambda a, _b: large * a),
    ):
        expression = compile_expression(source, COUNT, scope)
        wanted = [exact(int(a), int(b)) for a, b in zip(column["a"], column["b"], strict=True)]
        assert expression.column(column).tolist() == wanted
        assert [expression.row({"a": -3, "b": 2}), expression.row({"a": 7, "b": 3})] == wanted


@pytest.mark.parametrize("flag", [0, 1])
def test_a_constant_beyond_int64_as_a_branch(flag: int) -> None:
    scope = Scope(inputs={"a": Input(COUNT), "flag": Input(BOOL)})
    large = " * ".join(["1000000000000"] * 3)
    expression = compile_expression(f"a if flag else {large}", COUNT, scope)
    assert expression.column({"a": np.array([7]), "flag": np.array([flag])}).tolist() == [7 if flag else 10**36]


def test_small_values_stay_int64_where_bounds_do_not_prove_it() -> None:
    scope = Scope(inputs={"a": Input(COUNT, -HUGE, HUGE), "b": Input(COUNT, -HUGE, HUGE)})
    expression = compile_expression("a * b", COUNT, scope)
    assert expression.node.wide
    assert expression.column({"a": np.array([3]), "b": np.array([4])}).dtype == np.int64
    assert expression.column({"a": np.array([2**40]), "b": np.array([2**40])}).dtype == object
