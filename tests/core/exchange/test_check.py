from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.text import use_locale
from core.exchange.check import MOST_PROBLEMS, Checked, check
from core.exchange.columns import Column, Sheet
from core.exchange.parse import parse_column
from core.exchange.read import CellError, Grid, read
from tests.core.exchange.books import csv_text, workbook
from tests.core.exchange.trial import CARD, PEOPLE, _

HEAD = ["工号", "姓名", "入职日期", "月薪", "证件号码"]


def column(kind: Any, **more: Any) -> Column:
    return Column("it", _("It"), kind, **more)


def parsed(one: Column, *cells: Any) -> list[Any]:
    return parse_column(one, cells)[0]


def complaints(one: Column, *cells: Any) -> list[str]:
    """What check says about each cell, empty for a good one."""
    grid = Grid({"it": list(cells)}, list(range(2, len(cells) + 2)), {"it": "It"})
    found = {problem.row: str(problem.message) for problem in check(grid, Sheet("s", (one,))).problems}
    return [found.get(row, "") for row in grid.rows]


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-23", dt.date(2026, 11, 23)),
        ("2026/11/23", dt.date(2026, 11, 23)),
        ("2026/1/5", dt.date(2026, 1, 5)),
        ("2026.1.5", dt.date(2026, 1, 5)),
        ("20261123", dt.date(2026, 11, 23)),
        (20261123.0, dt.date(2026, 11, 23)),
        ("2026年11月23日", dt.date(2026, 11, 23)),
        ("2026年1月5日", dt.date(2026, 1, 5)),
        ("２０２６-１１-２３", dt.date(2026, 11, 23)),
        ("2026-11-23 00:00:00", dt.date(2026, 11, 23)),
        (" 2026-11-23 ", dt.date(2026, 11, 23)),
        (dt.date(2026, 11, 23), dt.date(2026, 11, 23)),
        (dt.datetime(2026, 11, 23), dt.date(2026, 11, 23)),
        # Serial numbers as Microsoft documents them: 1 is 1900-01-01, 39448 is 2008-01-01, 2958465 is 9999-12-31.
        (1.0, dt.date(1900, 1, 1)),
        (59, dt.date(1900, 2, 28)),
        (61, dt.date(1900, 3, 1)),
        (39448.0, dt.date(2008, 1, 1)),
        ("39448", dt.date(2008, 1, 1)),
        (2958465, dt.date(9999, 12, 31)),
        ("9999-01-01", dt.date(9999, 1, 1)),
    ],
)
def test_dates_in_every_form(cell: Any, day: dt.date) -> None:
    assert parsed(column("date"), cell) == [day]


@pytest.mark.parametrize(
    "cell",
    ["31/02/2026", "2026-02-31", "2026-13-01", "23/11/2026", "20260231", "2026-11", "tomorrow", "2026-11/23", True, 60,
     0, -3.0, 46000.5, dt.time(8), dt.datetime(2026, 1, 1, 8, 30), "2026-11-23 08:30", "1899-12-31", "0226-01-05",
     99999999999.0],
)
def test_what_is_no_date_is_told(cell: Any) -> None:
    assert parsed(column("date"), cell) == [None]
    assert complaints(column("date"), cell)[0]


def test_the_message_about_a_date_names_value_and_remedy_in_both_languages() -> None:
    grid = read(csv_text([HEAD[:4], ["E1", "王芳", "31/02/2026", "8000"]]).encode(), PEOPLE)
    problem = check(grid, PEOPLE).problems[0]
    assert (problem.row, problem.column, problem.value) == (2, "入职日期", "31/02/2026")
    with use_locale("en"):
        assert problem.sentence() == "31/02/2026 is not a date. Write the date as 2026-11-23."
    with use_locale("zh_CN"):
        assert problem.sentence() == "“31/02/2026”不是有效日期。日期按 2026-11-23 的格式填写。"


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)))
def test_a_date_is_read_the_same_in_all_its_forms(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    forms = [day.isoformat(), f"{day:%Y}/{day.month}/{day.day}", f"{day.year}{day:%m%d}", day, serial, float(serial)]
    assert parsed(column("date"), *forms) == [day] * len(forms)


# -- amounts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("8000", 800000), ("8,000.00", 800000), ("¥8,000.5", 800050), ("￥8，000.50", 800050), ("8000元", 800000),
        (" 12.30 ", 1230), ("0", 0), ("1,234,567.89", 123456789), ("８０００", 800000), ("8000.500", 800050),
        (8000.55, 800055), (8000, 800000), (0.1, 10), (0.07, 7), (1.005e3, 100500),
        # What 5000 x 1.05 and 0.1 + 0.2 leave in a spreadsheet; it shows 5250.00 and 0.3.
        (5250.000000000001, 525000), (0.30000000000000004, 30),
    ],
)
def test_amounts(cell: Any, fen: int) -> None:
    assert parsed(column("money"), cell) == [fen]


@pytest.mark.parametrize(
    "cell",
    ["8,00", "80,00.0", "8.000,00", "8000.555", 8000.555, "1e5", "eight", True, dt.date(2026, 1, 1), "8000 9000",
     float("nan"), float("inf"), "99999999999999999999", 1e19, "--5", "¥", "."],
)
def test_what_is_no_amount_is_told(cell: Any) -> None:
    assert complaints(column("money", minimum=-(10**18)), cell)[0]


def test_negative_amounts_only_where_they_are_allowed() -> None:
    assert complaints(column("money"), "-500", -500.0, "−500", "¥-500", "(500)") != [""] * 5
    assert all(complaints(column("money"), "-500", -500.0, "−500", "¥-500", "(500)"))
    assert parsed(column("money", minimum=-100_000), "-500", -500.0, "−500") == [-50000] * 3
    assert complaints(column("money", minimum=-100_000), "-500", "-1000.01")[0] == ""
    assert complaints(column("money", minimum=-100_000), "-500", "-1000.01")[1]


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=30), st.booleans())
def test_amounts_from_numbers_are_exact(fen: list[int], mixed: bool) -> None:
    """The double nearest to an amount, as a workbook stores it, gives the amount back; so does its text."""
    cells: list[Any] = [float(Decimal(one) / 100) for one in fen]
    if mixed:
        cells.append("0")
    expected = [*fen, 0] if mixed else fen
    assert parsed(column("money", minimum=-(10**15)), *cells) == expected
    texts = [f"{Decimal(one) / 100:,.2f}" for one in fen]
    assert parsed(column("money", minimum=-(10**15)), *texts) == fen


def test_rates_and_days() -> None:
    assert parsed(column("rate"), "8%", "0.08", 0.08, "0.5 %", "16.5%", 1) == [80000, 80000, 80000, 5000, 165000, 10**6]
    assert all(complaints(column("rate"), "8", 8.0, "-1%", "0.0000001", "eight"))
    assert parsed(column("days"), "1.5", 10, 0.25) == [150, 1000, 25]
    assert all(complaints(column("days"), "1.555", "-1", "one"))


# -- words -------------------------------------------------------------------------------------------------------------


def test_codes_from_numbers_and_pages() -> None:
    assert parsed(column("code"), "E1", 1002.0, 7, " E3 ", "Ｅ４", "E\u200b5", 1.5) == [
        "E1", "1002", "7", "E3", "E4", "E5", "1.5"]


def test_numbers_a_spreadsheet_has_rounded_are_refused() -> None:
    for kind in ("identity_number", "bank_account", "code", "phone"):
        assert complaints(column(kind), 1.1010119900307451e17)[0]
        assert complaints(column(kind), 622202000000000.0)[0] == ""


def test_forms_of_numbers_and_addresses() -> None:
    assert parsed(column("phone"), "138 0000 0000", 13800000000.0, "+86-138-0000-0000") == [
        "13800000000", "13800000000", "+8613800000000"]
    assert all(complaints(column("phone"), "1380000000O", "12", "call me"))
    assert parsed(column("email"), "a.b@example.com") == ["a.b@example.com"]
    assert all(complaints(column("email"), "a.b", "a@b", "a@b.c, d@e.f", "a b@c.de"))
    assert parsed(column("bank_account"), "6222 0200 1234 5678") == ["6222020012345678"]
    assert all(complaints(column("bank_account"), "6222…5678", "12"))
    assert parsed(column("identity_number"), " 11010119900307123x ", "H1234567(8)") == [
        "11010119900307123X", "H1234567(8)"]
    assert all(complaints(column("identity_number"), "身份证", "1"))


def test_text_limits_and_control_characters() -> None:
    assert complaints(column("text", max_length=3), "abcd", "abc")[0]
    assert complaints(column("text"), "a\x00b")[0]
    assert parsed(column("text"), "两行\n文字", " \u3000空格\u3000 ", "\ufeff王芳") == ["两行\n文字", "空格", "王芳"]
    assert parsed(column("text"), dt.date(2026, 1, 5), 3.0, 2.5, True, None) == ["2026-01-05", "3", "2.5", "True", None]


def test_choices_and_yes_and_no() -> None:
    gender = column("enum", choices={"male": ("男", "M"), "female": ("女", "F")})
    assert parsed(gender, "男", "Female", " f ", "M") == ["male", "female", "female", "male"]
    assert "男" in check(Grid({"it": ["x"]}, [2], {}), Sheet("s", (gender,))).problems[0].sentence()
    assert parsed(column("bool"), "是", "No", True, 1.0, "√", 0, False) == [True, False, True, True, True, False, False]
    assert all(complaints(column("bool"), "maybe", 2, dt.date(2026, 1, 1)))


def test_whole_numbers() -> None:
    assert parsed(column("int"), "12", 12.0, "1,200", "3.0", 0) == [12, 12, 1200, 3, 0]
    assert all(complaints(column("int"), "1.5", 1.5, "-1", "x", True, 1e300, float("nan")))
    assert complaints(column("int", minimum=5, maximum=9), 4, 5, 9, 10) != ["", "", "", ""]


def test_what_people_write_for_nothing_is_nothing_except_in_text() -> None:
    for kind in ("date", "money", "int", "bool", "days", "rate"):
        assert parsed(column(kind), "-", "--", "—", "", "  ", None) == [None] * 6
    assert parsed(column("text"), "--") == ["--"]


def test_a_failed_formula_is_told_in_every_kind() -> None:
    for kind in ("text", "date", "money", "int", "bool", "code", "enum", "days"):
        assert "#REF!" in complaints(column(kind), CellError("#REF!"))[0]
        grid = Grid({"it": [CellError("#REF!")]}, [2], {})
        assert check(grid, Sheet("s", (column(kind, required=True),))).problem_count == 1


# -- the whole file ----------------------------------------------------------------------------------------------------


def bad_file() -> Checked:
    rows = [
        HEAD,
        ["E1", "王芳", "31/02/2026", "-8000", "1236"],
        ["E2", "", "2026-01-05", "8000.555", "1237"],
        ["E3", "李强", "2026-01-05", "8000", "1236"],
        ["E3", "赵敏", "2026-01-05", "8000", "12"],
        ["", "钱多", "2026-01-05", "", ""],
    ]
    return check(read(csv_text(rows).encode(), PEOPLE), PEOPLE, identifiers={"trial_card": CARD})


def test_every_bad_row_and_column_is_found_in_reading_order() -> None:
    found = [(problem.row, problem.column) for problem in bad_file().problems]
    assert found == [
        (2, "入职日期"), (2, "月薪"), (3, "姓名"), (3, "月薪"), (3, "证件号码"), (5, "工号"), (5, "证件号码"),
        (6, "工号"), (6, "月薪"),
    ]
    assert all(problem.remedy for problem in bad_file().problems if problem.column != "证件号码")


def test_a_repeated_key_names_the_row_it_repeats() -> None:
    problem = next(one for one in bad_file().problems if (one.row, one.column) == (5, "工号"))
    assert "4" in str(problem.message)


def test_personal_values_stay_out_of_the_report() -> None:
    said = [problem for problem in bad_file().problems if problem.column == "证件号码"]
    assert said
    assert all(problem.value in ("1***", None) for problem in said)
    assert "1237" not in str([str(problem.message) for problem in said])


def test_good_rows_and_what_the_bad_ones_held() -> None:
    checked = bad_file()
    good = checked.good()
    assert (good.rows, good.columns["number"]) == ([4], ["E3"])
    assert good.dropped["number"] == {"E1", "E2", "E3"}
    assert good.at(0, "number", _("It")).row == 4


def test_rows_that_can_be_read_have_nothing_in_their_bad_cells() -> None:
    checked = bad_file()
    some = checked.readable()
    assert (list(some.rows), some.columns["number"]) == ([2, 3, 4], ["E1", "E2", "E3"])
    assert some.bad == {0, 1}
    assert (some.columns["joined"][0], some.columns["salary"]) == (None, [None, None, 800000])
    assert some.spoilt == {0: {"joined", "salary"}, 1: {"name", "salary", "identity"}}
    assert some.dropped["number"] == {"E3"}, "the number of the row that repeats another one"
    assert checked.columns["salary"][0] == -800000, "the file as it was read stays"
    assert some.good().rows == [4]


def test_a_row_of_too_many_cells_is_not_read_at_all() -> None:
    data = csv_text([HEAD, ["E1", "王芳", "2026-01-05", "8", "1236", "", "x"], ["E2", "李强", "2026-01-05", "8", ""]])
    assert check(read(data.encode(), PEOPLE), PEOPLE).readable().columns["number"] == ["E2"]


def test_a_column_the_file_lacks_is_not_an_empty_one() -> None:
    checked = check(read(csv_text([HEAD[:4], ["E1", "王芳", "2026-01-05", "8000"]]).encode(), PEOPLE), PEOPLE)
    assert "identity" not in checked.present
    assert checked.columns["identity"] == [None]
    assert checked.integers("salary").tolist() == [800000]


def test_a_check_of_a_whole_column_and_unique_values() -> None:
    def no_friday(days: Any) -> Any:
        return [(at, _("It is a Friday.")) for at, day in enumerate(days) if day and day.weekday() == 4]

    days = Column("it", _("It"), "date", check=no_friday, unique=True)
    assert complaints(days, "2026-11-20", "2026-11-23", "2026-11-23") == [
        "It is a Friday.", "", complaints(days, "2026-11-23", "2026-11-23")[1].replace("row 2", "row 3")]


def test_problems_beyond_the_listed_ones_are_counted() -> None:
    rows = [f"x{n}" for n in range(MOST_PROBLEMS + 5)]
    checked = check(Grid({"it": rows}, list(range(len(rows))), {}), Sheet("s", (column("date"),)))
    assert (len(checked.problems), checked.problem_count) == (MOST_PROBLEMS, MOST_PROBLEMS + 5)
    assert len(checked.bad) == MOST_PROBLEMS + 5


def test_a_sheet_that_contradicts_itself_is_a_programming_error() -> None:
    for columns, key in (((column("text"), column("text")), ()), ((column("text"),), ("other",))):
        with pytest.raises(ValueError, match="sheet s"):
            Sheet("s", columns, key)
    with pytest.raises(ValueError, match="two columns"):
        Sheet("s", (Column("a", _("A"), aliases=("x",)), Column("b", _("B"), aliases=("X*",))))


# -- speed -------------------------------------------------------------------------------------------------------------


def test_checking_by_column_costs_a_fraction_of_a_schema_row_by_row() -> None:
    """Measured beside marshmallow in the same process; the shares are compared, no clock is trusted."""
    from marshmallow import Schema, fields, validate

    class Row(Schema):
        number = fields.Str(required=True, validate=validate.Length(max=40))
        name = fields.Str(required=True)
        joined = fields.Date()
        salary = fields.Decimal(places=2)
        identity = fields.Str()

    names = ["number", "name", "joined", "salary", "identity"]
    rows = [
        [f"E{n}", f"员工{n}", f"20{n % 20 + 10}-0{n % 9 + 1}-15", f"{n % 9000 + 1000}.50", ""] for n in range(20_000)
    ]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    grid = read(csv_text([names, *rows]).encode(), PEOPLE)

    def shortest(work: Any) -> float:
        took = []
        for _round in range(3):
            began = time.process_time()
            work()
            took.append(time.process_time() - began)
        return min(took)

    ours, theirs = shortest(lambda: check(grid, PEOPLE)), shortest(lambda: Row(many=True).load(records))
    assert check(grid, PEOPLE).problem_count == 0
    assert ours < theirs / 2


def test_a_workbook_is_checked_like_a_csv_of_the_same_table() -> None:
    table = [HEAD, ["E1", "王芳", dt.date(2026, 1, 5), 8000.55, "1236"],
             [1002, "李强", dt.date(2026, 2, 1), 9000, "1236"]]
    text = [HEAD, ["E1", "王芳", "2026-01-05", "8,000.55".replace(",", ""), "1236"],
            ["1002", "李强", "2026/2/1", "9000.00", "1236"]]
    both = [check(read(data, PEOPLE), PEOPLE) for data in (workbook(table), csv_text(text).encode())]
    assert both[0].columns == both[1].columns
    assert both[0].problems == both[1].problems == []
