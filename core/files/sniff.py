"""What a file is, by its first bytes; the name only tells csv from other text. ``checks`` looks further into it."""

from __future__ import annotations

import codecs
import re
from typing import Final

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OFD: Final = "application/ofd"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"
XML: Final = "application/xml"
PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
HEIC: Final = "image/heic"
GIF: Final = "image/gif"
ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"
HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
PROGRAM: Final = "application/x-executable"
OTHER: Final = "application/octet-stream"

#: How much of the beginning is looked at.
HEAD = 64 * 1024

#: What a browser may show by itself; everything else is only handed out for saving.
INLINE: Final = frozenset({PDF, PNG, JPEG, WEBP, GIF, TEXT, CSV})
IMAGES: Final = frozenset({PNG, JPEG, WEBP})
#: What people attach to a file of a person or of a company: scans, photos, office files.
SCANS: Final = (PDF, PNG, JPEG, WEBP, HEIC, OFD)
PAPERS: Final = (*SCANS, DOCX, XLSX)

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"\x00asm",
)
_MARKUP = re.compile(
    rb"^\s*(?:<\?xml[^>]*>|<!--.*?-->|<!doctype\s+(?P<doctype>\w+)[^>]*>|\s)*<(?P<tag>[a-z!/][\w:-]*)",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = frozenset({
    b"html", b"head", b"body", b"script", b"iframe", b"title", b"meta", b"div", b"table", b"a", b"p", b"form", b"style",
    b"img", b"h1", b"br", b"object", b"embed", b"link", b"base",
})  # fmt: skip


def content_type(head: bytes, name: str) -> str:
    """The media type of a file that begins with ``head``, or unknown; a zip is told as far as its beginning shows."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return XLSX if b"[Content_Types].xml" in head or b"xl/" in head else ZIP
    known = _of_image(head)
    if known:
        return known
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    if head.startswith(_PROGRAMS):
        return PROGRAM
    if is_text(head):
        return of_markup(head) or _of_text(head, name)
    return OTHER


def _of_text(head: bytes, name: str) -> str:
    if name.lower().endswith(".xml") and head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return XML
    return CSV if name.lower().endswith(".csv") else TEXT


def _of_image(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return GIF if head.startswith((b"GIF87a", b"GIF89a")) else ""


def of_markup(head: bytes) -> str:
    """Whether text is a page or a drawing that a browser would run, in UTF-8 or UTF-16."""
    text = head
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            text = head[2:].decode(encoding, "replace").encode()
    text = text.removeprefix(codecs.BOM_UTF8)[:4096]
    found = _MARKUP.match(text)
    if found is None:
        return ""
    tag, doctype = found["tag"].lower(), (found["doctype"] or b"").lower()
    if tag.rpartition(b":")[2] == b"svg":
        return SVG
    return HTML if doctype == b"html" or tag in _HTML_TAGS or tag == b"!doctype" else ""


def is_text(head: bytes) -> bool:
    """Whether bytes read as text in one of the encodings people send; a character may be cut off at the end."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    return False
