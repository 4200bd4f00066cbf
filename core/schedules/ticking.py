"""The tick: asking for what is due.

Any number of processes may tick. Whoever finds a schedule due locks its row, asks for the job with a key made of the
moment, and writes the next moment, all in one transaction; the others skip the row. A moment that was missed is due
still: after an outage a job runs once for all it missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.recurrence import Recurrence
from core.jobs.queue import enqueue
from core.kernel import state
from core.schedules.models import ScheduleSetting, ScheduleState
from core.schedules.timing import Timing, rule_of

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Job

log = structlog.get_logger("remit.schedules")

TICKER = Actor.system("asking for what is due")
#: A row that was due this far in the future was written by a clock that has been put back since.
AHEAD = timedelta(minutes=5)


def tick(house: House) -> int:
    """Ask for every job that is due; returns how many were asked for. Nothing due: one reading transaction."""
    now = clock.now()
    with house.session(TICKER) as session:
        if not _due(session, _scheduled(session, house), now):
            return 0
    with house.session(TICKER, write=True) as session:
        return _ask(session, _due(session, _scheduled(session, house), now), now)


def _scheduled(session: Session, house: House) -> dict[str, tuple[Job, Recurrence]]:
    """The jobs of modules that are on which have a rule and are not paused."""
    jobs = [job for job in house.registry.of("jobs", state.read(session)) if job.schedule]
    settings = {row.kind: row for row in session.scalars(select(ScheduleSetting))}
    paused = {kind for kind, row in settings.items() if row.paused}
    return {job.name: (job, rule_of(job, settings)) for job in jobs if job.name not in paused}


def _due(
    session: Session, scheduled: dict[str, tuple[Job, Recurrence]], now: datetime
) -> list[tuple[Job, Recurrence]]:
    known = {row.kind: row for row in session.scalars(select(ScheduleState))}
    zone = Timing(session).zone.key
    return [
        (job, rule) for kind, (job, rule) in scheduled.items()
        if kind not in known or _stale(known[kind], rule, zone, now) or _is_due(known[kind], now)
    ]


def _is_due(row: ScheduleState, now: datetime) -> bool:
    return row.next_at is not None and row.next_at <= now


def _stale(row: ScheduleState, rule: Recurrence, zone: str, now: datetime) -> bool:
    """Whether the next moment was worked out by another rule, another zone, or a clock that ran ahead."""
    return row.rule != rule.text or row.zone != zone or (row.last_at is not None and row.last_at - now > AHEAD)


def _ask(session: Session, due: Iterable[tuple[Job, Recurrence]], now: datetime) -> int:
    timing, asked = Timing(session), 0
    for job, rule in due:
        row = session.scalars(
            select(ScheduleState).where(ScheduleState.kind == job.name).with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).first()
        if row is None:
            _begin(session, job, rule, timing, now)
        elif _stale(row, rule, timing.zone.key, now):
            row.rule, row.zone, row.last_at = rule.text, timing.zone.key, None
            row.next_at = timing.after(rule, now)
        elif _is_due(row, now):
            asked += _start(session, job, rule, row, timing, now)
    return asked


def _begin(session: Session, job: Job, rule: Recurrence, timing: Timing, now: datetime) -> None:
    """A schedule begins with its next moment; where another process locked or made its row, that one goes on."""
    if session.get(ScheduleState, job.name) is None:
        values = {"kind": job.name, "rule": rule.text, "zone": timing.zone.key, "next_at": timing.after(rule, now)}
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(ScheduleState).values(**values).on_conflict_do_nothing())


def _start(session: Session, job: Job, rule: Recurrence, row: ScheduleState, timing: Timing, now: datetime) -> int:
    moment = row.next_at
    if moment is None:
        return 0
    row.last_at, row.next_at = moment, timing.after(rule, now)
    asked = enqueue(
        session, Actor.system(f"schedule {rule.text}"), job.name, {}, key=f"{job.name}@{moment:%Y%m%dT%H%M%SZ}"
    )
    row.job_id = asked.id
    return 1
