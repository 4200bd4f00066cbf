"""The rules of the lists in force that keep duties apart, and whom they let pass for a time, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.models import PublishedList, SeparationMitigation, SeparationRule
from core.db import guard
from core.db.dated import as_of
from core.org.models import Unit

_MARK = [("authority.engine", "core_separation_mitigation")]
#: How the installation's own list is called where a unit's would be.
OWN_LIST = "-"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force. ``citation`` names it, such as ``MKT.S1``; ``patterns`` are the actions it keeps apart."""

    citation: str
    list_version: int
    unit_id: int | None
    code: str
    kind: str
    patterns: tuple[str, ...]
    months: int | None
    risk: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a day in the order of their citations, and whom which of them lets pass: (citation, person)."""

    of: tuple[Rule, ...] = ()
    mitigated: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.of)


def read(session: Session, day: date) -> Rules:
    """The rules of a day, in two statements; one where there are none."""
    rows = session.execute(
        select(SeparationRule, PublishedList.version, PublishedList.unit_id, Unit.code)
        .join(PublishedList, PublishedList.id == SeparationRule.list_id)
        .outerjoin(Unit, Unit.id == PublishedList.unit_id)
        .where(PublishedList.effective_from <= day, PublishedList.effective_to > day)
    )
    found = [
        Rule(f"{code or OWN_LIST}.{row.code}", version, unit_id, row.code, row.kind, tuple(row.actions), row.months,
             row.risk)
        for row, version, unit_id, code in rows
    ]
    if not found:
        return Rules()
    codes = {(rule.unit_id, rule.code): rule.citation for rule in found}
    passes = session.execute(guard.mark(
        select(SeparationMitigation.unit_id, SeparationMitigation.rule_code, SeparationMitigation.person_id)
        .where(as_of(SeparationMitigation, day)),
        _MARK,
    ))  # fmt: skip
    return Rules(
        tuple(sorted(found, key=lambda rule: rule.citation)),
        frozenset((codes[unit, code], person) for unit, code, person in passes if (unit, code) in codes),
    )
