"""The rules of a company for what scores lead to: a table of bands, in force from a day on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.outcomes import OUTCOME_RULES
from performance.models import OutcomeRule, OutcomeTable, Proposal
from performance.rules.scoring import LARGEST_CAP
from performance.services.figures import shown
from performance.services.writing import number
from performance.text import _
from remit.base import Actor, DomainError, clock
from remit.services import require, system, visible
from remit.text import Text

#: Without an upper end a band goes on to the best score there can be, in hundredths of a point, and beyond.
OPEN = 1_000_000
_LINE = re.compile(r"(\d+(?:\.\d{1,2})?)\s*(?:-|–|~|至)\s*(\d+(?:\.\d{1,2})?)?\s*[:：]\s*(\S+)(?:\s+(\S+))?")
_KINDS = {
    "bonus": "bonus", "奖金": "bonus", "raise": "raise", "调薪": "raise", "training": "training", "培训": "training",
    "promotion": "promotion", "晋升": "promotion",
}  # fmt: skip


def lines(text: str) -> list[dict[str, Any]]:
    """Rules as people write them: ``95-110: bonus 10%``, ``110-: promotion``; the upper end does not belong to a band.

    Raises ``DomainError`` with the field.
    """
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        told = _LINE.fullmatch(line)
        if told is None or told[3] not in _KINDS:
            raise DomainError("performance.line", _(
                "Write a band, a colon and bonus, raise, training or promotion, as in “95-110: bonus 10%”; this is "
                "{line}.", line=line), "rules")  # fmt: skip
        kind = _KINDS[told[3]]
        if (told[4] is not None) != (kind in ("bonus", "raise")):
            raise DomainError("performance.rule_rate", _(
                "A bonus and a raise have a rate, the others have none; this is {line}.", line=line),
                "rules")  # fmt: skip
        found.append({
            "kind": kind, "low": _points(told[1]), "high": _points(told[2]) if told[2] else OPEN,
            "rate": number(told[4], "rate", "rules") if told[4] else 0,
        })  # fmt: skip
    return found


def _points(text: str) -> int:
    whole, _dot, rest = text.partition(".")
    return 100 * int(whole) + int(rest.ljust(2, "0"))


def text_of(rules: Sequence[OutcomeRule]) -> str:
    """Rules as they are written."""
    return "\n".join(
        f"{band(one.low, one.high)}: {one.kind}{f' {shown(one.rate)}%' if one.rate else ''}" for one in rules
    )


def band(low: int, high: int) -> str:
    """A band of scores as people read it."""

    def points(value: int) -> str:
        return f"{value // 100}.{value % 100:02d}".removesuffix(".00")

    return f"{points(low)}-{points(high) if high < OPEN else ''}"


def band_words(low: int, high: int) -> Text | str:
    """A band (hundredths of a point) as people read it: one that is open above says so."""
    written = band(low, high)
    return written if high < OPEN else _("{low} and more", low=written.rstrip("-"))


def save(session: Session, actor: Actor, values: dict[str, Any]) -> OutcomeTable:
    """Write the rules of a company from a day on: ``legal_entity_id``, ``valid_from``, ``rules`` as read by ``lines``.

    A table of the same day is replaced as long as no proposal rests on it. Raises ``DomainError`` with the field, also
    where two bands of one kind overlap: a score leads to one thing of a kind.
    """
    _check(values["rules"])
    made = OutcomeTable(
        legal_entity_id=values["legal_entity_id"], valid_from=values["valid_from"],
        drafted_by_person_id=actor.person_id, created_at=clock.now(),
    )  # fmt: skip
    require(session, actor, OUTCOME_RULES, made)
    with system(session, "the rules of the same day, and whether proposals rest on them"):
        before = session.scalars(select(OutcomeTable).where(
            OutcomeTable.legal_entity_id == made.legal_entity_id, OutcomeTable.valid_from == made.valid_from
        ).with_for_update()).one_or_none()  # fmt: skip
        used = before is not None and session.scalar(
            select(Proposal.id).where(Proposal.table_id == before.id).limit(1)) is not None  # fmt: skip
    if used:
        raise DomainError("performance.rules_used", _(
            "Proposals rest on the rules of that day; let the new ones begin later."), "valid_from")  # fmt: skip
    made = before or made
    session.add(made)
    session.flush()
    for old in rules_of(session, made):
        session.delete(old)
    session.add_all(OutcomeRule(table_id=made.id, **one) for one in values["rules"])
    session.flush()
    return made


def _check(rules: Sequence[dict[str, Any]]) -> None:
    if not rules:
        raise DomainError("performance.no_rule", _("Write at least one rule."), "rules")
    ordered = sorted(rules, key=lambda one: (one["kind"], one["low"]))
    for one in ordered:
        if one["low"] >= one["high"] or one["high"] > OPEN:
            raise DomainError("performance.band", _(
                "A band rises: {band} does not.", band=band(one["low"], one["high"])), "rules")  # fmt: skip
        if not 0 <= one["rate"] <= LARGEST_CAP:
            raise DomainError("performance.rate", _("A rate is between 0 and 1,000 %."), "rules")
    for left, right in zip(ordered, ordered[1:], strict=False):
        if left["kind"] == right["kind"] and right["low"] < left["high"]:
            raise DomainError("performance.overlap", _(
                "{left} and {right} overlap; a score leads to one thing of a kind.",
                left=band(left["low"], left["high"]), right=band(right["low"], right["high"])), "rules")  # fmt: skip


def rules_of(session: Session, table: OutcomeTable) -> Sequence[OutcomeRule]:
    """The rules of a table, by kind, the lowest band first."""
    return session.scalars(
        select(OutcomeRule).where(OutcomeRule.table_id == table.id).order_by(OutcomeRule.kind, OutcomeRule.low)
    ).all()


def listed(session: Session, actor: Actor) -> list[tuple[OutcomeTable, Sequence[OutcomeRule]]]:
    """The tables somebody may see, the latest first, each with its rules, in two statements."""
    statement = select(OutcomeTable).order_by(OutcomeTable.valid_from.desc(), OutcomeTable.id)
    tables = session.scalars(visible(session, actor, OUTCOME_RULES, statement)).all()
    rules: dict[int, list[OutcomeRule]] = {one.id: [] for one in tables}
    for rule in session.scalars(
        select(OutcomeRule).where(OutcomeRule.table_id.in_(rules)).order_by(OutcomeRule.kind, OutcomeRule.low)
    ):
        rules[rule.table_id].append(rule)
    return [(one, rules[one.id]) for one in tables]


def in_force(session: Session, day: date) -> dict[int, tuple[OutcomeTable, Sequence[OutcomeRule]]]:
    """The rules of each company for periods that begin on a day."""
    with system(session, "the rules that proposals are made by"):
        rows = session.scalars(
            select(OutcomeTable).where(OutcomeTable.valid_from <= day).order_by(OutcomeTable.valid_from)
        ).all()
    latest = {row.legal_entity_id: row for row in rows}
    return {entity: (row, rules_of(session, row)) for entity, row in latest.items()}
