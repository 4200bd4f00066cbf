from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.exchange.check import check
from core.exchange.export import DANGEROUS, Heading, harmless, headings_of, template, to_csv, to_xlsx
from core.exchange.read import read
from tests.core.exchange.trial import PEOPLE, _

HEADINGS = [Heading(_("Name")), Heading("薪资", "money"), Heading("日期", "date"), Heading("人数", "int"),
            Heading("天数", "days"), Heading("比例", "rate")]
ROW = ["王芳", 800050, dt.date(2026, 11, 23), 12, 150, 80000]


def cells(data: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]


def test_a_workbook_holds_numbers_as_numbers_and_days_as_days() -> None:
    assert cells(to_xlsx(HEADINGS, [ROW], title="名单: [2026]/11")) == [
        ["Name", "薪资", "日期", "人数", "天数", "比例"],
        ["王芳", 8000.5, dt.datetime(2026, 11, 23), 12, 1.5, 0.08],
    ]


def test_csv_holds_plain_amounts_and_opens_with_chinese() -> None:
    data = to_csv(HEADINGS, [ROW, ["李强", -5, None, None, None, None]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:] == [
        ["王芳", "8000.50", "2026-11-23", "12", "1.50", "0.080000"], ["李强", "-0.05", "", "", "", ""]]


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1", "\r=1", "=HYPERLINK(\"x\")"]
)
def test_no_cell_becomes_a_formula(text: str) -> None:
    book = to_xlsx([Heading("x")], [[text]])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    line = list(csv.reader(io.StringIO(to_csv([Heading("x")], [[text]]).decode("utf-8-sig"), newline="")))[1]
    assert line == [f"'{text}"]


def test_titles_are_no_formulas_either() -> None:
    assert "'=x" in to_csv([Heading("=x")], []).decode("utf-8-sig")


@given(st.text(max_size=20))
def test_harmless_text_never_begins_like_a_formula_unless_it_is_a_number(text: str) -> None:
    shown = harmless(text)
    assert shown.endswith(text)
    if shown.startswith(DANGEROUS):
        assert shown.lstrip("+-").replace(".", "", 1).isdigit()


def test_phone_numbers_with_a_plus_keep_their_plus() -> None:
    assert harmless("+8613800000000") == "+8613800000000"


@given(st.lists(st.tuples(st.integers(0, 10**12), st.dates(dt.date(1901, 1, 1), dt.date(9999, 12, 30))), max_size=5))
def test_what_is_exported_can_be_imported_again(rows: list[tuple[int, dt.date]]) -> None:
    headings = headings_of(PEOPLE, ["number", "name", "joined", "salary"])
    table = [[f"E{n}", "王芳", day, amount] for n, (amount, day) in enumerate(rows)]
    if not table:
        return
    for data in (to_xlsx(headings, table), to_csv(headings, table)):
        checked = check(read(data, PEOPLE), PEOPLE)
        assert checked.problems == []
        assert checked.columns["salary"] == [amount for amount, _day in rows]
        assert checked.columns["joined"] == [day for _amount, day in rows]


def test_the_open_end_is_kept_and_early_days_are_text() -> None:
    data = to_xlsx([Heading("日期", "date")], [[dt.date(9999, 1, 1)], [dt.date(1899, 5, 1)]])
    assert cells(data)[1:] == [[dt.datetime(9999, 1, 1)], ["1899-05-01"]]


def test_a_template_names_what_is_required() -> None:
    assert cells(template(PEOPLE))[0] == [
        "Employee number*", "Name*", "Join date*", "Salary*", "Identity number", "Manager"]


def test_long_numbers_and_truth_are_text() -> None:
    data = to_xlsx([Heading("x"), Heading("y", "int")], [[6222020012345678901, 10**16], [True, 5]])
    assert cells(data)[1:] == [["6222020012345678901", str(10**16)], ["yes", 5]]
