"""What is done with leads just taken in, or whose facts have changed: in this order, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from plugins.crm.models import Lead
from plugins.crm.services.arriving.assigning import assign
from plugins.crm.services.arriving.tagging import tag
from plugins.crm.services.following.deadlines import set_due
from plugins.crm.services.leads.history import moment
from plugins.crm.services.standard.judging import judge
from plugins.crm.text import NEW

Step = Callable[[Session, Sequence[Lead]], None]


def start_clock(session: Session, leads: Sequence[Lead]) -> None:
    """Say until when whoever has been handed a lead has to touch it."""
    set_due(session, [one for one in leads if one.state == NEW and one.owner_person_id is not None], moment())


#: The steps, each over all leads at once: judged by the standard, tagged, handed to somebody, whose time then begins.
STEPS: tuple[Step, ...] = (judge, tag, assign, start_clock)


def arrive(session: Session, leads: Sequence[Lead]) -> None:
    """Judge, tag and hand over leads that are flushed and have their numbers. Leads that are merged are left alone."""
    for step in STEPS:
        step(session, leads)
