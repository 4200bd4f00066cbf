"""Cells of a list's workbook as texts with their places, and rows of them as a YAML file would have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.authority.document.drafts import Spot
from core.authority.workbook import sheets
from core.base.text import catalogue
from core.exchange.columns import find, match
from core.exchange.read import as_text
from core.exchange.unpack import letters

_ = catalogue("authority")

_WORDS: dict[str, sheets.Words] = {
    "power": sheets.POWERS, "delegable": sheets.YES, "by_acting": sheets.YES, "per": sheets.PERIODS,
    "expect": sheets.EXPECTED, "comparison": sheets.COMPARISONS, "kind": sheets.SEPARATIONS, "risk": sheets.RISKS,
    "question": sheets.QUESTIONS, "grantable": sheets.YES,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a sheet, and within it a row from 1 and a column."""

    sheet: str
    row: int | None = None
    column: str = ""

    @property
    def words(self) -> str:
        """Sheet and column, for a message that tells the row beside."""
        return f"{self.sheet} {self.column}".strip()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the workbook has it."""

    place: Place
    value: Any

    @property
    def shown(self) -> str:
        """The cell as people see it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value if isinstance(self.value, str) else as_text(self.value)


Tell = Callable[..., None]


@dataclass(frozen=True)
class Table:
    """A sheet as texts; its first row names the columns."""

    tab: sheets.Tab
    name: str
    texts: Sequence[Sequence[str]]
    tell: Tell

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of each column; what a heading row lacks or has too much is told once."""
        heading = [self._known(words) for words in self.head]
        found = match(self.tab.table, heading, 1)
        for problem in found.problems:
            column = find(self.tab.table, problem.column or "")
            named = column.title.render("zh_CN") if column else problem.column or ""
            self.tell(Place(self.name, 1, named), problem.message, problem.remedy)
        for words in found.ignored:
            names = ", ".join(column.title.render("zh_CN") for column in self.tab.table.columns)
            self.tell(Place(self.name, 1, words), _("This column is not known here."),
                      _("Known are: {names}.", names=names))
        return dict(found.positions)

    @property
    def head(self) -> Sequence[str]:
        """The first row."""
        return [unquoted(words) for words in self.texts[0]] if self.texts else []

    def _known(self, words: str) -> str:
        """A heading, but that of a post in the matrix."""
        return "" if self.tab is sheets.MATRIX and self.post(words) is not None else words

    def post(self, words: str) -> str | None:
        """The post a heading of the matrix names, in its last line; None for one of the fixed columns and no words."""
        if not words or ("\n" not in words and find(self.tab.table, words) is not None):
            return None
        return words.rpartition("\n")[2].strip()

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything; what stands under no heading is told."""
        positions, width = self.positions, len(self.head)
        for number, texts in enumerate(self.texts[1:], 2):
            if not any(texts):
                continue
            for column, text in enumerate(texts):
                if text and (column >= width or not self.head[column]):
                    self.tell(Place(self.name, number, letters(column)), _("The cell stands under no heading."),
                              _("Name its column, or remove it."), text)
            yield Row(self, number, {name: texts[place] for name, place in positions.items() if place < len(texts)})


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its columns, each text as it is meant."""

    table: Table
    number: int
    texts: dict[str, str]

    def get(self, name: str) -> str:
        """The text of a column; empty where it holds none."""
        return unquoted(self.texts.get(name, ""))

    def place(self, name: str) -> Place:
        """Where a column of this row stands."""
        return Place(self.table.name, self.number, self.table.tab.table.column(name).title.render("zh_CN"))

    def spot(self, spots: dict[str, Spot], place: str, name: str = "") -> None:
        """Keep where a row and each of its columns stand, under the place that messages about the list name."""
        spots.setdefault(place, (self.number, self.place(name).words if name else self.table.name))
        for column in self.table.tab.table.columns:
            key = _KEYS.get(column.name, column.name)
            spots.setdefault(f"{place}.{key}", (self.number, self.place(column.name).words))
        if "target" in self.texts:
            for key in ("at_least", "at_most"):
                spots.setdefault(f"{place}.{key}", (self.number, self.place("target").words))
        if "actions" in self.texts:
            for key in sheets.SEPARATIONS:
                spots.setdefault(f"{place}.{key}", (self.number, self.place("actions").words))

    def meant(self, name: str) -> str:
        """A word of a cell as a draft has it; one that is not known stays, for the reader to refuse."""
        text = self.get(name)
        words = _WORDS.get(name)
        found = sheets.meaning(words, text) if words and text else None
        return found if found is not None else text


#: Columns that are called otherwise in a list.
_KEYS = {"text_zh": "text", "title_zh": "title"}


def unquoted(text: str) -> str:
    """A text as it is meant: without the apostrophe that keeps it from being run."""
    return text[1:] if text.startswith("'") else text


def content(row: Row, kind: str) -> dict[str, Any]:
    """A duty, an entry or a target as a YAML file has it."""
    if kind == "duties":
        return _said({"text": _translated(row, "text"), "raci": row.get("raci"), "matter": row.get("matter")})
    if kind == "assessment":
        comparison = row.meant("comparison") or "at_least"
        if comparison not in sheets.COMPARISONS:
            row.table.tell(row.place("comparison"), _("{word} is no comparison.", word=comparison), _(
                "Known are: {names}.", names=", ".join(words[0] for words in sheets.COMPARISONS.values())), comparison)
            comparison = "at_least"
        return _said({
            "title": _translated(row, "title"), "metric": row.get("metric"), comparison: row.get("target"),
            "unit": row.get("unit"), "per": row.meant("per"), "weight": row.get("weight"), "duty": row.get("duty"),
        })
    words = ("power", "up_to", "split_guard", "needs_second", "break_glass", "duty", "basis", "delegable",
             "by_acting", "grantable")
    said = {name: row.meant(name) for name in words}
    verb = "cannot" if row.table.tab is sheets.PROHIBITIONS else "can"
    return {verb: row.get(verb)} | _said({
        **said, "title": _translated(row, "title"), "in": scope(row.get("in")), "cap": cap(row.get("cap")),
        "when": conditions(row, "when"),
    })


def boundary(row: Row) -> dict[str, Any]:
    """A boundary as a YAML file has it."""
    support = [part.strip() for part in re.split(r"[,，、;；\n]", row.get("support")) if part.strip()]
    return _said({
        "matter": row.get("matter"), "lead": row.get("lead"), "support": support, "text": _translated(row, "text"),
    })


def separation(row: Row) -> dict[str, Any]:
    """A rule that keeps actions apart as a YAML file has it."""
    kind = row.meant("kind")
    if kind not in sheets.SEPARATIONS:
        row.table.tell(row.place("kind"), _("{word} is no way to keep matters apart.", word=kind or "–"), _(
            "Known are: {names}.", names=", ".join(words[0] for words in sheets.SEPARATIONS.values())), kind or None)
        kind = "same_object"
    actions = [part for part in re.split(r"[,，、;；\s]+", row.get("actions")) if part]
    return {kind: actions} | _said({
        "months": row.get("months"), "risk": row.meant("risk"), "basis": row.get("basis"),
    })


def expectation(row: Row) -> dict[str, Any]:
    """An expectation as a YAML file has it; a row that asks nothing in particular asks whether the post may."""
    kind = row.meant("question") or "can"
    if kind not in sheets.QUESTIONS:
        row.table.tell(row.place("question"), _("{word} is no question of a list.", word=kind), _(
            "Known are: {names}.", names=", ".join(words[0] for words in sheets.QUESTIONS.values())), kind)
        kind = "can"
    said: dict[str, Any] = {
        "as": row.get("as"), "resource": conditions(row, "resource"), "cite": row.get("cite"), "code": row.get("code"),
    }
    if kind == "can":
        return {kind: row.get("can")} | _said(said | {"expect": row.meant("expect")})
    text = row.get("expect")
    codes = [part.strip() for part in re.split(r"[,，、;；\n]", text) if part.strip()]
    nobody = sheets.meaning(sheets.NONE, text) is not None
    return {kind: row.get("can")} | _said(said) | {
        "expect_units" if kind == "list" else "expect": [] if nobody else codes or "",
    }


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One power in one cell of the matrix, as the entry it stands for."""

    row: Row
    place: Place
    post: str
    content: dict[str, Any]


def matrix_entries(table: Table) -> list[MatrixCell]:
    """The cells of a matrix, row by row; a word that is no power is told."""
    found = []
    posts = {place: post for place, words in enumerate(table.head) if (post := table.post(words)) is not None}
    for row in table.rows():
        texts = table.texts[row.number - 1]
        limit = row.get("up_to")
        if not limit:
            table.tell(row.place("up_to"), _("The amount is missing."),
                       _("Write an amount such as 10000.00 CNY, or {word}.", word=sheets.NO_LIMIT))
            continue
        for place, post in posts.items():
            for word in re.split(r"[、,，/\s]+", texts[place] if place < len(texts) else ""):
                at = Place(table.name, row.number, post)
                power = sheets.meaning(sheets.POWERS, word) if word else None
                if word and power is None:
                    table.tell(at, _("{word} is no way to take part.", word=word), _(
                        "Known are: {names}.", names=", ".join(words[0] for words in sheets.POWERS.values())), word)
                if power is not None:
                    found.append(MatrixCell(row, at, post, _said({
                        "can": row.get("can"), "title": _translated(row, "title"), "in": scope(row.get("in")),
                        "when": conditions(row, "when"), "cap": cap(row.get("cap")), "power": power,
                        "up_to": None if limit in (sheets.NO_LIMIT, "no limit") else limit,
                    })))
    return found


def scope(text: str) -> str:
    """A scope as a list writes it: 部门及下级（ACQ） is ``subtree(ACQ)``."""
    kind, bracket, rest = text.replace("（", "(").replace("）", ")").partition("(")
    known = sheets.meaning(sheets.SCOPES, kind)
    return (known if known is not None else kind) + bracket + rest


def cap(text: str) -> str:
    """A total as a list writes it: 60000.00 CNY/月 is ``60000.00 CNY/month``."""
    amount, slash, period = text.partition("/")
    known = sheets.meaning(sheets.PERIODS, period) if slash else None
    return f"{amount}/{known}" if known is not None else text


def conditions(row: Row, name: str) -> dict[str, str] | None:
    """The lines of a cell as names and values; a line without a colon, and a name twice, are told."""
    found: dict[str, str] = {}
    for line in row.get(name).split("\n"):
        key, colon, value = line.partition(":")
        if not colon:
            key, colon, value = line.partition("：")
        key = key.strip()
        if line.strip() and (not colon or key in found):
            row.table.tell(row.place(name), _("Here stand names with their values, one in each line.") if not colon
                           else _("It stands twice."), _("Write them as in category: ads."), line)
        elif colon:
            found[key] = value.strip()
    return found or None


def _translated(row: Row, name: str) -> dict[str, str] | None:
    found = {key: row.get(f"{name}_{key}") for key in ("zh", "en") if row.get(f"{name}_{key}")}
    return found or None


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in ("", None, [])}
