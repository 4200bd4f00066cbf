"""The thread of a process that gives jobs to the broker.

It is woken by this process's own commits, and looks every ``poll`` seconds for what others left: jobs that have become
due, jobs asked for by a process that has ended. While the broker is away the jobs wait in the table; nobody who asks
for a job notices.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from core.broker import outgoing
from core.broker.post import Post, public
from core.jobs.queue import WAKE

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.broker")

#: Where the dispatcher of this process stands: ``house.session_info["broker"]``.
DISPATCHER = "broker"
#: An idle connection is asked whether it lives this often, in seconds.
LOOK_EVERY = 10.0
#: How long a message may be under way before it counts as lost, in seconds. One that was not lost does nothing when it
#: comes twice; one that was, with a worker that was killed on Redis, keeps somebody waiting for so long.
RESEND = 15.0
#: The longest pause between two attempts to reach the broker, in seconds.
LONGEST_PAUSE = 15.0


class Dispatcher:
    """Sends what is due. ``resend`` is how long a message may be under way before it counts as lost, in seconds.

    ``start`` before serving, ``stop`` after it. Several processes may have one: a job is sent by one of them.
    """

    def __init__(self, house: House, *, poll: float = 1.0, resend: float = RESEND) -> None:
        self.house = house
        self.address = public(house.config.broker_url)
        #: Whether the broker answered when it was last asked; None before that.
        self.reached: bool | None = None
        self._post = Post(house.config.broker_url, house.config.broker_queue)
        self._poll, self._resend = poll, resend
        self._work, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._looked = 0.0
        self._swept = time.monotonic()
        self._pause = 0.0
        self._age = resend

    def start(self) -> None:
        """Start the thread; returns at once, whether or not there is a broker."""
        info = self.house.session_info
        before = info.get(WAKE)

        def wake() -> None:
            if before is not None:
                before()
            self.wake()

        info[WAKE], info[DISPATCHER] = wake, self
        self._thread = threading.Thread(target=self._serve, name="remit-broker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """End; what was not sent stays in the table. Returns whether the thread ended in time."""
        self._stopping.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def close(self) -> None:
        """Let the connection go; for whoever calls ``run_once`` himself."""
        self._post.close()

    def wake(self) -> None:
        """Look for jobs to send now."""
        self._work.set()

    def run_once(self) -> int:
        """Send what is to be sent now; returns how many messages that were. Raises what the broker raises."""
        self._post.connect()
        parcels = outgoing.take(self.house)
        if not parcels and time.monotonic() - self._swept >= self._age / 2:
            self._swept, age = time.monotonic(), timedelta(seconds=self._age)
            parcels, self._age = outgoing.take_again(self.house, self._post.ready(), age), self._resend
        if parcels:
            self._send(parcels)
        elif time.monotonic() - self._looked > LOOK_EVERY:
            self._post.ready()
            self._looked = time.monotonic()
        return len(parcels)

    def _send(self, parcels: list[outgoing.Parcel]) -> None:
        try:
            for parcel in parcels:
                self._post.send(parcel)
            self._post.ready()
        except BaseException:
            outgoing.put_back(self.house, [parcel.job_id for parcel in parcels])
            raise
        self._looked = time.monotonic()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._work.clear()
            try:
                sent = self.run_once()
            except self._post.faults as error:
                self._away(error)
                self._stopping.wait(self._pause)
                continue
            except Exception:
                log.exception("sending jobs failed")
                self._stopping.wait(self._poll)
                continue
            self._here()
            if not sent:
                self._work.wait(self._poll)
        self._post.close()

    def _away(self, error: BaseException) -> None:
        self._post.close()
        self._pause = min(LONGEST_PAUSE, max(0.5, self._pause * 2))
        if self.reached is not False:
            log.warning("the broker does not answer; jobs wait until it does", broker=self.address,
                        error=type(error).__name__)  # fmt: skip
        self.reached = False

    def _here(self) -> None:
        if self.reached is False:
            log.info("the broker answers again", broker=self.address)
            self._age = min(self._resend, 1.0)  # it may have lost what it had
        self.reached, self._pause = True, 0.0
