"""Reading a list from a workbook: every cell is understood or told with its sheet, row and column; none is ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.authority.document import EntryDraft, ListDraft
from core.authority.document.drafts import Spot
from core.authority.document.reading import Reader
from core.authority.document.source import REFUSED, clean
from core.authority.workbook import cells, matrix, sheets
from core.authority.workbook.cells import Cell, Place
from core.base.errors import Problem
from core.base.text import Text, catalogue
from core.exchange import unpack
from core.exchange.columns import find
from core.exchange.read import worksheets

_ = catalogue("authority")

#: A list is read and signed by people; more than this is no list.
LIMITS = unpack.Limits(
    size=8 * 1024 * 1024, unpacked=64 * 1024 * 1024, rows=20_000, columns=400, cells=1_000_000
)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read: the list, and what its sheet of posts calls them, by code."""

    draft: ListDraft
    names: Mapping[str, str]


def from_workbook(data: bytes, *, source: str = "") -> Book:
    """Read a list from .xlsx. Raises ``InputErrors`` with every problem and its sheet, row and column."""
    if not data.startswith((unpack.ZIP_MAGIC, unpack.OLE_MAGIC)) or len(data) > LIMITS.size:
        raise unpack.damaged()
    errors = unpack.inspect(data, LIMITS)
    formulas = unpack.formulas(data)
    reader = _BookReader()
    for name, rows in worksheets(data):
        tab = next((tab for tab in sheets.TABS if tab.is_called(name)), None)
        if tab is None:
            if any(cell not in ("", None) for row in rows for cell in row):
                reader.problem(Place(name), _("There is no sheet {name} in a list.", name=name), _(
                    "Name it as one of {names}, or remove it.", names=", ".join(tab.name for tab in sheets.TABS)))
            continue
        refused = {(row, column) for row, column in formulas.get(name, ())}
        refused |= {(row, column) for row, column, _shown in errors.get(name, ())}
        reader.take(tab, name, rows, refused)
    return reader.book(source)


@dataclass(slots=True)
class _BookReader:
    """Gathers the sheets into the nested texts that a YAML file of the same list would have."""

    problems: list[Problem] = field(default_factory=list)
    found: dict[str, cells.Table] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def problem(self, place: Place, message: Text, remedy: Text | None = None, value: str | None = None) -> None:
        """Keep one thing that is wrong, once."""
        found = Problem(message, place.row, place.words, value, remedy)
        if found not in self.problems:
            self.problems.append(found)

    def take(self, tab: sheets.Tab, name: str, rows: list[list[Any]], refused: set[tuple[int, int]]) -> None:
        """One sheet of the workbook, as texts under its headings."""
        if tab.key in self.found:
            self.problem(Place(name), _("The sheet {name} stands twice.", name=tab.name), _("Keep one of the two."))
            return
        # Whoever types 20% into a cell that is not a text has 0.2 in it, which may as well be a number of things.
        targets = {place for place, cell in enumerate(rows[0] if rows else ())
                   if tab is sheets.ASSESSMENT and (column := find(tab.table, cell)) and column.name == "target"}
        texts = [
            [self._text(Cell(Place(name, number, unpack.letters(place)), cell),
                        refused=(number, place) in refused, exact=place in targets)
             for place, cell in enumerate(row)]
            for number, row in enumerate(rows, 1)
        ]
        self.found[tab.key] = cells.Table(tab, name, texts, self.problem)

    def _text(self, cell: Cell, *, refused: bool, exact: bool) -> str:
        """A cell as a text; ``exact`` where a number could be meant in two ways."""
        if refused or (isinstance(cell.value, str) and cell.value.lstrip().startswith("=")):
            self.problem(cell.place, _("The cell holds a formula."), _(
                "Write the value itself; a text that begins with = is written after an apostrophe."), cell.shown)
        if exact and isinstance(cell.value, int | float):
            self.problem(cell.place, _("The cell is kept as a number."),
                         _("Format it as text and write 20% or 4.5."), cell.shown)
        text = clean(cell.shown)
        if REFUSED.search(text):
            self.problem(cell.place, _("The text holds a control character."), _("Type the text anew."))
            return ""
        return text

    def book(self, source: str) -> Book:
        """Everything that was taken, as a list."""
        self._head()
        names = self._posts()
        for tab, kind in ((sheets.DUTIES, "duties"), (sheets.AUTHORITY, "authority"),
                          (sheets.PROHIBITIONS, "authority"), (sheets.ASSESSMENT, "assessment")):
            for row in self._rows(tab):
                self._put(row, kind)
        for row in self._rows(sheets.BOUNDARIES):
            self._keep(row, "list", self.data.setdefault("boundaries", {}), cells.boundary(row))
        for row in self._rows(sheets.SEPARATION):
            self._keep(row, "separation", self.data.setdefault("separation", {}), cells.separation(row))
        for number, row in enumerate(self._rows(sheets.TESTS), 1):
            self.data.setdefault("tests", []).append(cells.expectation(row))
            row.spot(self.spots, f"tests.{number}")
        drawn = self.found.get(sheets.MATRIX.key)
        from_matrix = cells.matrix_entries(drawn) if drawn else []
        if sheets.AUTHORITY.key not in self.found:
            self._number(from_matrix)
            from_matrix = []
        reader = self._reader(source)
        draft = reader.read(self.data)
        if drawn and sheets.AUTHORITY.key in self.found:
            self._agree(draft, from_matrix, drawn)
            reader.refuse()
        return Book(draft, names)

    def _reader(self, source: str) -> Reader:
        """The reader of lists, which adds what it finds to what was found before."""
        reader = Reader(source, self.spots)
        reader.problems = self.problems
        return reader

    def _head(self) -> None:
        if sheets.LIST.key not in self.found:
            self.problem(Place(sheets.LIST.name), _("The sheet {name} is missing.", name=sheets.LIST.name),
                         _("It says unit, version, first day and basis, each in a row."))
            self._reader("").refuse()
        for row in self._rows(sheets.LIST):
            key = sheets.meaning(sheets.ITEMS, row.get("item"))
            if key is None or key in self.data:
                self.problem(row.place("item"), _("This key is not known here.") if key is None
                             else _("It stands twice."), _("Known are: {names}.", names=", ".join(
                                 words[0] for words in sheets.ITEMS.values())), row.get("item"))
                continue
            self.data[key] = row.get("value")
            row.spot(self.spots, key, "value")

    def _posts(self) -> dict[str, str]:
        names = {}
        for row in self._rows(sheets.POSTS):
            post = row.get("post")
            if not post or post in names:
                self.problem(row.place("post"), _("It stands twice.") if post else _("The text is missing."),
                             _("Each post stands in one row, with its code."), post)
                continue
            names[post] = row.get("name")
            self.data.setdefault("positions", {})[post] = {}
            row.spot(self.spots, f"positions.{post}", "post")
            row.spot(self.spots, post, "name")
        return {post: name for post, name in names.items() if name}

    def _rows(self, tab: sheets.Tab) -> Iterator[cells.Row]:
        found = self.found.get(tab.key)
        return found.rows() if found else iter(())

    def _put(self, row: cells.Row, kind: str) -> None:
        holder = self._holder(row.place("post"), row.get("post"), kind)
        if holder is not None:
            content = cells.content(row, kind)
            self._keep(row, holder, self._block(holder).setdefault(kind, {}), content)

    def _holder(self, place: Place, post: str, kind: str) -> str | None:
        """Who holds a row: a post, everybody (for entries), the unit itself (for duties)."""
        other = {"authority": "everybody", "duties": "unit"}.get(kind)
        said = sheets.meaning(sheets.HOLDERS, post)
        if said is not None and said == other:
            return said
        listed = self.found.get(sheets.POSTS.key)
        if not post or said is not None or (listed and post not in self.data.get("positions", {})):
            remedy = _("Write the code of a post that stands on the sheet {name}{other}.", name=sheets.POSTS.name,
                       other=f" / {sheets.word(sheets.HOLDERS, other)}" if other else "")
            self.problem(place, _("This is no post of the list."), remedy, post or None)
            return None
        return post

    def _block(self, holder: str) -> dict[str, Any]:
        if holder in ("everybody", "unit"):
            return self.data.setdefault(holder, {})  # type: ignore[no-any-return]
        return self.data.setdefault("positions", {}).setdefault(holder, {})  # type: ignore[no-any-return]

    def _keep(self, row: cells.Row, holder: str, rows: dict[str, Any], content: dict[str, Any]) -> None:
        code = row.get("code")
        if not code or code in rows:
            self.problem(row.place("code"), _("It stands twice for this post.") if code else _("The text is missing."),
                         _("Each row of a post has a code of its own."), code or None)
            return
        rows[code] = content
        row.spot(self.spots, f"{holder}.{code}")

    # -- the approval matrix -----------------------------------------------------------------------------------------

    def _number(self, found: list[cells.MatrixCell]) -> None:
        """Entries from the matrix alone: numbered for each post in the order of the rows."""
        for cell in found:
            holder = self._holder(Place(cell.place.sheet, 1, cell.post), cell.post, "authority")
            if holder is not None:
                entries = self._block(holder).setdefault("authority", {})
                code = next(f"A{n}" for n in range(1, len(entries) + 2) if f"A{n}" not in entries)
                entries[code] = cell.content
                cell.row.spot(self.spots, f"{holder}.{code}")

    def _agree(self, draft: ListDraft, found: list[cells.MatrixCell], drawn: cells.Table) -> None:
        """The matrix says what the entries say, cell by cell."""
        wanted = matrix.said(draft.entries)
        drawn_cells: dict[tuple[matrix.Key, str | None], set[str]] = {}
        at: dict[tuple[matrix.Key, str | None], cells.MatrixCell] = {}
        for cell in found:
            entry = self._entry_of(cell)
            if entry is not None:
                key = (matrix.key_of(entry), entry.position)
                drawn_cells.setdefault(key, set()).add(entry.power)
                at.setdefault(key, cell)
        codes: dict[tuple[matrix.Key, str | None], list[str]] = {}
        for one in draft.entries:
            codes.setdefault((matrix.key_of(one), one.position), []).append(f"{one.position or 'everybody'}.{one.code}")
        for key in dict.fromkeys([*wanted, *drawn_cells]):
            says, drawn_says = wanted.get(key, set()), drawn_cells.get(key, set())
            if says == drawn_says:
                continue
            message = _("The matrix says {matrix}, the sheet {sheet} says {entries}.", sheet=sheets.AUTHORITY.name,
                        matrix=_words(drawn_says), entries=_words(says))
            cell_at = at.get(key)
            spot = self.spots.get(codes[key][0]) if key in codes and cell_at is None else None
            place = cell_at.place if cell_at else Place(spot[1], spot[0]) if spot else Place(drawn.name)
            self.problem(place, message, _(
                "Change one of the two, or remove the sheet {name}: it is made again from the entries.",
                name=sheets.MATRIX.name), ", ".join(codes.get(key, [])) or None)

    def _entry_of(self, cell: cells.MatrixCell) -> EntryDraft | None:
        """What a cell of the matrix says, read as an entry would be."""
        holder = self._holder(Place(cell.place.sheet, 1, cell.post), cell.post, "authority")
        if holder is None:
            return None
        spots: dict[str, Spot] = {}
        cell.row.spot(spots, f"{holder}.A")
        reader = Reader("", spots)
        (entry,) = reader.entries(None if holder == "everybody" else holder, {"authority": {"A": cell.content}})
        self.problems += [one for one in reader.problems if one not in self.problems]
        return None if reader.problems else entry


def _words(powers: set[str]) -> str:
    return "、".join(sheets.word(sheets.POWERS, power) for power in sheets.POWERS if power in powers) or "–"
