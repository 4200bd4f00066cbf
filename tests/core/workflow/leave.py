"""A module that keeps who is away, as a vendor would write one; tests fill ``AWAY``."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from remit.contracts import Ask, Spans
from remit.specs import Module, hookimpl
from remit.text import Text

module = Module(name="leave", title=Text("leave", "Leave"), package="tests.core.workflow", version="0.1.0")
#: Stretches of time by employment: minutes since 1970 UTC, the end excluded.
AWAY: dict[int, tuple[int, int]] = {}


@hookimpl
def give_absences(session: Session, ask: Ask) -> Spans | None:
    """Whoever the table names."""
    del session
    found = [one for one in ask.ids.tolist() if one in AWAY]
    if not found:
        return None
    column = np.array(found, dtype=np.int64)
    start, end = (np.array([AWAY[one][at] for one in found], dtype=np.int64) for at in (0, 1))
    return Spans("leave", column, start, end, np.ones(len(found), dtype=np.int64), {1: "leave"})
