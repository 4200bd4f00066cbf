"""Key results as people write them in a form, a line each, and back again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from performance.models import KeyResult
from performance.services.figures import written
from performance.services.writing import Known, number
from performance.text import _
from remit.base import DomainError

_LINE = re.compile(
    r"(?P<title>.+?)\s*[:：]\s*(?P<start>[^\s→]+)\s*(?:->|→)\s*(?P<target>[^\s=]+?)"
    r"(?:\s+(?P<unit>[a-z]+|个|元|天|分钟))?(?:(?:,\s+|\s*，\s*)(?P<weight>\d+))?"
    r"(?:\s*=\s*(?P<code>\S+)(?:\s+@(?P<of>\S+))?(?:\s+(?P<takes>total|latest))?)?"
)
_UNITS = {"个": "count", "元": "money", "天": "days", "分钟": "minutes"} | {
    name: name for name in ("count", "money", "rate", "days", "minutes")
}


def results(text: str, known: Known) -> list[dict[str, Any]]:
    """Key results: ``Trial sign-ups: 0 -> 300, 40`` with a weight, ``Sales: 0 -> 4,500,000 = sales @SAL total`` after
    a figure. Without a weight all count alike. Raises ``DomainError`` with the field."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        told = _LINE.fullmatch(line)
        if told is None or (told["unit"] and told["unit"] not in _UNITS):
            raise DomainError("performance.line", _(
                "Write words, a colon, start -> target and a weight, as in “Trial sign-ups: 0 -> 300, 40”; this is "
                "{line}.", line=line), "results")  # fmt: skip
        kpi = known.kpi(told["code"], "results") if told["code"] else None
        unit = known.versions[kpi].unit if kpi is not None else _UNITS[told["unit"] or (
            "rate" if told["target"].endswith(("%", "％")) else "count")]  # fmt: skip
        found.append({
            "title": told["title"], "unit": unit, "start": number(told["start"], unit, "results"),
            "target": number(told["target"], unit, "results"), "weight": int(told["weight"] or 1), "kpi_id": kpi,
            "of_unit_id": known.unit(told["of"], "results") if told["of"] else None,
            "takes": told["takes"] or "latest",
        })  # fmt: skip
    return found


def results_text(rows: Sequence[KeyResult], known: Known) -> str:
    """Key results as they are written."""
    return "\n".join(_written(one, known) for one in rows)


def _written(one: KeyResult, known: Known) -> str:
    show = written(one.unit)
    unit = f" {one.unit}" if one.kpi_id is None and one.unit not in ("rate", "count") else ""
    told = f"{one.title}: {show(one.start)} -> {show(one.target)}{unit}, {one.weight}"
    if one.kpi_id is None or one.kpi_id not in known.codes:
        return told
    of = f" @{known.unit_codes[one.of_unit_id]}" if one.of_unit_id else ""
    return f"{told} = {known.codes[one.kpi_id]}{of}{' total' if one.takes == 'total' else ''}"
