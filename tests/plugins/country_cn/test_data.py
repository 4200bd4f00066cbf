"""The data files are read strictly: nothing is guessed, nothing unknown is passed over."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
import yaml

from core.base.period import FOREVER
from plugins.country_cn import data
from plugins.country_cn.components import COMPONENTS, INPUTS
from plugins.country_cn.country import country
from tests.plugins.country_cn.engine import compiled


def node(text: str) -> data.Node:
    """A data file of these lines."""
    return data.Node(yaml.load(text, Loader=yaml.BaseLoader), "test")  # noqa: S506


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("0.16", "rate", 160_000),
        ("0.0019", "rate", 1_900),
        ("3.00", "money", 300),
        ("3", "money", 300),
        ("21.75", "days", 2_175),
        ("480", "minutes", 480),
        ("480.0", "minutes", 480),
        ("36000", "money", 3_600_000),
    ],
)
def test_numbers_are_exact(text: str, unit: str, value: int) -> None:
    assert node(text).number(unit) == value


@pytest.mark.parametrize("text", ["1e3", "-5", "no", "", "1,000", "0.0000001", "１２", ".5", "0x10", "null", "{a: b}"])
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(data.DataError, match="test"):
        node(text).number("rate")


def test_a_number_has_a_known_unit_and_no_hidden_digits() -> None:
    with pytest.raises(data.DataError, match="unknown unit"):
        node("1").number("yards")
    with pytest.raises(data.DataError, match="at most 2 decimals"):
        node("1.005").number("money")
    with pytest.raises(data.DataError):
        node("1.5").number("count")


@pytest.mark.parametrize("text", ["yes", "True", "on", "1", "[]"])
def test_a_flag_is_written_out(text: str) -> None:
    with pytest.raises(data.DataError):
        node(text).flag()


def test_dates_are_half_open() -> None:
    assert node("2026-07").start() == date(2026, 7, 1)
    assert node("2026-06").end() == date(2026, 7, 1)
    assert node("2025-12").end() == date(2026, 1, 1)
    assert node("2026-06-30").end() == date(2026, 7, 1)
    with pytest.raises(data.DataError, match="a day"):
        node("2026-02-30").start()


@pytest.mark.parametrize(
    ("text", "reader", "message"),
    [
        ("[a]", lambda place: place.mapping(), "a mapping"),
        ("a: b", lambda place: place.items(), "a list"),
        ("''", lambda place: place.text(), "a text"),
        ("certain", lambda place: place.confidence(), "high, medium or low"),
        ("{zh_CN: 元旦}", lambda place: place.names(), "en is missing"),
        ("{zh_CN: 元旦, en: New Year, fr: an}", lambda place: place.names(), "unknown keys fr"),
    ],
)
def test_refusals_name_the_place(text: str, reader: object, message: str) -> None:
    assert callable(reader)
    with pytest.raises(data.DataError, match=message) as refusal:
        reader(node(text))
    assert str(refusal.value).startswith("test")


@pytest.mark.parametrize(
    "rows",
    [
        "[]",
        "[{up_to: 100, rate: 0.1, quick: 0}]",
        "[{up_to: 100, rate: 0.1, quick: 0}, {up_to: 100, rate: 0.2, quick: 10}, {up_to: null, rate: 0.3, quick: 20}]",
        "[{up_to: null, rate: 0.1, quick: 0}, {up_to: null, rate: 0.2, quick: 10}]",
        "[{up_to: 100, rate: 0.1, quick: 0}, {up_to: null, rate: 0.2, quick: 11}]",
        "[{up_to: 100, rate: 0.1, quick: 0, name: first}, {up_to: null, rate: 0.2, quick: 10}]",
    ],
)
def test_a_table_rises_without_steps(rows: str) -> None:
    with pytest.raises(data.DataError):
        data.bands(node(rows))


def test_a_table_that_is_right() -> None:
    first, last = data.bands(node("[{up_to: 100, rate: 0.1, quick: 0}, {up_to: null, rate: 0.2, quick: 10}]"))
    assert (first.up_to, first.rate, last.up_to, last.quick) == (10_000, 100_000, None, 1_000)


def test_rows_of_one_code_do_not_overlap() -> None:
    row = "{code: a, unit: count, value: 1, from: 2026-01, to: %s, source: s, confidence: low, title: %s}"
    rows = [data.parameter(node(row % (end, "{zh_CN: 甲, en: A}"))) for end in ("2026-03", "2026-02")]
    with pytest.raises(data.DataError, match="overlap"):
        data._refuse_overlaps(rows)


def test_a_parameter_has_a_value_or_rows_and_a_length() -> None:
    good = country().parameters[-1]
    with pytest.raises(ValueError, match="either a value or rows"):
        replace(good, value=None)
    with pytest.raises(ValueError, match="ends before it starts"):
        replace(good, valid_to=good.valid_from)


def test_an_unknown_scheme_is_refused() -> None:
    base = "{schemes: [dental], from: 2026-01, floor: 1, cap: 2, confidence: low, source: s}"
    place = f"{{place: CN-XX, title: {{zh_CN: 某市, en: Town}}, aliases: [], bases: [{base}], rates: [], values: []}}"
    with pytest.raises(data.DataError, match="a known scheme"):
        data._place_parameters(node(place))


def test_every_parameter_says_where_it_comes_from() -> None:
    for parameter in country().parameters:
        assert parameter.source
        assert set(parameter.title) == {"zh_CN", "en"}
        assert parameter.known_from is None or parameter.known_from >= parameter.valid_from


def test_dated_rows_join_without_gaps() -> None:
    """Between the first row and the last of a code at a place every month has its own row."""
    by_code = defaultdict(list)
    for parameter in country().parameters:
        by_code[parameter.code, parameter.place].append(parameter)
    for rows in by_code.values():
        rows.sort(key=lambda row: row.valid_from)
        for earlier, later in zip(rows, rows[1:], strict=False):
            assert earlier.valid_to == later.valid_from, (later.code, later.place)
        assert rows[-1].valid_to > date(2026, 11, 23), rows[-1].code
        assert rows[-1].valid_to <= FOREVER


def test_formulas_read_every_declared_input_and_nothing_undeclared() -> None:
    program = compiled(date(2026, 10, 1), date(2026, 11, 1))
    declared = {item.code for item in INPUTS}
    assert declared <= set(program.inputs)
    known = {parameter.code for parameter in country().parameters if parameter.value is not None}
    assert set(program.inputs) - declared <= known


def test_components_are_ordered_titled_and_sourced() -> None:
    orders = [component.order for component in COMPONENTS]
    assert orders == sorted(set(orders))
    for component in COMPONENTS:
        assert component.title["zh_CN"]
        assert component.title["en"]
        assert component.legal_source


def test_accumulators_carry_components_into_inputs() -> None:
    pack = country()
    components = {component.code: component for component in pack.components}
    inputs = {item.code: item for item in pack.inputs}
    for accumulator in pack.accumulators:
        assert components[accumulator.code].kind == "accumulator"
        assert inputs[accumulator.input].origin == "accumulator"
    carried = {accumulator.input for accumulator in pack.accumulators}
    assert carried == {item.code for item in pack.inputs if item.origin == "accumulator"}


def test_bounds_of_inputs_are_parameters() -> None:
    here = country().select("CN-SH", work_month=date(2026, 10, 1))
    for item in country().inputs:
        for bound in (item.lowest, item.highest):
            assert bound is None or bound in here
