"""One's own posts for the home page: duties and authority in two statements, however many posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.authority.models import AuthorityEntry, Duty, KpiTarget, PublishedList
from core.authority.reading import DutyLine, EntryLine, entry_line, in_force
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.org.models import Assignment, PositionVersion, UnitVersion

_MARK = [("authority.list:read", "core_assignment")]


@dataclass(frozen=True, slots=True)
class MyPost:
    """The primary post with its duties and authority, what is decided before what is only seen; titles of the rest."""

    title: Translation
    grade: str
    duties: list[DutyLine]
    entries: list[EntryLine]
    others: list[Translation]


def my_post(session: Session, person_id: int, day: date) -> MyPost | None:
    """What somebody's primary post must and may on a day; None without a post."""
    weight = (
        select(func.sum(KpiTarget.weight))
        .where(KpiTarget.list_id == Duty.list_id, KpiTarget.position_id == Duty.position_id,
               KpiTarget.duty_code == Duty.code)
        .correlate(Duty)
        .scalar_subquery()
    )  # fmt: skip
    published = select(Duty).join(PublishedList, PublishedList.id == Duty.list_id).where(in_force(day)).subquery()
    rows: Sequence[Any] = session.execute(
        guard.mark(
            select(PositionVersion.position_id, PositionVersion.title, PositionVersion.grade, Duty, weight)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .outerjoin(published, published.c.position_id == PositionVersion.position_id)
            .outerjoin(Duty, Duty.id == published.c.id)
            .where(Assignment.person_id == person_id, as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id, Duty.id),
            _MARK,
        )
    ).all()
    if not rows:
        return None
    mine, title, grade = rows[0][:3]
    others = {row.position_id: row.title for row in rows if row.position_id != mine}
    duties: list[Any] = [row[3:] for row in rows if row.position_id == mine and row[3] is not None]
    lines = [DutyLine(duty.code, duty.text, duty.raci, int(kpis or 0)) for duty, kpis in duties]
    return MyPost(title, grade or "", lines, _entries(session, mine, day), list(others.values()))


def _entries(session: Session, position_id: int, day: date) -> list[EntryLine]:
    rows = session.execute(
        select(AuthorityEntry, UnitVersion.unit_id, UnitVersion.title)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(UnitVersion, and_(UnitVersion.unit_id == AuthorityEntry.scope_unit_id, as_of(UnitVersion, day)))
        .where(in_force(day), AuthorityEntry.position_id == position_id)
        .order_by(AuthorityEntry.id)
    ).all()
    named: Sequence[Any] = rows
    units = {unit: str(title) for _entry, unit, title in named if unit is not None}
    ordered = sorted(rows, key=lambda row: row[0].power == "read")
    return [entry_line(session, entry, units) for entry, _unit, _title in ordered]
