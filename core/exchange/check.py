"""Check a file column by column: every bad row and column is found, nothing is written.

The outcome is ``Checked``: typed columns beside the row numbers of the user's sheet, all problems in reading order,
and warnings that stop nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.errors import Problem
from core.base.money import format_money
from core.base.text import Text, catalogue
from core.contracts.country import Identifier
from core.exchange.amounts import MICRO
from core.exchange.cells import Bad, Values, shown
from core.exchange.columns import Column, Sheet
from core.exchange.parse import parse_column
from core.exchange.read import Grid

_ = catalogue("exchange")

#: More problems than this are counted and no longer listed.
MOST_PROBLEMS = 10_000


@dataclass
class Checked:
    """A file as typed columns.

    ``columns[name][i]`` stands in row ``rows[i]`` of the user's sheet; a bad or empty cell is None (or the column's
    default). ``present`` names the columns the file has: a column it lacks must not empty what is stored.
    ``problem_count`` counts all problems, ``problems`` lists the first 10,000. ``bad`` holds the positions of rows with
    a problem, ``spoilt`` the names of the bad cells of such a row. ``dropped`` says which keys and codes the rows held
    that were left out, so that a reference to one of them is not called unknown. ``options`` are those of the exchange
    that the user chose.
    """

    sheet: Sheet
    columns: dict[str, Values]
    rows: Sequence[int]
    headings: Mapping[str, str]
    present: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    bad: frozenset[int] = frozenset()
    spoilt: Mapping[int, frozenset[str]] = field(default_factory=dict)
    dropped: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    options: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.rows)

    def good(self) -> Checked:
        """The rows without a problem."""
        return self._without(self.bad) if self.bad else self

    def readable(self) -> Checked:
        """The rows that say whom or what they are about, with None in place of each bad cell.

        Beside the good rows these are rows with some bad cells: what else is wrong with them can be told at once.
        """
        if not self.bad:
            return self
        names = [column.name for column in self.sheet.columns if column.required and column.kind == "code"]
        columns = dict(self.columns)
        for name in {name for cells in self.spoilt.values() for name in cells}:
            columns[name] = [None if name in self.spoilt.get(i, ()) else value for i, value in enumerate(columns[name])]
        lost = {
            i for i in self.bad if i not in self.spoilt or any(columns[name][i] is None for name in names)
        }
        return replace(self, columns=columns)._without(lost, values=self.columns)

    def _without(self, lost: Collection[int], *, values: Mapping[str, Values] | None = None) -> Checked:
        """The other rows; ``values`` are the cells as they were read, for ``dropped``."""
        kept = [position for position in range(len(self)) if position not in lost]
        coded = [column.name for column in self.sheet.columns if column.kind in ("code", "identity_number")]
        read = values or self.columns
        return replace(
            self,
            columns={name: [cells[i] for i in kept] for name, cells in self.columns.items()},
            rows=[self.rows[i] for i in kept],
            problems=[], problem_count=0,
            bad=frozenset(at for at, i in enumerate(kept) if i in self.bad),
            spoilt={at: self.spoilt[i] for at, i in enumerate(kept) if i in self.spoilt},
            dropped={name: frozenset(read[name][i] for i in lost) - {None} for name in coded},
        )

    def at(
        self, position: int, column: str | None, message: Text, remedy: Text | None = None, *, value: Any = None
    ) -> Problem:
        """A problem of one row for a plan to report, naming row and column as the user sees them."""
        return Problem(
            message,
            row=self.rows[position],
            column=self.heading(column) if column else None,
            value=shown(self.sheet.column(column), value) if column and value is not None else None,
            remedy=remedy,
        )

    def heading(self, column: str) -> str:
        """The heading of a column as the user wrote it, or its title where the file lacks it."""
        return self.headings.get(column) or str(self.sheet.column(column).title)

    def integers(self, column: str, missing: int = 0) -> NDArray[np.int64]:
        """A column of money, days, rates or whole numbers as int64; empty cells become ``missing``."""
        return np.array([missing if value is None else value for value in self.columns[column]], dtype=np.int64)


def check(grid: Grid, sheet: Sheet, *, identifiers: Mapping[str, Identifier] | None = None) -> Checked:
    """Parse and check every column of a file.

    ``identifiers`` are the country packs' number checks by kind; a column that names a kind nobody provides is only
    checked for its form.
    """
    found = _Findings(grid)
    columns: dict[str, Values] = {}
    for column in sheet.columns:
        if column.name not in grid.columns:
            columns[column.name] = [column.default] * len(grid)
            continue
        cells = grid.columns[column.name]
        values, bad = parse_column(column, cells)
        found.add(column, cells, bad)
        wrong = {one.position for one in bad}
        _check_values(column, values, cells, wrong, found, (identifiers or {}).get(column.identifier or ""))
        if column.default is not None:
            values = [column.default if value is None else value for value in values]
        columns[column.name] = values
    _check_repeats(sheet, columns, found)
    return Checked(
        sheet=sheet,
        columns=columns,
        rows=grid.rows,
        headings=grid.headings,
        present=frozenset(grid.columns),
        problems=in_order(found.problems, sheet, grid.headings),
        warnings=[*_ignored(grid), *found.warnings],
        problem_count=found.count,
        bad=frozenset(found.bad),
        spoilt={position: frozenset(names) for position, names in found.spoilt.items()},
    )


class _Findings:
    """Collects problems up to the most that are listed, and counts the rest."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.problems: list[Problem] = list(grid.problems[:MOST_PROBLEMS])
        self.warnings: list[Problem] = []
        self.count = len(grid.problems)
        ragged = {problem.row for problem in grid.problems}
        self.ragged = {position for position, row in enumerate(grid.rows) if row in ragged} if ragged else set()
        self.bad: set[int] = set(self.ragged)
        self.spoilt: dict[int, set[str]] = {}

    def add(self, column: Column, cells: Sequence[Any] | None, bad: Iterable[Bad], *, warn: bool = False) -> None:
        """Note bad cells of a column."""
        kept = self.warnings if warn else self.problems
        for one in bad:
            if not warn:
                self.count += 1
                self.bad.add(one.position)
                if one.position not in self.ragged:
                    self.spoilt.setdefault(one.position, set()).add(column.name)
            if len(kept) < MOST_PROBLEMS:
                kept.append(
                    Problem(
                        one.message,
                        row=self.grid.rows[one.position],
                        column=self.grid.headings.get(column.name, str(column.title)),
                        value=shown(column, cells[one.position]) if cells is not None else None,
                        remedy=one.remedy,
                    )
                )


def in_order(problems: Iterable[Problem], sheet: Sheet, headings: Mapping[str, str]) -> list[Problem]:
    """Problems as somebody reads the sheet: row by row, from left to right."""
    places = {headings.get(column.name, str(column.title)): place for place, column in enumerate(sheet.columns)}
    return sorted(problems, key=lambda one: (one.row or 0, places.get(one.column or "", 999)))


def _check_values(
    column: Column,
    values: Values,
    cells: Sequence[Any],
    wrong: set[int],
    found: _Findings,
    identifier: Identifier | None,
) -> None:
    if column.required:
        found.add(column, None, (
            Bad(position, _("{title} is missing.", title=column.title), _("Fill in the cell."))
            for position, value in enumerate(values) if value is None and position not in wrong
        ))
    if column.lowest is not None or column.maximum is not None or column.kind == "rate":
        found.add(column, cells, _outside(column, values, cells))
    if identifier is not None:
        _check_identifier(column, values, cells, found, identifier)
    if column.check is not None:
        found.add(column, cells, [Bad(position, message) for position, message in column.check(values)])
    if column.unique:
        found.add(column, cells, _repeated(column, values, found.grid.rows))


def _outside(column: Column, values: Values, cells: Sequence[Any]) -> list[Bad]:
    lowest = column.lowest
    highest = column.maximum if column.maximum is not None or column.kind != "rate" else MICRO
    bad: list[Bad] = []
    present = [value for value in values if value is not None]
    if not present:
        return bad
    if lowest is not None and min(present) < lowest:
        remedy = _("The value must be at least {limit}.", limit=_limit(column, lowest))
        bad += [
            Bad(i, _("{value} is too small.", value=shown(column, cells[i])) if lowest else
                _("{value} is negative.", value=shown(column, cells[i])), remedy)
            for i, value in enumerate(values) if value is not None and value < lowest
        ]
    if highest is not None and max(present) > highest:
        remedy = _("The value must be at most {limit}.", limit=_limit(column, highest))
        bad += [
            Bad(i, _("{value} is too large.", value=shown(column, cells[i])), remedy)
            for i, value in enumerate(values) if value is not None and value > highest
        ]
    return bad


def _limit(column: Column, limit: int) -> str:
    if column.kind in ("money", "days"):
        return format_money(limit)
    if column.kind == "rate":
        return f"{limit / MICRO:.6g}"
    return str(limit)


def _check_identifier(
    column: Column, values: Values, cells: Sequence[Any], found: _Findings, identifier: Identifier
) -> None:
    bad = []
    for position, value in enumerate(values):
        if value is None:
            continue
        refusal = identifier.check(value)
        if refusal is None:
            values[position] = identifier.normal(value)
        else:
            bad.append(Bad(position, refusal.message))
    found.add(column, cells, bad, warn=identifier.warning)


def _repeated(column: Column, values: Values, rows: Sequence[int]) -> list[Bad]:
    present = [value for value in values if value is not None]
    if len(set(present)) == len(present):
        return []
    first: dict[Any, int] = {}
    bad = []
    for position, value in enumerate(values):
        if value is not None and first.setdefault(value, position) != position:
            bad.append(Bad(
                position,
                _("{title} repeats that of row {row}.", title=column.title, row=rows[first[value]]),
                _("Keep one of the two rows, or correct the value."),
            ))
    return bad


def _check_repeats(sheet: Sheet, columns: dict[str, Values], found: _Findings) -> None:
    """Two rows with one key."""
    if not sheet.key:
        return
    keys = list(zip(*(columns[name] for name in sheet.key), strict=True))
    if len(set(keys)) == len(keys):
        return
    key_columns = [sheet.column(name) for name in sheet.key]
    titles: Text | str = key_columns[0].title
    for column in key_columns[1:]:
        titles = _("{first} and {second}", first=titles, second=column.title)
    first: dict[tuple[Any, ...], int] = {}
    bad = []
    for position, key in enumerate(keys):
        if key[0] is not None and first.setdefault(key, position) != position:
            bad.append(Bad(
                position,
                _("{title} repeats that of row {row}.", title=titles, row=found.grid.rows[first[key]]),
                _("Keep one of the two rows, or correct the value."),
            ))
    found.add(key_columns[0], None, bad)


def _ignored(grid: Grid) -> list[Problem]:
    return [
        Problem(_("The column {heading} is not known and was ignored.", heading=heading),
                row=grid.heading_row, column=heading)
        for heading in grid.ignored
    ]
