"""What is to be sent: the jobs that are queued, due and not on their way, as the table says.

``sent_at`` of a job is when a message about it was last given to the broker; claiming the job clears it, so that a
job that comes back to the queue is sent anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.jobs.claims import runnable
from core.jobs.models import IS_QUEUED, IS_RUNNING, QUEUED, JobRow

if TYPE_CHECKING:
    from core.kernel.house import House

SENDER = Actor.system("sending jobs to the broker")
#: So many are taken from the table at a time.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Parcel:
    """A job to be told of: ``limit`` is how long it may run, in seconds."""

    job_id: int
    priority: int
    limit: float | None


def take(house: House, most: int = BATCH) -> list[Parcel]:
    """The next jobs to be sent, noted as sent; the caller sends them or puts them back.

    Jobs of modules that are off are left, and of a kind of which only so many may run no more than there is room for.
    """
    with house.session(SENDER) as session:  # an idle look writes nothing
        kinds = runnable(session, house)
        if session.scalars(_unsent(kinds).limit(1)).first() is None:
            return []
    with house.session(SENDER, write=True) as session:
        limited = {kind for kind in kinds if house.registry.jobs()[kind].at_most is not None}
        found = _rows(session, kinds - limited, most)
        for kind, room in _rooms(session, house, limited).items():
            found += _rows(session, {kind}, min(room, most))
        return _noted(session, house, found)


def take_again(house: House, ready: int, age: timedelta, most: int = BATCH) -> list[Parcel]:
    """The jobs whose message was lost, noted as sent anew.

    ``ready`` is how many messages wait in the broker. What was sent and has not begun beyond that number is lost, the
    oldest first; only what was sent ``age`` ago counts, because a message is under way for a moment.
    """
    with house.session(SENDER) as session:
        kinds = runnable(session, house)
        sent = (IS_QUEUED, JobRow.sent_at.is_not(None), JobRow.kind.in_(sorted(kinds)))
        old = select(JobRow.id).where(*sent, JobRow.sent_at <= clock.now() - age)
        if session.scalars(old.limit(1)).first() is None:
            return []
        missing = session.scalars(select(func.count()).select_from(JobRow).where(*sent)).one() - ready
        if missing <= 0:
            return []
    with house.session(SENDER, write=True) as session:
        rows = session.execute(
            select(JobRow.id, JobRow.kind, JobRow.priority)
            .where(*sent, JobRow.sent_at <= clock.now() - age).order_by(JobRow.sent_at, JobRow.id)
            .limit(min(missing, most)).with_for_update(skip_locked=True)
        ).all()
        return _noted(session, house, rows)


def put_back(house: House, job_ids: Collection[int]) -> None:
    """Note jobs as not sent, so that they are sent again at once."""
    if job_ids:
        with house.session(SENDER, write=True) as session:
            session.execute(
                update(JobRow).where(JobRow.id.in_(job_ids), JobRow.state == QUEUED).values(sent_at=None)
                .execution_options(synchronize_session=False)
            )


def _unsent(kinds: Collection[str]) -> Select[int, str, int]:
    return select(JobRow.id, JobRow.kind, JobRow.priority).where(
        IS_QUEUED, JobRow.sent_at.is_(None), JobRow.run_at <= clock.now(), JobRow.kind.in_(sorted(kinds))
    )


def _rows(session: Session, kinds: Collection[str], most: int) -> list[Any]:
    if not kinds or most <= 0:
        return []
    next_ones = _unsent(kinds).order_by(JobRow.priority, JobRow.run_at, JobRow.id).limit(most)
    return list(session.execute(next_ones.with_for_update(skip_locked=True)))


def _rooms(session: Session, house: House, kinds: Collection[str]) -> dict[str, int]:
    """For each of these kinds that waits to be sent, how many more of it may be on their way or run."""
    unsent = _unsent(kinds).subquery()
    waiting = list(session.scalars(select(unsent.c.kind).distinct())) if kinds else []
    if not waiting:
        return {}
    busy = select(JobRow.kind, func.count()).where(
        JobRow.kind.in_(waiting),
        IS_RUNNING | (IS_QUEUED & JobRow.sent_at.is_not(None)),
    ).group_by(JobRow.kind)
    counts = {kind: number for kind, number in session.execute(busy)}
    return {kind: (house.registry.jobs()[kind].at_most or 0) - counts.get(kind, 0) for kind in waiting}


def _noted(session: Session, house: House, rows: Iterable[Any]) -> list[Parcel]:
    parcels = []
    for job_id, kind, priority in rows:
        limit = house.registry.jobs()[kind].time_limit
        parcels.append(Parcel(job_id, priority, limit.total_seconds() if limit is not None else None))
    if parcels:
        session.execute(
            update(JobRow).where(JobRow.id.in_([one.job_id for one in parcels])).values(sent_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    return parcels
