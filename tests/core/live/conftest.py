from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from core.db.keys import KeyRing
from core.kernel.house import House
from core.live import publish
from remit.testing.schema import Schemas
from tests.core.live import trial
from tests.core.live.streams import Stream


@dataclass
class Living:
    """A house, and a live process beside it."""

    house: House
    port: int
    streams: list[Stream] = field(default_factory=list)

    def house_idle(self) -> timedelta:
        """Longer than a session may be idle."""
        return timedelta(minutes=self.house.config.idle_minutes + 1)

    def member(self) -> tuple[int, int, str]:
        """Somebody new who is signed in: account, session, cookie."""
        return trial.members(self.house, 1)[0]

    def listen(self, *topics: str, cookie: str = "", last: str = "", **headers: str) -> Stream:
        """A stream; of somebody new unless a cookie is given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.streams.append(Stream(self.port, cookie or self.member()[2], topics, last=last, headers=named))
        return self.streams[-1]

    def tell(self, topic: str, key: str = "", **data: int | str) -> None:
        """Publish in a transaction of its own."""
        with self.house.session(trial.SYSTEM, write=True) as session:
            publish(session, topic, key, data)


@pytest.fixture
def living(running: Living) -> Iterator[Living]:
    """The house and the process; streams that a test opened are closed after it."""
    yield running
    while running.streams:
        running.streams.pop().close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, database_schemas: Schemas, key_ring: KeyRing,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Living]:
    """One process for the tests of a file; each uses keys and people of its own."""
    folder: Path = tmp_path_factory.mktemp("live")
    with database_schemas.database(request.param, trial.builder(), key_ring) as database:
        house = trial.around(database, folder)
        with trial.process(house) as (port, _process):
            yield Living(house, port)
