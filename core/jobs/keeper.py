"""Upkeep by whichever process gets to it: jobs of dead workers, jobs that hang, and what other parts ask for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from core.base import clock
from core.base.stored import to_json
from core.jobs import endings, trying
from core.jobs.claims import WORKER, Claim
from core.jobs.models import FAILED, IS_RUNNING, QUEUED, RUNNING, JobRow
from core.jobs.progress import ProgressStore
from core.jobs.queue import actor_from_json
from core.kernel.house import UPKEEP as UPKEEP

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.jobs")


def reclaim(house: House, store: ProgressStore, stale: timedelta, mine: Collection[int]) -> list[int]:
    """End the try of every job whose worker shows no life for ``stale``, or that is over its time.

    ``mine`` are the jobs this process runs; they live as long as it does. Returns those of them that hang.
    """
    now = clock.now()
    jobs = house.registry.jobs()
    with house.session(WORKER) as session:
        running = session.execute(
            select(JobRow.id, JobRow.kind, JobRow.tries, JobRow.heartbeat, JobRow.started_at)
            .where(IS_RUNNING)
        ).all()
    hanging = []
    for row in running:
        limit = jobs[row.kind].time_limit if row.kind in jobs else None
        if limit is not None and row.started_at is not None and now - row.started_at > limit:
            _end(house, store, row.id, row.tries, hangs=limit)
            hanging += [row.id] if row.id in mine else []
        elif row.id not in mine and _silent(store, row.id, row.heartbeat, now, stale):
            _end(house, store, row.id, row.tries, hangs=None)
    return hanging


def upkeep(house: House) -> None:
    """Do what other parts of the house asked to have done every few seconds, wherever jobs run."""
    for do in house.session_info.get(UPKEEP, ()):
        try:
            do(house)
        except Exception:
            log.exception("upkeep failed", part=do.__module__)


def _end(house: House, store: ProgressStore, job_id: int, tries: int, hangs: timedelta | None) -> None:
    with house.session(WORKER, write=True) as session:
        row = session.scalars(
            select(JobRow)
            .where(JobRow.id == job_id, JobRow.state == RUNNING, JobRow.tries == tries)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return
        log.warning("job reclaimed", job=job_id, kind=row.kind, worker=row.worker, tries=tries, hangs=hangs is not None)
        claim = Claim(row.id, row.kind, row.args, actor_from_json(row.actor), row.worker or "", tries, row.group_id)
        endings.record(session, claim, _ending(house, claim, hangs))
    store.forget(job_id, of_others=True)


def _ending(house: House, claim: Claim, hangs: timedelta | None) -> dict[str, Any]:
    if hangs is not None:
        return {"state": FAILED, "error": [to_json(trying.hung(hangs))]}
    job = house.registry.jobs().get(claim.kind)
    if claim.tries >= (job.tries if job is not None else 3):
        return {"state": FAILED, "error": [to_json(trying.given_up(claim.tries))]}
    return {"state": QUEUED, "worker": None}


def _silent(store: ProgressStore, job_id: int, heartbeat: datetime | None, now: datetime, stale: timedelta) -> bool:
    seen = [moment for moment in (heartbeat, store.get(job_id)[1]) if moment is not None]
    return not seen or now - max(seen) > stale
