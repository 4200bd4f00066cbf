"""Look into an .xlsx before the reader does: is it one, how much does it unpack to, where do its cells stand.

The reader fills the whole rectangle up to the outermost cell, so a file of five kilobytes with one cell in XFD1048576
would ask for half a terabyte and end the process. Every part is therefore unpacked once, against limits, and the
outermost cell is known before the rectangle is made. The common file is cleared by byte searches; only a wide, long
or odd one is looked at tag by tag.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from core.base.errors import InputErrors, Problem
from core.base.text import Text, catalogue

_ = catalogue("exchange")

#: What the archive module raises for a zip that breaks off, contradicts itself, or is packed in a way it does not know.
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError, KeyError,
)  # fmt: skip
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

_CHUNK = 1 << 20
_MOST_PARTS = 5_000
_MOST_ERRORS = 1_000
#: A reference beyond column Z or beyond row 199,999 sends a part to the exact look.
_FAR = re.compile(rb'<c r="[A-Za-z](?:[A-Za-z]|[2-9]\d{5}|\d{7})')
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*)>")
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])")
_ERROR_TYPE = re.compile(rb"(?:^|\s)t\s*=\s*[\"']e[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: Elements of a sheet whose names begin with c and that are no cells (cols, conditionalFormatting, cfRule ...).
_NO_CELLS = (b"<co", b"<cf", b"<ce", b"<cu")


#: Row (from 1), column (from 0) and what the cell shows, such as ``#DIV/0!``.
ErrorCell = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as sent, bytes unpacked, rows, columns and cells of the rectangle."""

    size: int = 64 * 1024 * 1024
    unpacked: int = 1024 * 1024 * 1024
    rows: int = 500_000
    columns: int = 512
    cells: int = 20_000_000


def refuse(message: Text, remedy: Text, *, row: int | None = None, column: str | None = None) -> InputErrors:
    """The error for a file that cannot be read at all: one message, one remedy."""
    return InputErrors(message, [Problem(message, row=row, column=column, remedy=remedy)], code="file.unreadable")


def letters(column: int) -> str:
    """The letters of a column as spreadsheets show them: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def inspect(data: bytes, limits: Limits) -> dict[str, list[ErrorCell]]:
    """Clear an .xlsx for reading.

    Returns by worksheet name the cells that hold a formula error; the reader would show them as empty.
    Raises ``InputErrors`` for anything that is no .xlsx, is encrypted or damaged, or unpacks beyond the limits.
    """
    _refuse_containers(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _inspect_parts(archive, limits)
    except BROKEN:
        raise damaged() from None


def damaged() -> InputErrors:
    """The error for a workbook that breaks off or contradicts itself."""
    return refuse(
        _("The workbook is damaged and cannot be opened."),
        _("Open it in a spreadsheet program, save it again as .xlsx and import that file."),
    )


def _refuse_containers(data: bytes) -> None:
    if data.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in data:
            raise refuse(
                _("The workbook is protected with a password."),
                _("Remove the password in the spreadsheet program, save the file and import it again."),
            )
        raise refuse(
            _("This is a workbook in the old .xls format."),
            _("Save it as .xlsx or as CSV UTF-8 and import that file."),
        )
    if not data.startswith(ZIP_MAGIC):
        raise damaged()


def _inspect_parts(archive: zipfile.ZipFile, limits: Limits) -> dict[str, list[ErrorCell]]:
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise refuse(
            _("This is not an .xlsx workbook."), _("Save the table as .xlsx or as CSV UTF-8 and import that file.")
        )
    if len(parts) > _MOST_PARTS:
        raise damaged()
    left = limits.unpacked
    errors: dict[str, list[ErrorCell]] = {}
    for part in parts:
        unusual = False
        for window, size in _windows(archive, part):
            left -= size
            if left < 0:
                raise refuse(
                    _("The workbook unpacks to more than {size} MB.", size=limits.unpacked >> 20),
                    _("Split the table into several files and import them one after another."),
                )
            unusual = unusual or _is_unusual(window)
        if unusual:
            found = _exact(archive, part, limits)
            if found:
                errors[part.filename] = found
    return {name: errors[part] for name, part in _worksheet_parts(archive) if part in errors} if errors else {}


def formulas(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Row (from 1) and column (from 0) of each cell that holds a formula, by worksheet, of a file that ``inspect`` has
    cleared. The reader shows what a formula came to when the file was saved, not that there is one.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, part in _worksheet_parts(archive):
            if part not in archive.namelist():
                continue
            content = archive.read(part)
            cells = list(_CELL.finditer(content))
            ends = [cell.start() for cell in cells[1:]] + [len(content)]
            for cell, end in zip(cells, ends, strict=False):
                reference = _REFERENCE.search(cell[1])
                if reference is not None and not cell[1].endswith(b"/") and _FORMULA.search(content, cell.end(), end):
                    found.setdefault(name, []).append((int(reference[2]), _position(reference[1])))
    return found


def _is_unusual(window: bytes) -> bool:
    """Whether a piece holds a far cell, an error, a cell that does not begin with its reference, or a prefix."""
    if b't="e"' in window or b"t='e'" in window or b":c" in window:
        return True
    tags, placed = window.count(b"<c"), window.count(b'<c r="')
    if tags != placed and tags - sum(window.count(other) for other in _NO_CELLS) != placed:
        return True
    return _FAR.search(window) is not None


def _worksheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {found["Id"]: found["Target"] for found in _attributes(_RELATION, relations) if "Target" in found}
    for found in _attributes(_SHEET, book):
        relation = next((value for name, value in found.items() if name.endswith(":id")), "")
        target = targets.get(relation, "").lstrip("/")
        yield found.get("name", ""), target if target.startswith("xl/") else f"xl/{target}"


def _attributes(tag: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    for element in tag.finditer(text):
        yield {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(element[1])}


def _windows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """The part in pieces that end after a tag, each with the number of bytes newly unpacked for it."""
    carried = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            end = chunk.rfind(b">") + 1
            if end:
                yield carried + chunk[:end], len(chunk)
                carried = chunk[end:]
                continue
            carried += chunk
            if len(carried) > _CHUNK:
                if b"<" in carried:
                    raise damaged()
                yield carried, len(chunk)
                carried = b""
            else:
                yield b"", len(chunk)
    if carried:
        yield carried, 0


def _exact(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> list[ErrorCell]:
    """Look at every cell tag of a part: its outermost cell must stay inside the limits; the error cells are returned.

    A cell without a reference takes its place from its neighbours, which cannot be bounded here and which no
    spreadsheet program writes; the workbook is refused.
    """
    rows = columns = 0
    errors: list[ErrorCell] = []
    places: dict[bytes, int] = {}
    for window, _size in _windows(archive, part):
        for cell in _CELL.finditer(window):
            reference = _REFERENCE.search(cell[1])
            if reference is None:
                raise damaged()
            name, number = reference[1], int(reference[2])
            column = places.get(name)
            if column is None:
                column = places[name] = _position(name)
            columns, rows = max(columns, column + 1), max(rows, number)
            if _ERROR_TYPE.search(cell[1]) and len(errors) < _MOST_ERRORS:
                shown = _VALUE.search(window, cell.end(), cell.end() + 4_000)
                errors.append((number, column, shown[1].decode("utf-8", "replace") if shown else "#"))
    if columns > limits.columns:
        raise refuse(
            _("The sheet reaches to column {column}; at most {limit} columns can be imported.",
              column=letters(columns - 1), limit=limits.columns),
            _("Copy only the table into a new sheet and import that."),
        )
    if rows > limits.rows or rows * columns > limits.cells:
        raise refuse(
            _("The sheet reaches to row {row} and column {column}, which is more than can be imported.",
              row=rows, column=letters(columns - 1)),
            _("Copy only the table into a new sheet, or split it into several files."),
        )
    return errors


def _position(name: bytes) -> int:
    """The column of letters as spreadsheets count them, 0 for A."""
    position = 0
    for letter in name.upper():
        position = position * 26 + letter - 64
    return position - 1
