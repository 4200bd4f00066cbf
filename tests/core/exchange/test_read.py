from __future__ import annotations

import datetime as dt

import pytest

from core.base.errors import InputErrors
from core.exchange.columns import Column, Sheet
from core.exchange.read import CellError, decode, read
from core.exchange.unpack import Limits, letters
from tests.core.exchange.books import SHEET_1, bomb, csv_text, with_part, workbook
from tests.core.exchange.trial import PEOPLE

HEAD = ["工号", "姓名", "入职日期", "月薪"]
ROWS = [["E1", "王芳", "2026-01-05", "8000"], ["E2", "李强", "2026-02-01", "9000.50"]]
TABLE = [HEAD, *ROWS]


def refusal(data: bytes, limits: Limits | None = None) -> InputErrors:
    with pytest.raises(InputErrors) as caught:
        read(data, PEOPLE, limits=limits)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].remedy
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        csv_text(TABLE).encode("utf-8"),
        csv_text(TABLE).encode("utf-8-sig"),
        csv_text(TABLE).encode("gb18030"),
        csv_text(TABLE).encode("utf-16"),
        csv_text(TABLE, ";").encode(),
        csv_text(TABLE, "\t").encode("gb18030"),
        csv_text(TABLE).replace("\r\n", "\n").encode(),
        workbook(TABLE),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "semicolon", "tab-gb18030", "unix", "xlsx"],
)
def test_every_form_gives_the_same_columns(data: bytes) -> None:
    grid = read(data, PEOPLE)
    assert {name: list(cells) for name, cells in grid.columns.items()} == {
        "number": ["E1", "E2"], "name": ["王芳", "李强"], "joined": ["2026-01-05", "2026-02-01"],
        "salary": ["8000", "9000.50"],
    }
    assert grid.rows == [2, 3]
    assert grid.headings == {"number": "工号", "name": "姓名", "joined": "入职日期", "salary": "月薪"}


def test_title_rows_blank_rows_and_an_offset_keep_the_row_numbers_people_see() -> None:
    table = [[], ["花名册"], ["统计日期：2026-01-01 至 2026-01-31"], [None, None, *HEAD], [],
             [None, None, *ROWS[0]], ["", "  "], [None, None, *ROWS[1]]]
    grid = read(workbook(table), PEOPLE)
    assert (grid.heading_row, grid.rows) == (4, [6, 8])
    assert list(grid.columns["number"]) == ["E1", "E2"]


@pytest.mark.parametrize("heading", [
    "*工号", "工号（必填）", "工号 (text)", " 工 号 ", "Employee_Number", "EMPLOYEE NUMBER*", "ｎｕｍｂｅｒ",
    "员工编号【必填】",
])
def test_headings_as_people_decorate_them(heading: str) -> None:
    grid = read(csv_text([[heading, *HEAD[1:]], *ROWS]).encode(), PEOPLE)
    assert list(grid.columns["number"]) == ["E1", "E2"]
    assert grid.headings["number"] == heading.strip()


def test_unknown_columns_are_listed_and_not_an_error() -> None:
    grid = read(csv_text([[*HEAD, "星座"], [*ROWS[0], "狮子座"]]).encode(), PEOPLE)
    assert grid.ignored == ("星座",)


def test_missing_and_doubled_columns_are_named_with_the_titles_accepted() -> None:
    with pytest.raises(InputErrors) as caught:
        read(csv_text([["工号", "姓名", "员工编号"], ["E1", "王芳", "E1"]]).encode(), PEOPLE)
    found = {problem.column: problem.sentence() for problem in caught.value.problems}
    assert set(found) == {"员工编号", "Join date", "Salary"}
    assert "入职日期" in found["Join date"]


@pytest.mark.parametrize("heads", [["姓名", "证件姓名"], ["证件姓名", "姓名"]])
def test_a_spare_heading_gives_way_to_another_of_its_column(heads: list[str]) -> None:
    sheet = Sheet("names", (Column("name", PEOPLE.column("name").title, aliases=("姓名",), spare=("证件姓名",)),))
    names = {"姓名": "王芳", "证件姓名": "王方"}
    grid = read(csv_text([heads, [names[head] for head in heads]]).encode(), sheet)
    assert list(grid.columns["name"]) == ["王芳"]
    assert grid.ignored == ("证件姓名",)
    alone = read(csv_text([["证件姓名"], ["王方"]]).encode(), sheet)
    assert list(alone.columns["name"]) == ["王方"]


def test_the_worksheet_that_fits_best_is_taken_and_hidden_ones_are_not() -> None:
    book = workbook([["工号", "姓名"], ["X", "Y"]], [["说明"]], TABLE, names=["汇总", "说明", "名单"])
    grid = read(book, PEOPLE)
    assert grid.worksheet == "名单"
    mark = 'name="名单"'.encode()
    hidden = with_part(book, "xl/workbook.xml", lambda xml: xml.replace(mark, mark + b' state="hidden"'))
    with pytest.raises(InputErrors) as caught:
        read(hidden, PEOPLE)
    assert {problem.column for problem in caught.value.problems} == {"Join date", "Salary"}


def test_cells_of_a_workbook_keep_their_types() -> None:
    table = [HEAD, ["E1", "王芳", dt.date(2026, 1, 5), 8000.5], [1002.0, "李强", 46027, "¥9,000.00"]]
    grid = read(workbook(table), PEOPLE)
    assert list(grid.columns["joined"]) == [dt.date(2026, 1, 5), 46027.0]
    assert list(grid.columns["salary"]) == [8000.5, "¥9,000.00"]
    assert list(grid.columns["number"]) == ["E1", 1002.0]


def test_a_failed_formula_is_an_error_and_not_an_empty_cell() -> None:
    book = workbook([HEAD, ["E1", "王芳", "2026-01-05", 8000], ["E2", "李强", "2026-01-05", 1]])
    broken = with_part(book, SHEET_1, lambda sheet: sheet.replace(
        b'<c r="D3"><v>1</v></c>', b'<c r="D3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'))
    grid = read(broken, PEOPLE)
    assert list(grid.columns["salary"]) == [8000.0, CellError("#DIV/0!")]


# -- text that is no text ----------------------------------------------------------------------------------------------


def test_a_byte_that_fits_no_encoding_is_named_with_its_line() -> None:
    lines = csv_text(TABLE).encode("gb18030").split(b"\r\n")
    lines[2] = lines[2][:3] + b"\xff" + lines[2][3:]
    error = refusal(b"\r\n".join(lines))
    assert error.problems[0].row == 3
    assert "0xFF" in str(error)


def test_damaged_utf8_is_not_read_as_gb18030() -> None:
    good = csv_text([HEAD, ["E1", "欧阳娜娜与王小明同一部门", "2026-01-05", "8000"], *ROWS]).encode()
    at = good.index("李强".encode())
    damaged = good[:at] + good[at + 1:]  # the first byte of a character is lost
    error = refusal(damaged)
    assert error.problems[0].row == 4


def test_with_a_byte_order_mark_only_utf8_will_do() -> None:
    error = refusal(b"\xef\xbb\xbf" + csv_text(TABLE).encode("gb18030"))
    assert error.problems[0].row == 1


def test_decode_prefers_utf8_then_gb18030() -> None:
    assert decode("联通".encode("gb18030")) == "联通"
    assert decode("联通".encode()) == "联通"
    assert decode("\ufeff𠮷".encode()) == "𠮷"


@pytest.mark.parametrize(
    "data",
    [b"", b"  \r\n ", b"\x00\x01\x02\x03" * 100, b"%PDF-1.7\n" + b"\x00" * 50, b"just words\nand more words\n",
     b"\x89PNG\r\n\x1a\n\x00\x00"],
    ids=["empty", "blank", "binary", "pdf", "prose", "png"],
)
def test_what_is_no_table_is_refused_once(data: bytes) -> None:
    refusal(data)


def test_an_unclosed_quotation_mark_is_told_with_its_row() -> None:
    error = refusal('工号,姓名,入职日期,月薪\r\nE1,"王芳,2026-01-05,8000\r\nE2,x,2026-01-05,1\r\n'.encode())
    assert error.problems[0].row == 2


def test_an_amount_with_a_comma_that_is_not_quoted_is_told() -> None:
    grid = read("工号,姓名,入职日期,月薪\r\nE1,王芳,2026-01-05,8,000.00\r\n".encode(), PEOPLE)
    assert [(problem.row, "5" in str(problem.message)) for problem in grid.problems] == [(2, True)]


def test_a_comma_that_only_moves_blank_cells_is_told_as_well() -> None:
    text = "工号,姓名,入职日期,月薪,备注,住址\r\nE1,王芳,2026-01-05,8,000.00,,\r\nE2,李强,2026-01-05,9000,,\r\n"
    assert [problem.row for problem in read(text.encode(), PEOPLE).problems] == [2]


def test_headings_without_rows() -> None:
    refusal(csv_text([HEAD]).encode())
    refusal(workbook([HEAD]))


# -- hostile workbooks -------------------------------------------------------------------------------------------------


def test_an_old_xls_and_an_encrypted_workbook_are_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000
    assert ".xls" in str(refusal(ole))
    assert "password" in str(refusal(ole + "EncryptedPackage".encode("utf-16-le")))


@pytest.mark.parametrize(
    "data",
    [
        workbook(TABLE)[:-300],
        workbook(TABLE)[:2000],
        b"PK\x03\x04" + b"rubbish" * 40,
        with_part(workbook(TABLE), SHEET_1, lambda sheet: sheet[:-40]),
        with_part(workbook(TABLE), SHEET_1, lambda _sheet: b"no xml at all"),
        with_part(workbook(TABLE), "xl/workbook.xml", lambda _book: b"<workbook/>"),
    ],
    ids=["cut", "head", "rubbish", "cut-sheet", "no-xml", "no-sheets"],
)
def test_a_corrupt_workbook_gives_one_message(data: bytes) -> None:
    refusal(data)


def test_a_zip_that_is_no_workbook() -> None:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert ".xlsx" in str(refusal(buffer.getvalue()))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() -> None:
    data = bomb(40)
    assert len(data) < 1_000_000
    assert "32 MB" in str(refusal(data, Limits(unpacked=32 << 20)))


@pytest.mark.parametrize(
    ("reference", "words"),
    [(b'r="XFD1048576"', "column XFD"), (b'r="A1048576"', "row 1048576"), (b"r='xfd3'", "column XFD"),
     (b'r = "ABCD9"', "column ABCD"), (b'r="A900000"', "row 900000")],
)
def test_a_far_cell_is_refused_and_does_not_exhaust_the_memory(reference: bytes, words: str) -> None:
    far = with_part(workbook([*TABLE, [1]]), SHEET_1, lambda sheet: sheet.replace(b'r="A4"', reference))
    assert words in str(refusal(far))


def test_cells_without_a_place_are_refused() -> None:
    loose = with_part(workbook(TABLE), SHEET_1, lambda sheet: sheet.replace(b'<c r="A2"', b"<c"))
    refusal(loose)


def test_prefixed_and_wide_sheets_are_read_after_the_exact_look() -> None:
    wide = [[*HEAD, *(f"备用{n}" for n in range(60))], *([*row, *range(60)] for row in ROWS)]
    assert read(workbook(wide), PEOPLE).rows == [2, 3]
    prefixed = with_part(
        workbook(TABLE), SHEET_1, lambda sheet: sheet.replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>")
    )
    assert read(prefixed, PEOPLE).rows == [2, 3]


def test_limits_of_size_and_rows() -> None:
    data = csv_text([HEAD, *([f"E{n}", "王芳", "2026-01-05", "1"] for n in range(50))]).encode()
    assert "49" in str(refusal(data, Limits(rows=49)))
    assert read(data, PEOPLE, limits=Limits(rows=50)).rows[-1] == 51
    assert "MB" in str(refusal(data, Limits(size=len(data) - 1)))


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
