"""What people write into the cells of a list of leads: how many work there, when it came, what was answered."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?人?")
_BAND = re.compile(r"(\d{1,9})(?:-|~|至|到|–|—)(\d{1,9})人?")
_FROM = re.compile(r"(?:(\d{1,9})人?(?:\+|以上|及以上)|(?:>=|≥|atleast)(\d{1,9}))人?")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:\+00:00|Z)?"
)
_YES, _NO = frozenset(("是", "有", "yes", "true", "y", "√")), frozenset(("否", "无", "no", "false", "n", "×"))


def staff_of(told: str) -> int | None:
    """How many people a company has: a number, or the lower end of a band (``50-199``, ``200 以上``, ``10-49人``).

    None for what is neither.
    """
    text = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", told)).casefold()
    whole, band, least = _WHOLE.fullmatch(text), _BAND.fullmatch(text), _FROM.fullmatch(text)
    if whole is not None:
        return int(whole[1])
    if band is not None:
        return int(band[1]) if int(band[1]) <= int(band[2]) else None
    return int(least[1] or least[2]) if least is not None else None


def moment_of(told: str, zone: str) -> datetime | None:
    """A day, at noon, or a moment of a zone: ``2026-06-03``, ``2026/6/3 14:05``, ``2026年6月3日``. None for others."""
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", told).strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups()[:3])
    hour, minute, second = (int(part or 0) for part in found.groups()[3:]) if found[4] else (12, 0, 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
    except ValueError:
        return None


def answers_of(told: str) -> dict[str, Any] | None:
    """Answers in one cell: ``whitepaper=是; budget=50000; note=text``. None for what is not written so."""
    found: dict[str, Any] = {}
    for part in re.split(r"[;；\n]", told):
        if not part.strip():
            continue
        name, sign, value = unicodedata.normalize("NFKC", part).partition("=")
        if not sign or not name.strip().isidentifier():
            return None
        found[name.strip()] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else text
