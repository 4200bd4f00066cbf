"""Calculating a run outside the request: asked for once, looked at while it goes on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run, RunStep
from payroll.services.run import alone, insist
from remit.base import Actor
from remit.jobs import JobRow, enqueue
from remit.services import require

#: The job, as ``payroll.jobs`` registers it.
JOB = "payroll.calculate"


def ask(session: Session, actor: Actor, run: Run) -> JobRow:
    """Ask for the calculation of a run in the name of the actor; who asks while one is under way gets that one.

    Raises ``Denied``, and ``DomainError`` for a run that is too far to change. What else is wrong the job says.
    """
    alone(session, run)
    require(session, actor, actions.CALCULATE, run)
    insist(run, "calculated")
    last = latest(session, run)
    if last is not None and not last.ended:
        return last
    # Two clicks at one moment see the same last job, ask under the same key, and get one row.
    return enqueue(session, actor, JOB, {"run": run.id}, key=f"{_prefix(run.id)}{last.id if last is not None else 0}")


def latest(session: Session, run: Run) -> JobRow | None:
    """The last calculation that was asked for, whatever became of it."""
    return latest_of(session, run.id)


def latest_of(session: Session, run_id: int) -> JobRow | None:
    """The same by the number of a run, for whoever needs no more of it; read anew."""
    begins = JobRow.key.startswith(_prefix(run_id), autoescape=True)
    found: JobRow | None = session.scalars(
        select(JobRow).where(begins).order_by(JobRow.id.desc()).limit(1).execution_options(populate_existing=True)
    ).first()
    return found


def failed(job: JobRow | None, calculated: RunStep | None) -> bool:
    """Whether the last calculation of a run failed, and nobody has calculated it since its step."""
    if job is None or job.state != "failed" or job.finished_at is None:
        return False
    return calculated is None or calculated.at < job.finished_at


def _prefix(run_id: int) -> str:
    return f"{JOB}:{run_id}:"
