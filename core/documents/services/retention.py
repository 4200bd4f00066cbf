"""Deleting documents whose time is over: so many years after their person has left, or after they have ended."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.db.guard import system
from core.documents.kinds import kinds
from core.documents.models import Document
from core.documents.services.keeping import erase
from core.org.models import Employment

#: So many are deleted in one run of the job.
MOST = 500


def purge(session: Session, *, today: date | None = None) -> int:
    """Delete what nobody has to keep any more; what is held back stays. Each leaves its row in the audit log.

    Documents of people who are employed stay, however old. Documents of a kind that keeps for good stay.
    """
    day = today or clock.today()
    with system(session, "documents whose retention is over"):
        left = select(Employment.person_id, func.max(Employment.left_on).label("left_on")).group_by(
            Employment.person_id
        ).subquery()
        doomed: list[Document] = []
        for kind in kinds(session).values():
            if kind.keep_years is None:
                continue
            before = _years_before(day, kind.keep_years)
            mine = select(Document).where(Document.kind == kind.name, ~Document.held)
            if kind.entity in ("person", "employment"):
                mine = mine.join(left, left.c.person_id == Document.person_id).where(left.c.left_on <= before)
            else:
                mine = mine.where(Document.expires_on < before)
            doomed += session.scalars(mine.order_by(Document.id).limit(MOST - len(doomed))).all()
        erase(session, doomed)
    return len(doomed)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
