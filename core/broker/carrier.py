"""The Celery worker of a machine: a process that takes messages and hands them to its children.

Children are forked, because jobs compute: each has an interpreter of its own, and one that hangs beyond its time is
ended and replaced, which no thread can be. The worker itself has no thread and asks the database nothing, so that
nothing is torn by a fork.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import warnings
from typing import TYPE_CHECKING, Any

import structlog
from celery import platforms, signals

from core.broker.post import TASK, application, public
from core.broker.runner import Flag, Runner

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.broker")


def carry(house: House, *, children: int, pipe: int | None = None, beat: float | None = None) -> int:
    """Take messages until told to stop (SIGTERM); returns the exit code.

    ``pipe`` is a descriptor over which the children wake the supervisor.
    """
    url = house.config.broker_url
    app, stopping = application(url, house.config.broker_queue), Flag()
    running: list[Runner] = []
    if pipe is not None:
        os.set_blocking(pipe, False)

    def begin(**_: Any) -> None:
        # Who ends a service signals all of its processes; the worker then asks its children by the flag.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        house.database.engine.dispose(close=False)
        running.append(Runner(house, stopping, pipe, beat=beat))

    def ending(**_: Any) -> None:
        stopping.set()

    def quiet(**_: Any) -> None:
        _log_sparsely(public(url))

    def run(job_id: int) -> None:
        running[0].run(job_id)

    app.task(name=TASK, ignore_result=True, shared=False)(run)
    signals.setup_logging.connect(quiet)
    signals.worker_process_init.connect(begin)
    signals.worker_shutting_down.connect(ending)
    platforms.set_pdeathsig("SIGTERM")
    if pipe is not None and _abandoned(pipe):
        return 0  # it has died before the line above
    warnings.simplefilter("ignore", platforms.SecurityWarning)  # of pickle as root, and only JSON is taken
    worker = app.Worker(
        hostname=f"remit.{os.getpid()}@{socket.gethostname()}", concurrency=children, pool="prefork",
        loglevel="WARNING", quiet=True, without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    worker.start()
    return int(worker.exitcode or 0)


def _abandoned(pipe: int) -> bool:
    """Whether nobody reads the other end."""
    poll = select.poll()
    poll.register(pipe, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _descriptor, event in poll.poll(0))


#: Who says that the broker is reached.
_CONNECTED = "celery.worker.consumer.connection"


class _Sparse(logging.Handler):
    """Celery's own words as lines of our log; what it repeats while the broker is away is told once."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell a record unless it was told since the broker was last reached."""
        if record.name == _CONNECTED and record.levelno < logging.WARNING:
            self._told.clear()
            return
        kind = f"{record.name}:{record.lineno}"
        if record.name.startswith(("celery.worker.consumer", "kombu", "amqp", "py.warnings")):
            if kind in self._told:
                return
            self._told.add(kind)
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        words = str(record.msg).strip().partition("\n")[0][:120]  # the pattern, never the values in it
        log.log(record.levelno, f"celery: {words}", broker=self._address, error=error)


def _log_sparsely(address: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_Sparse(address)]
    root.setLevel(logging.WARNING)
    logging.getLogger(_CONNECTED).setLevel(logging.INFO)
