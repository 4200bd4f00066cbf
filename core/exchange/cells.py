"""What the parsers of cells share: how a bad cell is told, and that each distinct cell is parsed once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from core.base.text import Text, catalogue
from core.exchange.columns import Column
from core.exchange.read import CellError, as_text

_ = catalogue("exchange")

#: What people write into a cell to say that there is nothing.
NOTHING = frozenset({"-", "--", "—", "——", "/"})
#: Whole numbers beyond this are rounded when a spreadsheet keeps them as numbers.
EXACT_LIMIT = 10**15

Values = list[Any]
Parser = Callable[[Any], Any]


class Bad(NamedTuple):
    """A bad cell: its position in the column, what is wrong and how to put it right."""

    position: int
    message: Text | str
    remedy: Text | None = None


class Wrong(Exception):
    """Raised by the parser of one cell: the message, given how the cell is shown, and the remedy."""

    def __init__(self, message: Callable[[str], Text], remedy: Text | None = None) -> None:
        super().__init__()
        self.message = message
        self.remedy = remedy


def shown(column: Column, cell: Any) -> str:
    """A cell for a message: short, and of a personal column only its first character."""
    text = cell.value if isinstance(cell, CellError) else as_text(cell)
    if column.personal:
        return f"{text[:1]}***"
    return text if len(text) <= 60 else f"{text[:57]}..."


def parse_distinct(column: Column, cells: Sequence[Any], parse: Parser) -> tuple[Values, list[Bad]]:
    """Parse a column with the parser of one cell, each distinct cell once."""
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
            raise formula_failed()
        return parse(cell)
    except Wrong as wrong:
        return _Failure(wrong.message(shown(column, cell)), wrong.remedy)


def formula_failed() -> Wrong:
    """A cell whose formula failed."""
    return Wrong(
        lambda value: _("The formula in this cell gives the error {value}.", value=value),
        _("Correct the formula or replace it with the value."),
    )


def plain_number(text: str) -> str:
    """A number without full-width digits, surrounding blanks and the apostrophe that marks text in a spreadsheet."""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip().removeprefix("'")
