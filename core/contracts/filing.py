"""Files that go out to banks and authorities: neutral rows, columns, finished tables, and the formats that fill them.

Whoever writes the file knows rows and cells, not the country whose layout it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Names = Mapping[str, str]
Confidence = Literal["high", "medium", "low"]
CellKind = Literal["text", "money", "count"]


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment of a bank payroll file. ``amount`` is in minor units and positive."""

    number: int
    name: str
    account: str
    bank: str
    amount: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One person of a filing to an authority, with amounts by component or input code in minor units.

    A code that is missing leaves its column blank, which is not the same as zero.
    """

    employee_number: str
    name: str
    id_kind: str
    id_number: str
    amounts: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of an outgoing file: its exact header, the code it shows and how its cells are typed."""

    header: str
    code: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class FileTable:
    """The finished content of a file; cells are text, integers (money in minor units) or None (blank)."""

    columns: tuple[FileColumn, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    count: int
    total: int

    def text_rows(self) -> list[list[str]]:
        """Header and rows for csv and txt: amounts with two decimals, no separator, blanks empty."""
        lines = [[column.header for column in self.columns]]
        for row in self.rows:
            cells = zip(self.columns, row, strict=True)
            lines.append([_cell_text(column.kind, cell) for column, cell in cells])
        return lines


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file that a bank or an authority reads, as a table of columns and a pure function that fills it.

    ``rows`` takes the neutral rows (``PaymentRow`` for purpose ``bank``, ``FilingRow`` for ``tax``), raises
    ``InputErrors`` naming row and column when something is missing, and returns the content. Text cells
    must be written as text: identity and account numbers lose digits otherwise.
    """

    code: str
    title: Names
    purpose: Literal["bank", "tax"]
    columns: tuple[FileColumn, ...]
    rows: Callable[[Sequence[Any]], FileTable]
    file_name: str
    extensions: tuple[str, ...]
    encoding: str
    source: str
    confidence: Confidence
    sheet: str = "Sheet1"
    separator: str = ","


def _cell_text(kind: CellKind, cell: str | int | None) -> str:
    if cell is None:
        return ""
    if kind == "money" and isinstance(cell, int):
        sign = "-" if cell < 0 else ""
        return f"{sign}{abs(cell) // 100}.{abs(cell) % 100:02d}"
    return str(cell)
