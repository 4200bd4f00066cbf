"""Authority for emergencies: what its holders have opened and may use for now.

A dormant entry stands in the list and allows nothing until its holder opens it himself, with a reason. What he opened
ends by itself: every decision compares the moment, so no job has to run.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.models import BreakGlass
from core.base import clock
from core.db import guard

_MARK = [("authority.engine", "core_break_glass")]


def read(session: Session) -> dict[int, dict[tuple[int, str], datetime]]:
    """What is open, by person: until when, by assignment and citation."""
    row = BreakGlass
    found: dict[int, dict[tuple[int, str], datetime]] = {}
    statement = select(row.person_id, row.assignment_id, row.entry, row.until).where(row.until > clock.now())
    for person_id, assignment_id, entry, until in session.execute(guard.mark(statement.order_by(row.until), _MARK)):
        found.setdefault(person_id, {})[assignment_id, entry] = until
    return found
