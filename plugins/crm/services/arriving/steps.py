"""What is done with leads just taken in, or whose facts have changed: in this order, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from plugins.crm.models import Lead
from plugins.crm.services.arriving.assigning import assign
from plugins.crm.services.arriving.tagging import tag
from plugins.crm.services.standard.judging import judge

Step = Callable[[Session, Sequence[Lead]], None]

#: The steps, each over all leads at once: judged by the standard, tagged, handed to somebody.
STEPS: tuple[Step, ...] = (judge, tag, assign)


def arrive(session: Session, leads: Sequence[Lead]) -> None:
    """Judge, tag and hand over leads that are flushed and have their numbers. Leads that are merged are left alone."""
    for step in STEPS:
        step(session, leads)
