"""Running one job in a child of the Celery worker.

A child has its own connections: it is forked before the first is made. It shows that its job is alive, and tells the
supervisor over a pipe when there may be something to send or to deliver.
"""

from __future__ import annotations

import mmap
import os
import secrets
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from core.broker import outgoing
from core.events.outbox import WAKE as EVENT_WAKE
from core.jobs import claims, trying
from core.jobs.pool import beat_of
from core.jobs.progress import PROGRESS, ProgressStore, store_for
from core.jobs.queue import WAKE

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.broker")

#: What is written to the supervisor: look for jobs to send, look for events to deliver.
JOBS, EVENTS = b"j", b"e"


class Flag:
    """Whether the worker is ending, in memory that the worker and its children share."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self) -> None:
        """Say so."""
        self._byte[0] = 1

    def is_set(self) -> bool:
        """Whether somebody said so."""
        return self._byte[0] != 0


class Runner:
    """Runs the jobs that messages name, one at a time. Made in the child, after the fork."""

    def __init__(self, house: House, stopping: Flag, pipe: int | None, *, beat: float | None = None) -> None:
        self.house = house
        self.worker = f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.store: ProgressStore = house.session_info.get(PROGRESS) or store_for(house.database)
        self._claimer = claims.Claimer(house, self.worker)
        self._stopping, self._pipe = stopping, pipe
        self._beat = beat or beat_of(house.config.job_silence_seconds)
        self._job_id: int | None = None
        info = house.session_info
        info[PROGRESS], info[WAKE], info[EVENT_WAKE] = self.store, lambda: self._tell(JOBS), lambda: self._tell(EVENTS)
        threading.Thread(target=self._show_life, name="remit-beat", daemon=True).start()

    def run(self, job_id: int) -> None:
        """Run a job if it is to be run now; a message that comes twice or late does nothing."""
        if self._stopping.is_set():
            outgoing.put_back(self.house, [job_id])
            return
        claim = self._claimer.claim(job_id)
        if claim is None:
            return
        self._job_id = job_id
        try:
            trying.run(self.house, claim, self.store, self._stopping)
        finally:
            self._job_id = None
        if self.house.registry.jobs()[claim.kind].at_most is not None:
            self._tell(JOBS)  # there is room for another of its kind

    def _show_life(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._beat):
            job_id = self._job_id
            if job_id is not None:
                try:
                    self.store.beat([job_id])
                except Exception:
                    log.exception("keeping a job alive failed", job=job_id)

    def _tell(self, what: bytes) -> None:
        if self._pipe is not None:
            with suppress(OSError):  # full: the supervisor has enough to do; closed: it is gone
                os.write(self._pipe, what)
