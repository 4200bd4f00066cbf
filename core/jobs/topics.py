"""What pages can listen to: how far one job is, and that something moves in the list of all.

Progress is no part of any transaction, so nothing tells it: it is looked at while somebody listens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from zlib import crc32

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.jobs import listing, progress
from core.jobs.actions import READ
from core.jobs.models import IS_MOVING, JobRow
from core.kernel.specs import Topic

_ = catalogue("jobs")

MOST_KEY = 2**63 - 1


def may_hear(session: Session, actor: Actor, key: str) -> bool:
    """Whoever may see the job: who asked for it, and those who see the jobs of everybody."""
    try:
        return listing.visible_job(session, actor, _number(key)) is not None
    except NotFound:
        return False


def states(session: Session, keys: Collection[str]) -> Mapping[str, Any]:
    """How far jobs are, in two statements. ``line`` changes with what the job says about itself, and does not tell it.
    """
    numbers = {_number(key) for key in keys if key.isdecimal()}
    rows = session.scalars(
        select(JobRow).where(JobRow.id.in_(numbers)).execution_options(populate_existing=True)
    ).all()
    return {str(number): state for number, state in states_of(session, rows).items()}


def states_of(session: Session, rows: Collection[JobRow]) -> dict[int, dict[str, Any]]:
    """How far these jobs are as open pages are told, by id; for topics of things that a job works on."""
    far = progress.read_many(session, rows)
    return {row.id: _state(row, far[row.id]) for row in rows}


def may_hear_all(session: Session, actor: Actor, key: str) -> bool:
    """Whoever may see the jobs of everybody; the list is one thing."""
    return key == "" and allowed(session, actor, READ)


def list_state(session: Session, keys: Collection[str]) -> Mapping[str, Any]:
    """A number that is another when a job was added, went on or ended."""
    moving = session.scalars(select(JobRow).where(IS_MOVING).limit(500)).all()
    far = progress.read_many(session, moving)
    ended = select(func.max(JobRow.finished_at)).where(JobRow.finished_at.is_not(None))
    latest = session.execute(select(select(func.max(JobRow.id)).scalar_subquery(), ended.scalar_subquery())).one()
    seen = [*latest, *((row.id, row.state, row.tries, far[row.id].percent) for row in moving)]
    return {key: {"turn": crc32(repr(seen).encode())} for key in keys}


def _number(key: str) -> int:
    number = int(key) if key.isdecimal() else 0
    return number if number <= MOST_KEY else 0


def _state(row: JobRow, far: progress.Progress) -> dict[str, Any]:
    said = repr((row.tries, row.cancel_asked, far.message, row.error))
    return {"state": row.state, "done": far.done, "total": far.total, "line": crc32(said.encode())}


TOPICS = (
    Topic("job", _("How far a job is"), may_hear, watch=states),
    Topic("jobs", _("The jobs of everybody"), may_hear_all, watch=list_state),
)
