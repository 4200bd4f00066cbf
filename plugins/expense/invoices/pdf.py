"""Invoices as PDF: what stands on the page, by the words beside it.

The text is taken out by a process of its own (``pdf_text``), held to a time and a memory, because the file comes from
outside and the library that opens it has had its holes. Words are put into lines by where they stand: the order in the
file is that in which a program drew them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from importlib.resources import files

from plugins.expense.invoices.record import Item, Record, damaged, minor, no_invoice, record, refuse
from plugins.expense.text import _

#: Seconds the reading may take, on the clock; ``pdf_text`` holds itself to less of the processor.
PATIENCE = 30
ENCRYPTED = 3

_AMOUNT = r"¥\s*(-?[\d,]+\.\d\d)"
_PARTY = re.compile(r"名\s*称\s*:\s*(.+?)(?=\s{2,}|名\s*称\s*:|$)", re.MULTILINE)
_TAX = re.compile(r"(?:统一社会信用代码\s*/\s*)?纳税人识别号\s*:\s*([0-9A-Z]{15,20})")
_ITEM = re.compile(r"(\*[^*\s]+\*\S+)")


def read(data: bytes) -> Record:
    """The invoice in the text layer of a PDF. Raises ``DomainError``, also for one that was scanned."""
    found = lines(words(data))
    if not found:
        raise refuse("expense.scanned", _("The PDF is a picture without text. Choose the XML or OFD file of the "
                                          "invoice."))  # fmt: skip
    text = "\n".join(found)
    if "发票" not in text:
        raise no_invoice()
    return record(_said(text), [Item(name) for name in _ITEM.findall(text)])


def words(data: bytes) -> list[tuple[int, float, float, float, float, str]]:
    """The words of the first pages: page, left, bottom, right, top, text. Raises ``DomainError``."""
    command = [sys.executable, "-I", "-c", _START]
    try:
        with tempfile.TemporaryDirectory(prefix="remit-invoice-") as folder:
            done = subprocess.run(  # noqa: S603 -- our own interpreter and text; the content goes in as data
                command, input=data, capture_output=True, timeout=PATIENCE, cwd=folder, env={"LC_ALL": "C.UTF-8"},
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise damaged() from None
    if done.returncode == ENCRYPTED:
        raise refuse("expense.encrypted", _("The file is protected with a password. Choose it without."))
    if done.returncode:
        raise damaged()
    return [tuple(one) for one in json.loads(done.stdout)]


def lines(found: list[tuple[int, float, float, float, float, str]]) -> list[str]:
    """Words as lines from the top of the first page on, those of a line from left to right; a gap is two blanks."""
    rows: list[list[tuple[int, float, float, float, float, str]]] = []
    for word in sorted(found, key=lambda one: (one[0], -(one[2] + one[4]) / 2)):
        middle, high = (word[2] + word[4]) / 2, word[4] - word[2]
        last = rows[-1][0] if rows else None
        if last is not None and last[0] == word[0] and abs((last[2] + last[4]) / 2 - middle) < max(high, 6) / 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda one: one[1])) for row in rows]


def _line(row: list[tuple[int, float, float, float, float, str]]) -> str:
    said = ""
    end = row[0][1]
    for _page, left, _bottom, right, _top, text in row:
        said += ("  " if left - end > 12 else "") + text
        end = right
    return unicodedata.normalize("NFKC", said).replace("￥", "¥").strip()


def _said(text: str) -> dict[str, str]:
    """What stands beside the words of the form, by the names of a record; buyer left, seller right or below."""
    found: dict[str, str] = {}
    for name, pattern in (
        ("number", r"发票号码\s*:?\s*(\d{20}|\d{8})(?!\d)"), ("code", r"发票代码\s*:?\s*(\d{10}|\d{12})(?!\d)"),
        ("issued_on", r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)"),
        ("type", r"(专用发票|普通发票)"), ("total", r"小写\s*\)?\s*" + _AMOUNT),
    ):
        match = re.search(pattern, text)
        if match is not None:
            found[name] = match[1]
    if "number" not in found:
        alone = re.search(r"(?<!\d)(\d{20})(?!\d)", text)
        found |= {"number": alone[1]} if alone is not None else {}
    parties, numbers = [one.strip() for one in _PARTY.findall(text)], _TAX.findall(text)
    for which, who in enumerate(("buyer", "seller")):
        if len(parties) > which:
            found[f"{who}_name"] = parties[which]
        if len(numbers) == 2:  # of one alone nobody knows whose it is
            found[f"{who}_tax_number"] = numbers[which]
    return found | _sums(text)


def _sums(text: str) -> dict[str, str]:
    """Amount and tax in the line 合计; a tax of *** is none."""
    match = re.search(r"(?<!价税)合\s*计\s*" + _AMOUNT + r"(?:\s*" + _AMOUNT + ")?", text)
    if match is None or minor(match[1]) is None:
        return {}
    return {"net": match[1], "tax": match[2] or "0.00"}


def _source() -> str:
    return files("plugins.expense.invoices").joinpath("pdf_text.py").read_text(encoding="utf-8")


#: The process runs the text of ``pdf_text``, so that it neither finds nor loads anything of ours.
_START = _source()
