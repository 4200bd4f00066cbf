"""Looking at schedules, changing their time, pausing them, running one now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.recurrence import Recurrence, parse
from core.base.text import catalogue
from core.jobs.actions import MANAGE, READ
from core.jobs.models import IS_MOVING, JobRow
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import of
from core.schedules.models import ScheduleSetting, ScheduleState
from core.schedules.timing import Timing, rule_of

if TYPE_CHECKING:
    from core.kernel.specs import Job

_ = catalogue("schedules")


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule as it stands: ``coming`` are its next moments in UTC, none while it is paused; ``last`` the job that
    was last asked for.
    """

    job: Job
    rule: Recurrence
    changed: bool
    paused: bool
    coming: tuple[datetime, ...]
    last_at: datetime | None
    last: JobRow | None


def plans(session: Session, actor: Actor, *, count: int = 3) -> list[Plan]:
    """Every schedule of the modules that are on, with its next ``count`` moments. ``Denied`` without
    ``jobs.job:read``.
    """
    require(session, actor, READ)
    jobs = [job for job in of(session).registry.of("jobs", state.read(session)) if job.schedule]
    settings = {row.kind: row for row in session.scalars(select(ScheduleSetting))}
    states = {row.kind: row for row in session.scalars(select(ScheduleState))}
    ids = [row.job_id for row in states.values() if row.job_id is not None]
    rows = {row.id: row for row in session.scalars(select(JobRow).where(JobRow.id.in_(ids)))} if ids else {}
    timing, now = Timing(session), clock.now()
    return [_plan(job, settings, states.get(job.name), rows, timing, now, count) for job in jobs]


def plan(session: Session, actor: Actor, kind: str, *, count: int = 3) -> Plan:
    """The schedule of one job. Raises ``NotFound`` for a job that has none, or whose module is off."""
    for one in plans(session, actor, count=count):
        if one.job.name == kind:
            return one
    raise NotFound("not_found", _("There is no schedule called {kind}.", kind=kind))


def change(session: Session, actor: Actor, kind: str, *, rule: str, paused: bool) -> Plan:
    """Set the time of a schedule, and whether it is paused; an empty ``rule``, or the job's own, takes the change back.

    Raises ``DomainError`` ``schedule.rule`` for a rule that cannot be read, ``Denied`` without ``jobs.job:manage``.
    """
    require(session, actor, MANAGE)
    job = plan(session, actor, kind, count=0).job
    told = parse(rule).text if rule.strip() else None
    if told == parse(job.schedule).text:
        told = None
    if told is not None:
        _comes(session, told)
    row = session.get(ScheduleSetting, kind)
    if told is None and not paused:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(ScheduleSetting(kind=kind, rule=told, paused=paused))
    else:
        row.rule, row.paused = told, paused
    if paused:
        _forget(session, kind)
    session.flush()
    return plan(session, actor, kind)


def run_now(session: Session, actor: Actor, kind: str) -> JobRow:
    """Ask for a scheduled job at once, in the actor's name; its schedule goes on as before.

    Raises ``DomainError`` ``schedule.running`` while the job waits or runs already.
    """
    require(session, actor, MANAGE)
    job = plan(session, actor, kind, count=0).job
    busy = select(JobRow.id).where(JobRow.kind == job.name, IS_MOVING)
    running = session.scalars(busy.limit(1)).first()
    if running is not None:
        raise DomainError("schedule.running", _("It is under way already, as job {number}.", number=running))
    return enqueue(session, actor, job.name, {})


def _plan(
    job: Job, settings: dict[str, ScheduleSetting], row: ScheduleState | None, rows: dict[int, JobRow],
    timing: Timing, now: datetime, count: int,
) -> Plan:
    setting = settings.get(job.name)
    paused = setting is not None and setting.paused
    rule = rule_of(job, settings)
    return Plan(
        job=job, rule=rule, changed=setting is not None and setting.rule is not None, paused=paused,
        coming=() if paused else tuple(timing.coming(rule, now, count)),
        last_at=row.last_at if row is not None else None,
        last=rows.get(row.job_id) if row is not None and row.job_id is not None else None,
    )


def _comes(session: Session, rule: str) -> None:
    if not Timing(session).coming(parse(rule), clock.now(), 1):
        raise DomainError("schedule.rule", _("By this rule it never starts."), "rule")


def _forget(session: Session, kind: str) -> None:
    """What falls into a pause is not caught up with: when it ends, the next moment is worked out anew."""
    row = session.get(ScheduleState, kind)
    if row is not None:
        row.rule = ""
