"""Trying a draft on the leads of the last month: what it would have said of each, beside what is in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ
from plugins.crm.models import Lead, RuleTable, RuleVersion
from plugins.crm.services.facts import Vocabulary, columns
from plugins.crm.services.leads.history import moment
from plugins.crm.services.rules.content import compiled, outcome_in_words
from plugins.crm.text import GONE_STATES
from remit.base import Actor
from remit.services import visible

DAYS = 30
#: At most so many leads are tried, and so many that change are named.
MOST = 20_000
NAMED = 12


@dataclass(frozen=True, slots=True)
class Line:
    """How many leads come to an outcome: its key (a tag, or team and skill), before and after; None for no row."""

    key: str | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would have changed: how many leads were tried and change, by outcome, how often each of its rows
    applies, and some leads that change with both outcomes."""

    days: int
    tried: int
    changed: int
    lines: tuple[Line, ...]
    by_row: tuple[int, ...]
    named: tuple[tuple[Lead, str | None, str | None], ...]


def simulate(
    session: Session, actor: Actor, words: Vocabulary, table: RuleTable, draft: Mapping[str, Any],
    standing: RuleVersion | None,
) -> Trial:  # fmt: skip
    """Try the content of a draft on the leads of the last thirty days that the actor may see; nothing is written."""
    since = moment() - timedelta(days=DAYS)
    statement = select(Lead).where(
        Lead.captured_at >= since, Lead.state.not_in(GONE_STATES), Lead.legal_entity_id == table.legal_entity_id
    ).order_by(Lead.captured_at.desc(), Lead.id.desc())  # fmt: skip
    leads = session.scalars(visible(session, actor, LEAD_READ, statement).limit(MOST)).all()
    facts = columns(words, leads)
    after_rows = compiled(words, draft).run(facts, size=len(leads)).fired.tolist()
    after = [outcome(draft, row) for row in after_rows]
    before: list[str | None] = [None] * len(leads)
    if standing is not None:
        rows = compiled(words, standing.content).run(facts, size=len(leads)).fired.tolist()
        before = [outcome(standing.content, row) for row in rows]
    was, will, rows_hit = Counter(before), Counter(after), Counter(after_rows)
    keys = sorted({*was, *will}, key=lambda one: (one is None, str(one)))
    different = [(lead, a, b) for lead, a, b in zip(leads, before, after, strict=True) if a != b]
    return Trial(
        DAYS, len(leads), len(different), tuple(Line(key, was[key], will[key]) for key in keys),
        tuple(rows_hit[place] for place in range(len(draft["rows"]))), tuple(different[:NAMED]),
    )  # fmt: skip


def outcome(content: Mapping[str, Any], row: int) -> str | None:
    """What a row comes to, as one word; nothing where none applied."""
    if row < 0:
        return None
    then = content["rows"][row]["then"]
    return str(then["tag"]) if "tag" in then else f"{then['unit_id']}/{then.get('skill') or ''}"


def outcomes_in_words(
    keys: Sequence[str | None], content: Sequence[Mapping[str, Any]], units: Mapping[int, Any]
) -> dict[str | None, str]:
    """What the outcomes of a trial are called, by key."""
    found: dict[str | None, str] = {}
    for one in content:
        for place, row in enumerate(one["rows"]):
            kind = "tag" if "tag" in row["then"] else "assign"
            found.setdefault(outcome(one, place), str(outcome_in_words(row, units, kind)))
    return {key: found.get(key, "–") for key in keys}
