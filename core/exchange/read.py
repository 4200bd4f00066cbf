"""Turn what people send into columns: .xlsx and .csv in, one list per heading and the row numbers people see out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import python_calamine

from core.base.errors import InputErrors, Problem
from core.base.text import catalogue, listed
from core.exchange import unpack
from core.exchange.columns import Heading, Sheet, accepted_titles, count_known, match
from core.exchange.unpack import Limits, damaged, refuse

_ = catalogue("exchange")

#: Title rows, report dates and the like may stand above the heading row.
HEADING_WITHIN = 30
DELIMITERS = (",", ";", "\t")
#: So many Chinese characters in valid UTF-8 before the first bad byte mean damaged UTF-8, not GB18030.
_SURELY_UTF8 = 8

Cell = Any
Cells = list[list[Cell]]


@dataclass(frozen=True)
class Table:
    """A table as it was sent. ``cells`` starts at row 1 of the sheet; ``sheet`` is the worksheet's name or empty."""

    cells: Cells
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell whose formula failed; ``value`` is what it shows, such as ``#DIV/0!``."""

    value: str


@dataclass(frozen=True)
class Grid:
    """A file as columns: ``columns[name][i]`` stands in row ``rows[i]`` of the user's sheet.

    ``headings`` holds the heading of each column as the user wrote it, ``ignored`` those nobody understood. Blank rows
    are left out. Optional columns that the file does not have are missing from ``columns``.
    """

    columns: dict[str, Sequence[Cell]]
    rows: list[int]
    headings: dict[str, str]
    ignored: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    worksheet: str = ""
    heading_row: int = 1

    def __len__(self) -> int:
        return len(self.rows)


def read(data: bytes, sheet: Sheet, *, limits: Limits | None = None) -> Grid:
    """Read an .xlsx or .csv file and find the columns of ``sheet`` in it.

    The content decides which of the two it is, never the name. In a workbook the worksheet whose headings fit best is
    taken. Raises ``InputErrors`` for a file that cannot be read and for missing required columns; a bad cell is
    no matter of reading.
    """
    limits = limits or Limits()
    if not data or (len(data) < 4096 and not data.strip()):
        raise refuse(_("The file is empty."), _("Choose the file that holds the table."))
    if len(data) > limits.size:
        raise refuse(
            _("The file is larger than {size} MB.", size=limits.size >> 20),
            _("Split the table into several files and import them one after another."),
        )
    if data.startswith((unpack.ZIP_MAGIC, unpack.OLE_MAGIC)):
        table, heading_at = _read_workbook(data, sheet, limits)
    else:
        table, heading_at = _read_text(data, sheet)
    return _to_grid(table, heading_at, sheet, limits)


# -- workbooks ----------------------------------------------------------------------------------------------------


def _read_workbook(data: bytes, sheet: Sheet, limits: Limits) -> tuple[Table, int]:
    errors = unpack.inspect(data, limits)
    best: tuple[int, int, Table] | None = None
    for name, cells in worksheets(data):
        known, heading_at = _find_heading(cells, sheet)
        if best is None or known > best[0]:
            best = (known, heading_at, Table(cells, name))
        if known == len(sheet.columns):
            break
    if best is None or not best[0]:
        raise _no_heading(sheet)
    _known, heading_at, table = best
    _mark_errors(table.cells, errors.get(table.sheet, ()))
    return table, heading_at


def worksheets(data: bytes) -> list[tuple[str, Cells]]:
    """Name and cells of each visible worksheet, padded so that the first list is row 1 and its first cell column A."""
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            visible = [
                found.name
                for found in book.sheets_metadata
                if found.visible == python_calamine.SheetVisibleEnum.Visible
                and found.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            return [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in visible
            ]
    except python_calamine.PasswordError:
        raise refuse(
            _("The workbook is protected with a password."),
            _("Remove the password in the spreadsheet program, save the file and import it again."),
        ) from None
    except (python_calamine.CalamineError, ValueError, OSError):
        raise damaged() from None
    except BaseException as failure:
        # A panic inside the reader arrives as a BaseException of its own; it must not end the worker.
        if type(failure).__name__ == "PanicException":
            raise damaged() from None
        raise


def _mark_errors(cells: Cells, errors: Sequence[unpack.ErrorCell]) -> None:
    for row, column, value in errors:
        if row <= len(cells) and column < len(cells[row - 1]):
            cells[row - 1][column] = CellError(value)


# -- text ---------------------------------------------------------------------------------------------------------


def decode(data: bytes) -> str:
    """The text of a csv file: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030, each strictly.

    Raises ``InputErrors`` that names the line of the first byte that fits none of them.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as failure:
            raise _bad_byte(data, failure.start) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        utf8_end = failure.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
    readable = data[:utf8_end].decode("utf-8-sig", errors="ignore")
    chinese = sum(character >= "\u0800" for character in readable[-20_000:])
    if data.startswith(b"\xef\xbb\xbf") or chinese >= _SURELY_UTF8:
        raise _bad_byte(data, utf8_end)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as failure:
        raise _bad_byte(data, max(utf8_end, failure.start)) from None


def _bad_byte(data: bytes, position: int) -> InputErrors:
    position = min(position, len(data) - 1)
    line = data.count(b"\n", 0, position) + 1
    return refuse(
        _("Line {line} holds the byte 0x{byte}, which fits neither UTF-8 nor GB18030.",
          line=line, byte=f"{data[position]:02X}"),
        _("Save the table as CSV UTF-8 or as .xlsx and import that file."),
        row=line,
    )


def _read_text(data: bytes, sheet: Sheet) -> tuple[Table, int]:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(
            _("This is neither an .xlsx workbook nor a CSV file."),
            _("Save the table as .xlsx or as CSV UTF-8 and import that file."),
        )
    text = decode(data)
    delimiter = _delimiter(text, sheet)
    cells: Cells = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        cells.extend(reader)
    except csv.Error:
        row = len(cells) + 1
        raise refuse(
            _("From row {row} on a quotation mark is missing or too many.", row=row),
            _("Put a value that holds commas, line breaks or quotation marks between quotation marks, and double "
              "each one inside it."),
            row=row,
        ) from None
    known, heading_at = _find_heading(cells, sheet)
    if not known:
        raise _no_heading(sheet)
    return Table(cells), heading_at


def _delimiter(text: str, sheet: Sheet) -> str:
    """The delimiter under which most headings are understood."""
    lines = text[: 1 << 16].splitlines()[:HEADING_WITHIN]

    def known(delimiter: str) -> int:
        return max((count_known(sheet, row) for row in csv.reader(lines, delimiter=delimiter)), default=0)

    return max(DELIMITERS, key=known)


# -- both ---------------------------------------------------------------------------------------------------------


def _find_heading(cells: Cells, sheet: Sheet) -> tuple[int, int]:
    """How many columns the best heading row names, and its index."""
    best = (0, 0)
    for index, row in enumerate(cells[:HEADING_WITHIN]):
        known = count_known(sheet, row)
        if known > best[0]:
            best = (known, index)
    return best


def _no_heading(sheet: Sheet) -> InputErrors:
    wanted = [column for column in sheet.columns if column.required] or list(sheet.columns)
    return refuse(
        _("No heading row was found."),
        _("The first row of the table names its columns, for example {titles}.",
          titles=listed(column.title for column in wanted)),
    )


def _to_grid(table: Table, heading_at: int, sheet: Sheet, limits: Limits) -> Grid:
    words = table.cells[heading_at]
    heading = match(sheet, words, heading_at + 1)
    if heading.problems:
        raise InputErrors(_("The headings of the file do not fit."), heading.problems, code="file.headings")
    body = table.cells[heading_at + 1:]
    if len(body) > limits.rows:
        raise refuse(
            _("The file has more than {limit} rows.", limit=limits.rows),
            _("Split the table into several files and import them one after another."),
        )
    rows = list(range(heading_at + 2, heading_at + 2 + len(body)))
    body, rows = _without_blank(body, rows)
    if not rows:
        raise refuse(_("The file has headings and no rows."), _("Add the rows below the headings."))
    return Grid(
        columns=_transpose(body, heading),
        rows=rows,
        headings={name: str(words[position]).strip() for name, position in heading.positions.items()},
        ignored=heading.ignored,
        problems=tuple(_ragged(body, rows, len(words))),
        worksheet=table.sheet,
        heading_row=heading_at + 1,
    )


def _without_blank(body: Cells, rows: list[int]) -> tuple[Cells, list[int]]:
    blank = {index for index, row in enumerate(body) if _is_blank(row)}
    if not blank:
        return body, rows
    kept = [index for index in range(len(body)) if index not in blank]
    return [body[index] for index in kept], [rows[index] for index in kept]


def _is_blank(row: list[Cell]) -> bool:
    for cell in row:
        if not isinstance(cell, str):
            if cell is not None:
                return False
        elif cell and not cell.isspace():
            return False
    return True


def _ragged(body: Cells, rows: list[int], width: int) -> list[Problem]:
    """Rows with more values than headings, as an amount ``8,000.00`` without quotation marks makes them.

    Also when the last values are blank: the amount has moved the others to the right, perhaps without any other trace.
    """
    if not body or max(map(len, body)) <= width:
        return []
    return [
        Problem(
            _("The row has {count} value under {width} headings.", "The row has {count} values under {width} headings.",
              count=len(row), width=width),
            row=number,
            remedy=_("Put values that hold the separator between quotation marks, or remove the separator from them."),
        )
        for row, number in zip(body, rows, strict=True)
        if len(row) > width
    ]


def _transpose(body: Cells, heading: Heading) -> dict[str, Sequence[Cell]]:
    width = max(heading.positions.values()) + 1
    if any(len(row) < width for row in body):
        body = [row if len(row) >= width else row + [""] * (width - len(row)) for row in body]
    shortest = min(map(len, body))
    if any(len(row) != shortest for row in body):
        body = [row[:width] for row in body]
    columns = list(zip(*body, strict=True))
    return {name: columns[position] for name, position in heading.positions.items()}


def as_text(cell: Cell) -> str:
    """A cell as people see it: whole numbers without ``.0``, dates as 2026-11-23, no surrounding space."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)


def accepted_headings(sheet: Sheet) -> dict[str, str]:
    """For help texts and templates: the name of each column and the headings it answers to."""
    return {column.name: accepted_titles(column) for column in sheet.columns}
