"""Writing a finished table as the file a bank or an authority reads."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from core.contracts.filing import FileFormat, FileTable

MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def media_of(kind: str) -> str:
    """The media type of a file with an ending that a layout knows."""
    return MEDIA.get(kind, "text/plain")


def outgoing(table: FileTable, layout: FileFormat, kind: str, *, made_at: datetime | None = None) -> bytes:
    """The file of a table in a layout, ``xlsx``, ``csv`` or ``txt``. With ``made_at`` the same table gives the same
    bytes whenever it is written.
    """
    return _xlsx(table, layout, made_at) if kind == "xlsx" else _text(table, layout, kind)


def _xlsx(table: FileTable, layout: FileFormat, made_at: datetime | None) -> bytes:
    output = io.BytesIO()
    book = Workbook(output, {"in_memory": True})
    if made_at is not None:
        book.set_properties({"created": made_at.replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet(layout.sheet)
    text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.header)
        sheet.set_column(position, position, max(12, 2 * len(column.header)))
        for line, row in enumerate(table.rows, start=1):
            _write_cell(sheet, line, position, column.kind, row[position], text, money)
    book.close()
    return output.getvalue()


def _write_cell(sheet: Any, line: int, position: int, kind: str, cell: str | int | None, text: Any, money: Any) -> None:
    if cell is None:
        return
    if kind == "money" and isinstance(cell, int):
        # A double of two decimals is exact enough to print the fen for any amount a bank takes.
        sheet.write_number(line, position, cell / 100, money)
    elif isinstance(cell, int):
        sheet.write_number(line, position, cell)
    else:
        sheet.write_string(line, position, cell, text)


def _text(table: FileTable, layout: FileFormat, kind: str) -> bytes:
    output = io.StringIO()
    separator = "," if kind == "csv" else layout.separator
    csv.writer(output, delimiter=separator, lineterminator="\r\n").writerows(table.text_rows())
    return output.getvalue().encode(layout.encoding)
