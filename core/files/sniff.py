"""What a file is, by its first bytes; the name only tells csv from other text."""

from __future__ import annotations

import codecs
from typing import Final

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
OTHER: Final = "application/octet-stream"

#: How much of the beginning is looked at.
HEAD = 64 * 1024


def content_type(head: bytes, name: str) -> str:
    """The media type of a file that begins with ``head``: xlsx, csv, txt, pdf, zip, or unknown."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return XLSX if b"[Content_Types].xml" in head or b"xl/" in head else ZIP
    if is_text(head):
        return CSV if name.lower().endswith(".csv") else TEXT
    return OTHER


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
