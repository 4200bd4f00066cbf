"""Decision tables: which rule applies, what is left out, where two apply; against a plain loop over all cases."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.base.text import use_locale
from core.formula.cover import Box, common, gaps, overlaps, without
from core.formula.errors import FormulaError
from core.formula.interval import Cell, Interval, parse_interval
from core.formula.scope import Input, Scope
from core.formula.table import (
    Condition,
    DecisionTable,
    Outcome,
    Policy,
    Rule,
    compile_table,
)
from core.formula.types import BOOL, COUNT, MONEY, RATE, Span, enum

KIND = enum("referral", "web", "fair")
SCOPE = Scope(
    inputs={
        "size": Input(COUNT, 1, 10**6),
        "budget": Input(MONEY, 0, 10**9),
        "kind": Input(KIND),
        "vip": Input(BOOL),
        "x": Input(COUNT, 0, 5),
        "y": Input(COUNT, 0, 4),
        "divisor": Input(COUNT, 0, 5),
        "note": Input(COUNT),
    }
)
SIZE = Condition("size", "size", COUNT)


def by_size(*cells: str, policy: Policy = "first", default: int | None = None) -> DecisionTable:
    rules = [Rule({"size": parse_interval(cell, COUNT)}, {"points": str(place)}) for place, cell in enumerate(cells, 1)]
    return compile_table("leads", [SIZE], [Outcome("points", COUNT, default)], rules, SCOPE, policy)


def test_ranges_that_overlap_and_leave_out() -> None:
    """10-50, 50-200 and 200+ meet twice and leave out 1 to 9."""
    review = by_size("10-50", "50-200", "200+").review()
    assert [(gap.spans["size"], gap.shown["size"]) for gap in review.gaps] == [(Span(1, 9), "1–9")]
    assert [(each.first, each.second, each.region.shown["size"], each.certain) for each in review.overlaps] == [
        (0, 1, "50", True), (1, 2, "200", True),
    ]  # fmt: skip
    assert review.unreachable == ()


def test_half_open_ranges_are_whole() -> None:
    review = by_size("[1, 10)", "[10, 50)", "[50, 200)", ">= 200").review()
    assert (review.gaps, review.overlaps, review.unreachable) == ((), (), ())


def test_the_first_rule_that_applies() -> None:
    table = by_size("10-50", "50-200", "200+", default=0)
    result = table.run({"size": np.array([5, 10, 50, 51, 200, 201, 999_999])})
    assert result.fired.tolist() == [-1, 0, 0, 1, 1, 2, 2]
    assert result.outcomes["points"].tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert result.matches.sum(axis=1).tolist() == [0, 1, 1, 1, 1, 1, 1]
    decision = table.row({"size": 50})
    assert (decision.fired, decision.outcomes) == ((0,), {"points": 1})
    assert table.row({"size": 5}).fired == ()
    assert table.row({"size": 5}).trace.value == 0
    assert table.inputs == ("size",)


def test_no_rule_applies() -> None:
    table = by_size("10-50")
    with pytest.raises(FormulaError) as caught:
        table.run({"size": np.array([10, 9, 8])})
    assert (caught.value.code, caught.value.field, caught.value.rows) == ("formula.no_rule", "leads", (1, 2))
    with use_locale("en"):
        assert str(caught.value) == "Row 2: no rule of table leads applies. Add a rule, or a default."
    with pytest.raises(FormulaError) as caught:
        table.row({"size": 9})
    assert caught.value.field == "leads"
    with use_locale("en"):
        assert str(caught.value) == "No rule of table leads applies. Add a rule, or a default."


def test_two_rules_apply() -> None:
    table = by_size("10-50", "50-200", policy="unique")
    assert table.run({"size": np.array([49, 51])}).fired.tolist() == [0, 1]
    assert table.row({"size": 51}).fired == (1,)
    with pytest.raises(FormulaError) as caught:
        table.run({"size": np.array([49, 50])})
    assert (caught.value.code, caught.value.rows) == ("formula.two_rules", (1,))
    with use_locale("en"):
        assert str(caught.value) == "Row 2: rules 1 and 2 of table leads both apply. Make their cases apart."
    with pytest.raises(FormulaError) as caught:
        table.row({"size": 50})
    with use_locale("en"):
        assert str(caught.value) == "Rules 1 and 2 of table leads both apply. Make their cases apart."


def test_all_rules_that_apply_are_brought_together() -> None:
    table = compile_table(
        "score",
        [SIZE, Condition("kind", "kind", KIND), Condition("vip", "vip", BOOL)],
        [Outcome("sum", COUNT, 0), Outcome("least", COUNT, -1, "min"), Outcome("most", COUNT, -1, "max")],
        [
            Rule({"size": Interval(100, None)}, {"sum": "10", "least": "10", "most": "10"}, note="large"),
            Rule({"kind": frozenset({"referral", "fair"})}, {"sum": "5", "least": "5", "most": "5"}),
            Rule({"vip": True}, {"sum": "size * 2", "least": "size", "most": "size * 3"}),
        ],
        SCOPE,
        "collect",
    )
    columns = {"size": np.array([200, 7, 7, 7]), "kind": np.array([0, 2, 1, 1]), "vip": np.array([0, 1, 1, 0])}
    result = table.run(columns)
    assert result.outcomes["sum"].tolist() == [15, 19, 14, 0]
    assert result.outcomes["least"].tolist() == [5, 5, 7, -1]
    assert result.outcomes["most"].tolist() == [10, 21, 21, -1]
    assert result.fired.tolist() == [0, 1, 2, -1]
    for place in range(4):
        decision = table.row({name: int(values[place]) for name, values in columns.items()})
        assert decision.outcomes == {name: int(values[place]) for name, values in result.outcomes.items()}
    trace = table.row({"size": 200, "kind": 0, "vip": 0}).trace
    assert [(fact.label, fact.shown) for fact in trace.facts] == [
        ("rule", "1"), ("size", "≥ 100"), ("note", "large"), ("rule", "2"), ("kind", "referral, fair"),
    ]  # fmt: skip
    assert [(step.role, step.name, step.shown) for step in trace.children] == [
        ("condition", "size", "200"), ("condition", "kind", "referral"), ("condition", "vip", "false"),
        ("outcome", "sum", "10"), ("outcome", "sum", "5"),
        ("outcome", "least", "10"), ("outcome", "least", "5"),
        ("outcome", "most", "10"), ("outcome", "most", "5"),
    ]  # fmt: skip


def test_sums_beyond_int64() -> None:
    big = str(2**59)
    rules = [Rule({}, {"sum": big}) for _ in range(20)]
    table = compile_table("big", [], [Outcome("sum", COUNT)], rules, SCOPE, "collect")
    assert table.run({"size": np.array([1])}).outcomes["sum"].tolist() == [20 * 2**59]
    assert table.row({}).outcomes == {"sum": 20 * 2**59}
    far = compile_table("far", [], [Outcome("sum", COUNT, 2**70)], [Rule({}, {"sum": "1"}, "vip")], SCOPE)
    assert far.run({"vip": np.array([1, 0])}).outcomes["sum"].tolist() == [1, 2**70]


def test_conditions_of_a_rule_s_own() -> None:
    table = compile_table(
        "own",
        [Condition("share", "round(budget / size, 0.01)", MONEY)],
        [Outcome("rate", RATE)],
        [
            Rule({"share": Interval(100_00, None)}, {"rate": "0.05"}, condition="divisor != 0 and vip"),
            Rule({"share": Interval(100_00, None)}, {"rate": "round(1 / divisor, 0.01)"}, condition="divisor > 1"),
            Rule({}, {"rate": "0.01"}),
        ],
        SCOPE,
    )
    columns = {
        "budget": np.array([100_000, 100_000, 100_000, 5]), "size": np.array([1, 2, 3, 4]),
        "divisor": np.array([3, 3, 0, 0]), "vip": np.array([1, 0, 1, 1]),
    }  # fmt: skip
    result = table.run(columns)
    assert result.fired.tolist() == [0, 1, 2, 2]
    assert result.outcomes["rate"].tolist() == [50_000, 330_000, 10_000, 10_000]
    for place in range(4):
        row = {name: int(values[place]) for name, values in columns.items()}
        decision = table.row(row)
        assert (decision.fired[0], decision.outcomes["rate"]) == (result.fired[place], result.outcomes["rate"][place])
    assert ("condition", "divisor > 1") in [
        (fact.label, fact.shown) for fact in table.row({"budget": 10**6, "size": 2, "divisor": 3, "vip": 0}).trace.facts
    ]
    review = table.review()
    assert review.gaps == ()
    assert [(each.first, each.second, each.certain) for each in review.overlaps] == [
        (0, 1, False), (0, 2, False), (1, 2, False),
    ]  # fmt: skip
    assert review.unreachable == ()


def test_a_rule_behind_one_that_takes_everything_never_applies() -> None:
    assert by_size("10+", "*", "5-20").review().unreachable == (2,)
    assert by_size("10+", "20-30").review().unreachable == (1,)
    assert by_size("1-10", "11-20", "5-15").review().unreachable == (2,)
    assert by_size("1-10", "12-20", "5-15").review().unreachable == ()
    assert by_size("-9 .. 0", "1+").review().unreachable == (0,)


def test_labels_and_conditions_in_a_review() -> None:
    table = compile_table(
        "kinds",
        [Condition("kind", "kind", KIND), Condition("vip", "vip", BOOL)],
        [Outcome("points", COUNT)],
        [
            Rule({"kind": frozenset({"referral", "fair"}), "vip": True}, {"points": "1"}),
            Rule({"vip": False}, {"points": "2"}),
        ],
        SCOPE,
    )
    (gap,) = table.review().gaps
    assert gap.shown == {"kind": "web", "vip": "true"}


def test_a_declared_range_narrows_the_search_for_gaps() -> None:
    table = compile_table(
        "narrow", [Condition("note", "note", COUNT, 1, 10)], [Outcome("points", COUNT)],
        [Rule({"note": Interval(1, 10)}, {"points": "1"})], SCOPE,
    )  # fmt: skip
    assert table.review().gaps == ()
    assert table.run({"note": np.array([3])}).fired.tolist() == [0]
    open_table = compile_table(
        "open", [Condition("note", "note", COUNT)], [Outcome("points", COUNT)],
        [Rule({"note": Interval(1, 10)}, {"points": "1"})], SCOPE,
    )  # fmt: skip
    assert [gap.shown["note"] for gap in open_table.review().gaps] == ["≤ 0", "≥ 11"]


def test_an_empty_table_decides_nothing() -> None:
    table = by_size(default=7)
    assert table.run({"size": np.array([1, 2])}).fired.tolist() == [-1, -1]
    assert table.run({"size": np.array([1, 2])}).outcomes["points"].tolist() == [7, 7]
    assert table.run({"size": np.array([], dtype=np.int64)}).fired.tolist() == []
    assert table.row({"size": 3}).outcomes == {"points": 7}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"subject": "sice"}, "formula.unknown_name", "conditions.size"),
        ({"then": {"points": "1 +"}}, "formula.syntax", "rules.0.points"),
        ({"then": {}}, "formula.empty", "rules.0.points"),
        ({"condition": "size"}, "formula.type", "rules.0.condition"),
        ({"cell": frozenset({"web"})}, "formula.cell", "rules.0.size"),
        ({"cell": True}, "formula.cell", "rules.0.size"),
        ({"subject": "kind", "type": KIND, "cell": Interval(1, 2)}, "formula.cell", "rules.0.size"),
        ({"subject": "kind", "type": KIND, "cell": frozenset({"web", "fax"})}, "formula.cell_label", "rules.0.size"),
        ({"subject": "vip", "type": BOOL, "cell": Interval(0, 1)}, "formula.cell", "rules.0.size"),
    ],
)
def test_a_cell_that_cannot_be(change: dict[str, Any], code: str, field: str) -> None:
    made = {"subject": "size", "type": COUNT, "cell": None, "then": {"points": "1"}, "condition": "", **change}
    when: dict[str, Cell] = {} if made["cell"] is None else {"size": made["cell"]}
    with pytest.raises(FormulaError) as caught:
        compile_table(
            "t",
            [Condition("size", made["subject"], made["type"])],
            [Outcome("points", COUNT)],
            [Rule(when, made["then"], made["condition"])],
            SCOPE,
        )
    assert (caught.value.code, caught.value.field) == (code, field)


# against a loop over all cases

X, Y = range(6), range(5)
cell = st.none() | st.tuples(st.integers(-1, 6), st.integers(-1, 6)).map(lambda ends: Interval(min(ends), max(ends)))
rule = st.tuples(cell, cell, st.sampled_from(["", "", "", "x > y"]))


def applies(each: tuple[Interval | None, Interval | None, str], x: int, y: int) -> bool:
    sides = zip(each[:2], (x, y), strict=True)
    inside = all(side is None or (side.low or 0) <= value <= (9 if side.high is None else side.high)
                 for side, value in sides)  # fmt: skip
    return inside and (not each[2] or x > y)


@settings(max_examples=150)
@given(st.lists(rule, max_size=6), st.sampled_from(["first", "unique", "collect"]))
def test_tables_against_a_loop(rules: list[tuple[Interval | None, Interval | None, str]], policy: Policy) -> None:
    table = compile_table(
        "t",
        [Condition("x", "x", COUNT), Condition("y", "y", COUNT)],
        [Outcome("points", COUNT, 0)],
        [
            Rule(
                {name: side for name, side in zip("xy", each[:2], strict=True) if side},
                {"points": str(2**place)},
                each[2],
            )
            for place, each in enumerate(rules)
        ],
        SCOPE,
        policy,
    )
    cases = list(product(X, Y))
    hits = [[place for place, each in enumerate(rules) if applies(each, *case)] for case in cases]
    columns = {"x": np.array([x for x, _ in cases]), "y": np.array([y for _, y in cases])}
    if policy == "unique" and any(len(hit) > 1 for hit in hits):
        with pytest.raises(FormulaError):
            table.run(columns)
    else:
        result = table.run(columns)
        assert result.fired.tolist() == [hit[0] if hit else -1 for hit in hits]
        counted = [hit if policy == "collect" else hit[:1] for hit in hits]
        assert result.outcomes["points"].tolist() == [sum(2**place for place in hit) for hit in counted]
        for case, hit in zip(cases, counted, strict=True):
            assert table.row({"x": case[0], "y": case[1]}).fired == tuple(hit)
    review = table.review()
    sure = [[place for place in hit if not rules[place][2]] for hit in hits]
    left = {case for case in cases for gap in review.gaps if inside((gap.spans["x"], gap.spans["y"]), case)}
    assert left == {case for case, hit in zip(cases, sure, strict=True) if not hit}
    plain = [(a, b, "") for a, b, _own in rules]
    meet = {
        (a, b)
        for a in range(len(rules))
        for b in range(a + 1, len(rules))
        if any(applies(plain[a], *case) and applies(plain[b], *case) for case in cases)
    }
    assert {(each.first, each.second) for each in review.overlaps} == meet
    for each in review.overlaps:
        assert each.certain == (not rules[each.first][2] and not rules[each.second][2])
    dead = {
        place
        for place in range(len(rules))
        if all(
            any(applies(plain[b], *case) and not rules[b][2] for b in range(place))
            for case in cases
            if applies(plain[place], *case)
        )
    }
    assert set(review.unreachable) == dead


def inside(box: Box, point: tuple[int, ...]) -> bool:
    return all(span.low <= value <= span.high for span, value in zip(box, point, strict=True))


side = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda ends: Span(min(ends), max(ends)))
box = st.tuples(side, side, side)


@given(box, box)
def test_boxes(one: Box, other: Box) -> None:
    points = set(product(range(6), repeat=3))
    first, second = ({point for point in points if inside(each, point)} for each in (one, other))
    shared = common(one, other)
    assert {point for point in points if shared and inside(shared, point)} == first & second
    pieces = [{point for point in points if inside(piece, point)} for piece in without(one, other)]
    assert set().union(*pieces) == first - second
    assert sum(len(piece) for piece in pieces) == len(first - second)
    assert bool(overlaps([[one], [other]])) == bool(first & second)


def test_too_many_pieces_are_refused() -> None:
    boxes = [(Span(2 * n, 2 * n), Span(0, 10**6)) for n in range(80)] + [
        (Span(0, 10**6), Span(2 * n, 2 * n)) for n in range(80)
    ]
    with pytest.raises(FormulaError) as caught:
        gaps((Span(0, 10**6), Span(0, 10**6)), boxes)
    assert caught.value.code == "formula.table_scattered"
