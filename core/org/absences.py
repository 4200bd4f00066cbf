"""Who is away at this moment, as the modules tell that keep leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.period import Period
from core.contracts.columnar import Ask
from core.db import guard
from core.kernel.house import give, of
from core.kernel.kept import kept_of_organisation
from core.org.models import Employment

_MARK = [("org.absences", "core_employment")]
#: How far one looks for the end of a leave that goes on.
_FAR = timedelta(days=400)


def away_now(session: Session, person_ids: Collection[int], at: datetime | None = None) -> dict[int, date]:
    """Of these persons those who are away now, each with the last day on which he is, by the clock of the installation.

    ``at`` is another moment, aware. One statement for their employments, and one question to all modules. Whoever has
    two employments and is away from one of them is there.
    """
    if not person_ids:
        return {}
    zone, now = ZoneInfo(of(session).config.zone), at or clock.now()
    today = now.astimezone(zone).date()
    employed = kept_of_organisation(
        session, "employed", ((one, today) for one in sorted(person_ids)), lambda keys: _employed(session, keys)
    )
    found = sorted((one, person) for (person, _day), many in employed.items() for one in many)
    if not found:
        return {}
    ask = Ask(np.array([one for one, _person in found], dtype=np.int64), Period(today, today + _FAR), today)
    until = _until(session, ask, int(now.timestamp()) // 60)
    away: dict[int, date | None] = {}
    for one, person in found:
        end = until.get(one)
        day = datetime.fromtimestamp((end - 1) * 60, UTC).astimezone(zone).date() if end is not None else None
        before = away.get(person, day)
        away[person] = min(day, before) if day is not None and before is not None else None
    return {person: day for person, day in away.items() if day is not None}


def _employed(session: Session, keys: Collection[tuple[int, date]]) -> dict[tuple[int, date], list[int]]:
    """The employments of persons on a day that all keys share."""
    day = next(day for _person, day in keys)
    rows = session.execute(guard.mark(
        select(Employment.id, Employment.person_id).where(
            Employment.person_id.in_(person for person, _day in keys), Employment.hired_on <= day,
            Employment.left_on > day,
        ),
        _MARK,
    ))  # fmt: skip
    found: dict[tuple[int, date], list[int]] = {key: [] for key in keys}
    for one, person in rows:
        found[person, day].append(one)
    return found


def _until(session: Session, ask: Ask, minute: int) -> dict[int, int]:
    """The minute in which each employment's absence of this minute ends; stretches that touch are one."""
    stretches: dict[int, list[tuple[int, int]]] = {}
    for spans in give(session, "give_absences", ask=ask):
        for one, start, end in zip(spans.ids.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True):
            stretches.setdefault(one, []).append((start, end))
    found: dict[int, int] = {}
    for one, many in stretches.items():
        for start, end in sorted(many):
            if start <= found.get(one, minute) < end:
                found[one] = end
    return found
