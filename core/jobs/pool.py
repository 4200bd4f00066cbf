"""Threads of this process that take jobs from the table and run them.

Claiming is one short transaction, so any number of processes may run pools beside each other. A worker shows signs of
life; when they stop (a kill, a power cut) another pool queues the job again, as often as its kind allows.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.jobs import claims, keeper, trying
from core.jobs.progress import PROGRESS, ProgressStore, store_for
from core.jobs.queue import WAKE

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.jobs")

#: Threads of their own for jobs that wait for machines of others, beside those of all other jobs.
OUTSIDE = 3


def beat_of(stale: float) -> float:
    """How often to show life, in seconds, where silence for ``stale`` seconds counts as death."""
    return min(5.0, stale / 6)


class Pool:
    """The job runner of one process.

    ``threads`` run jobs, ``OUTSIDE`` more those that wait for machines of others; one shows signs of life, does upkeep
    every ``beat`` seconds and gives up jobs silent for ``stale`` seconds, by default what the installation says.
    ``start`` before serving, ``stop`` after it; or ``run_waiting()`` to run what is waiting in the calling thread
    (command line, tests).
    """

    def __init__(
        self, house: House, *, threads: int | None = None, poll: float = 1.0, beat: float | None = None,
        stale: float | None = None,
    ) -> None:
        self.house = house
        self.worker = f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.store: ProgressStore = house.session_info.get(PROGRESS) or store_for(house.database)
        house.session_info[PROGRESS] = self.store
        self._threads_wanted = threads if threads is not None else house.config.job_threads
        stale = stale or house.config.job_silence_seconds
        self._poll, self._beat, self._stale = poll, beat or beat_of(stale), timedelta(seconds=stale)
        self._running: dict[int, threading.Thread] = {}
        self._left: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._work = threading.Condition()
        self._asked = 0
        self._threads: list[threading.Thread] = []
        self._lanes: dict[threading.Thread, Callable[[], None]] = {}

    def start(self) -> None:
        """Start the threads; returns at once."""
        self.house.session_info[WAKE] = self.wake
        for _number in range(self._threads_wanted):
            self._add(self._serve)
        for _number in range(OUTSIDE if self._threads_wanted else 0):
            self._add(self._serve_outside)
        self._add(self._keep)

    def _add(self, target: Callable[[], None]) -> None:
        with self._lock:
            lane = "outside" if target == self._serve_outside else "jobs"
            thread = threading.Thread(target=target, name=f"remit-{lane}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            self._lanes[thread] = target
        thread.start()

    def stop(self, timeout: float = 20.0) -> bool:
        """Take no more jobs, ask the running ones to stop and wait. Returns whether all threads ended in time.

        A job that reports progress is queued again; one that does not is given up and found by the next pool.
        """
        self._stopping.set()
        self.wake()
        until = time.monotonic() + timeout
        for thread in list(self._threads):
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
        while ran < most and self._run_one(look=ran == 0):
            ran += 1
        return ran

    # -- threads -------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        self._serve_lane(outside=False)

    def _serve_outside(self) -> None:
        self._serve_lane(outside=True)

    def _serve_lane(self, *, outside: bool) -> None:
        found = False
        while not self._ends():
            asked = self._asked
            try:
                found = self._run_one(look=not found, outside=outside, follow=True)
                if found:
                    continue
            except Exception:
                log.exception("looking for jobs failed")
            with self._work:
                if self._asked == asked and not self._stopping.is_set():
                    self._work.wait(self._poll)

    def _ends(self) -> bool:
        """Whether the thread that asks takes no more jobs."""
        return self._stopping.is_set() or threading.current_thread() in self._left

    def _keep(self) -> None:
        swept = time.monotonic() - self._stale.total_seconds()
        while not self._stopping.is_set():
            try:
                with self._lock:
                    running = list(self._running)
                self.store.beat(running)
                keeper.upkeep(self.house)
                if time.monotonic() - swept >= self._stale.total_seconds() / 2:
                    swept = time.monotonic()
                    self.sweep()
            except Exception:
                log.exception("keeping jobs failed")
            self._stopping.wait(self._beat)

    # -- one job -------------------------------------------------------------------------------------------------

    def _run_one(self, *, look: bool, outside: bool | None = None, follow: bool = False) -> bool:
        """Run one job, and those that ``follow`` it, each taken in the transaction that ends the one before."""
        claim = claims.claim_next(self.house, self.worker, look=look, outside=outside)
        if claim is None:
            return False
        while claim is not None:
            claim = self._run(claim, partial(self._next, outside) if follow else None)
        return True

    def _next(self, outside: bool | None, session: Session) -> claims.Claim | None:
        return None if self._ends() else claims.take_next(session, self.worker, outside=outside)

    def _run(self, claim: claims.Claim, follow: trying.Follow | None) -> claims.Claim | None:
        with self._lock:
            self._running[claim.job_id] = threading.current_thread()
        try:
            return trying.run(self.house, claim, self.store, self._stopping, follow)
        finally:
            with self._lock:
                self._running.pop(claim.job_id, None)

    def sweep(self) -> None:
        """Queue again what a dead worker left, and give up what hangs."""
        for job_id in keeper.reclaim(self.house, self.store, self._stale, list(self._running)):
            self._replace(job_id)

    def _replace(self, job_id: int) -> None:
        """A thread cannot be ended from outside: another takes its place, and it ends when its job does."""
        with self._lock:
            stuck = self._running.pop(job_id, None)
            if stuck is None or stuck not in self._threads:
                return
            self._left.add(stuck)
            self._threads.remove(stuck)
            lane = self._lanes.pop(stuck, self._serve)
        self._add(lane)
