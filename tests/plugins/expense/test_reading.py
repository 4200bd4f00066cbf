"""Reading invoices: three formats say the same, and what is no invoice gets one sentence.

What each paper says stands in ``papers``, written after the published structure.
"""

from __future__ import annotations

import io
import random
import time
import zipfile
from contextlib import suppress
from datetime import date

import pytest

from plugins.expense import invoices
from plugins.expense.invoices import Item, Record, pdf, record
from plugins.expense.invoices.tree import parse
from remit.base import DomainError
from remit.files import sniff
from remit.text import use_locale
from tests.plugins.expense import papers

HOTEL = Record(
    papers.NUMBER, "", date(2026, 3, 18), papers.SELLER, papers.SELLER_CODE, papers.BUYER, papers.BUYER_CODE,
    80_000, 4_800, 84_800, "ordinary", (Item("*住宿服务*住宿费", 80_000, 4_800),),
)  # fmt: skip


def refused(data: bytes, kind: str) -> str:
    """The code of the refusal, which has one sentence and stands beside the file."""
    with use_locale("en"), pytest.raises(DomainError) as caught:
        invoices.read(data, kind)
    assert caught.value.field == "file"
    assert str(caught.value.message).rstrip(".").count(".") <= 1, "one sentence and what to do"
    return caught.value.code


def test_xml() -> None:
    assert invoices.read(papers.xml(), sniff.XML) == HOTEL
    assert invoices.read(papers.xml(label="01"), sniff.XML).type == "special"


def test_ofd_with_the_invoice_attached() -> None:
    assert invoices.read(papers.ofd(), sniff.OFD) == HOTEL


def test_an_invoice_with_code_and_number_is_told_apart_by_both() -> None:
    found = invoices.read(papers.ofd(papers.old_xml()), sniff.OFD)
    assert (found.number, found.code, found.key) == ("71500013", "031002000411", "031002000411-71500013")
    assert (found.issued_on, found.net, found.tax, found.total) == (date(2026, 2, 20), 10_000, 1_300, 11_300)
    assert found.items == (Item("*文具*笔记本", 10_000, 1_300),)
    assert (found.buyer_tax_number, found.seller_name) == (papers.BUYER_CODE, papers.SELLER)


def test_ofd_by_its_tags() -> None:
    """The properties of the document give what the tags do not; the total is the sum."""
    found = invoices.read(papers.tagged_ofd(), sniff.OFD)
    assert (found.number, found.issued_on, found.total) == (papers.NUMBER, date(2026, 3, 18), 84_800)
    assert (found.seller_name, found.seller_tax_number) == (papers.SELLER, papers.SELLER_CODE)
    assert (found.buyer_name, found.buyer_tax_number) == (papers.BUYER, papers.BUYER_CODE)


def test_pdf_by_where_its_words_stand() -> None:
    found = invoices.read(papers.pdf(), sniff.PDF)
    assert (found.number, found.issued_on, found.type) == (papers.NUMBER, date(2026, 3, 18), "ordinary")
    assert (found.seller_name, found.seller_tax_number) == (papers.SELLER, papers.SELLER_CODE)
    assert (found.buyer_name, found.buyer_tax_number) == (papers.BUYER, papers.BUYER_CODE)
    assert (found.net, found.tax, found.total) == (80_000, 4_800, 84_800)
    assert [one.name for one in found.items] == ["*住宿服务*住宿费"]


@pytest.mark.parametrize(("text", "fen"), [
    ("¥1,234.50", 123_450), ("￥ 0.01", 1), ("100", 10_000), ("12.5", 1_250), ("1000.0000", 100_000), ("-5.00", -500),
    ("***", None), ("", None), (None, None), ("1.234", None), ("1e3", None), ("¥", None),
])  # fmt: skip
def test_amounts(text: str | None, fen: int | None) -> None:
    assert record.minor(text) == fen


@pytest.mark.parametrize(("told", "code"), [
    ({"total": "849.00"}, "expense.sum"), ({"number": "123"}, "expense.no_invoice"),
    ({"net": "-800.00", "tax": "-48.00", "total": "-848.00"}, "expense.red"), ({"seller": ""}, "expense.no_party"),
    ({"issued": "2026-02-30"}, "expense.no_day"), ({"net": "", "tax": "", "total": ""}, "expense.no_amount"),
])  # fmt: skip
def test_what_an_invoice_cannot_say(told: dict[str, str], code: str) -> None:
    assert refused(papers.xml(**told), sniff.XML) == code


# -- hostile files -----------------------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<EInvoice><InvoiceNumber>&b;</InvoiceNumber></EInvoice>"""


def entity(target: str) -> bytes:
    """An invoice whose seller is what another file holds."""
    head, _sep, rest = papers.xml(seller="&x;").partition(b"?>")
    return head + b'?><!DOCTYPE e [<!ENTITY x SYSTEM "' + target.encode() + b'">]>' + rest


def test_entities_are_never_resolved(tmp_path: object) -> None:
    assert refused(entity(f"file://{tmp_path}/secret"), sniff.XML) == "expense.damaged"
    assert refused(entity("http://127.0.0.1:9/x"), sniff.XML) == "expense.damaged"
    assert refused(LAUGHS, sniff.XML) == "expense.damaged"
    assert refused(papers.ofd(LAUGHS), sniff.OFD) == "expense.damaged"
    outside = papers.xml().replace(b"?>", b'?><!DOCTYPE e SYSTEM "http://127.0.0.1:9/e.dtd">', 1)
    assert refused(outside, sniff.XML) == "expense.damaged"


def test_what_is_no_invoice() -> None:
    assert refused(b"<html/>", sniff.XML) == "expense.no_invoice"
    assert refused(b"<EInvoice>", sniff.XML) == "expense.damaged"
    assert refused(b"", sniff.XML) == "expense.damaged"
    assert refused(papers.zipped({"OFD.xml": "<a/>"}), sniff.OFD) == "expense.no_invoice"
    assert refused(papers.zipped({"a.txt": "x"}), sniff.OFD) == "expense.no_invoice"
    assert refused(b"PK\x03\x04 nothing", sniff.OFD) == "expense.damaged"
    assert refused(b"GIF89a", sniff.GIF) == "expense.kind"
    assert refused(bytes(invoices.LIMIT + 1), sniff.XML) == "expense.large"


def test_a_pdf_that_cannot_be_read() -> None:
    assert refused(papers.pdf(words=False), sniff.PDF) == "expense.scanned"
    assert refused(papers.pdf(password="x"), sniff.PDF) == "expense.encrypted"
    assert refused(b"%PDF-1.7 broken", sniff.PDF) == "expense.damaged"


def test_what_unpacks_to_too_much() -> None:
    """Thousand times what it weighs, in one part and in many; it takes no time, because reading ends at the limit."""
    begun = time.monotonic()
    assert refused(papers.zipped({"OFD.xml": b"<a>" + b" " * (64 << 20)}), sniff.OFD) == "expense.bomb"
    many = {f"Doc_0/{number}.xml": b" " * (4 << 20) for number in range(12)}
    assert refused(papers.zipped({"OFD.xml": "<a/>", **many}), sniff.OFD) == "expense.bomb"
    assert refused(papers.zipped({f"{number}.xml": "" for number in range(1_001)}), sniff.OFD) == "expense.bomb"
    assert time.monotonic() - begun < 20


def test_an_archive_with_a_password() -> None:
    plain = bytearray(papers.ofd())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the bit that says so, in every header
        start = plain.find(mark)
        while start >= 0:
            plain[start + at] |= 1
            start = plain.find(mark, start + 1)
    assert refused(bytes(plain), sniff.OFD) == "expense.encrypted"


def test_depth_and_number_of_elements_are_bounded() -> None:
    for data in (b"<a>" * 100 + b"</a>" * 100, b"<a>" + b"<b/>" * 60_000 + b"</a>"):
        with pytest.raises(DomainError):
            parse(data)


@pytest.mark.parametrize("kind", ["xml", "ofd"])
def test_noise_is_refused_and_never_breaks(kind: str) -> None:
    """Bytes changed at random: an invoice, or one of our refusals, never anything else."""
    rng = random.Random(20260318)  # noqa: S311 -- the same noise each time
    whole, content = (papers.xml(), sniff.XML) if kind == "xml" else (papers.ofd(), sniff.OFD)
    for _round in range(300):
        noisy = bytearray(whole)
        for _change in range(rng.randint(1, 8)):
            noisy[rng.randrange(len(noisy))] = rng.randrange(256)
        with suppress(DomainError):
            assert invoices.read(bytes(noisy[: rng.randint(len(noisy) // 2, len(noisy))]), content).total > 0


def test_names_inside_an_archive_lead_nowhere() -> None:
    """Nothing is written to disk, so a name that climbs is a name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("OFD.xml", papers.FRAME["OFD.xml"])
        archive.writestr("../../etc/original_invoice.xml", papers.xml())
    assert invoices.read(made.getvalue(), sniff.OFD) == HOTEL


def test_words_become_lines_by_where_they_stand() -> None:
    found = pdf.lines([(0, 100, 50, 120, 60, "b"), (0, 10, 50.5, 30, 60.5, "a"), (0, 10, 80, 20, 90, "top"),
                       (1, 0, 300, 9, 310, "next")])  # fmt: skip
    assert found == ["top", "a  b", "next"]
