"""The thread of a process that delivers events."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from core.events import delivering
from core.events.outbox import WAKE

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Handler

log = structlog.get_logger("remit.events")


class Deliverer:
    """Delivers what is due, woken by this process's own commits and by a look every ``poll`` seconds.

    Several processes may have one: a handler is served by one of them at a time. ``start`` before serving, ``stop``
    after it; or ``run_waiting()`` to deliver in the calling thread (command line, tests).
    """

    def __init__(self, house: House, *, poll: float = 1.0) -> None:
        self.house = house
        self._poll = poll
        self._stopping = threading.Event()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; returns at once."""
        self.house.session_info[WAKE] = self.wake
        self._thread = threading.Thread(target=self._serve, name="remit-events", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish the batch at hand and end. Returns whether the thread ended in time."""
        self._stopping.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def wake(self) -> None:
        """Look for events now instead of at the next poll."""
        self._work.set()

    def run_waiting(self) -> int:
        """Deliver until nothing more is due; returns how many deliveries were tried."""
        tried = 0
        while not self._stopping.is_set():
            now = 0
            for handler in delivering.waiting(self.house):
                now += self._serve_one(handler)
            tried += now
            if now == 0:
                break
        return tried

    def _serve_one(self, handler: Handler) -> int:
        tried = 0
        while not self._stopping.is_set():
            now = delivering.deliver(self.house, handler)
            tried += now
            if now == 0:
                break
        return tried

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._work.clear()
            try:
                self.run_waiting()
            except Exception:
                log.exception("delivering events failed")
                time.sleep(0.2)
            self._work.wait(self._poll)
