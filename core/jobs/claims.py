"""Taking a job from the table: by any number of processes, each job by one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
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


def claim_next(house: House, worker: str, *, look: bool = True, outside: bool | None = None) -> Claim | None:
    """Take what is to run next, or None when nothing is. Jobs of modules that are off wait.

    An idle worker looks first and writes nothing; one that has just found something need not ``look``. ``outside``
    asks only for jobs that wait for machines of others, or only for all the rest.
    """
    if look:
        with house.session(WORKER) as session:
            if session.execute(_waiting(session, runnable(session, house, outside))).first() is None:
                return None
    with house.session(WORKER, write=True) as session:
        kinds = runnable(session, house, outside)
        while True:
            row = session.execute(_waiting(session, kinds).with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            if _has_room(session, house, row.kind):
                return _take(session, row.id, worker)
            kinds = kinds - {row.kind}


def claim(house: House, worker: str, job_id: int) -> Claim | None:
    """Take this job, or None when it is not to be run now: taken, ended, not due, its module off, its kind full.

    One that only has to wait is noted as not sent: whoever brought it here may bring it again.
    """
    with house.session(WORKER, write=True) as session:
        this = _light(session, select(JobRow.id, JobRow.kind, JobRow.run_at))
        this = this.where(JobRow.id == job_id, JobRow.state == QUEUED)
        row = session.execute(this.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        due = row.run_at <= clock.now() and row.kind in runnable(session, house)
        if not due or not _has_room(session, house, row.kind):
            session.execute(update(JobRow).where(JobRow.id == job_id).values(sent_at=None))
            return None
        return _take(session, job_id, worker)


def runnable(session: Session, house: House, outside: bool | None = None) -> frozenset[str]:
    """The kinds of jobs of modules that are on; only those that wait for others or only the rest, if told which."""
    jobs = house.registry.of("jobs", state.read(session))
    return frozenset(job.name for job in jobs if outside is None or job.outside == outside)


def _waiting(session: Session, kinds: Collection[str]) -> Any:
    return (
        _light(session, select(JobRow.id, JobRow.kind))
        .where(JobRow.state == QUEUED, JobRow.run_at <= clock.now(), JobRow.kind.in_(sorted(kinds)))
        .order_by(JobRow.priority, JobRow.run_at, JobRow.id)
        .limit(1)
    )


def _light(session: Session, statement: Any) -> Any:
    """The commit of a claim does not wait for the disk of the server: a claim that a power cut takes away leaves the
    job queued, and whoever had it cannot record its end.
    """
    if session.get_bind().dialect.name != "postgresql":
        return statement
    return statement.add_columns(func.set_config("synchronous_commit", "off", True))


def _has_room(session: Session, house: House, kind: str) -> bool:
    most = house.registry.jobs()[kind].at_most
    if most is None:
        return True
    locks.hold(session, f"job:{kind}")  # two workers must not count the same room
    running = select(func.count()).select_from(JobRow).where(JobRow.state == RUNNING, JobRow.kind == kind)
    return session.scalars(running).one() < most


def _take(session: Session, job_id: int, worker: str) -> Claim:
    now = clock.now()
    row = session.execute(
        update(JobRow).where(JobRow.id == job_id)
        .values(
            state=RUNNING, worker=worker, tries=JobRow.tries + 1, started_at=now, heartbeat=now, sent_at=None,
            progress_done=0, progress_total=None, message=None, error=None,
        )
        .returning(JobRow.id, JobRow.kind, JobRow.args, JobRow.actor, JobRow.tries, JobRow.group_id)
        .execution_options(synchronize_session=False)
    ).one()  # fmt: skip
    return Claim(row.id, row.kind, row.args, actor_from_json(row.actor), worker, row.tries, row.group_id)
