"""Hostile and careless uploads: each is refused with one sentence, before anything is unpacked or left behind."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from typing import Any, BinaryIO, cast

import pytest

from core.base.errors import DomainError
from core.base.text import use_locale
from core.files import blob, checks, names, sniff
from core.kernel.house import House
from tests.core.documents.papers import PDF, docx, png, zipped
from tests.core.exchange.books import workbook
from tests.core.files.test_files import keep, stored

ANY = (*sniff.PAPERS, sniff.CSV, sniff.TEXT, sniff.ZIP, sniff.PPTX, sniff.OLE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", 4032, 3024)


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + b"\0" * 8


def jpeg(width: int, height: int) -> bytes:
    return JPEG + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9 + b"\xff\xd9"


def found(content: bytes, name: str, accept: Any = ANY) -> str:
    return checks.examine(io.BytesIO(content), content[: sniff.HEAD], len(content), name, accept)


def refused(content: bytes, name: str, accept: Any = ANY) -> tuple[str, str]:
    with pytest.raises(DomainError) as caught:
        found(content, name, accept)
    assert caught.value.field == "file"
    with use_locale("zh_CN"):
        chinese = str(caught.value)
    with use_locale("en"):
        english = str(caught.value)
    assert chinese != english, f"{english} has no Chinese"
    return caught.value.code, english


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "合同.pdf", sniff.PDF), (PDF, "合同.PDF", sniff.PDF), (png(), "a.png", sniff.PNG),
        (jpeg(40, 30), "a.jpeg", sniff.JPEG), (webp(40, 30), "a.webp", sniff.WEBP), (HEIC, "IMG_1.HEIC", sniff.HEIC),
        (docx(), "a.docx", sniff.DOCX), (workbook([["a"]]), "a.xlsx", sniff.XLSX),
        (zipped(("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Document.xml", b"")), "发票.ofd", sniff.OFD),
        (zipped(("[Content_Types].xml", b""), ("ppt/presentation.xml", b"")), "a.pptx", sniff.PPTX),
        (zipped(("a.txt", b"a")), "a.zip", sniff.ZIP), ("工号,姓名".encode(), "a.csv", sniff.CSV),
        ("说明".encode("gb18030"), "a.txt", sniff.TEXT), (PDF, "without ending", sniff.PDF),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_people_attach_is_known_by_its_content(content: bytes, name: str, kind: str) -> None:
    assert found(content, name) == kind


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 60, "合同.pdf", "file.program"), (b"\x7fELF\2\1\1", "a.pdf", "file.program"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "file.program"),
        (b"<html><script>alert(1)</script>", "a.pdf", "file.type"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "a.txt", "file.type"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "a.png",
         "file.type"),
        (b"<!-- hidden --><svg onload=alert(1)>", "a.svg", "file.type"),
        ("\ufeff<svg onload=alert(1)/>".encode("utf-16-le"), "a.txt", "file.type"),
        (png(), "身份证.pdf", "file.name"), (PDF, "a.png", "file.name"), (PDF, "a.exe", "file.name"),
        (PDF, "a.pdf.html", "file.name"), (workbook([["a"]]), "a.docx", "file.name"), (docx(), "a.zip", "file.name"),
        (PDF, "gpj.\u202efdp.exe", "file.name"), (b"", "a.pdf", "file.empty"),
        (b"%PDF-1.7 and nothing more", "a.pdf", "file.damaged_upload"),
        (b"PK\x03\x04 nothing", "a.zip", "file.damaged_upload"),
        (png(100_000, 100_000), "a.png", "file.pixels"), (webp(16_000, 16_000), "a.webp", "file.pixels"),
        (jpeg(60_000, 60_000), "a.jpg", "file.pixels"), (JPEG, "a.jpg", "file.damaged_upload"),
        (HEIC[:-8] + struct.pack(">II", 60_000, 60_000), "a.heic", "file.pixels"),
        (docx(("word/vbaProject.bin", b"macro")), "a.docx", "file.macros"),
        (docx(types=b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "a.docx",
         "file.macros"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "file.encrypted"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "file.macros"),
        (zipped(("inner.zip", zipped(("a", b"a")))), "a.zip", "file.bomb"),
        (PDF + zipped(("a.class", b"x")), "a.pdf", "file.two_in_one"),
        (png() + zipped(("a.class", b"x")), "a.png", "file.two_in_one"),
        (jpeg(9, 9) + zipped(("a", b"x")), "a.jpg", "file.two_in_one"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_is_not_what_it_says_or_could_do_harm_is_refused(content: bytes, name: str, code: str) -> None:
    assert refused(content, name)[0] == code


def test_the_sentence_says_what_it_is_and_what_is_accepted() -> None:
    _code, said = refused(png(), "a.png", (sniff.PDF, sniff.OFD))
    assert said == "Not accepted here: PNG image. Accepted: PDF, OFD document."
    _code, said = refused(png(), "a.pdf")
    assert said == "The name ends in .pdf, but the content is something else: PNG image. Save the file again."


def claiming(size: int, *, times: int = 1) -> bytes:
    """A workbook whose sheets say they unpack to so many bytes; nothing of that is there."""
    packed = bytearray(zipped(
        ("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"),
        *((f"xl/worksheets/sheet{n}.xml", b"<worksheet/>") for n in range(times)),
    ))  # fmt: skip
    at = packed.find(b"PK\x01\x02")
    while at >= 0:
        name = packed[at + 46:at + 46 + struct.unpack("<H", packed[at + 28:at + 30])[0]]
        if b"sheet" in name:
            packed[at + 24:at + 28] = struct.pack("<I", size)
        at = packed.find(b"PK\x01\x02", at + 4)
    return bytes(packed)


def test_a_sheet_of_ten_gigabytes_is_refused_by_what_it_says() -> None:
    assert refused(claiming(3 << 30, times=4), "a.xlsx")[0] == "file.bomb"
    assert refused(claiming(0xFFFFFFF0), "a.xlsx")[0] == "file.bomb"


def test_a_real_bomb_is_refused_without_unpacking_it() -> None:
    """Two hundred megabytes of zeros in two hundred kilobytes: the answer costs neither time nor memory."""
    bomb = docx(("word/media/image1.bin", b"\0" * (200 << 20)))
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    began = time.process_time()
    code, _said = refused(bomb, "a.docx")
    took, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code == "file.bomb"
    assert took < 1
    assert peak < 8 << 20


def test_members_that_share_their_bytes_are_refused() -> None:
    """An overlapping zip says more packed bytes than there are."""
    packed = bytearray(zipped(*((f"f{n}", bytes([n]) * 5_000) for n in range(40)), method=zipfile.ZIP_STORED))
    at, first = packed.find(b"PK\x01\x02"), True
    while at >= 0:
        if not first:
            packed[at + 20:at + 24] = struct.pack("<I", 190_000)
        first, at = False, packed.find(b"PK\x01\x02", at + 4)
    assert refused(bytes(packed), "a.zip")[0] == "file.bomb"


def test_a_zip_with_a_password_is_told() -> None:
    packed = bytearray(zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"x")))
    at = packed.find(b"PK\x01\x02")
    packed[at + 8] |= 1
    assert refused(bytes(packed), "a.docx") == (
        "file.encrypted", "The file is protected with a password. Remove it and upload the file again.")


class Endless(io.RawIOBase):
    """A PDF that never ends, and how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        buffer[:] = (b"%PDF-1.4\n" + b"\0" * len(buffer))[: len(buffer)]
        self.taken += len(buffer)
        return len(buffer)


def test_a_file_over_the_limit_is_refused_while_it_streams(house: House, tmp_path: Any) -> None:
    """It is given up a piece behind the limit; memory holds two pieces, the disk nothing afterwards."""
    source = Endless()
    tracemalloc.start()
    with pytest.raises(DomainError) as caught:
        keep(house, cast(BinaryIO, source), name="a.pdf", accept=(sniff.PDF,), limit=20 << 20)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "file.too_large"
    assert source.taken <= (20 << 20) + 2 * blob.PIECE
    assert peak < 16 << 20
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd"), ("C:\\Users\\x\\身份证.pdf", "身份证.pdf"), ("..", "file"), ("", "file"),
        ("a\u202egnp.exe", "agnp.exe"), ("a\u2066b\u2069.pdf", "ab.pdf"), ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"), ('quo"te<>.pdf', "quo te .pdf"), (" . ", "file"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_lose_paths_and_marks(given: str, kept: str) -> None:
    assert names.safe(given) == kept


def test_a_name_of_three_hundred_characters_keeps_its_ending() -> None:
    long = names.safe("很" * 300 + ".pdf")
    assert len(long) <= 255
    assert long.endswith("很.pdf")
