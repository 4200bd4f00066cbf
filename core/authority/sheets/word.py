"""The tables of a .docx, and nothing else of it: no macros, no entities, no links, bounded in every direction.

A .docx is a zip of XML. Only ``word/document.xml`` is unpacked, against a limit, and read by events; a document type,
which no word processor writes and which entities would need, is refused in whatever encoding it comes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from core.base.errors import InputErrors, Problem
from core.base.text import Text, catalogue
from core.exchange.unpack import BROKEN, ENCRYPTED_STREAM, OLE_MAGIC, ZIP_MAGIC

_ = catalogue("authority")

#: Bytes as sent, bytes of the text unpacked, tables, cells of a table, characters of a cell.
SIZE, UNPACKED, TABLES, CELLS, CHARACTERS = 10 << 20, 64 << 20, 2_000, 20_000, 20_000
_MOST_PARTS = 5_000
_BODY = "word/document.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
#: The same in files that follow the strict form of the standard.
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "


@dataclass(slots=True)
class Cell:
    """A cell: its text by lines, how many columns it spans, and whether it continues the cell above (``below``)."""

    text: str = ""
    span: int = 1
    below: bool = False


Row = list[Cell]


@dataclass(slots=True)
class Table:
    """A table, and the lines of text between it and the table before."""

    rows: list[Row] = field(default_factory=list)
    before: list[str] = field(default_factory=list)


def tables(data: bytes) -> list[Table]:
    """The tables of a .docx in order; a table within a cell is part of the text of that cell.

    Raises ``InputErrors`` with one sentence for what is no .docx, has macros or a password, is damaged, too large, or
    holds no table.
    """
    if len(data) > SIZE:
        raise _refuse(_("The document is larger than {most} MB.", most=SIZE >> 20),
                      _("Leave pictures out, or send it in parts."))
    _refuse_containers(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _body(archive)
    except BROKEN:
        raise _damaged() from None
    try:
        found = _Reader().read(body)
    except (expat.ExpatError, ValueError, LookupError):  # the last two for encodings that nobody knows
        raise _damaged() from None
    if not found:
        raise _refuse(_("The document holds no table."), _("Put what it says into a table, label beside value."))
    return found


def _refuse(message: Text, remedy: Text) -> InputErrors:
    return InputErrors(message, [Problem(message, remedy=remedy)], code="file.unreadable")


def _damaged() -> InputErrors:
    return _refuse(_("This is no Word document, or it is damaged."),
                   _("Open it in a word processor, save it again as .docx and take that file."))


def _refuse_containers(data: bytes) -> None:
    if data.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in data:
            raise _refuse(_("The document is protected with a password."), _("Remove the password and save it again."))
        raise _refuse(_("This is a document in the old .doc format."), _("Save it as .docx and take that file."))
    if not data.startswith(ZIP_MAGIC):
        raise _damaged()


def _body(archive: zipfile.ZipFile) -> bytes:
    names = archive.namelist()
    if len(names) > _MOST_PARTS or _BODY not in names:
        raise _damaged()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refuse(_("The document contains macros."), _("Save it as .docx, which holds none, and take that file."))
    with archive.open(_BODY) as part:
        body = part.read(UNPACKED + 1)
    if len(body) > UNPACKED:
        raise _refuse(_("The document unpacks to more than {most} MB.", most=UNPACKED >> 20),
                      _("Send it in parts."))
    return body


class _Reader:
    """Builds the tables while the parser tells of elements."""

    def __init__(self) -> None:
        self._found: list[Table] = []
        self._loose: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._cells = 0
        self._taking = False

    def read(self, body: bytes) -> list[Table]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(body, True)
        return self._found

    @staticmethod
    def _no_doctype(*_told: Any) -> None:
        raise _damaged()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        if tag == "t":
            self._taking = True
        elif tag in ("tab", "br", "cr"):
            self._line.append("\n" if tag != "tab" else "\t")
        elif tag == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._begin_table()
        elif self._depth == 1 and tag == "tr":
            self._found[-1].rows.append([])
        elif self._depth == 1 and tag == "tc":
            self._begin_cell()
        elif self._depth == 1 and tag == "gridSpan":
            self._cell.span = max(1, min(int(_value(attributes) or 1), 100))
        elif self._depth == 1 and tag == "vMerge":
            self._cell.below = _value(attributes) != "restart"

    def _begin_table(self) -> None:
        if len(self._found) == TABLES:
            raise _refuse(_("The document holds more than {most} tables.", most=TABLES), _("Send it in parts."))
        self._found.append(Table(before=self._loose))
        self._loose, self._cells = [], 0

    def _begin_cell(self) -> None:
        self._cells += 1
        if self._cells > CELLS:
            raise _refuse(_("Table {table} holds more than {most} cells.", table=len(self._found), most=CELLS),
                          _("Send it in parts."))
        self._found[-1].rows[-1].append(Cell())

    @property
    def _cell(self) -> Cell:
        return self._found[-1].rows[-1][-1]

    def _end(self, name: str) -> None:
        tag = _tag(name)
        if tag == "t":
            self._taking = False
        elif tag == "tbl":
            self._depth -= 1
        elif tag == "p":
            line, self._line = "".join(self._line).strip(), []
            if not line:
                return
            if self._depth == 0:
                self._loose.append(line)
            elif len(self._cell.text) < CHARACTERS:
                self._cell.text = f"{self._cell.text}\n{line}".strip()[:CHARACTERS]

    def _text(self, text: str) -> None:
        if self._taking:
            self._line.append(text)


def _tag(name: str) -> str:
    """The name of an element of the text itself; of all else, such as drawings, nothing."""
    for space in (_W, _STRICT):
        if name.startswith(space):
            return name[len(space):]
    return ""


def _value(attributes: dict[str, str]) -> str:
    return attributes.get(f"{_W}val", attributes.get(f"{_STRICT}val", ""))
