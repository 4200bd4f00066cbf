"""When people are busy: leave and trips by halves of a day, and overtime that was approved."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.models import OvertimeRequest
from attendance.models.leave import APPROVED
from attendance.services.leave.away import OVERTIME, WORDS, give_absences
from remit.contracts import Ask, Spans
from remit.services import system


def give_busy_times(session: Session, ask: Ask) -> Spans | None:
    """Leave, business trips and approved overtime of many employments that touch a period, in two statements.

    Shifts are not among them: when somebody works is no reason not to meet him.
    """
    if not ask.ids.size:
        return None
    away = give_absences(session, ask)
    rows = np.zeros((4, 0), dtype=np.int64)
    if away is not None:
        rows = np.stack([away.ids, away.start, away.end, away.kinds])
    late = _overtime(session, ask)
    rows = np.concatenate([rows, late], axis=1)
    if not rows.shape[1]:
        return None
    rows = rows[:, np.lexsort((rows[1], rows[0]))]
    return Spans("attendance", rows[0], rows[1], rows[2], rows[3], WORDS)


def _overtime(session: Session, ask: Ask) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Approved overtime as columns: employment, start and end in minutes since 1970 UTC, kind."""
    one = OvertimeRequest
    named = one.employment_id.in_(ask.ids.tolist()) if ask.ids.size <= 500 else (
        one.employment_id.between(int(ask.ids[0]), int(ask.ids[-1]))
    )  # fmt: skip
    statement = select(one.employment_id, one.starts_at, one.ends_at).where(
        named, one.state == APPROVED, one.day >= ask.period.start, one.day < ask.period.end
    )
    wanted = set(ask.ids.tolist())
    with system(session, "attendance answers when people are busy"):
        rows = [
            (employment, int(start.timestamp()) // 60, int(end.timestamp()) // 60, OVERTIME)
            for employment, start, end in session.execute(statement) if employment in wanted
        ]  # fmt: skip
    return np.array(rows, dtype=np.int64).reshape(len(rows), 4).T
