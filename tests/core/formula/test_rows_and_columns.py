"""Missing values, bounds, branches that are not taken, blocks of rows, and functions of the caller's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.base.text import use_locale
from core.formula.errors import FormulaError
from core.formula.expression import BLOCK, compile_expression
from core.formula.functions import Function, Reach
from core.formula.scope import Input, Scope
from core.formula.trace import Fact
from core.formula.types import BOOL, COUNT, MONEY, Span, enum

SCOPE = Scope(
    inputs={
        "base": Input(MONEY, 0, 10**9),
        "bonus": Input(MONEY, default=0),
        "needed": Input(MONEY),
        "count": Input(COUNT, 0, 100),
        "flag": Input(BOOL),
        "kind": Input(enum("a", "b", "c")),
        "low": Input(COUNT, 5, 9),
        "below": Input(COUNT, -9, -5),
    }
)


def column(*values: int, dtype: Any = np.int64) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=dtype)


def mask(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.bool_)


def test_a_default_stands_in_and_known_looks_past_it() -> None:
    expression = compile_expression("base + bonus if known(bonus) else base + 1.00", MONEY, SCOPE)
    data = {"base": column(100, 100, 100), "bonus": column(7, 99, 0)}
    assert expression.column(data, {"bonus": mask(0, 1, 0)}).tolist() == [107, 200, 100]
    assert [expression.row({"base": 100, "bonus": value}) for value in (7, None, 0)] == [107, 200, 100]
    plain = compile_expression("base + bonus", MONEY, SCOPE)
    assert plain.column({"base": column(1, 2)}).tolist() == [1, 2]
    assert plain.column(data, {"bonus": mask(0, 0, 0)}).tolist() == [107, 199, 100]
    assert plain.row({"base": 1}) == 1


def test_a_missing_value_is_refused_only_where_it_is_read() -> None:
    expression = compile_expression("needed if known(needed) else base", MONEY, SCOPE)
    data = {"base": column(1, 2, 3), "needed": column(70, 80, 90)}
    assert expression.column(data, {"needed": mask(0, 1, 0)}).tolist() == [70, 2, 90]
    assert expression.column({"base": data["base"]}).tolist() == [1, 2, 3]
    asked = compile_expression("1 if base > 0 and known(needed) else 0", MONEY, SCOPE)
    assert asked.column(data, {"needed": mask(0, 1, 0)}).tolist() == [100, 0, 100]
    plain = compile_expression("base + needed", MONEY, SCOPE, name="gross")
    with pytest.raises(FormulaError) as caught:
        plain.column(data, {"needed": mask(0, 1, 1)})
    assert caught.value.code == "formula.no_value"
    assert caught.value.rows == (1, 2)
    assert caught.value.field == "gross"
    with use_locale("en"):
        assert str(caught.value) == "Row 2: needed has no value. Enter it, or give needed a default."
    with pytest.raises(FormulaError) as caught:
        plain.row({"base": 1, "needed": None})
    with use_locale("en"):
        assert str(caught.value) == "needed has no value. Enter it, or give needed a default."


def test_missing_inputs_whose_bounds_exclude_zero() -> None:
    for name in ("low", "below"):
        expression = compile_expression(f"{name} if known({name}) else 1", COUNT, SCOPE)
        span = SCOPE.inputs[name].span
        data = {name: column(0, span.low), "base": column(0, 0)}
        assert expression.column(data, {name: mask(1, 0)}).tolist() == [1, span.low]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("round(base / count, 0.01) if count != 0 else base", [50, 300, 100]),
        ("0 if count == 0 else round(base / count, 0.01)", [50, 0, 100]),
        ("1 if count != 0 and round(base / count, 0.01) > 0.60 else 0", [0, 0, 100]),
        ("1 if count == 0 or round(base / count, 0.01) > 0.60 else 0", [0, 100, 100]),
        ("1 if flag and count != 0 and round(base / count, 0.01) > 0.60 else 0", [0, 0, 100]),
        ("(round(base / count, 0.01) if flag else 1) if count != 0 else base", [100, 300, 100]),
        ("(1 if round(base / count, 0.01) > 0.60 else 2) if not count == 0 else 3", [200, 300, 100]),
        ("1 if not (count == 0 or round(base / count, 0.01) > 0.60) else 0", [100, 0, 0]),
        ("max(base, round(base / count, 0.01)) if count > 0 else 0", [100, 0, 200]),
    ],
)
def test_a_branch_not_taken_is_not_computed(source: str, expected: list[int]) -> None:
    data = {"base": column(100, 300, 200), "count": column(2, 0, 2), "flag": column(0, 1, 1)}
    expression = compile_expression(source, MONEY, SCOPE)
    assert expression.column(data).tolist() == expected
    for place, wanted in enumerate(expected):
        assert expression.row({name: int(values[place]) for name, values in data.items()}) == wanted


def test_branches_all_or_none_of_the_rows_take() -> None:
    expression = compile_expression("round(base / count, 0.01) if count != 0 else base", MONEY, SCOPE)
    assert expression.column({"base": column(7, 9), "count": column(1, 3)}).tolist() == [7, 3]
    assert expression.column({"base": column(7, 9), "count": column(0, 0)}).tolist() == [7, 9]
    open_rows = compile_expression("1 if count != 0 and round(base / count, 1) > 0 else 0", MONEY, SCOPE)
    assert open_rows.column({"base": column(7, 9), "count": column(0, 0)}).tolist() == [0, 0]


def test_a_default_beyond_int64() -> None:
    scope = Scope(inputs={"far": Input(COUNT, 2**70, 2**71, default=2**70)})
    expression = compile_expression("far", COUNT, scope)
    assert expression.column({"far": column(2**71, 0, dtype=object)}, {"far": mask(0, 1)}).tolist() == [2**71, 2**70]
    assert expression.column({}, size=1).tolist() == [2**70]


def test_division_by_zero_names_the_rows_of_the_whole_column() -> None:
    expression = compile_expression("round(base / count, 0.01) if flag else 0", MONEY, SCOPE, name="daily")
    size = BLOCK + 10
    count = np.ones(size, dtype=np.int64)
    count[[3, BLOCK + 5, BLOCK + 7]] = 0
    flag = np.ones(size, dtype=np.int64)
    flag[[3, BLOCK + 2]] = 0
    with pytest.raises(FormulaError) as caught:
        expression.column({"base": np.full(size, 100), "count": count, "flag": flag})
    assert caught.value.rows == (BLOCK + 5, BLOCK + 7)
    with use_locale("en"):
        assert str(caught.value) == (
            f"Row {BLOCK + 6}: count is zero and cannot be divided by. Use: … if count != 0 else …"
        )
    with pytest.raises(FormulaError) as caught:
        expression.row({"base": 1, "count": 0, "flag": 1})
    with use_locale("en"):
        assert str(caught.value) == "count is zero and cannot be divided by. Use: … if count != 0 else …"


def test_a_constant_denominator_of_zero() -> None:
    expression = compile_expression("round(base / (count - count), 1)", MONEY, SCOPE)
    with pytest.raises(FormulaError) as caught:
        expression.column({"base": column(1), "count": column(1)})
    assert caught.value.code == "formula.zero"


def test_blocks_join() -> None:
    size = 3 * BLOCK + 17
    values = np.arange(size) % 1000
    expression = compile_expression("base * 3 - bonus", MONEY, SCOPE)
    assert (expression.column({"base": values, "bonus": values}) == values * 2).all()
    assert expression.column({"base": column(), "bonus": column()}).tolist() == []
    assert expression.column({"base": column(), "bonus": column()}).dtype == np.int64


def test_constants_need_a_size() -> None:
    expression = compile_expression("3.00", MONEY, SCOPE)
    assert expression.column({}, size=3).tolist() == [300, 300, 300]
    assert compile_expression("True", BOOL, SCOPE).column({"base": column(1, 2)}).tolist() == [1, 1]
    assert compile_expression("2 > 1 and 3 > 2", BOOL, SCOPE).column({}, size=1).tolist() == [1]
    assert compile_expression("base if 2 > 1 else bonus", MONEY, SCOPE).column({"base": column(5)}).tolist() == [5]
    assert compile_expression("base if False else bonus", MONEY, SCOPE).column({"base": column(5)}).tolist() == [0]
    with pytest.raises(ValueError, match="size="):
        expression.column({})
    huge = Scope(inputs={"huge": Input(COUNT, -(2**70), 2**70)})
    wide = compile_expression("huge if False else " + " * ".join(["1000000000000"] * 3), COUNT, huge)
    assert wide.column({"huge": column(1, dtype=object)}).tolist() == [10**36]


@pytest.mark.parametrize(
    ("name", "bad", "said"),
    [
        ("base", -1, "Row 2: base is \u22120.01; it must lie between 0.00 and 10,000,000.00."),
        ("base", 10**9 + 1, "Row 2: base is 10,000,000.01; it must lie between 0.00 and 10,000,000.00."),
        ("flag", 2, "Row 2: flag is true; it must lie between false and true."),
        ("kind", 3, "Row 2: kind is 3; it must lie between a and c."),
    ],
)
def test_values_outside_the_bounds_are_refused(name: str, bad: int, said: str) -> None:
    source = {"base": "base", "flag": "1 if flag else 0", "kind": "1 if kind == 'a' else 0"}[name]
    expression = compile_expression(source, MONEY, SCOPE)
    with pytest.raises(FormulaError) as caught:
        expression.column({name: column(0, bad)})
    assert caught.value.code == "formula.out_of_bounds"
    assert caught.value.rows == (1,)
    with use_locale("en"):
        assert str(caught.value) == said
    with pytest.raises(FormulaError) as caught:
        expression.row({name: bad})
    assert caught.value.rows == ()
    with use_locale("en"):
        assert str(caught.value) == said.removeprefix("Row 2: ")


def test_columns_that_are_no_integers() -> None:
    expression = compile_expression("base + 1", MONEY, SCOPE)
    for bad in (np.array([1.0]), np.array([[1]]), np.array([1.5], dtype=object), np.array(["1"])):
        with pytest.raises(ValueError, match="integers"):
            expression.column({"base": bad}, size=1)
    with pytest.raises(ValueError, match="integer, not float"):
        expression.row({"base": 1.5})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="2 integers"):
        expression.column({"count": column(1, 2), "base": column(1)}, size=2)
    assert expression.column({"base": np.array([1, 2], dtype=np.int16)}).tolist() == [101, 102]
    assert expression.column({"base": np.array([1, 2], dtype=object)}).tolist() == [101, 102]
    assert compile_expression("flag", BOOL, SCOPE).column({"flag": mask(1, 0)}).tolist() == [1, 0]


def test_the_caller_s_arrays_stay_as_they_are() -> None:
    data = {"base": column(1, 2), "bonus": column(3, 4)}
    missing = {"bonus": mask(1, 0)}
    compile_expression("base if base > 0 else bonus", MONEY, SCOPE).column(data, missing)
    assert data["bonus"].tolist() == [3, 4]
    assert missing["bonus"].tolist() == [True, False]


# functions of the caller


def half_of(amounts: Any, flags: Any, table: Steps) -> Any:
    assert flags.dtype == np.bool_
    return np.where(flags, amounts // 2, amounts) // table.size * table.size


class Steps:
    source = "house rule 7"

    def __init__(self, size: int) -> None:
        self.size = size


HALF = Function(
    "half",
    (MONEY, BOOL, Steps),
    MONEY,
    half_of,
    lambda amounts, _flags, _table: Reach(min(amounts.low, 0) - 100, max(amounts.high, 0), amounts.size),
    facts=lambda _amount, flag, table: [Fact("step", table.size, MONEY), Fact("halved", str(flag))],
)


def with_function(function: Function, **tables: Any) -> Scope:
    return Scope(inputs=SCOPE.inputs, functions=[function], tables=tables)


def test_a_function_with_a_table_and_facts() -> None:
    scope = with_function(HALF, ten=Steps(10), hundred=Steps(100), iit="a table of another class")
    expression = compile_expression("half(base, base > 5.00, 'hundred')", MONEY, scope)
    assert expression.column({"base": column(450, 900)}).tolist() == [400, 400]
    trace = expression.explain({"base": 900})
    assert (trace.value, trace.name, trace.source) == (400, "half", "house rule 7")
    assert [(fact.label, fact.shown) for fact in trace.facts] == [("step", "1.00"), ("halved", "True")]
    assert compile_expression("half(9.00, True, 'ten')", MONEY, scope).column({}, size=2).tolist() == [450, 450]
    with pytest.raises(FormulaError) as caught:
        compile_expression("half(base, flag, 'iit')", MONEY, scope)
    assert caught.value.code == "formula.unknown_table"
    with pytest.raises(FormulaError) as caught:
        compile_expression("half(base, flag, 3)", MONEY, scope)
    with use_locale("en"):
        assert str(caught.value).endswith('such as "ten".')


def test_a_function_is_not_called_for_rows_that_do_not_take_its_branch() -> None:
    seen: list[int] = []

    def picky(values: Any) -> Any:
        seen.extend(values.tolist())
        return values

    scope = with_function(Function("picky", (MONEY,), MONEY, picky))
    expression = compile_expression("picky(base) if flag else 0", MONEY, scope)
    assert expression.column({"base": column(1, 2, 3), "flag": column(1, 0, 1)}).tolist() == [1, 0, 3]
    assert seen == [1, 3]
    assert expression.explain({"base": 4, "flag": 1}).playing("").children[1].facts == ()


def test_a_function_without_reach_may_give_anything_int64_holds() -> None:
    scope = with_function(Function("most", (MONEY,), COUNT, lambda values: values * 0 + (2**63 - 1)))
    expression = compile_expression("most(base) + 1 - 1", COUNT, scope)
    assert expression.column({"base": column(5)}).tolist() == [2**63 - 1]
    assert expression.row({"base": 5}) == 2**63 - 1
    small = with_function(Function("small", (COUNT,), COUNT, lambda values: values.astype(np.int8)))
    assert compile_expression("small(count) * 100", COUNT, small).column({"count": column(90)}).tolist() == [9000]
    none = with_function(Function("answer", (), COUNT, lambda: np.array([42])))
    assert compile_expression("answer() + 1", COUNT, none).row({}) == 43


def test_a_function_that_works_in_python_integers() -> None:
    huge = Function(
        "squared",
        (COUNT,),
        COUNT,
        lambda values: values * values,
        lambda values: Reach(0, values.size**2, values.size**2),
    )
    scope = Scope(inputs={"n": Input(COUNT, 0, 2**62)}, functions=[huge])
    expression = compile_expression("squared(n)", COUNT, scope)
    assert expression.column({"n": column(2**62, 3)}).tolist() == [2**124, 9]
    assert expression.column({"n": column(4, 3)}).dtype == np.int64
    assert expression.row({"n": 2**62}) == 2**124
    assert expression.row({"n": 2}) == 4


@pytest.mark.parametrize(
    ("apply", "error"),
    [
        (lambda values: values[:1], TypeError),
        (lambda values: values / 2, TypeError),
        (lambda values: values + 10**7, FormulaError),
        (lambda values: values - 10**7, FormulaError),
    ],
)
def test_a_function_that_breaks_its_word(apply: Any, error: type[Exception]) -> None:
    bad = Function("bad", (COUNT,), COUNT, apply, lambda values: Reach(values.low, values.high, values.size))
    scope = with_function(bad)
    expression = compile_expression("bad(count)", COUNT, scope)
    with pytest.raises(error) as caught:
        expression.column({"count": column(1, 2)})
    if isinstance(caught.value, FormulaError):
        assert caught.value.code == "formula.function_bounds"


def test_spans() -> None:
    assert Span(-5, 3).size == 5
    assert SCOPE.inputs["bonus"].span == Span(-(10**11), 10**11)
