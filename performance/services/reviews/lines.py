"""Sections and distributions as people write them in a form, a line each, and back again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from performance.models import ReviewSection
from performance.services.figures import shown
from performance.services.writing import number
from performance.text import _
from remit.base import DomainError

_SECTION = re.compile(r"(?:([\d.]+)\s*[%％]|(text|文字))\s+(.+)")
_TITLE = 120


def sections(text: str) -> list[dict[str, Any]]:
    """``40% Results | 工作业绩`` is a rating, ``text Achievements | 主要成绩`` a text; one title stands for both
    languages.

    Raises ``DomainError`` with the field ``sections`` and the line.
    """
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        read = _SECTION.fullmatch(line)
        if read is None or not read[3].strip(" |"):
            raise DomainError("performance.section", _(
                "“{line}” is no section: write a weight in percent or “text”, then the title.", line=line[:60]),
                "sections")  # fmt: skip
        english, _bar, chinese = (part.strip()[:_TITLE] for part in read[3].partition("|"))
        found.append({
            "kind": "text" if read[2] else "rating",
            "title": {"en": english or chinese, "zh_CN": chinese or english},
            "weight": 0 if read[2] else number(f"{read[1]}%", "rate", "sections"),
        })  # fmt: skip
    return found


def sections_text(rows: Sequence[ReviewSection]) -> str:
    """Sections as they are written."""
    return "\n".join(
        f"{'text' if one.kind == 'text' else f'{shown(one.weight)}%'} {one.title['en']} | {one.title['zh_CN']}"
        for one in rows
    )


def guide(text: str) -> list[int] | None:
    """``5% 15% 50% 25% 5%`` in millionths; nothing for nothing. Raises ``DomainError`` with the field ``guide``."""
    parts = text.replace(",", " ").replace("，", " ").split()
    return [number(part if part.endswith(("%", "％")) else f"{part}%", "rate", "guide") for part in parts] or None


def guide_text(shares: Sequence[int] | None) -> str:
    """A distribution as it is written."""
    return " ".join(f"{shown(one)}%" for one in shares or ())


def rating(text: str, field: str) -> int:
    """A rating as people write it, in hundredths: ``4.2`` is 420. Raises ``DomainError`` with the field."""
    return number(text, "days", field)
