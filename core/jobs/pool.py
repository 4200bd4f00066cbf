"""Threads of this process that take jobs from the table and run them.

Claiming is one short transaction, so any number of processes may run pools beside each other. A worker shows signs of
life; when they stop (a kill, a power cut) another pool queues the job again, three times at most. Jobs of modules
that are off wait.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.jobs.context import JobCancelled, JobContext, JobLost, JobStopped
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, JobRow
from core.jobs.progress import PROGRESS, ProgressStore, store_for
from core.jobs.queue import WAKE, actor_from_json, enqueue
from core.kernel import state

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("jobs")
log = structlog.get_logger("remit.jobs")

MOST_TRIES = 3
_WORKER = Actor.system("running jobs")
#: How long the end of a job waits for the write lock of a busy database, in seconds.
_FINISH_PATIENCE = 120.0


class Pool:
    """The job runner of one process.

    ``threads`` run jobs, one more thread shows signs of life every ``beat`` seconds, gives up jobs silent for
    ``stale`` seconds and starts the periodic ones. ``start`` before serving, ``stop`` after it; or ``run_waiting()`` to
    run what is waiting in the calling thread (command line, tests).
    """

    def __init__(
        self, house: House, *, threads: int | None = None, poll: float = 1.0, beat: float = 5.0, stale: float = 30.0
    ) -> None:
        self.house = house
        self.worker = f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.store: ProgressStore = house.session_info.get(PROGRESS) or store_for(house.database)
        house.session_info[PROGRESS] = self.store
        self._threads_wanted = threads if threads is not None else house.config.job_threads
        self._poll, self._beat, self._stale = poll, beat, timedelta(seconds=stale)
        self._running: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._work = threading.Condition()
        self._asked = 0
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads; returns at once."""
        self.house.session_info[WAKE] = self.wake
        targets = [*([self._serve] * self._threads_wanted), self._keep]
        for number, target in enumerate(targets):
            thread = threading.Thread(target=target, name=f"remit-jobs-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout: float = 20.0) -> bool:
        """Take no more jobs, ask the running ones to stop and wait. Returns whether all threads ended in time.

        A job that reports progress is queued again; one that does not is given up and found by the next pool.
        """
        self._stopping.set()
        self.wake()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Look for work now instead of at the next poll."""
        with self._work:
            self._asked += 1
            self._work.notify_all()

    def run_waiting(self, most: int = 1_000) -> int:
        """Run what is waiting in this thread, one after another; returns how many ran."""
        ran = 0
        while ran < most and self._run_one():
            ran += 1
        return ran

    # -- threads -------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            asked = self._asked
            try:
                if self._run_one():
                    continue
            except Exception:
                log.exception("looking for jobs failed")
            with self._work:
                if self._asked == asked and not self._stopping.is_set():
                    self._work.wait(self._poll)

    def _keep(self) -> None:
        swept = time.monotonic() - self._stale.total_seconds()
        while not self._stopping.is_set():
            try:
                with self._lock:
                    running = list(self._running)
                self.store.beat(running)
                if time.monotonic() - swept >= self._stale.total_seconds() / 2:
                    swept = time.monotonic()
                    self.sweep()
            except Exception:
                log.exception("keeping jobs failed")
            self._stopping.wait(self._beat)

    # -- one job -------------------------------------------------------------------------------------------------

    def _run_one(self) -> bool:
        claimed = self._claim()
        if claimed is None:
            return False
        job_id, kind, args, actor, tries = claimed
        context = JobContext(self.house, job_id, actor, self.worker, tries, self.store, self._stopping)
        with self._lock:
            self._running.add(job_id)
        try:
            self._run(context, kind, args, tries)
        finally:
            with self._lock:
                self._running.discard(job_id)
            self.store.forget(job_id)
        return True

    def _claim(self) -> tuple[int, str, dict[str, Any], Actor, int] | None:
        with self.house.session(_WORKER) as session:
            on = state.read(session)
            kinds = [job.name for job in self.house.registry.of("jobs", on)]
            waiting = (
                select(JobRow)
                .where(JobRow.state == QUEUED, JobRow.run_at <= clock.now(), JobRow.kind.in_(kinds))
                .order_by(JobRow.run_at, JobRow.id)
                .limit(1)
            )
            if session.scalars(waiting).first() is None:
                return None
        with self.house.session(_WORKER, write=True) as session:
            row = session.scalars(waiting.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            row.state, row.worker, row.tries = RUNNING, self.worker, row.tries + 1
            row.started_at = row.heartbeat = clock.now()
            row.progress_done, row.progress_total, row.message = 0, None, None
            return row.id, row.kind, row.args, actor_from_json(row.actor), row.tries

    def _run(self, context: JobContext, kind: str, args: dict[str, Any], tries: int) -> None:
        job = self.house.registry.jobs()[kind]
        ending: dict[str, Any]
        try:
            result = job.run(context, args)
            ending = {
                "state": DONE, "result": dict(result) if result is not None else None,
                "progress_done": context.last.total or context.last.done, "progress_total": context.last.total,
            }
        except JobLost:
            log.warning("job lost to another worker", job=context.job_id, kind=kind)
            return
        except JobCancelled:
            ending = {"state": CANCELLED}
        except JobStopped:
            ending = {"state": QUEUED, "tries": tries - 1, "worker": None}
        except DomainError as refused:
            ending = {"state": FAILED, "error": [to_json(refused.message)], "result": _details(refused)}
        except Exception:
            log.exception("job failed", job=context.job_id, kind=kind)
            ending = {"state": FAILED, "error": [to_json(_("The job failed. The log of the server says why."))]}
        if not context.completed:
            self._finish(context.job_id, tries, ending)

    def _finish(self, job_id: int, tries: int, ending: dict[str, Any]) -> None:
        if ending["state"] != QUEUED:
            ending["finished_at"] = clock.now()
        until = time.monotonic() + _FINISH_PATIENCE
        while True:
            try:
                with self.house.session(_WORKER, write=True) as session:
                    session.execute(
                        update(JobRow)
                        .where(
                            JobRow.id == job_id, JobRow.worker == self.worker, JobRow.tries == tries,
                            JobRow.state == RUNNING,
                        )
                        .values(**ending)
                    )
                return
            except OperationalError:
                if time.monotonic() > until:
                    raise

    # -- upkeep --------------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Queue again what a dead worker left, and start what is due by itself."""
        self._reclaim()
        self._start_periodic()

    def _reclaim(self) -> None:
        now = clock.now()
        with self.house.session(_WORKER) as session:
            running = session.execute(
                select(JobRow.id, JobRow.tries, JobRow.heartbeat).where(JobRow.state == RUNNING)
            ).all()
        for job_id, tries, heartbeat in running:
            if job_id not in self._running and self._is_silent(job_id, heartbeat, now):
                self._give_up(job_id, tries)

    def _give_up(self, job_id: int, tries: int) -> None:
        with self.house.session(_WORKER, write=True) as session:
            row = session.scalars(
                select(JobRow)
                .where(JobRow.id == job_id, JobRow.state == RUNNING, JobRow.tries == tries)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return
            log.warning("job reclaimed", job=job_id, kind=row.kind, worker=row.worker, tries=tries)
            if tries >= MOST_TRIES:
                row.state, row.finished_at, row.error = FAILED, clock.now(), [to_json(_ended_often(tries))]
            else:
                row.state, row.worker = QUEUED, None
        self.store.forget(job_id)

    def _is_silent(self, job_id: int, heartbeat: datetime | None, now: datetime) -> bool:
        seen = [moment for moment in (heartbeat, self.store.get(job_id)[1]) if moment is not None]
        return not seen or now - max(seen) > self._stale

    def _start_periodic(self) -> None:
        with self.house.session(_WORKER) as session:
            due = [job for job in self.house.registry.of("jobs", state.read(session)) if job.every is not None]
            keys = {job.name: f"{job.name}@{int(clock.now().timestamp() // job.every.total_seconds())}" for job in due}
            known = set(session.scalars(select(JobRow.key).where(JobRow.key.in_(keys.values()))))
        for name, key in keys.items():
            if key not in known:
                with self.house.session(_WORKER, write=True) as session:
                    enqueue(session, Actor.system(f"periodic job {name}"), name, {}, key=key)


def _ended_often(tries: int) -> Text:
    return _("The job ended unexpectedly {tries} times and was given up.", tries=tries)


def _details(refused: DomainError) -> dict[str, Any]:
    return {"code": refused.code}
