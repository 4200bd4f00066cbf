"""Calling a job off, and trying one again that failed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.jobs import groups
from core.jobs.actions import MANAGE
from core.jobs.models import CANCELLED, FAILED, QUEUED, WAITING, JobRow
from core.jobs.queue import own_job, wake_after_commit

_ = catalogue("jobs")


def cancel(session: Session, actor: Actor, row: JobRow) -> None:
    """Call a job off: a waiting one at once, a group with its parts, a running one at its next report of progress.

    Raises ``DomainError`` when it has ended already, ``NotFound`` when it is somebody else's and the actor does not
    manage jobs.
    """
    _may(session, actor, row)
    if row.ended:
        raise DomainError("job.ended", _("The job has already ended."))
    if row.state == WAITING:
        groups.call_off(session, row.id)
        session.refresh(row)
    elif row.state == QUEUED:
        if row.group_id is not None:
            groups.lock(session, row.group_id)
        row.state, row.finished_at = CANCELLED, clock.now()
        if row.group_id is not None:
            groups.part_ended(session, row.group_id, CANCELLED)
    row.cancel_asked = True
    session.flush()


def retry(session: Session, actor: Actor, row: JobRow) -> None:
    """Queue a job again that failed or was called off, with all its tries; a group with the parts that were not done.

    Raises ``DomainError`` for a job that did not end so, ``NotFound`` as ``cancel`` does.
    """
    _may(session, actor, row)
    if row.state not in (FAILED, CANCELLED):
        raise DomainError("job.not_failed", _("Only a job that failed or was stopped can be run again."))
    if row.group_id is not None:
        raise DomainError("job.part", _("This job is a part of job {id}; run that one again.", id=row.group_id))
    row.tries, row.error, row.finished_at, row.worker, row.sent_at = 0, None, None, None, None
    row.cancel_asked, row.run_at, row.state = False, clock.now(), QUEUED
    if row.parts is not None:
        groups.again(session, row)
    session.flush()
    wake_after_commit(session)


def _may(session: Session, actor: Actor, row: JobRow) -> None:
    try:
        own_job(session, actor, row.id)
    except NotFound:
        if not allowed(session, actor, MANAGE):
            raise
        require(session, actor, MANAGE)
