"""Workbooks and csv files for tests, good ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

Table = Sequence[Sequence[Any]]


def workbook(*sheets: Sequence[Any], names: Sequence[str] = (), formats: Mapping[int, str] | None = None) -> bytes:
    """An .xlsx with these sheets; ``formats`` gives a column of every sheet a number format."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for number, table in enumerate(sheets):
            sheet = book.add_worksheet(names[number] if names else None)
            for position, shape in (formats or {}).items():
                sheet.set_column(position, position, 12, book.add_format({"num_format": shape}))
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell)
    return buffer.getvalue()


def csv_text(table: Table, delimiter: str = ",") -> str:
    """Plain csv without quoting; the tests quote by hand where they want it."""
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in table) + "\r\n"


def with_part(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, change(content) if part == name else content)
    return buffer.getvalue()


SHEET_1 = "xl/worksheets/sheet1.xml"


def bomb(megabytes: int) -> bytes:
    """A workbook whose sheet unpacks to so many megabytes of blanks."""
    blanks = b" " * (megabytes << 20)
    return with_part(workbook([["a"]]), SHEET_1, lambda sheet: sheet.replace(b"<sheetData>", b"<sheetData>" + blanks))
