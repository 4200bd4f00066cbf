"""One try of a job: run it, and record how it ended."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.jobs import endings
from core.jobs.claims import WORKER, Claim
from core.jobs.context import JobCancelled, JobContext, JobLost, JobStopped, Stopping
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED
from core.jobs.progress import ProgressStore
from core.kernel.specs import Job

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("jobs")
log = structlog.get_logger("remit.jobs")

#: Takes the next job in a transaction, or none.
Follow = Callable[[Session], Claim | None]

#: How long the end of a job waits for the write lock of a busy database, in seconds.
_FINISH_PATIENCE = 120.0


def run(
    house: House, claim: Claim, store: ProgressStore, stopping: Stopping, follow: Follow | None = None
) -> Claim | None:
    """Run a claimed job to the end of this try and record it; nothing a job does gets out of here.

    ``follow`` takes the next job in the transaction that records the end of this one, which saves a commit; what it
    took is returned. It is not asked when the job recorded its end itself, or did not end well.
    """
    context, taken = JobContext(house, claim, store, stopping), None
    try:
        ending = _ending(house.registry.jobs()[claim.kind], context, claim)
        if ending is not None and not context.completed:
            alone = ending["state"] != DONE or claim.group_id is not None
            taken = _record(house, claim, {**ending, "log": context.lines.stored()}, None if alone else follow)
    finally:
        _forget(store, claim)
    return taken


def _forget(store: ProgressStore, claim: Claim) -> None:
    try:
        store.forget(claim.job_id, of_others=claim.tries > 1)
    except Exception:  # it is stale and does no harm; the next job may be in our hands already
        log.exception("dropping the progress of a job failed", job=claim.job_id)


def _ending(job: Job, context: JobContext, claim: Claim) -> dict[str, Any] | None:
    try:
        result = job.run(context, claim.args)
    except JobLost:
        log.warning("job lost to another worker", job=claim.job_id, kind=claim.kind)
        return None
    except JobCancelled:
        return {"state": CANCELLED}
    except JobStopped:
        return {"state": QUEUED, "tries": claim.tries - 1, "worker": None}
    except DomainError as refused:
        return {"state": FAILED, "error": [to_json(refused.message)], "result": {"code": refused.code}}
    except Exception as error:
        return _fault(job, context, claim, error)
    return {
        "state": DONE, "result": dict(result) if result is not None else None,
        "progress_done": context.last.total or context.last.done, "progress_total": context.last.total,
    }


def _fault(job: Job, context: JobContext, claim: Claim, error: Exception) -> dict[str, Any]:
    """What nobody expected: once more later where that may help, else the end."""
    log.exception("job failed", job=claim.job_id, kind=claim.kind, tries=claim.tries)
    context.log(_place(error))
    if isinstance(error, job.again) and claim.tries < job.tries:
        later = clock.now() + job.wait_after(claim.tries)
        return {"state": QUEUED, "worker": None, "run_at": later, "error": [to_json(_once_more(job, claim))]}
    return {"state": FAILED, "error": [to_json(_("The job failed. The log of the server says why."))]}


def _once_more(job: Job, claim: Claim) -> Text:
    return _("Try {tries} of {most} did not succeed; it is tried again by itself.", tries=claim.tries, most=job.tries)


def _place(error: Exception) -> str:
    """Which exception and where: never its text, which may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename.rpartition('site-packages/')[2]}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{where}"


def _record(house: House, claim: Claim, ending: Mapping[str, Any], follow: Follow | None) -> Claim | None:
    until = time.monotonic() + _FINISH_PATIENCE
    simple = follow is None and ending["state"] == DONE and claim.group_id is None
    while True:
        try:
            if simple:
                endings.record_done(house, claim, ending)
                return None
            with house.session(WORKER, write=True) as session:
                recorded = endings.record(session, claim, ending)
                return follow(session) if recorded and follow is not None else None
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        except Exception:
            if follow is None:
                raise
            log.exception("taking the next job failed")
            follow = None  # what is wrong with the next job must not undo the end of this one


def given_up(tries: int) -> Text:
    """The sentence about a job whose workers died."""
    return _("The job ended unexpectedly {tries} times and was given up.", tries=tries)


def hung(limit: timedelta) -> Text:
    """The sentence about a job that did not end."""
    minutes = max(1, int(limit.total_seconds() // 60))
    return _("The job did not end within {count} minute and was given up.",
             "The job did not end within {count} minutes and was given up.", count=minutes)  # fmt: skip
