"""The fields of a form as rows: what is written back is what was read, names stay, faults stand at their row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workflow.designing import form_rows
from core.workflow.designing.form_rows import Row, Value
from core.workflow.processes.fields import FIELD_KINDS, read_fields, usable

_WORDS = st.text(alphabet="abz 印章数量é9_-", min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
_TITLES = st.fixed_dictionaries({"zh_CN": _WORDS}, optional={"en": _WORDS})


@st.composite
def forms(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A form as a definition writes it."""
    names = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(usable), unique=True,
                          max_size=6))  # fmt: skip
    return [draw(_field(name)) for name in names]


@st.composite
def _field(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(FIELD_KINDS))
    made: dict[str, Any] = {"name": name, "kind": kind, "title": draw(_TITLES)}
    if draw(st.booleans()):
        made["hint"] = draw(_TITLES)
    if draw(st.booleans()):
        made["needed"] = True
    if kind == "choice":
        keys = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), unique=True, min_size=1,
                             max_size=4))  # fmt: skip
        made["choices"] = {key: draw(_TITLES) for key in keys}
    return made


def _stripped(form: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the blanks around texts, which people do not mean."""
    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(one) for key, one in value.items()}
        return value.strip() if isinstance(value, str) else value

    return [clean(one) for one in form]


@given(forms())
def test_what_is_read_is_written_back(form: list[dict[str, Any]]) -> None:
    assert form_rows.form_of(form_rows.rows_of(form)) == _stripped(form)


@given(st.lists(_TITLES, min_size=1, max_size=8))
def test_every_title_makes_a_name_of_its_own(titles: list[dict[str, str]]) -> None:
    """Whatever the titles, the fields can be read, and each has a name that formulas can write."""
    rows = [Row(f"new{number}", title=title) for number, title in enumerate(titles)]
    found = read_fields(form_rows.form_of(rows))
    assert len({one.name for one in found}) == len(titles)
    assert all(usable(one.name) for one in found)


@given(forms(), st.data())
def test_moving_up_and_down_again_changes_nothing(form: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = form_rows.rows_of(form)
    if len(rows) < 2:
        return
    key = data.draw(st.sampled_from([row.key for row in rows[1:]]))
    assert form_rows.moved(form_rows.moved(rows, key, "up"), key, "down") == rows


@pytest.mark.parametrize(("title", "name"), [
    ({"en": "Number of copies", "zh_CN": "份数"}, "number_of_copies"), ({"zh_CN": "用印文件"}, "yong_yin_wen_jian"),
    ({"en": "Amount"}, "amount_2"), ({"en": "2nd choice"}, "field_2nd_choice"), ({"en": "if"}, "if_2"),
    ({"zh_CN": "？"}, "field"), ({"en": "min"}, "min_2"), ({"en": "x" * 60}, "x" * 40),
])  # fmt: skip
def test_a_name_comes_from_the_title(title: dict[str, str], name: str) -> None:
    assert [one["name"] for one in form_rows.form_of([Row("new1", title=title)])] == [name]


def test_a_name_stays_whatever_the_title_becomes() -> None:
    rows = [Row("copies", "copies", "number", {"en": "Sheets"}), Row("new1", title={"en": "Copies"})]
    assert [one["name"] for one in form_rows.form_of(rows)] == ["copies", "copies_2"]


def test_what_is_wrong_stands_at_its_row() -> None:
    rows = [
        Row("new1"), Row("new2", kind="choice", title={"en": "Seal"}),
        Row("new3", kind="choice", title={"en": "Seal"},
            values=(Value("v1", title={"en": "One"}), Value("v2", title={"en": "One"}))),
        Row("seal", "seal", "choice", {"en": "Seal"}, values=(Value("v1", "old"), Value("v2", title={"en": "New"}))),
    ]  # fmt: skip
    assert [(one.row, one.part) for one in form_rows.faults(rows)] == [
        ("new1", "title"), ("new2", "values"), ("new3", "values"), ("seal", "values"),
    ]


def test_more_fields_than_a_form_has_are_refused() -> None:
    rows: list[Row] = []
    for _number in range(31):
        rows = form_rows.added(rows)
    assert [one.part for one in form_rows.faults([Row(row.key, title={"en": row.key}) for row in rows])] == [""]


def test_a_value_moves_and_goes() -> None:
    [row] = form_rows.added([], "choice")
    assert [one.key for one in row.values] == ["v1", "v2"]
    assert [one.key for one in form_rows.with_value_moved(row, "v2", "up").values] == ["v2", "v1"]
    assert [one.key for one in form_rows.with_value_moved(row, "v1", "remove").values] == ["v2"]
