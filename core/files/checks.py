"""Looking into an upload before it is kept: what it really is, whether its name says the same, and whether opening it
would fill a machine. Nothing is unpacked; every limit is checked against what the file says of itself.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Collection
from typing import BinaryIO

from core.base.errors import DomainError
from core.base.text import Text, catalogue, listed
from core.files import names, sniff

_ = catalogue("files")

#: The most pixels of an image; a camera of today takes 50 million.
PIXELS = 100_000_000
#: The most members of an archive, the most bytes they may unpack to, and how often what is stored, from a size on.
MEMBERS, UNPACKED, RATIO, RATIO_FROM = 5_000, 1 << 30, 150, 64 << 20
#: How much of the end is searched for what belongs there.
TAIL = 66_000

_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar")
_OFFICE = (("word/", sniff.DOCX), ("xl/", sniff.XLSX), ("ppt/", sniff.PPTX))
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MACRO_OLE = "_VBA_PROJECT".encode("utf-16-le")

KINDS: dict[str, Text] = {
    sniff.PDF: _("PDF"), sniff.PNG: _("PNG image"), sniff.JPEG: _("JPEG image"), sniff.WEBP: _("WebP image"),
    sniff.HEIC: _("HEIC photo"), sniff.GIF: _("GIF image"), sniff.XLSX: _("Excel workbook"),
    sniff.DOCX: _("Word document"), sniff.PPTX: _("PowerPoint file"), sniff.OFD: _("OFD document"),
    sniff.CSV: _("CSV table"), sniff.TEXT: _("plain text"), sniff.XML: _("XML document"), sniff.ZIP: _("ZIP archive"),
    sniff.OLE: _("Office file of the old format"), sniff.HTML: _("web page"), sniff.SVG: _("SVG drawing"),
    sniff.PROGRAM: _("program"),
}


def refuse(code: str, message: Text) -> DomainError:
    """A refusal that stands beside the input of the file."""
    return DomainError(code, message, "file")


def title(content_type: str) -> Text:
    """What people call a kind of content."""
    return KINDS.get(content_type, _("file of an unknown kind"))


def examine(stream: BinaryIO, head: bytes, size: int, name: str, accept: Collection[str]) -> str:
    """The media type of an upload that may be kept. ``stream`` can be read from anywhere.

    Raises ``DomainError`` with one sentence: not among ``accept``, ``file.name`` when its name promises something else,
    ``file.macros``, ``file.encrypted``, ``file.bomb`` or ``file.damaged_upload``.
    """
    if not size:
        raise refuse("file.empty", _("The file is empty."))
    found = sniff.content_type(head, name)
    if found in (sniff.ZIP, sniff.XLSX):
        found = _archive(stream, size)
    elif found == sniff.OLE:
        _old_office(stream)
    elif _is_archive_too(stream, size):
        raise refuse("file.two_in_one", _("The file is two files in one. Save it again and upload that."))
    if found == sniff.PROGRAM:
        raise refuse("file.program", _("Programs are not accepted."))
    if found not in accept:
        raise refuse("file.type", _not_here(found, accept))
    _agree(found, name)
    if found in (sniff.PNG, sniff.JPEG, sniff.WEBP, sniff.HEIC, sniff.GIF):
        _picture(found, stream, head)
    if found == sniff.PDF:
        _pdf(stream, size)
    return found


def _not_here(found: str, accept: Collection[str]) -> Text:
    known = [KINDS[one] for one in KINDS if one in accept]
    if set(accept) <= {sniff.XLSX, sniff.CSV, sniff.TEXT}:
        return _("A file of this kind cannot be used here. Choose an .xlsx or a CSV file.")
    return _("Not accepted here: {kind}. Accepted: {accepted}.", kind=title(found), accepted=listed(known))


def _agree(found: str, name: str) -> None:
    ending = names.ending(name)
    if ending in names.RUNNING and found not in (sniff.PROGRAM, sniff.HTML, sniff.SVG):
        raise refuse("file.name", _("Files that end in .{ending} are not accepted.", ending=ending))
    promised = names.ENDINGS.get(ending)
    text = found in (sniff.TEXT, sniff.CSV) and ending in ("csv", "txt")
    if promised is not None and found not in promised and not text:
        raise refuse(
            "file.name",
            _("The name ends in .{ending}, but the content is something else: {kind}. Save the file again.",
              ending=ending, kind=title(found)),
        )


# -- archives and office files -----------------------------------------------------------------------------------------


def _is_archive_too(stream: BinaryIO, size: int) -> bool:
    """Whether the end of something else is the end of a zip: one file to whoever looks at its beginning, another to
    whoever looks at its end."""
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and len(tail) - at >= 22 and struct.unpack("<H", tail[at + 20:at + 22])[0] == len(tail) - at - 22


def _archive(stream: BinaryIO, size: int) -> str:
    damaged = refuse("file.damaged_upload", _("The file is damaged. Save it again and upload that."))
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if archive.start_dir > size or (members and min(one.header_offset for one in members) > 0):
                raise damaged
            _bounded(members, size)
            paths = {one.filename for one in members}
            return _kind_of(archive, paths)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, KeyError, struct.error, RuntimeError):
        raise damaged from None


def _bounded(members: list[zipfile.ZipInfo], size: int) -> None:
    if any(one.flag_bits & 1 for one in members):
        raise refuse("file.encrypted", _("The file is protected with a password. Remove it and upload the file again."))
    unpacked = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    bomb = (
        len(members) > MEMBERS or unpacked > UNPACKED or packed > size
        or (unpacked > RATIO_FROM and unpacked > RATIO * size)
        or any(one.filename.lower().endswith(_ARCHIVES) for one in members)
    )
    if bomb:
        raise refuse("file.bomb", _("The file would unpack to more than is accepted. Upload what is in it one by one."))


def _kind_of(archive: zipfile.ZipFile, paths: set[str]) -> str:
    if "OFD.xml" in paths:
        return sniff.OFD
    if "[Content_Types].xml" not in paths:
        return sniff.ZIP
    with archive.open("[Content_Types].xml") as part:
        types = part.read(1 << 20)
    if b"macroEnabled" in types or any(path.lower().endswith("vbaproject.bin") for path in paths):
        raise refuse("file.macros", _("The file holds macros. Save it without them, as .docx or .xlsx."))
    return next((found for folder, found in _OFFICE if any(path.startswith(folder) for path in paths)), sniff.ZIP)


def _old_office(stream: BinaryIO) -> None:
    stream.seek(0)
    beginning = stream.read(8 << 20)
    if _ENCRYPTED_OFFICE in beginning:
        raise refuse("file.encrypted", _("The file is protected with a password. Remove it and upload the file again."))
    if _MACRO_OLE in beginning:
        raise refuse("file.macros", _("The file holds macros. Save it without them, as .docx or .xlsx."))


# -- pictures and PDF --------------------------------------------------------------------------------------------------


def _picture(found: str, stream: BinaryIO, head: bytes) -> None:
    measured = {sniff.PNG: _png, sniff.WEBP: _webp, sniff.HEIC: _heic, sniff.GIF: _gif}
    size = _jpeg(stream) if found == sniff.JPEG else measured[found](head)
    if size is None:
        raise refuse("file.damaged_upload", _("The file is damaged. Save it again and upload that."))
    width, height = size
    if width * height > PIXELS:
        raise refuse(
            "file.pixels",
            _("The image has {width} × {height} pixels, more than can be shown. Make it smaller.",
              width=f"{width:,}", height=f"{height:,}"),
        )


Size = tuple[int, int]


def _png(head: bytes) -> Size | None:
    return struct.unpack(">II", head[16:24]) if head[12:16] == b"IHDR" and len(head) >= 24 else None


def _gif(head: bytes) -> Size | None:
    return struct.unpack("<HH", head[6:10]) if len(head) >= 10 else None


def _webp(head: bytes) -> Size | None:
    form = head[12:16]
    if len(head) < 30:
        return None
    if form == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", head[26:30])
    return (width & 0x3FFF, height & 0x3FFF) if form == b"VP8 " else None


def _heic(head: bytes) -> Size | None:
    """The largest of the images a HEIC holds, by the boxes that say how large each is."""
    sizes = [struct.unpack(">II", head[at + 8:at + 16]) for at in _places(head, b"ispe") if at + 16 <= len(head)]
    return max(sizes, key=lambda one: one[0] * one[1], default=None)


def _places(text: bytes, word: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(word), text)]


def _jpeg(stream: BinaryIO) -> Size | None:
    """The frame header, past whatever the camera wrote in front of it."""
    stream.seek(2)
    for _number in range(2_000):
        marker = stream.read(2)
        while len(marker) == 2 and marker[0] == 0xFF and marker[1] == 0xFF:
            marker = marker[1:] + stream.read(1)
        if len(marker) < 2 or marker[0] != 0xFF:
            return None
        length = stream.read(2)
        if len(length) < 2:
            return None
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = stream.read(5)
            return (int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")) if len(frame) == 5 else None
        stream.seek(int.from_bytes(length, "big") - 2, os.SEEK_CUR)
    return None


def _pdf(stream: BinaryIO, size: int) -> None:
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise refuse("file.damaged_upload", _("The file is damaged. Save it again and upload that."))
