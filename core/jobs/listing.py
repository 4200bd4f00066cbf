"""The jobs of everybody, for those who look after the installation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.base.actor import Actor
from core.base.errors import NotFound
from core.jobs.actions import READ
from core.jobs.models import JobRow
from core.jobs.queue import own_job


def everybodys(
    session: Session, actor: Actor, *, states: Sequence[str] = (), kind: str = "", before: int | None = None,
    limit: int = 50,
) -> Sequence[JobRow]:
    """The latest jobs, newest first: in some states, of one kind, older than the job ``before``.

    The parts of a group are not listed: they are told by its end. Raises ``Denied`` without ``jobs.job:read``.
    """
    require(session, actor, READ)
    statement = select(JobRow).where(JobRow.group_id.is_(None)).order_by(JobRow.id.desc()).limit(limit)
    if states:
        statement = statement.where(JobRow.state.in_(states))
    if kind:
        statement = statement.where(JobRow.kind == kind)
    if before is not None:
        statement = statement.where(JobRow.id < before)
    return session.scalars(statement).all()


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many jobs are in each state."""
    require(session, actor, READ)
    rows = session.execute(
        select(JobRow.state, func.count()).where(JobRow.group_id.is_(None)).group_by(JobRow.state)
    )
    return {state: number for state, number in rows}


def kinds(session: Session, actor: Actor) -> list[str]:
    """The kinds of jobs there are rows of."""
    require(session, actor, READ)
    return list(session.scalars(select(JobRow.kind).distinct().order_by(JobRow.kind)))


def visible_job(session: Session, actor: Actor, job_id: int) -> JobRow:
    """One job: the actor's own, or anybody's for those who may see all.

    Raises ``NotFound`` in the same words whether there is no such job or it is another's.
    """
    try:
        return own_job(session, actor, job_id)
    except NotFound:
        if not allowed(session, actor, READ):
            raise
        require(session, actor, READ)
        row = session.get(JobRow, job_id)
        if row is None:
            raise
        return row


def parts(session: Session, row: JobRow) -> dict[str, int]:
    """How many parts of a group are in each state; empty for a job that has none."""
    if row.parts is None:
        return {}
    rows = session.execute(select(JobRow.state, func.count()).where(JobRow.group_id == row.id).group_by(JobRow.state))
    return {state: number for state, number in rows}
