from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import Config
from core.db.base import Base
from core.db.session import Database
from core.jobs.models import JobRow
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from remit.testing.schema import SchemaBuilder
from tests.core.events import trial

TABLES = (
    "core_module", "core_epoch", "core_audit", "core_event", "core_event_delivery", JobRow.__tablename__,
    "trial_effect",
)
PARTS = ("core.audit.plugin", "core.events.plugin", "core.jobs.plugin")


def make(database: Database) -> None:
    """The tables these tests need."""
    database.create_all(Base.metadata, [Base.metadata.tables[name] for name in TABLES])


def around(database: Database, folder: Path) -> House:
    """A house with events and the trial module."""
    registry, manager = loader.load(PARTS, {"trial": "tests.core.events.trial"})
    return House(Config(instance=folder, job_threads=0), database, registry, Hooks(manager))


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return SchemaBuilder(("trial events",), make)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    trial.BROKEN.clear()
    trial.HEARD.clear()
    trial.GIVEN.clear()
    yield around(database, tmp_path)
    trial.BROKEN.clear()
