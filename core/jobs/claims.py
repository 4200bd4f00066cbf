"""Taking a job from the table: by any number of processes, each job by one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.db import locks
from core.db.types import UtcDateTime
from core.jobs.models import IS_QUEUED, IS_RUNNING, QUEUED, RUNNING, JobRow
from core.jobs.queue import actor_from_json
from core.kernel import state
from core.kernel.house import of
from core.kernel.models import Epoch

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
            kinds = runnable(session, house, outside)
            if session.execute(_LOOK, {"kinds": sorted(kinds), "now": clock.now()}).first() is None:
                return None
    with house.session(WORKER, write=True) as session:
        return take_next(session, worker, outside=outside, light=True)


def take_next(session: Session, worker: str, *, outside: bool | None = None, light: bool = False) -> Claim | None:
    """Take what is to run next in this transaction, or None when nothing is.

    ``light``: the commit need not wait for the disk of the server. A claim that a power cut takes away leaves the job
    queued, and whoever had it cannot record its end; nothing else may be written in that transaction.
    """
    house = of(session)
    kinds = runnable(session, house, outside)
    waiting = _NEXT_LIGHT if light and _is_postgresql(session) else _NEXT
    while True:
        row = session.execute(waiting, {"kinds": sorted(kinds), "now": clock.now()}).first()
        if row is None:
            return None
        if _has_room(session, house, row.kind):
            return _take(session, row.id, worker)
        kinds = kinds - {row.kind}


class Claimer:
    """Takes jobs by their number, for a worker that is told of them.

    A job of a kind without a limit is taken in one statement, which also asks whether anything was switched since the
    kinds of the modules that are on were read.
    """

    def __init__(self, house: House, worker: str) -> None:
        self._house, self._worker = house, worker
        self._take_due = _TAKE_DUE if house.database.is_sqlite else _TAKE_DUE_LIGHT
        self._this = _THIS if house.database.is_sqlite else _THIS_LIGHT
        self._epoch = -1
        self._kinds: Collection[str] = ()

    def claim(self, job_id: int) -> Claim | None:
        """Take this job, or None when it is not to be run now: taken, ended, not due, its module off, its kind full.

        One that only has to wait is noted as not sent: whoever brought it here may bring it again.
        """
        values = {"this": job_id, "now": clock.now(), "by": self._worker, "kinds": self._kinds, "known": self._epoch}
        taken = self._house.database.alone(self._take_due, values)
        if taken:
            return _claim(taken[0], self._worker)
        with self._house.session(WORKER, write=True) as session:
            kinds = self._look(session)
            row = session.execute(self._this, {"this": job_id}).first()
            if row is None:
                return None
            due = row.run_at <= clock.now() and row.kind in kinds
            if not due or not _has_room(session, self._house, row.kind):
                session.execute(update(JobRow).where(JobRow.id == job_id).values(sent_at=None))
                return None
            return _take(session, job_id, self._worker)

    def _look(self, session: Session) -> frozenset[str]:
        """The kinds that may run now; those without a limit are remembered."""
        kinds, jobs = runnable(session, self._house), self._house.registry.jobs()
        self._kinds = sorted(kind for kind in kinds if jobs[kind].at_most is None)
        self._epoch = state.epoch(session)
        return kinds


def runnable(session: Session, house: House, outside: bool | None = None) -> frozenset[str]:
    """The kinds of jobs of modules that are on; only those that wait for others or only the rest, if told which."""
    jobs = house.registry.of("jobs", state.read(session))
    return frozenset(job.name for job in jobs if outside is None or job.outside == outside)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _has_room(session: Session, house: House, kind: str) -> bool:
    most = house.registry.jobs()[kind].at_most
    if most is None:
        return True
    locks.hold(session, f"job:{kind}")  # two workers must not count the same room
    running = select(func.count()).select_from(JobRow).where(IS_RUNNING, JobRow.kind == kind)
    return session.scalars(running).one() < most


def _take(session: Session, job_id: int, worker: str) -> Claim:
    return _claim(session.execute(_TAKE, {"this": job_id, "now": clock.now(), "by": worker}).one(), worker)


def _claim(row: Any, worker: str) -> Claim:
    return Claim(row.id, row.kind, row.args, actor_from_json(row.actor), worker, row.tries, row.group_id)


# -- statements, made once: to build one takes as long as to run it ---------------------------------------------------

_TABLE: Any = JobRow.__table__
_NOW: Any = bindparam("now", type_=UtcDateTime)
_DUE = (
    select(_TABLE.c.id, _TABLE.c.kind)
    .where(
        IS_QUEUED, _TABLE.c.run_at <= _NOW, _TABLE.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(_TABLE.c.priority, _TABLE.c.run_at, _TABLE.c.id)
    .limit(1)
)  # fmt: skip
_ONE = select(_TABLE.c.id, _TABLE.c.kind, _TABLE.c.run_at).where(
    _TABLE.c.id == bindparam("this"), _TABLE.c.state == QUEUED
)
#: PostgreSQL answers a commit before it is on the disk.
_LIGHTLY = func.set_config("synchronous_commit", "off", True)
_LOOK = _DUE
_NEXT, _NEXT_LIGHT = (one.with_for_update(skip_locked=True) for one in (_DUE, _DUE.add_columns(_LIGHTLY)))
_THIS, _THIS_LIGHT = (one.with_for_update(skip_locked=True) for one in (_ONE, _ONE.add_columns(_LIGHTLY)))
_TAKE = (
    update(_TABLE).where(_TABLE.c.id == bindparam("this"))
    .values(
        state=RUNNING, worker=bindparam("by"), tries=_TABLE.c.tries + 1, started_at=_NOW, heartbeat=_NOW, sent_at=None,
        progress_done=0, progress_total=None, message=None, error=None,
    )
    .returning(_TABLE.c.id, _TABLE.c.kind, _TABLE.c.args, _TABLE.c.actor, _TABLE.c.tries, _TABLE.c.group_id)
)  # fmt: skip
_EPOCH = func.coalesce(select(Epoch.epoch).where(Epoch.id == 1).scalar_subquery(), 0)
_TAKE_DUE = _TAKE.where(
    _TABLE.c.state == QUEUED, _TABLE.c.run_at <= _NOW, _TABLE.c.kind.in_(bindparam("kinds", expanding=True)),
    bindparam("known") == _EPOCH,
)
_TAKE_DUE_LIGHT = _TAKE_DUE.returning(_LIGHTLY)
