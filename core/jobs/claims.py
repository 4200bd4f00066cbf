"""Taking a job from the table: by any number of processes, each job by one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import locks
from core.jobs.models import QUEUED, RUNNING, JobRow
from core.jobs.queue import actor_from_json
from core.kernel import state

if TYPE_CHECKING:
    from core.kernel.house import House

WORKER = Actor.system("running jobs")


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of a worker, in its ``tries``-th try."""

    job_id: int
    kind: str
    args: Mapping[str, Any]
    actor: Actor
    worker: str
    tries: int
    group_id: int | None


def claim_next(house: House, worker: str, *, outside: bool | None = None) -> Claim | None:
    """Take what is to run next, or None when nothing is. Jobs of modules that are off wait.

    ``outside`` asks only for jobs that wait for machines of others, or only for all the rest.
    """
    with house.session(WORKER) as session:  # an idle worker looks and writes nothing
        kinds = runnable(session, house, outside)
        if session.scalars(_waiting(kinds)).first() is None:
            return None
    with house.session(WORKER, write=True) as session:
        while True:
            row = session.scalars(_waiting(kinds).with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            if _has_room(session, house, row.kind):
                return _take(row, worker)
            kinds = kinds - {row.kind}


def claim(house: House, worker: str, job_id: int) -> Claim | None:
    """Take this job, or None when it is not to be run now: taken, ended, not due, its module off, its kind full."""
    with house.session(WORKER, write=True) as session:
        this = _waiting(runnable(session, house)).where(JobRow.id == job_id)
        row = session.scalars(this.with_for_update(skip_locked=True)).first()
        if row is None or not _has_room(session, house, row.kind):
            return None
        return _take(row, worker)


def runnable(session: Session, house: House, outside: bool | None = None) -> frozenset[str]:
    """The kinds of jobs of modules that are on; only those that wait for others or only the rest, if told which."""
    jobs = house.registry.of("jobs", state.read(session))
    return frozenset(job.name for job in jobs if outside is None or job.outside == outside)


def _waiting(kinds: Collection[str]) -> Select[JobRow]:
    return (
        select(JobRow)
        .where(JobRow.state == QUEUED, JobRow.run_at <= clock.now(), JobRow.kind.in_(sorted(kinds)))
        .order_by(JobRow.priority, JobRow.run_at, JobRow.id)
        .limit(1)
    )


def _has_room(session: Session, house: House, kind: str) -> bool:
    most = house.registry.jobs()[kind].at_most
    if most is None:
        return True
    locks.hold(session, f"job:{kind}")  # two workers must not count the same room
    running = select(func.count()).select_from(JobRow).where(JobRow.state == RUNNING, JobRow.kind == kind)
    return session.scalars(running).one() < most


def _take(row: JobRow, worker: str) -> Claim:
    row.state, row.worker, row.tries = RUNNING, worker, row.tries + 1
    row.started_at = row.heartbeat = clock.now()
    row.progress_done, row.progress_total, row.message, row.error = 0, None, None, None
    return Claim(row.id, row.kind, row.args, actor_from_json(row.actor), worker, row.tries, row.group_id)
