"""Trivial jobs per second: by the embedded pool, and by Celery on each broker beside Celery alone with results.

Each figure counts from the first request to the last result, with as many processes as there are cores. Jobs are asked
for in one transaction; Celery alone is sent its tasks one by one, as its users do. A broker that is not there is left
out. On PostgreSQL the database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from secrets import token_hex

from sqlalchemy import Select, func, select

from benchmarks.carried import bare
from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, TRIVIAL, empty
from core.broker.post import application
from core.broker.supervisor import Supervisor
from core.jobs.models import DONE, JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House

SIZE = 2_000
CHILDREN = os.cpu_count() or 2
BROKERS = {
    "rabbitmq": ("REMIT_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
    "redis": ("REMIT_TEST_REDIS", "redis://127.0.0.1:6379/0"),
}
PATIENCE = 300.0


def run(size: int, database_url: str) -> Iterable[Figure]:
    """The rate of the pool, then of each broker beside the bare rate on it."""
    with empty(database_url, TRIVIAL) as house:
        yield Figure("jobs.embedded_per_second", _rate(size, _embedded(house, size)), "1/s")
        for name in BROKERS:
            address = _address(name)
            if address is None:
                continue
            limit = _rate(size, _bare(address, size))
            rate = _rate(size, _carried(house, database_url, address, size))
            yield Figure(f"jobs.{name}_per_second", rate, "1/s", limit)


def _rate(size: int, seconds: float) -> float:
    return round(size / seconds, 1)


def _address(name: str) -> str | None:
    variable, usual = BROKERS[name]
    address = os.environ.get(variable) or usual
    with suppress(Exception), application(address, "remit-bench").connection_for_write() as connection:
        connection.connect()
        return address
    return None


def _embedded(house: House, size: int) -> float:
    """Seconds of one pool with as many threads as there are cores."""
    pool = Pool(house, threads=CHILDREN)
    pool.start()
    try:
        return _timed(house, size)
    finally:
        pool.stop()


def _timed(house: House, size: int) -> float:
    with house.session(SYSTEM) as session:
        before = session.scalars(_done()).one()
    started = time.perf_counter()
    with house.session(SYSTEM, write=True) as session:
        for number in range(size):
            enqueue(session, SYSTEM, "bench.trivial", {"number": number})
    _wait(house, before + size)
    return time.perf_counter() - started


def _done() -> Select[int]:
    return select(func.count()).select_from(JobRow).where(JobRow.state == DONE)


def _wait(house: House, wanted: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with house.session(SYSTEM) as session:
            if session.scalars(_done()).one() >= wanted:
                return
        if time.monotonic() > until:
            raise RuntimeError("the jobs did not end")
        time.sleep(0.05)


def _carried(house: House, url: str, broker: str, size: int) -> float:
    """Seconds of a worker whose children run the jobs."""
    queue = f"remit-bench-{token_hex(4)}"
    there = replace(house, config=replace(house.config, broker_url=broker, broker_queue=queue))
    command = [sys.executable, "-m", "benchmarks.carried", "ours", url, broker, queue, str(CHILDREN)]
    supervisor = Supervisor(there, command)
    supervisor.start()
    try:
        _timed(there, 2 * CHILDREN)  # until it works
        return _timed(there, size)
    finally:
        supervisor.stop()
        _forget(broker, queue)


def _bare(broker: str, size: int) -> float:
    """Seconds of Celery's own worker: tasks sent one by one, then their results."""
    queue = f"bare-bench-{token_hex(4)}"
    app = bare(broker, queue)
    task = app.tasks["trivial"]
    with _process("bare", broker, queue, str(CHILDREN)):
        try:
            for warm in [task.delay(number) for number in range(2 * CHILDREN)]:
                warm.get(timeout=PATIENCE, disable_sync_subtasks=False)
            started = time.perf_counter()
            asked = [task.delay(number) for number in range(size)]
            for one in asked:
                one.get(timeout=PATIENCE, disable_sync_subtasks=False)
            return time.perf_counter() - started
        finally:
            _forget(broker, queue)
            app.close()


@contextmanager
def _process(*words: str) -> Iterator[None]:
    running = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "benchmarks.carried", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)


def _forget(broker: str, queue: str) -> None:
    with suppress(Exception), application(broker, queue).connection_for_write() as connection:
        connection.channel().queue_delete(queue)
