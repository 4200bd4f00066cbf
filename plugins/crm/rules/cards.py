"""What the code on a business card says: vCard (2.1, 3.0, 4.0) and MECARD, as telephones make and read them."""

from __future__ import annotations

import quopri
import re

#: Properties of a card that a lead keeps, and its fields.
_FIELDS = {"ORG": "company", "FN": "contact", "TEL": "phone", "EMAIL": "email"}
_LONGEST = 10_000


def read_card(text: str) -> dict[str, str] | None:
    """``company``, ``contact``, ``phone`` and ``email`` of a card, those that are there; None for what is none.

    The mobile number is taken before others, the first otherwise. What is unreadable in it is left out.
    """
    text = text.strip().lstrip("\ufeff")[:_LONGEST]
    if re.match(r"BEGIN:VCARD", text, re.IGNORECASE):
        return _vcard(text)
    if text[:7].upper() == "MECARD:":
        return _mecard(text[7:])
    return None


def _vcard(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name, mobile = "", ""
    unfolded = re.sub(r"=\r?\n", "", re.sub(r"\r?\n[ \t]", "", text))
    for line in unfolded.splitlines():
        head, colon, value = line.partition(":")
        parts = head.upper().split(";")
        kind = parts[0].rpartition(".")[2]
        if not colon or not value.strip():
            continue
        if any("QUOTED-PRINTABLE" in part for part in parts[1:]):
            value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
        if kind == "N":
            pieces = [_plain(piece) for piece in re.split(r"(?<!\\);", value)]
            name = _person(*(pieces + ["", ""])[:2])
        elif kind == "TEL":
            number = _plain(value).removeprefix("tel:")
            if any("CELL" in part for part in parts[1:]):
                mobile = mobile or number
            found.setdefault("phone", number)
        elif kind in _FIELDS:
            said = _plain(re.split(r"(?<!\\);", value)[0]) if kind == "ORG" else _plain(value)
            found.setdefault(_FIELDS[kind], said)
    if mobile:
        found["phone"] = mobile
    if name:
        found.setdefault("contact", name)
    return {field: value for field, value in found.items() if value}


def _mecard(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.split(r"(?<!\\);", text):
        head, colon, value = part.partition(":")
        kind = head.strip().upper()
        if not colon:
            continue
        if kind == "N":
            found["contact"] = _person(*([_plain(piece) for piece in value.split(",")] + [""])[:2])
        elif kind in _FIELDS:
            found.setdefault(_FIELDS[kind], _plain(value))
    return {field: value for field, value in found.items() if value}


def _person(family: str, given: str) -> str:
    """Family and given name in the order of their language."""
    if not family or not given:
        return family or given
    return f"{given} {family}" if (family + given).isascii() else family + given


def _plain(value: str) -> str:
    return " ".join(re.sub(r"\\([,;:\\\"])", r"\1", value.replace("\\n", " ").replace("\\N", " ")).split())
