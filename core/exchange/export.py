"""Writing tables for people: .xlsx and .csv in which no cell is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from core.base.text import Text, catalogue
from core.exchange.columns import Sheet

_ = catalogue("exchange")

#: A cell of csv text that begins with one of these is run as a formula by spreadsheet programs.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CellKind = Literal["text", "money", "date", "int", "days", "rate"]

_FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "int": "0", "days": "0.00", "rate": "0.00####%"}
_SCALES = {"money": 100, "days": 100, "rate": 1_000_000}
_WIDEST = 60
#: Spreadsheet programs read this as the earliest date; earlier ones, and the open end, are written as text.
_FIRST_DAY = dt.date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column to write: its title, and what its integers are (money in minor units, days in hundredths ...)."""

    title: Text | str
    kind: CellKind = "text"


def headings_of(sheet: Sheet, names: Iterable[str] | None = None) -> list[Heading]:
    """Headings for a file that can be imported again."""
    kinds: dict[str, CellKind] = {
        "money": "money", "date": "date", "int": "int", "days": "days", "rate": "rate"
    }
    wanted = [sheet.column(name) for name in names] if names is not None else list(sheet.columns)
    return [Heading(column.title, kinds.get(column.kind, "text")) for column in wanted]


def to_csv(headings: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with BOM, so that spreadsheet programs read Chinese; amounts plain, dates as 2026-11-23."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(str(heading.title)) for heading in headings])
    for row in rows:
        writer.writerow([_csv_cell(heading.kind, cell) for heading, cell in zip(headings, row, strict=True)])
    return buffer.getvalue().encode("utf-8-sig")


def to_xlsx(headings: Sequence[Heading], rows: Iterable[Sequence[Any]], *, title: Text | str = "") -> bytes:
    """A workbook of one sheet: amounts and dates as real numbers, everything else as text, never a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(_sheet_name(str(title)))
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
        for position, heading in enumerate(headings):
            sheet.set_column(position, position, min(_WIDEST, max(12, 2 * len(str(heading.title)))))
            sheet.write_string(0, position, str(heading.title), bold)
        for number, row in enumerate(rows, 1):
            for position, (heading, cell) in enumerate(zip(headings, row, strict=True)):
                _write(sheet, number, position, heading.kind, cell, formats)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def template(sheet: Sheet, *, title: Text | str = "") -> bytes:
    """An empty .xlsx with the headings of an import; required ones carry an asterisk."""
    headings = [
        Heading(f"{column.title}*" if column.required else column.title) for column in sheet.columns
    ]
    return to_xlsx(headings, (), title=title)


def harmless(text: str) -> str:
    """A text that no spreadsheet program runs as a formula; a number with a sign stays as it is."""
    if text.startswith(DANGEROUS) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    return body.replace(".", "", 1).isdecimal() and body.isascii()


def _csv_cell(kind: CellKind, cell: Any) -> str:
    if cell is None:
        return ""
    scale = _SCALES.get(kind)
    if scale is not None and isinstance(cell, int):
        places = len(str(scale)) - 1
        whole, fraction = divmod(abs(cell), scale)
        return f"{'-' if cell < 0 else ''}{whole}.{fraction:0{places}d}"
    return harmless(_text(cell))


def _write(sheet: Any, row: int, column: int, kind: CellKind, cell: Any, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    scale = _SCALES.get(kind)
    if scale is not None and isinstance(cell, int):
        # The double nearest to the amount, which shows as the amount: this is display, no sum is made of it here.
        sheet.write_number(row, column, cell / scale, formats[kind])
    elif kind == "int" and isinstance(cell, int) and abs(cell) < 10**15:
        sheet.write_number(row, column, cell, formats[kind])
    elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime) and cell >= _FIRST_DAY:
        sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), formats["date"])  # noqa: DTZ001
    else:
        sheet.write_string(row, column, _text(cell))


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(_("yes") if cell else _("no"))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "minutes")
    return str(cell)


def _sheet_name(title: str) -> str:
    cleaned = "".join(" " if character in "[]:*?/\\'" else character for character in title).strip()
    return cleaned[:31] or "Sheet1"

