"""What a file may hold: its columns, and how their headings are recognised in what people send."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from core.base.errors import Problem
from core.base.text import LOCALES, Text, catalogue

_ = catalogue("exchange")

Kind = Literal[
    "text", "date", "int", "money", "rate", "days", "bool", "enum", "code",
    "identity_number", "bank_account", "phone", "email",
]

#: A check of a whole column: parsed values in, ``(position, message)`` of each bad one out; None is an empty cell.
ColumnCheck = Callable[[Sequence[Any]], Iterable[tuple[int, Text | str]]]

_DECORATION = re.compile(r"[\s*_\-:.、]+")
_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")


@dataclass(frozen=True)
class Column:
    """One column of a file.

    ``name`` is what the code calls it, ``title`` what people read; both, each translation of the title and every
    alias are accepted as a heading. A ``spare`` heading is taken only where no other heading of the column stands, for
    files that tell the same twice (``姓名`` and ``证件姓名``). ``kind`` fixes the parsed type: ``money`` int minor
    units, ``rate`` int 10^-6, ``days`` int 10^-2, ``int`` int, ``date`` date, ``bool`` bool, everything else str; an
    empty cell becomes ``default``. ``minimum`` and ``maximum`` are in the parsed unit; money, rate, int and days
    are not negative unless ``minimum`` says so. ``choices`` maps the value of an ``enum`` to the words accepted for it.
    ``identifier`` names a kind of identifier that a country pack checks. ``personal`` keeps values out of messages and
    reports.
    """

    name: str
    title: Text
    kind: Kind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    personal: bool = False
    check: ColumnCheck | None = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    max_length: int = 500
    unique: bool = False
    default: Any = None
    identifier: str | None = None
    currency: str = "CNY"

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Every heading this column answers to, normalised."""
        titles = {self.title.render(locale) for locale in LOCALES}
        return frozenset(normal(words) for words in (self.name, *titles, *self.aliases, *self.spare))

    @cached_property
    def spares(self) -> frozenset[str]:
        """The spare headings, normalised."""
        return frozenset(normal(words) for words in self.spare)

    def is_spare(self, words: object) -> bool:
        """Whether a heading of this column is one of its spare ones."""
        return normal(words) in self.spares or _bare(words) in self.spares

    @property
    def lowest(self) -> int | None:
        """The least value allowed, in the parsed unit."""
        if self.minimum is None and self.kind in ("money", "rate", "int", "days"):
            return 0
        return self.minimum


@dataclass(frozen=True)
class Sheet:
    """A table people may send: its columns and the columns that together identify a row.

    Two rows with one key are a mistake of the file. An empty ``key`` allows repeats.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"sheet {self.name} names a column twice")
        unknown = set(self.key) - set(names)
        if unknown:
            raise ValueError(f"sheet {self.name} has a key of unknown columns {sorted(unknown)}")
        taken: dict[str, str] = {}
        for column in self.columns:
            for words in column.accepted:
                if taken.setdefault(words, column.name) != column.name:
                    raise ValueError(f"heading {words!r} of sheet {self.name} means two columns")

    def column(self, name: str) -> Column:
        """The column of that name; ``KeyError`` if there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """Normalised heading to column."""
        return {words: column for column in self.columns for words in column.accepted}


@dataclass(frozen=True)
class Heading:
    """The heading row as understood: which position holds which column, and what was not understood."""

    positions: Mapping[str, int]
    ignored: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def recognised(self) -> int:
        """How many columns were found."""
        return len(self.positions)


def normal(words: object) -> str:
    """A heading without what people add to it: asterisks, spaces, full-width forms, case."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", str(words))).casefold()


def _bare(words: object) -> str:
    """A heading without its bracketed remark, for ``姓名（必填）`` and ``Salary (CNY)``."""
    return normal(_BRACKETS.sub("", unicodedata.normalize("NFKC", str(words))))


def find(sheet: Sheet, words: object) -> Column | None:
    """The column a heading means, exactly or without its bracketed remark."""
    exact = sheet.by_heading.get(normal(words))
    return exact or sheet.by_heading.get(_bare(words))


def count_known(sheet: Sheet, cells: Sequence[object]) -> int:
    """How many different columns of the sheet a row names; the heading row is the one that names most."""
    return len({column.name for cell in cells if cell != "" and (column := find(sheet, cell))})


def match(sheet: Sheet, cells: Sequence[object], row: int) -> Heading:
    """Understand a heading row; missing and doubled columns become problems, unknown headings are only listed."""
    positions: dict[str, int] = {}
    problems: list[Problem] = []
    ignored: list[str] = []
    for position, cell in enumerate(cells):
        words = str(cell).strip() if cell is not None else ""
        if not words:
            continue
        column = find(sheet, words)
        if column is None or (column.name in positions and column.is_spare(words)):
            ignored.append(words)
        elif column.name in positions and column.is_spare(held := str(cells[positions[column.name]]).strip()):
            ignored.append(held)
            positions[column.name] = position
        elif column.name in positions:
            problems.append(
                Problem(
                    _("The heading {heading} stands for {title}, which the file already has.",
                      heading=words, title=column.title),
                    row=row, column=words, remedy=_("Keep one of the two columns."),
                )
            )
        else:
            positions[column.name] = position
    for column in sheet.columns:
        if column.required and column.name not in positions:
            problems.append(
                Problem(
                    _("The column {title} is missing.", title=column.title),
                    row=row, column=str(column.title),
                    remedy=_("Add a column headed {titles}.", titles=accepted_titles(column)),
                )
            )
    return Heading(positions, tuple(ignored), tuple(problems))


def accepted_titles(column: Column) -> str:
    """The headings to suggest for a column: its titles and its aliases, as written."""
    titles = [*(column.title.render(locale) for locale in LOCALES), *column.aliases, *column.spare, column.name]
    return " / ".join(dict.fromkeys(titles))
