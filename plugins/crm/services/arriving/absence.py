"""Leads of people who are away or have left: handed to others, once a day and as soon as an absence is approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead
from plugins.crm.services.arriving.assigning import again
from plugins.crm.services.arriving.people import away_today, working
from plugins.crm.text import NEW, OPEN_STATES, _
from remit.events import Handler
from remit.jobs import Job
from remit.services import system

#: So many leads are handed on in one step; the rest is seen to by the next.
STEP = 500
#: What a module that keeps leave asks its question as, and when its answer is told.
LEAVE, ENDED = "attendance.leave", "workflow.process_ended"


def sweep(session: Session) -> int:
    """Hand on what nobody would see to: how many leads.

    A lead of somebody who left goes to another. Of somebody who is away, those that nobody has touched yet, and those
    whose next step falls on a day on which he is away; what comes later waits for him.
    """
    with system(session, "leads of people who are away are handed to others"):
        owned = Lead.owner_person_id.is_not(None)
        rows = session.scalars(select(Lead.owner_person_id).where(owned, Lead.state.in_(OPEN_STATES)).distinct())
        owners = [one for one in rows if one is not None]
        here = working(session, owners)
        left, away = [one for one in owners if one not in here], away_today(session, owners)
        moved = _hand_on(session, select(Lead).where(Lead.owner_person_id.in_(left)), "left") if left else 0
        for person, until in sorted(away.items()):
            mine = select(Lead).where(
                Lead.owner_person_id == person,
                ((Lead.state == NEW) & Lead.touched_at.is_(None)) | (Lead.next_on <= until),
            )  # fmt: skip
            moved += _hand_on(session, mine, "absent")
    return moved


def _hand_on(session: Session, statement: Any, cause: str) -> int:
    found = session.scalars(
        statement.where(Lead.state.in_(OPEN_STATES)).order_by(Lead.id).limit(STEP).with_for_update(of=Lead)
    ).all()
    again(session, found, cause)
    return len(found)


def _run(context: Any, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    del arguments
    with context.session(write=True) as session:
        return {"moved": sweep(session)}


def _ended(session: Session, event: Any) -> None:
    """An absence that was approved may begin today: look at once."""
    if event.process == LEAVE and event.answer == "approved":
        sweep(session)


JOBS = (Job("crm.absences", _("Hand on the leads of people who are away"), _run, schedule="30 8 * * *", at_most=1),)
HANDLERS = (Handler("crm.absences", ENDED, _ended),)
