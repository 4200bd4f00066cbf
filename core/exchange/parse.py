"""The cells of one column made into typed values, a whole column at a time.

The parsers return the parsed values (None for an empty or a bad cell) and what is wrong, as ``Bad``. Repeated cells
are parsed once, and columns of plain numbers are converted by NumPy, so that the price of a column is about that of
one loop over it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from core.base.text import catalogue, listed
from core.exchange.amounts import parse_scaled
from core.exchange.cells import EXACT_LIMIT, Bad, Parser, Values, Wrong, parse_distinct, plain_number
from core.exchange.columns import Column, normal
from core.exchange.read import as_text
from core.exchange.words import parse_texts

_ = catalogue("exchange")

FIRST_YEAR = 1900
LAST_SERIAL = 2_958_465  # 9999-12-31


def parse_column(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
    """Parse the cells of one column after its kind."""
    if column.kind in ("money", "days", "rate"):
        return parse_scaled(column, cells)
    if column.kind in _BY_CELL:
        return parse_distinct(column, cells, _BY_CELL[column.kind](column))
    return parse_texts(column, cells)


def _date_parser(_column: Column) -> Parser:
    return parse_date


_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})"
                   r"|年(\d{1,2})月(\d{1,2})日?)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
_SERIAL_EPOCH = dt.date(1899, 12, 30)


def parse_date(cell: Any) -> dt.date:
    """A date cell, a serial number of a spreadsheet, or a date with the year first."""
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise Wrong(
                lambda value: _("{value} has a time of day.", value=value), _("Write the date alone: 2026-11-23.")
            )
        cell = cell.date()
    elif isinstance(cell, (bool, dt.time, dt.timedelta)):
        raise _no_date()
    elif isinstance(cell, (int, float)):
        cell = _date_of_number(cell)
    elif not isinstance(cell, dt.date):
        cell = _date_of_text(unicodedata.normalize("NFKC", cell))
    if cell.year < FIRST_YEAR:
        raise Wrong(
            lambda value: _("{value} lies before the year {year}.", value=value, year=FIRST_YEAR),
            _("Write the date as 2026-11-23."),
        )
    found: dt.date = cell
    return found


def _date_of_text(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    if found:
        year, *parts = (int(part) for part in found.groups() if part is not None)
        try:
            return dt.date(year, *parts)
        except ValueError:
            raise _no_date() from None
    if len(text) == 5 and text.isdecimal():
        return _date_of_number(int(text))
    raise _no_date()


def _date_of_number(number: float) -> dt.date:
    if number != int(number):
        raise _no_date()
    if 19_000_101 <= number <= 99_991_231:
        year, rest = divmod(int(number), 10_000)
        try:
            return dt.date(year, *divmod(rest, 100))
        except ValueError:
            raise _no_date() from None
    if not 1 <= number <= LAST_SERIAL or number == 60:
        raise _no_date()
    # Spreadsheets count a 29 February 1900 that never was (serial 60).
    return _SERIAL_EPOCH + dt.timedelta(days=int(number) + (number < 60))


def _no_date() -> Wrong:
    return Wrong(lambda value: _("{value} is not a date.", value=value), _("Write the date as 2026-11-23."))


_WHOLE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")


def _int_parser(_column: Column) -> Parser:
    def parse(cell: Any) -> int:
        if isinstance(cell, str):
            text = plain_number(cell)
            if _WHOLE.fullmatch(text) and len(text) < 20:
                return int(text.partition(".")[0].replace(",", ""))
        elif (
            isinstance(cell, (int, float)) and not isinstance(cell, bool)
            and abs(cell) < EXACT_LIMIT and cell == int(cell)
        ):
            return int(cell)
        raise Wrong(lambda value: _("{value} is not a whole number.", value=value), _("Write digits only."))

    return parse


_YES = frozenset({"是", "y", "yes", "true", "1", "√", "✓", "有", "对"})
_NO = frozenset({"否", "n", "no", "false", "0", "×", "x", "无", "错"})


def _bool_parser(_column: Column) -> Parser:
    def parse(cell: Any) -> bool:
        word = as_text(cell).casefold() if not isinstance(cell, bool) else str(cell).casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise Wrong(lambda value: _("{value} is neither yes nor no.", value=value), _("Write yes or no."))

    return parse


def _enum_parser(column: Column) -> Parser:
    words = {normal(word): value for value, accepted in column.choices.items() for word in (value, *accepted)}
    known = listed(dict.fromkeys(accepted[0] if accepted else value for value, accepted in column.choices.items()))

    def parse(cell: Any) -> str:
        value = words.get(normal(as_text(cell)))
        if value is None:
            raise Wrong(
                lambda value: _("{value} is not among the values of this column.", value=value),
                _("Write one of: {known}.", known=known),
            )
        return value

    return parse


_BY_CELL: dict[str, Callable[[Column], Parser]] = {
    "date": _date_parser, "int": _int_parser, "bool": _bool_parser, "enum": _enum_parser,
}
