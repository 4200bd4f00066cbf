"""A finding as plain values, for programs and for ``--json``."""

from __future__ import annotations

from typing import Any

from core.authority.coverage.report import Reported


def told(one: Reported) -> dict[str, Any]:
    """The finding with ids as codes, sentences in the reader's language, amounts in minor units with closed ends."""
    found = one.finding
    return {
        "key": found.key, "code": found.code, "severity": found.severity, "message": str(found.message),
        "place": str(found.place), "remedy": str(found.remedy),
        "unit": found.unit.code if found.unit is not None else None,
        "position": found.post.code if found.post is not None else None,
        "action": found.action or None, "currency": found.currency or None, "low": found.low, "high": found.high,
        "conditions": list(found.combinations), "entries": list(found.entries),
        "ladder": [
            {
                "position": step.post.code, "title": str(step.post.title), "entry": step.citation, "low": step.low,
                "high": step.high, "holders": step.holders,
            }
            for step in found.steps
        ],
        "owner": found.owner.code if found.owner is not None else None,
        "accepted_until": one.accepted.until if one.accepted is not None else None,
        "accepted_because": one.accepted.reason if one.accepted is not None else None,
    }
