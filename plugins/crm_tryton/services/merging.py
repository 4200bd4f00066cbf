"""Whose word counts: what both sides say now is compared with what each said when they last agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from plugins.crm_tryton.text import FIELDS, NEWER, OURS, USUAL


@dataclass(frozen=True, slots=True)
class Merged:
    """What each side has to be told, by field."""

    to_us: dict[str, str] = field(default_factory=dict)
    to_them: dict[str, str] = field(default_factory=dict)


def merge(
    ours: Mapping[str, str], theirs: Mapping[str, str], agreed: Mapping[str, Mapping[str, str]],
    rules: Mapping[str, str], *, ours_at: datetime, theirs_at: datetime,
) -> Merged:  # fmt: skip
    """What has to be told to whom. ``agreed`` has what each side said last, under ``ours`` and ``theirs``: each writes
    a phone number in its own way, so that one is never compared with the other unless both changed.

    Changed on one side, a field goes to the other. Changed on both, its rule decides: ``theirs``, ``ours`` or
    ``newer``, the side where something last happened; Remit where both did in the same moment.
    """
    found = Merged()
    before_ours, before_theirs = agreed.get("ours", {}), agreed.get("theirs", {})
    for name in FIELDS:
        mine, yours = ours.get(name, ""), theirs.get(name, "")
        mine_changed, yours_changed = mine != before_ours.get(name), yours != before_theirs.get(name)
        if mine == yours or not (mine_changed or yours_changed):
            continue
        rule = rules.get(name, USUAL[name])
        ours_counts = rule == OURS or rule == NEWER and ours_at >= theirs_at
        if mine_changed and (not yours_changed or ours_counts):
            found.to_them[name] = mine
        else:
            found.to_us[name] = yours
    return found
