"""Small files of each kind, made by hand, and the documents of the tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import date
from typing import Any

from core.base.actor import Actor
from core.documents import kinds
from core.documents.services import keeping
from core.org.models import Person
from tests.core.org.desk import Desk

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def png(width: int = 2, height: int = 2) -> bytes:
    """A PNG of one colour; large ones say so and hold nothing."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\x10\x20\x30" * width for _row in range(height)) if width * height < 10**6 else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(*more: tuple[str, bytes], types: bytes = b"<Types/>") -> bytes:
    """A Word file, as far as its members go."""
    return zipped(("[Content_Types].xml", types), ("word/document.xml", b"<w:document/>"), *more)


def contract(
    desk: Desk, whose: str, *, by: str = "ceo", kind: str = "labour_contract", number: str | None = None,
    issued_on: date | None = None, expires_on: date | None = None, files: tuple[tuple[str, bytes], ...] = (),
) -> int:
    """A document of somebody, with its files; returns its id."""
    actor: Actor = desk.actor(by)
    with desk.house.session(actor, write=True) as session:
        person: Any = keeping.thing(session, actor, "person", desk.people[whose].person_id)
        assert isinstance(person, Person)
        document = keeping.create(
            session, actor, kinds.kind_of(session, kind), person, number=number, issued_on=issued_on,
            expires_on=expires_on,
        )
        for name, content in files:
            keeping.add_version(session, actor, document, content, name=name)
        return document.id
