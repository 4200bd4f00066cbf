"""Core with the sample plugin, whose events are subscribed to and which takes notices from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.actor import Actor
from core.base.text import use_locale
from core.config import Config
from core.db.session import Database
from core.events.deliverer import Deliverer
from core.jobs.pool import Pool
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from plugins.sample import services as notices
from remit.testing.schema import SchemaBuilder, from_migrations, installed_modules
from tests.core.webhooks.receiver import Receiver

MODULES = {"sample": "plugins.sample.plugin"}
SYSTEM = Actor.system("tests")


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return from_migrations(installed_modules(MODULES))


def around(database: Database, folder: Path, *, allow: tuple[str, ...] = ("127.0.0.1",)) -> House:
    """A house that may reach this machine."""
    registry, manager = loader.load(PARTS, MODULES)
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    config = Config(instance=folder, job_threads=0, webhook_allow=allow)
    opened = House(config, database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    return opened


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return around(database, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with use_locale("en"):
        yield


def pin(house: House, code: str) -> None:
    """Something happens: a notice is pinned, which is told."""
    with house.session(SYSTEM, write=True) as session:
        notices.pin(session, SYSTEM, code=code, text="Lift out of order")


def run(house: House) -> None:
    """Deliver events and run jobs until nothing more is due."""
    Deliverer(house).run_waiting()
    Pool(house, threads=0).run_waiting()
