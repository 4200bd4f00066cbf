"""Brokers for tests: those that REMIT_TEST_RABBITMQ and REMIT_TEST_REDIS name, else those of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from core.broker.post import application
from core.broker.supervisor import Supervisor
from core.db.keys import KeyRing
from remit.testing.schema import SchemaBuilder, Schemas
from tests.core.broker.place import Place, address, around
from tests.core.exchange import trial

#: Each broker and each database is met in the quick tests, every pair of them in the long ones.
PAIRS = [
    pytest.param(("rabbitmq", "postgresql"), id="rabbitmq-postgresql"),
    pytest.param(("redis", "sqlite"), id="redis-sqlite"),
    pytest.param(("rabbitmq", "sqlite"), id="rabbitmq-sqlite", marks=pytest.mark.full),
    pytest.param(("redis", "postgresql"), id="redis-postgresql", marks=pytest.mark.full),
]
_numbers = count(1)


@contextmanager
def placed(
    pair: tuple[str, str], folder: Path, schemas: Schemas, builder: SchemaBuilder, keys: KeyRing
) -> Iterator[Place]:
    """A house with an empty database and a queue of its own."""
    url, queue = address(pair[0]), f"remit-test-{os.getpid()}-{next(_numbers)}"
    keys.save(folder / "keys.json")
    with schemas.database(pair[1], builder, keys) as database:
        yield Place(around(database, folder, url, queue), folder)
    with suppress(Exception), application(url, queue).connection_for_write() as connection:
        connection.channel().queue_delete(queue)


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return trial.BUILDER


@pytest.fixture(params=PAIRS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, database_schemas: Schemas, database_builder: SchemaBuilder,
    key_ring: KeyRing,
) -> Iterator[Place]:
    """A house and a broker, without a worker."""
    with placed(request.param, tmp_path, database_schemas, database_builder, key_ring) as made:
        yield made


@pytest.fixture(scope="module", params=PAIRS)
def working(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_schemas: Schemas,
    database_builder: SchemaBuilder, key_ring: KeyRing,
) -> Iterator[tuple[Place, Supervisor]]:
    """A house and a worker with three children, for all tests of a file."""
    folder = Path(tmp_path_factory.mktemp("place"))
    with placed(request.param, folder, database_schemas, database_builder, key_ring) as made:
        supervisor = made.supervisor(children=3, resend=1.5)
        supervisor.start()
        yield made, supervisor
        assert supervisor.stop(), "it ends in time"
