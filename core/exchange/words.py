"""Texts, codes, and the numbers that identify people and accounts: tidied and checked for their form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from core.base.text import Text, catalogue
from core.exchange.cells import EXACT_LIMIT, Bad, Values, formula_failed, shown
from core.exchange.columns import Column
from core.exchange.read import CellError, as_text

_ = catalogue("exchange")

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


def parse_texts(column: Column, cells: Sequence[Any]) -> tuple[Values, list[Bad]]:
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
            wrong = formula_failed()
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
