"""Invoices as OFD (GB/T 33190-2016): a zip of XML that draws pages.

The invoice is read from the XML that is attached to it. Where none is, custom tags say which text objects of the pages
are number, names and amounts, and the properties of the document repeat some of it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from plugins.expense.invoices import xml
from plugins.expense.invoices.record import Record, damaged, minor, no_invoice, record, refuse
from plugins.expense.invoices.tree import BYTES, Element, parse
from plugins.expense.text import _
from remit.base import DomainError

#: The most members that are looked at, and the most bytes they may unpack to together.
MEMBERS, UNPACKED = 1_000, 32 << 20
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, KeyError, struct.error, RuntimeError, zlib.error,
    OSError,
)
#: Properties of the document (CustomData) -> what they say of the invoice.
PROPERTIES = {
    "发票号码": "number", "发票代码": "code", "开票日期": "issued_on", "合计金额": "net", "合计税额": "tax",
    "购买方纳税人识别号": "buyer_tax_number", "销售方纳税人识别号": "seller_tax_number",
}  # fmt: skip


def read(data: bytes) -> Record:
    """The invoice in an OFD file. Raises ``DomainError``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts(archive)
    except _BROKEN:
        raise damaged() from None
    if not any(name.rpartition("/")[2] == "OFD.xml" for name in parts):
        raise no_invoice()
    for name, content in sorted(parts.items()):
        root = _attached(name, content)
        if root is not None:
            return record(xml.fields(root), xml.items(root))
    return record(_by_tags(parts))


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML members, unpacked within limits whatever the archive says of itself."""
    members = archive.infolist()
    if any(one.flag_bits & 1 for one in members):
        raise refuse("expense.encrypted", _("The file is protected with a password. Choose it without."))
    found: dict[str, bytes] = {}
    whole = 0
    if len(members) > MEMBERS:
        raise _bomb()
    for one in members:
        if not one.filename.lower().endswith(".xml"):
            continue
        with archive.open(one) as part:
            content = part.read(BYTES + 1)
        whole += len(content)
        if len(content) > BYTES or whole > UNPACKED:
            raise _bomb()
        found[one.filename] = content
    return found


def _bomb() -> DomainError:
    return refuse("expense.bomb", _("The file unpacks to more than an invoice holds. Download the invoice again."))


def _attached(name: str, content: bytes) -> Element | None:
    """The root of a member that is an invoice; pages and resources are none."""
    if not any(word in name.lower() for word in ("attach", "invoice")):
        return None
    root = parse(content)
    return root if root.name in xml.ROOTS else None


def _by_tags(parts: dict[str, bytes]) -> dict[str, str]:
    objects: dict[str, str] = {}
    tags: list[Element] = []
    properties: dict[str, str] = {}
    for name, content in sorted(parts.items()):
        last = name.rpartition("/")[2]
        if last == "Content.xml":
            objects |= _objects(parse(content))
        elif last.startswith("CustomTag") and last != "CustomTags.xml":
            tags.append(parse(content))
        elif last == "OFD.xml":
            properties |= _properties(parse(content))
    said: dict[str, str] = {}
    for tag in tags:
        _resolve(tag, objects)
        said = xml.fields(tag) | said
    for amount in ("net", "tax", "total"):  # a tag may name the sign of the currency alone
        if minor(said.get(amount)) is None:
            said.pop(amount, None)
    return {**properties, **said}


def _objects(page: Element) -> dict[str, str]:
    """The text objects of a page by their ids."""
    return {
        one.attributes["ID"]: "".join(code.text for code in one.all("TextCode"))
        for one in page.all("TextObject") if "ID" in one.attributes
    }  # fmt: skip


def _resolve(tag: Element, objects: dict[str, str]) -> None:
    """Let every element say what the objects say that it refers to."""
    for one in tag.walk():
        refers = [child.text.strip() for child in one.children if child.name == "ObjectRef"]
        if refers:
            one.text = "".join(objects.get(number, "") for number in refers)


def _properties(root: Element) -> dict[str, str]:
    return {
        PROPERTIES[one.attributes["Name"]]: one.text.strip()
        for one in root.all("CustomData") if one.attributes.get("Name") in PROPERTIES and one.text.strip()
    }  # fmt: skip
