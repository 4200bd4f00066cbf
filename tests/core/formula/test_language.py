"""What a formula may say, and how a refusal names the place and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.base.text import messages, use_locale
from core.formula import parse as reading
from core.formula.errors import FormulaError
from core.formula.expression import compile_expression
from core.formula.program import Component, compile_program
from core.formula.scope import Input, Parameter, Scope
from core.formula.types import BOOL, COUNT, DAYS, MINUTES, MONEY, RATE, Type, enum, kind_name, money, show

KIND = enum("regular", "intern")
SCOPE = Scope(
    inputs={
        "base": Input(MONEY, 0, 10**9),
        "bonus": Input(MONEY),
        "rate": Input(RATE),
        "days": Input(DAYS),
        "rest": Input(DAYS),
        "minutes": Input(MINUTES),
        "count": Input(COUNT),
        "flag": Input(BOOL),
        "kind": Input(KIND),
        "other_kind": Input(enum("a", "b")),
        "基本工资": Input(MONEY),
    },
    parameters={"cap": Parameter(MONEY, 3_730_200, "notice"), "none": Parameter(COUNT, 0)},
)
ROW = {
    "base": 800_000, "bonus": 12_345, "rate": 80_000, "days": 150, "rest": 50, "minutes": 90, "count": 3, "flag": 1,
    "kind": 1, "other_kind": 0, "基本工资": 700_000,
}  # fmt: skip


def refused(source: str, type: Type = MONEY) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        compile_expression(source, type, SCOPE, name="x")
    assert caught.value.field == "x"
    return caught.value


@pytest.mark.parametrize(
    ("source", "type", "expected"),
    [
        ("base + bonus", MONEY, 812_345),
        ("base - bonus + 3.00", MONEY, 787_955),
        ("-bonus", MONEY, -12_345),
        ("- 3.00", MONEY, -300),
        ("基本工资 - 100", MONEY, 690_000),
        ("days * 15", MONEY, 2_250),
        ("count * 12.50", MONEY, 3_750),
        ("days * 2", DAYS, 300),
        ("minutes * 2 + 30", MINUTES, 210),
        ("days * minutes", MINUTES, None),
        ("round(days * minutes, 1)", MINUTES, 135),
        ("round(days * rest / 2.5, 0.5)", DAYS, 50),
        ("round(minutes / 480, 0.01, 'up')", DAYS, 19),
        ("round(base * rate, 0.01)", MONEY, 64_000),
        ("round(base * days, 0.01)", MONEY, 1_200_000),
        ("round(base / 21.75 / 8 * count * 1.5, 0.01)", MONEY, 20_690),
        ("round(base / bonus, 0.01)", RATE, 64_800_000),
        ("round(base / 1000.00, 0.1)", RATE, 8_000_000),
        ("round(3.00 / base, 0.000001)", RATE, 375),
        ("1 + rate", RATE, 1_080_000),
        ("count", RATE, 3_000_000),
        ("base if flag else bonus", MONEY, 800_000),
        ("base if not flag else bonus", MONEY, 12_345),
        ("base if kind == 'regular' else 0", MONEY, 0),
        ("base if 'intern' == kind else 0", MONEY, 800_000),
        ("base if kind != 'regular' and (flag == True) else 0", MONEY, 800_000),
        ("'intern' if flag else 'regular'", KIND, 1),
        ("kind", KIND, 1),
        ("1 < count <= 3 != 4", BOOL, 1),
        ("count > 5 or flag and days >= 1.5", BOOL, 1),
        ("True", BOOL, 1),
        ("flag", BOOL, 1),
        ("min(base, cap, bonus)", MONEY, 12_345),
        ("max(base, 9000)", MONEY, 900_000),
        ("clamp(base, 1000, 5000)", MONEY, 500_000),
        ("clamp(bonus, 5000, 100)", MONEY, 10_000),
        ("base if none == 0 else round(base / none, 1)", MONEY, 800_000),
        ("500", MONEY, 50_000),
        ("2 * 3 * 1.5", COUNT, 9),
        ("known(base)", BOOL, 1),
        ("\tbase\n  + bonus", MONEY, 812_345),
        ("min(base + 1, bonus * 2) * 1", MONEY, 24_690),
    ],
)
def test_values_by_hand(source: str, type: Type, expected: int | None) -> None:
    if expected is None:
        assert refused(source, type).code == "formula.not_rounded"
    else:
        assert compile_expression(source, type, SCOPE).row(ROW) == expected


@pytest.mark.parametrize(
    ("source", "type", "code", "column"),
    [
        ("base * rate", MONEY, "not_rounded", 1),
        ("base * 0.08", MONEY, "not_rounded", 1),
        ("base + bonus * 0.5", MONEY, "not_rounded", 1),
        ("rate", COUNT, "not_rounded", 1),
        ("base * bonus", MONEY, "money_squared", 8),
        ("base + days", MONEY, "units", 8),
        ("base + rate", MONEY, "units", 8),
        ("days + minutes", DAYS, "units", 8),
        ("days + count", DAYS, "units", 8),
        ("days * days + days * days", DAYS, "units", 15),
        ("base if flag else days", MONEY, "units", 19),
        ("base if flag else flag", MONEY, "units", 19),
        ("flag if flag else base", MONEY, "units", 19),
        ("kind == other_kind", BOOL, "units", 9),
        ("base > 3 > days", BOOL, "units", 12),
        ("base", DAYS, "type", 1),
        ("days", MONEY, "type", 1),
        ("days * days", DAYS, "type", 1),
        ("flag", MONEY, "type", 1),
        ("base", BOOL, "type", 1),
        ("base", KIND, "type", 1),
        ("other_kind", KIND, "type", 1),
        ("round(5 / base, 1)", MONEY, "type", 1),
        ("flag + 1", COUNT, "number_wanted", 1),
        ("1 + kind", COUNT, "number_wanted", 5),
        ("-flag", COUNT, "number_wanted", 2),
        ("min(flag, flag)", COUNT, "number_wanted", 5),
        ("base if count else bonus", MONEY, "condition_wanted", 9),
        ("not base", BOOL, "condition_wanted", 5),
        ("flag and count", BOOL, "condition_wanted", 10),
        ("flag < True", BOOL, "order", 1),
        ("kind > 'intern'", BOOL, "order", 1),
        ("kind == 'boss'", BOOL, "string", 9),
        ("'a' == 'b'", BOOL, "string", 1),
        ("'base' + 1", MONEY, "string", 1),
        ("base / 2", MONEY, "division", 1),
        ("round((base / 2) + bonus, 0.01)", MONEY, "division", 8),
        ("round(base * (1 / 2), 0.01)", MONEY, "division", 15),
        ("round(base / 0, 0.01)", MONEY, "zero", 14),
        ("round(base / (3 * 0), 0.01)", MONEY, "zero", 15),
        ("round(base)", MONEY, "arguments", 1),
        ("round(base, 1, 'up', 2)", MONEY, "arguments", 1),
        ("round(base, 0)", MONEY, "round_unit", 13),
        ("round(base, -1)", MONEY, "round_unit", 13),
        ("round(base, count)", MONEY, "round_unit", 13),
        ("round(base, none)", MONEY, "round_unit", 13),
        ("round(base, 1, 'nearest')", MONEY, "round_mode", 16),
        ("round(base, 1, up)", MONEY, "round_mode", 16),
        ("round(base, 1, 1)", MONEY, "round_mode", 16),
        ("min(base)", MONEY, "arguments", 1),
        ("max()", MONEY, "arguments", 1),
        ("clamp(base, 1)", MONEY, "arguments", 1),
        ("known(1)", BOOL, "known", 7),
        ("known(cap)", BOOL, "known", 7),
        ("bracket(base)", MONEY, "arguments", 1),
        ("bracket(base, 'x')", MONEY, "unknown_table", 15),
        ("bracket(base, cap)", MONEY, "table_wanted", 15),
        ("bracket(days, 'x')", MONEY, "type", 9),
        ("bsae", MONEY, "unknown_name", 1),
        ("base + __builtins__", MONEY, "unknown_name", 8),
        ("基本工次", MONEY, "unknown_name", 1),
        ("rond(base, 1)", MONEY, "unknown_function", 1),
        ("base(1)", MONEY, "unknown_function", 1),
        ("min(base, 1)(2)", MONEY, "unknown_function", 1),
        ("count * " + " * ".join(["count"] * 14), COUNT, "too_large", 1),
    ],
)
def test_refusals_name_the_column(source: str, type: Type, code: str, column: int) -> None:
    error = refused(source, type)
    assert error.code == f"formula.{code}"
    assert error.start == column - 1
    assert error.end is not None
    assert error.end > error.start
    with use_locale("en"):
        assert str(error).startswith(f"Column {column}: ")
    with use_locale("zh_CN"):
        assert str(error).startswith(f"第 {column} 个字符：")


HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "base.__class__",
    "base.real",
    "1..real",
    "1.5.hex()",
    "base[0]",
    "[base for base in (1, 2)]",
    "[base, bonus]",
    "{base}",
    "{'a': 1}",
    "(base, bonus)",
    "(base for base in kind)",
    "lambda: base",
    "(lambda: 1)()",
    "base ** 9 ** 9 ** 9",
    "9**9**9",
    "base // 2",
    "base % 2",
    "base @ bonus",
    "base << 3",
    "base & bonus",
    "base | bonus",
    "base ^ bonus",
    "~base",
    "+base",
    "base := 3",
    "base = 3",
    "f'{base}'",
    "f'base'",
    "b'base'",
    "'a' 'b'",
    "'base'",
    '"""base"""',
    "'\\x41'",
    "min(*base)",
    "min(**base)",
    "min(base, key=bonus)",
    "max(base, default)",
    "eval('1')",
    "exec('1')",
    "compile('1')",
    "open('/etc/passwd')",
    "getattr(base, 'real')",
    "globals()",
    "print(base)",
    "base if",
    "base else bonus",
    "base is None",
    "base in bonus",
    "base not in bonus",
    "None",
    "...",
    "1e308",
    "1j",
    "0x10",
    "0b1",
    "1_000",
    "1if flag else 2",
    "007",
    "1.0000000001",
    "1234567890123456789",
    "８",
    "await base",
    "yield base",
    "import os",
    "del base",
    "assert base",
    "base; bonus",
    "base # comment",
    "base \\\n + 1",
    "base\x00",
    "base\u200b",
    "\ud800",
    "'\ud800'",
    "（base）",
    "base，bonus",
    "base’",
    "a) + (b",
    ")(",
    "(" * 300 + "base" + ")" * 300,
    "(" * 150 + "base" + ")" * 150 + " +",
    "-" * 1900 + "base",
    "not " * 400 + "flag",
    "min(" * 100 + "base" + ", 1)" * 100,
    "base if flag else " * 90 + "base",
    "base" + "+base" * 398 + "+",
    "1" * 2001,
    "+".join(["1"] * 900),
    "",
    "   ",
    "\n\t\u3000",
    ",",
    "base,",
    "round",
    "min",
    "𝐞𝐯𝐚𝐥('1')",
    "ﬁle",
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_in_words(source: str) -> None:
    error = refused(source)
    for locale in ("en", "zh_CN"):
        with use_locale(locale):
            assert len(str(error)) > 12
    if error.start is not None:
        assert 0 <= error.start <= len(source)


def test_a_place_is_counted_in_characters() -> None:
    assert refused("  基本工资 + 基本").start == 9
    assert refused("\n\n基本工资 + $").start == 9
    assert refused("base +").start == 5


def test_long_sums_are_one_level_and_deep_ones_are_refused() -> None:
    assert compile_expression("+".join(["base"] * 250), MONEY, SCOPE).row(ROW) == 250 * 800_000
    assert refused("+".join(["1"] * 700)).code == "formula.too_many"
    assert refused("min(" * 45 + "base" + ", 1)" * 45).code == "formula.too_deep"


def test_the_parser_running_out_of_stack_is_a_refusal() -> None:
    def dive(levels: int) -> FormulaError:
        return dive(levels - 1) if levels else refused("-" * 1900 + "base")

    assert dive(500).code == "formula.too_deep"


def test_every_sentence_has_its_chinese() -> None:
    folder = Path(reading.__file__).parent
    written = set()
    for path in folder.glob("*.py"):
        text = re.sub(r'"\s*\n\s*"', "", path.read_text(encoding="utf-8"))
        written |= set(re.findall(r'\b_\(\s*"((?:[^"\\]|\\.)*)"', text))
    chinese = messages("formula", "zh_CN")
    assert len(written) > 50
    assert written == set(chinese)
    for msgid, translated in chinese.items():
        assert set(re.findall(r"\{(\w+)\}", msgid)) == set(re.findall(r"\{(\w+)\}", translated)), msgid


def test_names_of_kinds() -> None:
    with use_locale("zh_CN"):
        assert str(kind_name("money")) == "金额"


@pytest.mark.parametrize(
    ("kind", "value", "scale", "expected"),
    [
        ("money", 800_000, 100, "8,000.00"),
        ("money", -5, 100, "\u22120.05"),
        ("money", 1_234_567, 1, "1,234,567.00"),
        ("money", 12_345, 1000, "12.345"),
        ("money", 1, 3, "0.333333…"),
        ("rate", 80_000, 1_000_000, "0.08"),
        ("days", 150, 100, "1.5"),
        ("minutes", 1440, 1, "1,440"),
        ("count", -3, 1, "\u22123"),
        ("bool", 1, 1, "true"),
        ("bool", 0, 1, "false"),
    ],
)
def test_shown_values(kind: Any, value: int, scale: int, expected: str) -> None:
    assert show(kind, value, scale) == expected


def test_types_show_their_own_values() -> None:
    assert KIND.show(1) == "intern"
    assert MONEY.show(305) == "3.05"
    assert money(1) == Type("money", 1)
    assert KIND.bounds == (0, 1)


def test_another_currency_scale() -> None:
    yen = money(1)
    scope = Scope(inputs={"base": Input(yen), "share": Input(RATE)})
    expression = compile_expression("round(base * share, 1, 'down')", yen, scope)
    assert expression.row({"base": 999, "share": 500_000}) == 499
    with pytest.raises(FormulaError) as caught:
        compile_expression("round(base * share, 0.1)", yen, scope)
    assert caught.value.code == "formula.not_rounded"
    with use_locale("en"):
        assert "round(round(base * share, 0.1), 1)" in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Scope(inputs={"min": Input(MONEY)}),
        lambda: Scope(inputs={"bracket": Input(MONEY)}),
        lambda: Scope(inputs={"a": Input(MONEY)}, parameters={"a": Parameter(MONEY, 1)}),
        lambda: Scope(inputs={"a b": Input(MONEY)}),
        lambda: Scope(parameters={"if": Parameter(MONEY, 1)}),
        lambda: Scope(inputs={"ﬁle": Input(MONEY)}),
        lambda: compile_program([Component("base", "1", MONEY)], SCOPE),
        lambda: compile_program([Component("a", "1", MONEY), Component("a", "2", MONEY)], SCOPE),
        lambda: compile_program([Component("round", "1", MONEY)], SCOPE),
        lambda: compile_program([Component("a-b", "1", MONEY)], SCOPE),
    ],
)
def test_names_that_cannot_be(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"name"):
        make()
