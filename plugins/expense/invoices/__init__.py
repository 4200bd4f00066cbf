"""Reading digital invoices: XML, OFD and PDF into one ``Record``, bad files refused with one sentence each.

Fully digitalised invoices (数电票, 国家税务总局公告2024年第11号) are read from their XML, be it a file of its own or
attached to an OFD (GB/T 33190), or from what the OFD says by tags, or from the text layer of a PDF. Electronic invoices
of the time before, with code and number, come in OFD and PDF as well. Nothing that a file points at is fetched
and no entity is ever resolved.
"""

from __future__ import annotations

from plugins.expense.invoices import ofd, pdf, xml
from plugins.expense.invoices.record import Item, Record, refuse
from plugins.expense.text import _
from remit.files import sniff

#: The largest file; an invoice has some hundred kilobytes.
LIMIT = 5 << 20
ACCEPTED = (sniff.PDF, sniff.OFD, sniff.XML)

__all__ = ["ACCEPTED", "LIMIT", "Item", "Record", "read"]


def read(data: bytes, content_type: str) -> Record:
    """The invoice in a file of one of the ``ACCEPTED`` types. Raises ``DomainError`` with the field ``file``."""
    if len(data) > LIMIT:
        raise refuse("expense.large", _("An invoice is never larger than {size} MB. Choose the file as it was sent to "
                                        "you.", size=LIMIT >> 20))  # fmt: skip
    readers = {sniff.XML: xml.read, sniff.OFD: ofd.read, sniff.PDF: pdf.read}
    if content_type not in readers:
        raise refuse("expense.kind", _("Invoices are read from XML, OFD and PDF files."))
    return readers[content_type](data)
