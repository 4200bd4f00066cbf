"""Judging leads by the standard in force: which criteria they meet, and when they first met each level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from plugins.crm.models import Judgement, Lead, Standard
from plugins.crm.services.facts import Vocabulary, columns, vocabulary
from plugins.crm.services.leads.history import event, happened_to_many, moment
from plugins.crm.services.standard.content import MARKETING, SALES, Content, Criterion, compiled, read
from plugins.crm.text import GONE_STATES
from remit.services import of, system

SIGNED = "signed"


def versions_in_force(session: Session) -> list[Standard]:
    """The signed versions of all companies, the latest first; one is in force from its day until the next one's."""
    with system(session, "leads are judged by the standard that was signed"):
        return list(session.scalars(
            select(Standard).where(Standard.state == SIGNED)
            .order_by(Standard.effective_from.desc(), Standard.version.desc())
        ))  # fmt: skip


def in_force(versions: Sequence[Standard], legal_entity_id: int, day: date) -> Standard | None:
    """The version of a company that is in force on a day."""
    return next(
        (one for one in versions if one.legal_entity_id == legal_entity_id and one.effective_from <= day), None
    )


def judge(session: Session, leads: Sequence[Lead]) -> None:
    """Judge many leads in a few statements.

    A lead that was never judged is judged by the version in force on the day it was taken in; one whose facts have
    changed since by today's. Each level is dated once; whoever meets the higher one has passed the lower, too.
    """
    leads = [one for one in leads if one.state not in GONE_STATES]
    versions = versions_in_force(session) if leads else []
    if not versions:
        return
    words, now, zone = vocabulary(session), moment(), ZoneInfo(of(session).config.zone)
    with system(session, "how leads were judged before"):
        before = {
            one.lead_id: one
            for one in session.scalars(select(Judgement).where(Judgement.lead_id.in_([one.id for one in leads])))
        }
    groups: dict[int, list[tuple[Lead, datetime]]] = {}
    for lead in leads:
        at = now if lead.id in before else min(lead.captured_at, now)
        found = in_force(versions, lead.legal_entity_id, at.astimezone(zone).date())
        if found is not None:
            groups.setdefault(found.id, []).append((lead, at))
    for version in versions:
        if version.id in groups:
            _judge(session, words, version, groups[version.id], before)
    session.flush()


def _judge(
    session: Session, words: Vocabulary, version: Standard, leads: Sequence[tuple[Lead, datetime]],
    before: dict[int, Judgement],
) -> None:  # fmt: skip
    content = read(version.content)
    met = met_by(words, version, [lead for lead, _at in leads])
    new: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    for (lead, at), keys in zip(leads, met, strict=True):
        known = before.get(lead.id)
        if known is None:
            new.append({"lead_id": lead.id, "standard_id": version.id, "met": keys, "judged_at": at})
        elif known.standard_id != version.id or known.met != keys:
            known.standard_id, known.met, known.judged_at = version.id, keys, at
        for level in _reached(lead, at, content, set(keys)):
            told.append(event(lead, "qualified", at, level=level, version=version.version, met=sorted(keys)))
    if new:
        session.execute(insert(Judgement), new)
    happened_to_many(session, told)


def met_by(words: Vocabulary, version: Standard, leads: Sequence[Lead]) -> list[list[str]]:
    """The keys of the criteria that each lead meets, without asking the database."""
    content = read(version.content)
    facts = columns(words, leads, content.questions)
    found: list[list[str]] = [[] for _lead in leads]
    for key, expression in compiled(words, version.content):
        for place in np.flatnonzero(expression.column(facts, size=len(leads))):
            found[place].append(key)
    return found


def _reached(lead: Lead, at: datetime, content: Content, met: set[str]) -> list[str]:
    """The levels that a lead reaches for the first time; each is dated."""
    sales = {one.key for one in content.of(SALES)} <= met
    marketing = sales or {one.key for one in content.of(MARKETING)} <= met
    found = []
    for reached, name, level in ((marketing, "marketing_at", MARKETING), (sales, "sales_at", SALES)):
        if reached and getattr(lead, name) is None:
            setattr(lead, name, at)
            found.append(level)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lead stands by a version: each criterion, and whether it is met."""

    version: Standard
    criteria: tuple[tuple[Criterion, bool], ...]
    judged_at: datetime

    def of(self, level: str) -> list[tuple[Criterion, bool]]:
        """The criteria of a level."""
        return [(one, met) for one, met in self.criteria if one.level == level]


def standing(session: Session, lead: Lead) -> Standing | None:
    """How a lead that was loaded stands by the version that judged it; None where none did."""
    with system(session, "how a lead was judged that its reader may see"):
        row: Any = session.execute(
            select(Judgement, Standard).join(Standard, Standard.id == Judgement.standard_id)
            .where(Judgement.lead_id == lead.id)
        ).one_or_none()  # fmt: skip
    if row is None:
        return None
    judgement, version = row
    criteria = tuple((one, one.key in judgement.met) for one in read(version.content).criteria)
    return Standing(version, criteria, judgement.judged_at)
