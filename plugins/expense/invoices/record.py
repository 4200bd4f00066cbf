"""An invoice as it was read, and what makes something one: a number, a day, parties, and amounts that add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plugins.expense.text import _
from remit.base import DomainError
from remit.text import Text

#: The most lines of an invoice that are kept.
MOST_ITEMS = 100
_AMOUNT = re.compile(r"(-?)(\d{1,13})(?:\.(\d{1,2})0*)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an invoice; ``amount`` without tax and ``tax`` in minor units, None where they cannot be read."""

    name: str
    amount: int | None = None
    tax: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What an invoice says. ``net`` is without tax; amounts are fen. ``code`` is empty beside a number of 20 digits."""

    number: str
    code: str
    issued_on: date
    seller_name: str
    seller_tax_number: str
    buyer_name: str
    buyer_tax_number: str
    net: int
    tax: int
    total: int
    type: str
    items: tuple[Item, ...] = ()

    @property
    def key(self) -> str:
        """The number as it is compared: the 20 digits, or code and number of the invoices before them."""
        return f"{self.code}-{self.number}" if self.code else self.number


def refuse(code: str, message: Text) -> DomainError:
    """A refusal that stands beside the file."""
    return DomainError(code, message, "file")


def no_invoice() -> DomainError:
    """The file can be read, and is something else."""
    return refuse("expense.no_invoice", _("No invoice is found in the file. Choose the one that the seller sent, as "
                                          "XML, OFD or PDF, not a photo or a print."))  # fmt: skip


def damaged() -> DomainError:
    """The file cannot be read to its end, or declares what no invoice declares."""
    return refuse("expense.damaged", _("The file is damaged or was tampered with. Download the invoice again."))


def minor(text: str | None) -> int | None:
    """An amount of yuan in fen, ``¥1,234.50``; None for what is none."""
    plain = unicodedata.normalize("NFKC", text or "").replace("¥", "").replace(",", "").replace(" ", "")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return None
    amount = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -amount if found[1] else amount


def day(text: str | None) -> date | None:
    """A day, ``2026-09-01 10:11:12``, ``2026年09月01日`` or ``20260901``; None for what is none."""
    found = _DAY.match((text or "").strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def tidy(text: str | None, most: int = 200) -> str:
    """A name without line breaks and doubled blanks, in half-width where that is the same."""
    return " ".join((text or "").split())[:most]


def tax_number(text: str | None) -> str:
    """A tax number in capitals, without blanks."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text or "").upper())[:20]


def digits(text: str | None) -> str:
    """The digits of a number."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text or ""))


def record(told: Mapping[str, str], items: Sequence[Item] = ()) -> Record:
    """The invoice that a file told of, by the names of ``Record``. Raises ``DomainError`` for what cannot be one."""
    number, code = digits(told.get("number")), digits(told.get("code"))
    if len(number) == 20:
        code = ""
    elif not (len(number) == 8 and len(code) in (10, 12)):
        raise no_invoice()
    issued = day(told.get("issued_on"))
    if issued is None:
        raise refuse("expense.no_day", _("The day of issue cannot be read from the file. Choose the XML or OFD file of "
                                         "the invoice."))  # fmt: skip
    net, tax, total = _amounts(told)
    seller, buyer = tidy(told.get("seller_name")), tidy(told.get("buyer_name"))
    if not seller or not buyer:
        raise refuse("expense.no_party", _("Seller or buyer cannot be read from the file. Choose the XML or OFD file "
                                           "of the invoice."))  # fmt: skip
    kind = told.get("type", "")
    return Record(
        number, code, issued, seller, tax_number(told.get("seller_tax_number")), buyer,
        tax_number(told.get("buyer_tax_number")), net, tax, total,
        "special" if "专用" in kind else "ordinary" if "普通" in kind else "other", tuple(items[:MOST_ITEMS]),
    )  # fmt: skip


def _amounts(told: Mapping[str, str]) -> tuple[int, int, int]:
    """Net, tax and total; one that is not told follows from the others."""
    net, tax, total = (minor(told.get(name)) for name in ("net", "tax", "total"))
    if net is not None and total is None:
        total = net + (tax or 0)
    if total is None:
        raise refuse("expense.no_amount", _("The amount cannot be read from the file. Choose the XML or OFD file of "
                                            "the invoice."))  # fmt: skip
    if net is None:
        net = total - (tax or 0)
    if tax is None:
        tax = total - net
    if net + tax != total:
        raise refuse("expense.sum", _("Amount and tax of the invoice do not add up to its total."))
    if total <= 0:
        raise refuse("expense.red", _("This invoice takes an earlier one back (red-letter); it cannot be claimed."))
    return net, tax, total
