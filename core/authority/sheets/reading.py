"""What the tables of a document say of posts: in label-and-value form, or one post in a row under a heading.

Every cell that is not understood is told with its table and row; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from core.authority.sheets.word import Cell, Row, Table, tables

_DATA = Path(__file__).parent.parent / "data" / "sheet_labels.yaml"
#: Fields whose text is taken as it is, in one line.
_PLAIN = ("unit", "title", "category", "grade", "code", "headcount", "reports_to")
_FIELDS = (*_PLAIN, "duties", "standard", "requirements", "aside")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BLANK = re.compile(r"[\s\u3000:：*＊]+")
_NUMBERED = re.compile(
    r"^\s*(?:[（(]?\d{1,2}[)）.、．](?!\d)|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|[①-⑳])\s*"
)
#: Where within a line the next numbered item begins.
_INLINE = re.compile(r"(?<=[；;。\s])(?=(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]))|(?<=.)(?=[①-⑳])")
_LINE = re.compile(r"^([^:：]{2,12})[:：]\s*(\S.*)$")


@dataclass(frozen=True, slots=True)
class DutyRead:
    """A duty, and by what its work is measured."""

    text: str
    standard: str = ""


@dataclass(slots=True)
class SheetRead:
    """A post as a document describes it; ``table`` and ``row`` are where it begins, from 1."""

    table: int
    row: int
    unit: str = ""
    title: str = ""
    category: str = ""
    grade: str = ""
    code: str = ""
    headcount: str = ""
    reports_to: str = ""
    requirements: str = ""
    duties: list[DutyRead] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that was not understood."""

    table: int
    row: int
    text: str


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    """Fields by label, and apart from them the heads within a block about duties."""
    told: dict[str, list[str]] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return {
        "fields": {label: name for name in _FIELDS for label in told[name]},
        "heads": {label: name for name in ("measures", "words", "number") for label in told[name]},
    }


def _said(text: str) -> str:
    """A text as labels are compared."""
    return _BRACKETS.sub("", _BLANK.sub("", text))


def label_of(text: str) -> str | None:
    """The field a cell names, or None for one that names none."""
    return _labels()["fields"].get(_said(text)) if len(text) <= 40 else None


def _column(text: str) -> str | None:
    """What stands under a heading; numbers of rows are not kept anywhere."""
    return "aside" if _labels()["heads"].get(_said(text)) == "number" else label_of(text)


def read_sheets(data: bytes) -> tuple[list[SheetRead], list[Unread]]:
    """The posts a .docx describes, and what of its tables was not understood.

    Raises ``InputErrors`` for a file that cannot be read or holds no table (see ``word.tables``). A table that names no
    post comes back as unread, cell by cell.
    """
    found: list[SheetRead] = []
    unread: list[Unread] = []
    for number, table in enumerate(tables(data), start=1):
        head = _heading(table)
        reader = _Table(number, table)
        if head is not None:
            reader.rows_below(head)
        else:
            reader.labelled()
        found += [one for one in reader.sheets if one.title]
        unread += reader.unread if any(one.title for one in reader.sheets) else [
            Unread(number, place, cell.text) for place, row in enumerate(table.rows, start=1)
            for cell in row if cell.text and not cell.below
        ]
    return found, unread


def _heading(table: Table) -> int | None:
    """The row of labels alone, one of them the post's, below which each row is a post; None where there is none."""
    for number, row in enumerate(table.rows[:5]):
        names = [label_of(cell.text) or _labels()["heads"].get(_said(cell.text)) for cell in row if cell.text]
        if len(names) >= 3 and "title" in names and all(names) and number + 1 < len(table.rows):
            below = table.rows[number + 1]
            if not any(label_of(cell.text) for cell in below):
                return number
    return None


class _Table:
    """Reads one table."""

    def __init__(self, number: int, table: Table) -> None:
        self._number, self._table = number, table
        self.sheets: list[SheetRead] = []
        self.unread: list[Unread] = []
        self._ahead: dict[str, str] = {}
        for line in table.before:
            match = _LINE.match(line)
            name = label_of(match[1]) if match else None
            if match and name in _PLAIN:
                self._ahead[name] = match[2].strip()

    # -- a post in each row --------------------------------------------------------------------------------------------

    def rows_below(self, head: int) -> None:
        """Each row below the heading is a post; one that continues the post above adds to it."""
        columns = {start: _column(cell.text) for start, cell in _placed(self._table.rows[head])}
        for place, row in enumerate(self._table.rows[head + 1:], start=head + 2):
            cells = [(columns.get(start), cell) for start, cell in _placed(row)]
            titled = next((cell for name, cell in cells if name == "title"), None)
            if titled is None or not (titled.text or titled.below):
                self.unread += [Unread(self._number, place, cell.text) for _name, cell in cells if cell.text]
                continue
            if not titled.below or not self.sheets:
                self._begin(place)
            standards = [cell.text for name, cell in cells if name == "standard" and not cell.below]
            for name, cell in cells:
                if not cell.text:
                    continue
                if name == "unit" or not cell.below:
                    self._put(name, cell.text, place, " ".join(standards))
            if len(self.sheets) > 1 and not self.sheets[-1].unit:
                self.sheets[-1].unit = self.sheets[-2].unit

    # -- label beside value --------------------------------------------------------------------------------------------

    def labelled(self) -> None:
        """Labels with their values beside or below them; a label that reaches over several rows holds for all."""
        held: tuple[str, dict[int, str]] | None = None
        pending: str | None = None
        for place, row in enumerate(self._table.rows, start=1):
            cells = [(start, cell) for start, cell in _placed(row) if cell.text or cell.below]
            if not cells:
                continue
            first = cells[0][1]
            if first.below and held is not None:
                self._of_block(held, cells[1:], place)
                continue
            held = None
            named = label_of(first.text)
            if len(cells) == 1:
                if named is not None:
                    pending = named
                elif pending is not None:
                    self._put(pending, first.text, place)
                    pending = None
                elif place > 1 or self.sheets:  # above the first label stands what the table is called
                    self._miss(first, place)
                continue
            pending = None
            if named in ("duties", "requirements", "aside"):
                held = (named, {})
                self._of_block(held, cells[1:], place)
            else:
                self._pairs(cells, place)
        if self.sheets and not self.sheets[0].title:
            self.sheets[0].title = self._ahead.get("title", "")

    def _pairs(self, cells: list[tuple[int, Cell]], place: int) -> None:
        name: str | None = None
        for _start, cell in cells:
            found = label_of(cell.text)
            if found is not None and (name is None or name not in _PLAIN or found in _PLAIN):
                name = found
            elif name is not None:
                self._put(name, cell.text, place)
                name = None
            else:
                self._miss(cell, place)

    def _of_block(self, held: tuple[str, dict[int, str]], cells: list[tuple[int, Cell]], place: int) -> None:
        """The rows of a label that reaches down: a row of heads, then rows under them; or text as it comes."""
        name, heads = held
        own = [(start, cell) for start, cell in cells if cell.text and not cell.below]
        if name != "duties":
            self._block_of_words(name, own, place)
            return
        said = [(start, _labels()["heads"].get(_said(cell.text))) for start, cell in own]
        if len(said) > 1 and all(head for _start, head in said):
            heads.update({start: head for start, head in said if head})
            return
        if not heads:
            # What stands beside a duty is not guessed to be its standard, unless it says so.
            text, rest = (own[0][1].text, own[1:]) if own else ("", [])
            standard = ""
            if len(rest) == 2 and label_of(rest[0][1].text) == "standard":
                standard, rest = rest[1][1].text, []
            elif len(own) == 2 and re.fullmatch(r"[（(]?\d{1,2}[)）.、．]?", text):
                text, rest = own[1][1].text, []
            self._put("duties", text, place, standard)
            for _start, cell in rest:
                self._miss(cell, place)
            return
        words = [cell.text for start, cell in own if _head(heads, start) == "words"]
        measures = [cell.text for start, cell in own if _head(heads, start) == "measures"]
        for text in words:
            self._put("duties", text, place, "；".join(measures))
        for start, cell in own:
            if _head(heads, start) is None or (measures and not words):
                self._miss(cell, place)

    def _block_of_words(self, name: str, own: list[tuple[int, Cell]], place: int) -> None:
        prefix = ""
        for _start, cell in own:
            if label_of(cell.text) is not None:
                prefix = f"{cell.text.strip().rstrip(':：')}：" if name == "requirements" else ""
            else:
                self._put(name, prefix + cell.text, place)
                prefix = ""

    # -- what is said --------------------------------------------------------------------------------------------------

    def _begin(self, place: int) -> SheetRead:
        sheet = SheetRead(self._number, place)
        for name, said in self._ahead.items():
            if name != "title":
                setattr(sheet, name, said)
        self.sheets.append(sheet)
        return sheet

    def _put(self, name: str | None, text: str, place: int, standard: str = "") -> None:
        if name == "aside" or not text:
            return
        sheet = self.sheets[-1] if self.sheets else self._begin(place)
        if name == "title" and sheet.title:
            sheet = self._begin(place)
        if name in _PLAIN:
            setattr(sheet, name, " ".join(text.split()))
        elif name == "requirements":
            sheet.requirements = f"{sheet.requirements}\n{text}".strip()
        elif name == "duties":
            sheet.duties += [DutyRead(one, standard) for one in items(text)]
        elif name == "standard" and self._measured(sheet, items(text)):
            pass
        else:
            self.unread.append(Unread(self._number, place, text))

    @staticmethod
    def _measured(sheet: SheetRead, standards: list[str]) -> bool:
        """Standards one for one beside the duties, or all of them beside the only one; else it is not known whose."""
        if len(sheet.duties) == 1:
            standards = ["；".join(standards)]
        if len(standards) != len(sheet.duties):
            return False
        sheet.duties = [DutyRead(duty.text, duty.standard or said)
                        for duty, said in zip(sheet.duties, standards, strict=True)]
        return True

    def _miss(self, cell: Cell, place: int) -> None:
        if cell.text and not cell.below:
            self.unread.append(Unread(self._number, place, cell.text))


def _placed(row: Row) -> Iterator[tuple[int, Cell]]:
    """The cells of a row with the column each begins in."""
    start = 0
    for cell in row:
        yield start, cell
        start += cell.span


def _head(heads: Mapping[int, str], start: int) -> str | None:
    """The head above a column, also where the heading is a wider cell."""
    above = [column for column in heads if column <= start]
    return heads[max(above)] if above else None


def items(text: str) -> list[str]:
    """The numbered items of a text, each in one line without its number; where nothing is numbered, its lines."""
    lines = [part.strip() for line in text.split("\n") for part in _INLINE.split(line) if part.strip()]
    numbered = [bool(_NUMBERED.match(line)) for line in lines]
    found: list[str] = []
    for line, is_new in zip(lines, numbered, strict=True):
        words = " ".join(_NUMBERED.sub("", line, count=1).split()).rstrip("；;")
        if is_new or not any(numbered) or not found:
            found.append(words)
        else:
            found[-1] = f"{found[-1]}{words}"
    return [one for one in found if one]
