"""The process of ``remit worker`` where there is a broker: it starts the Celery worker and looks after the rest.

Sending, delivering events, upkeep and the jobs of workers that died need threads and connections; they live here, and
the worker that forks lives in a process of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from core.broker.dispatcher import RESEND, Dispatcher
from core.broker.runner import EVENTS, JOBS
from core.events.deliverer import Deliverer
from core.jobs.pool import Pool

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.broker")


class Supervisor:
    """Runs ``command`` with the number of a pipe as its last word, and the threads beside it.

    ``start`` returns at once, ``wait`` when the worker has ended by itself, ``stop`` ends everything.
    """

    def __init__(
        self, house: House, command: Sequence[str], *, environment: Mapping[str, str] | None = None,
        poll: float = 1.0, beat: float | None = None, stale: float | None = None, resend: float = RESEND,
    ) -> None:
        self.house = house
        self._command = list(command)
        self._environment = dict(environment) if environment is not None else None
        self.keeper = Pool(house, threads=0, beat=beat, stale=stale)
        self.deliverer = Deliverer(house, poll=poll)
        self.dispatcher = Dispatcher(house, poll=poll, resend=resend)
        self.worker: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def start(self) -> None:
        """Start the worker, then the threads."""
        self._pipe, inner = os.pipe()
        try:
            self.worker = subprocess.Popen(  # noqa: S603 - the words of our own command
                [*self._command, str(inner)], pass_fds=(inner,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                start_new_session=True, env=self._environment,
            )
        finally:
            os.close(inner)
        self.keeper.start()
        self.deliverer.start()
        self.dispatcher.start()
        threading.Thread(target=self._listen, name="remit-broker-pipe", daemon=True).start()

    def wait(self) -> int:
        """Wait for the worker to end; returns its exit code."""
        if self.worker is None:
            raise RuntimeError("the worker was not started")
        return self.worker.wait()

    def stop(self, timeout: float = 25.0) -> bool:
        """Ask the running jobs to stop, wait for them, and end; returns whether all ended in time.

        A job that reports progress is queued again; one that does not is ended and found by the next keeper.
        """
        well = True
        if self.worker is not None and self.worker.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
            try:
                self.worker.wait(timeout)
            except subprocess.TimeoutExpired:
                well = False
                with suppress(ProcessLookupError):
                    os.killpg(self.worker.pid, signal.SIGKILL)
                self.worker.wait()
        return all((self.deliverer.stop(), self.dispatcher.stop(), self.keeper.stop(), well))

    def _listen(self) -> None:
        """Wake whoever a child asks for, until the last child has gone."""
        while told := os.read(self._pipe, 65536):
            if JOBS in told:
                self.dispatcher.wake()
            if EVENTS in told:
                self.deliverer.wake()
        os.close(self._pipe)
