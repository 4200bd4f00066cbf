"""A house whose jobs go through a broker, and what tests ask of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.broker.post import Post, application
from core.broker.supervisor import Supervisor
from core.db.session import Database
from core.jobs.models import JobRow
from core.jobs.queue import enqueue
from core.kernel.house import House
from tests.core.exchange.trial import CLERK, TrialUnit, house_around

ROOT = Path(__file__).parents[3]


BROKERS = {
    "rabbitmq": ("REMIT_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
    "redis": ("REMIT_TEST_REDIS", "redis://127.0.0.1:6379/0"),
}


def address(kind: str) -> str:
    """Where a broker is; the test is skipped, and told of, where there is none."""
    variable, usual = BROKERS[kind]
    url = os.environ.get(variable) or usual
    try:
        with application(url, "remit-test").connection_for_write() as connection:
            connection.connect()
    except Exception as error:
        pytest.skip(f"{variable} names no broker that answers ({type(error).__name__})")
    return url


def around(database: Database, folder: Path, broker: str, queue: str) -> House:
    """The trial company with the work of these tests and a broker."""
    house = house_around(database, folder, work="tests.core.broker.work")
    return replace(house, config=replace(house.config, broker_url=broker, broker_queue=queue))


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    """What a function answers, as soon as it answers something true."""
    limit = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < limit, "it did not come to be"
        time.sleep(0.02)
    return found


@dataclass
class Place:
    """A house, where its keys lie, and its broker."""

    house: House
    folder: Path

    @property
    def url(self) -> str:
        return self.house.config.broker_url

    @property
    def queue(self) -> str:
        return self.house.config.broker_queue

    def supervisor(self, children: int = 1, **times: float) -> Supervisor:
        """A worker of our own, with short waits."""
        url = self.house.database.url.render_as_string(hide_password=False)
        command = [
            sys.executable, "-m", "tests.core.broker.worker", url, str(self.folder / "keys.json"), str(self.folder),
            self.url, self.queue, str(children),
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return Supervisor(
            self.house, command, environment=environment,
            **{"poll": 0.1, "beat": 0.2, "stale": 2.0, "resend": 60.0, **times},
        )  # fmt: skip

    def ask(self, kind: str, args: Mapping[str, Any], **more: Any) -> int:
        with self.house.session(CLERK, write=True) as session:
            return enqueue(session, CLERK, kind, args, **more).id

    def row(self, job_id: int) -> JobRow:
        with self.house.session(CLERK) as session:
            row = session.get_one(JobRow, job_id)
            session.expunge(row)  # it is read when the session is over
            return row

    def ended(self, job_id: int, seconds: float = 60) -> JobRow:
        """The row of a job when nothing more will happen to it."""
        row: JobRow = until(lambda: (row := self.row(job_id)).ended and row, seconds)
        return row

    def running(self, job_id: int) -> None:
        until(lambda: self.row(job_id).state == "running")

    def codes(self) -> list[str]:
        """What jobs have written, in its order."""
        with self.house.session(CLERK) as session:
            return list(session.scalars(select(TrialUnit.code).order_by(TrialUnit.id)))

    def send(self, job_id: int, times: int = 1) -> None:
        """Messages about a job, past the dispatcher."""
        from core.broker.outgoing import Parcel

        post = Post(self.url, self.queue)
        post.connect()
        for _time in range(times):
            post.send(Parcel(job_id, 50, None))
        post.ready()
        post.close()

    def ready(self) -> int:
        """How many messages wait."""
        post = Post(self.url, self.queue)
        post.connect()
        try:
            return post.ready()
        finally:
            post.close()

    def empty(self) -> int:
        """Throw away what waits in the broker; returns how much that was."""
        with application(self.url, self.queue).connection_for_write() as connection:
            channel = connection.channel()
            return int(channel.queue_purge(self.queue) or 0)
