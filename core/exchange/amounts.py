"""Amounts, days and rates: exact integers of their smallest unit, whichever way people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from core.base.money import LARGEST, SYMBOLS
from core.base.text import catalogue
from core.exchange.cells import EXACT_LIMIT, Bad, Parser, Values, Wrong, parse_distinct, plain_number
from core.exchange.columns import Column

_ = catalogue("exchange")

MICRO = 1_000_000

_SCALE = {"money": 100, "days": 100, "rate": MICRO}
_PLACES = {"money": 2, "days": 2, "rate": 6}
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?")


def parse_scaled(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
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
    return parse_distinct(column, cells, _scaled_parser(column))


def _scaled_parser(column: Column) -> Parser:
    scale, places = _SCALE[column.kind], _PLACES[column.kind]
    money = column.kind == "money"

    def parse(cell: Any) -> int:
        if isinstance(cell, str):
            text = plain_number(cell)
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
            raise Wrong(lambda value: _("{value} is larger than any amount kept here.", value=value))
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


def _too_fine(places: int) -> Wrong:
    return Wrong(
        lambda value: _("{value} has more than {places} decimals.", value=value, places=places),
        _("Round it to {places} decimals.", places=places),
    )


def _no_amount(column: Column) -> Wrong:
    if column.kind == "money":
        return Wrong(lambda value: _("{value} is not an amount.", value=value), _("Write the amount as 8000.00."))
    if column.kind == "rate":
        return Wrong(lambda value: _("{value} is not a rate.", value=value), _("Write the rate as 8% or 0.08."))
    return Wrong(
        lambda value: _("{value} is not a number of days.", value=value), _("Write the days as 1.5.")
    )


def _without_currency(text: str, currency: str) -> str:
    symbol = unicodedata.normalize("NFKC", SYMBOLS.get(currency, currency))
    sign = ""
    if text[:1] in "+-":
        sign, text = text[:1], text[1:]
    for mark in (symbol, currency, "RMB" if currency == "CNY" else currency):
        text = text.removeprefix(mark).lstrip()
    if currency == "CNY":
        text = text.removesuffix("元").rstrip()
    if text[:1] in "+-" and not sign:
        sign, text = text[:1], text[1:]
    return sign + text
