"""The cells of one column made into typed values, a whole column at a time.

Each parser takes the cells of a column and returns the parsed values (None for an empty or a bad cell) and what is
wrong, as ``Bad``. Repeated cells are parsed once, and columns of plain numbers are converted by NumPy, so that the
price of a column is about that of one loop over it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from core.base.money import LARGEST, SYMBOLS
from core.base.text import Text, catalogue
from core.exchange.columns import Column, normal
from core.exchange.read import CellError, as_text

_ = catalogue("exchange")

#: What people write into a cell to say that there is nothing.
NOTHING = frozenset({"-", "--", "—", "——", "/"})
#: Whole numbers beyond this are rounded when a spreadsheet keeps them as numbers.
EXACT_LIMIT = 10**15
FIRST_YEAR = 1900
LAST_SERIAL = 2_958_465  # 9999-12-31
MICRO = 1_000_000

Values = list[Any]


class Bad(NamedTuple):
    """A bad cell: its position in the column, what is wrong and how to put it right."""

    position: int
    message: Text
    remedy: Text | None = None


class _Wrong(Exception):
    """Raised by the parser of one cell."""

    def __init__(self, message: Callable[[str], Text], remedy: Text | None = None) -> None:
        super().__init__()
        self.message = message
        self.remedy = remedy


Parser = Callable[[Any], Any]


def parse_column(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
    """Parse the cells of one column after its kind."""
    if column.kind in ("money", "days", "rate"):
        return _parse_scaled(column, cells)
    if column.kind in _BY_CELL:
        return _parse_distinct(column, cells, _BY_CELL[column.kind](column))
    return _parse_texts(column, cells)


def shown(column: Column, cell: Any) -> str:
    """A cell for a message: short, and of a personal column only its first character."""
    text = cell.value if isinstance(cell, CellError) else as_text(cell)
    if column.personal:
        return f"{text[:1]}***"
    return text if len(text) <= 60 else f"{text[:57]}..."


# -- one cell at a time, each distinct cell once ---------------------------------------------------------------------


def _parse_distinct(column: Column, cells: Sequence[Any], parse: Parser) -> tuple[Values, list[Bad]]:
    kinds = set(map(type, cells))
    # True, 1 and 1.0 are one key of a dict and three different cells; only then parse each by itself.
    if bool in kinds and kinds & {int, float}:
        results = [_try(column, parse, cell) for cell in cells]
        return [None if isinstance(r, _Failure) else r for r in results], [
            Bad(i, r.message, r.remedy) for i, r in enumerate(results) if isinstance(r, _Failure)
        ]
    parsed = {cell: _try(column, parse, cell) for cell in set(cells)}
    failed = {cell: result for cell, result in parsed.items() if isinstance(result, _Failure)}
    if not failed:
        return [parsed[cell] for cell in cells], []
    bad = [
        Bad(position, failed[cell].message, failed[cell].remedy)
        for position, cell in enumerate(cells) if cell in failed
    ]
    return [None if cell in failed else parsed[cell] for cell in cells], bad


class _Failure(NamedTuple):
    message: Text
    remedy: Text | None


def _try(column: Column, parse: Parser, cell: Any) -> Any:
    try:
        if cell is None:
            return None
        if isinstance(cell, str):
            cell = cell.strip()
            if not cell or cell in NOTHING:
                return None
        elif isinstance(cell, CellError):
            raise _formula_failed()
        return parse(cell)
    except _Wrong as wrong:
        return _Failure(wrong.message(shown(column, cell)), wrong.remedy)


def _formula_failed() -> _Wrong:
    return _Wrong(
        lambda value: _("The formula in this cell gives the error {value}.", value=value),
        _("Correct the formula or replace it with the value."),
    )


def _date_parser(_column: Column) -> Parser:
    return parse_date


_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})"
                   r"|年(\d{1,2})月(\d{1,2})日?)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
_SERIAL_EPOCH = dt.date(1899, 12, 30)


def parse_date(cell: Any) -> dt.date:
    """A date cell, a serial number of a spreadsheet, or a date with the year first."""
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise _Wrong(
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
        raise _Wrong(
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


def _no_date() -> _Wrong:
    return _Wrong(lambda value: _("{value} is not a date.", value=value), _("Write the date as 2026-11-23."))


_WHOLE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")


def _int_parser(_column: Column) -> Parser:
    def parse(cell: Any) -> int:
        if isinstance(cell, str):
            text = _plain_number(cell)
            if _WHOLE.fullmatch(text) and len(text) < 20:
                return int(text.partition(".")[0].replace(",", ""))
        elif (
            isinstance(cell, (int, float)) and not isinstance(cell, bool)
            and abs(cell) < EXACT_LIMIT and cell == int(cell)
        ):
            return int(cell)
        raise _Wrong(lambda value: _("{value} is not a whole number.", value=value), _("Write digits only."))

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
        raise _Wrong(lambda value: _("{value} is neither yes nor no.", value=value), _("Write yes or no."))

    return parse


def _enum_parser(column: Column) -> Parser:
    words = {normal(word): value for value, accepted in column.choices.items() for word in (value, *accepted)}
    known = ", ".join(dict.fromkeys(accepted[0] if accepted else value for value, accepted in column.choices.items()))

    def parse(cell: Any) -> str:
        value = words.get(normal(as_text(cell)))
        if value is None:
            raise _Wrong(
                lambda value: _("{value} is not among the values of this column.", value=value),
                _("Write one of: {known}.", known=known),
            )
        return value

    return parse


_BY_CELL: dict[str, Callable[[Column], Parser]] = {
    "date": _date_parser, "int": _int_parser, "bool": _bool_parser, "enum": _enum_parser,
}


# -- amounts, days and rates -----------------------------------------------------------------------------------------

_SCALE = {"money": 100, "days": 100, "rate": MICRO}
_PLACES = {"money": 2, "days": 2, "rate": 6}
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?")


def _parse_scaled(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
    """Money, days and rates: exact integers of their smallest unit.

    A number cell is the double nearest to what was typed, so it is exact when dividing the integer by the scale gives
    that very double back; the few that a formula left a hair beside are read at the 15 digits a spreadsheet shows.
    """
    if set(map(type, cells)) <= {float, int}:
        numbers = np.array(cells, dtype=np.float64)
        scale = _SCALE[column.kind]
        if bool(np.all(np.abs(numbers) < EXACT_LIMIT / scale)):
            scaled = np.rint(numbers * scale)
            if bool(np.all(scaled / scale == numbers)):
                return scaled.astype(np.int64).tolist(), []
    return _parse_distinct(column, cells, _scaled_parser(column))


def _scaled_parser(column: Column) -> Parser:
    scale, places = _SCALE[column.kind], _PLACES[column.kind]
    money = column.kind == "money"

    def parse(cell: Any) -> int:
        if isinstance(cell, str):
            text = _plain_number(cell)
            if money:
                text = _without_currency(text, column.currency)
            percent = column.kind == "rate" and text.endswith("%")
            value = _scaled_text(text[:-1].rstrip() if percent else text, places - 2 * percent)
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == cell:
            value = _scaled_number(cell, scale)
        else:
            value = None
        if value is None:
            raise _no_amount(column)
        if abs(value) > LARGEST:
            raise _Wrong(lambda value: _("{value} is larger than any amount kept here.", value=value))
        return value

    return parse


def _scaled_text(text: str, places: int) -> int | None:
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > 40:
        return None
    sign, whole, fraction = found.groups()
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > places:
        raise _too_fine(places)
    value = int(whole.replace(",", "") + fraction.ljust(places, "0"))
    return -value if sign == "-" else value


def _scaled_number(number: float, scale: int) -> int | None:
    if abs(number) > LARGEST:
        return None
    exact = Decimal(f"{number:.15g}") * scale
    if exact != exact.to_integral_value():
        raise _too_fine(len(str(scale)) - 1)
    return int(exact)


def _too_fine(places: int) -> _Wrong:
    return _Wrong(
        lambda value: _("{value} has more than {places} decimals.", value=value, places=places),
        _("Round it to {places} decimals.", places=places),
    )


def _no_amount(column: Column) -> _Wrong:
    if column.kind == "money":
        return _Wrong(lambda value: _("{value} is not an amount.", value=value), _("Write the amount as 8000.00."))
    if column.kind == "rate":
        return _Wrong(lambda value: _("{value} is not a rate.", value=value), _("Write the rate as 8% or 0.08."))
    return _Wrong(
        lambda value: _("{value} is not a number of days.", value=value), _("Write the days as 1.5.")
    )


def _plain_number(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace(" ", "").replace("'", "")


def _without_currency(text: str, currency: str) -> str:
    symbol = unicodedata.normalize("NFKC", SYMBOLS.get(currency, currency))
    sign = ""
    if text[:1] in "+-":
        sign, text = text[:1], text[1:]
    for mark in (symbol, currency, "RMB" if currency == "CNY" else currency):
        text = text.removeprefix(mark)
    if currency == "CNY":
        text = text.removesuffix("元")
    if text[:1] in "+-" and not sign:
        sign, text = text[:1], text[1:]
    return sign + text


# -- words, codes and numbers that identify --------------------------------------------------------------------------

_FORM: dict[str, re.Pattern[str]] = {
    "phone": re.compile(r"\+?\d{5,20}"),
    "email": re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+"),
    "bank_account": re.compile(r"[0-9A-Z]{6,34}"),
    "identity_number": re.compile(r"[0-9A-Z()/.\-]{4,40}"),
    "code": re.compile(r"\S(?:.*\S)?"),
}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_JOINERS = str.maketrans("", "", " -\u00a0")


def _parse_texts(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
    bad: list[Bad] = []
    if set(map(type, cells)) == {str}:
        texts = [cell.strip() for cell in cells]
    else:
        texts = _texts_of_mixed(column, cells, bad)
    joined = "\n".join(texts)
    if column.kind != "text" or not joined.isprintable():
        texts = _tidy(column, texts, ascii_only=joined.isascii())
    if _CONTROL.search(joined):
        bad += _of(column, texts, lambda text: _CONTROL.search(text) is not None,
                   lambda value: _("{value} holds an invisible control character.", value=value),
                   _("Type the value anew."))
    form = _FORM.get(column.kind)
    if form is not None:
        fits = form.fullmatch
        bad += _of(column, texts, lambda text: fits(text) is None, *_form_message(column))
    if max(map(len, texts), default=0) > column.max_length:
        limit = column.max_length
        bad += _of(column, texts, lambda text: len(text) > limit,
                   lambda value: _("{value} is longer than {limit} characters.", value=value, limit=limit),
                   _("Shorten the text."))
    values: Values = [text or None for text in texts]
    for found in bad:
        values[found.position] = None
    return values, bad


def _texts_of_mixed(column: Column, cells: Sequence[Any], bad: list[Bad]) -> list[str]:
    texts = []
    for position, cell in enumerate(cells):
        if isinstance(cell, CellError):
            wrong = _formula_failed()
            bad.append(Bad(position, wrong.message(cell.value), wrong.remedy))
            cell = ""
        elif column.kind != "text" and isinstance(cell, (int, float)) and abs(cell) >= EXACT_LIMIT:
            bad.append(Bad(
                position,
                _("The spreadsheet keeps this as a number and has rounded its last digits."),
                _("Format the column as text and enter the number again."),
            ))
            cell = ""
        texts.append(as_text(cell))
    return texts


def _tidy(column: Column, texts: list[str], *, ascii_only: bool) -> list[str]:
    """Codes and numbers without full-width forms and invisible characters, which copying from a page brings in."""
    if column.kind == "text":
        return [_INVISIBLE.sub("", text) for text in texts]
    if not ascii_only:
        texts = [
            text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()
            for text in texts
        ]
    if column.kind in ("phone", "bank_account"):
        return [text.translate(_JOINERS).upper() for text in texts]
    if column.kind == "identity_number":
        return [text.replace(" ", "").upper() for text in texts]
    return texts


def _of(
    column: Column,
    texts: list[str],
    is_bad: Callable[[str], bool],
    message: Callable[[str], Text],
    remedy: Text,
) -> list[Bad]:
    return [
        Bad(position, message(shown(column, text)), remedy)
        for position, text in enumerate(texts)
        if text and is_bad(text)
    ]


def _form_message(column: Column) -> tuple[Callable[[str], Text], Text]:
    if column.kind == "phone":
        return lambda value: _("{value} is not a telephone number.", value=value), _("Write digits only.")
    if column.kind == "email":
        return (
            lambda value: _("{value} is not an e-mail address.", value=value),
            _("Write one address such as name@example.com."),
        )
    if column.kind == "bank_account":
        return (
            lambda value: _("{value} is not an account number.", value=value),
            _("Write the digits of the account alone, formatted as text."),
        )
    if column.kind == "identity_number":
        return (
            lambda value: _("{value} is not an identity number.", value=value),
            _("Write the number as it stands on the document."),
        )
    return lambda value: _("{value} is not a code.", value=value), _("Write the code on one line.")
