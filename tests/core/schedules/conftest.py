"""Core with the sample plugin, which brings a schedule of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Config
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from remit.testing.schema import SchemaBuilder, from_migrations, installed_modules

MODULES = {"sample": "plugins.sample.plugin"}


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return from_migrations(installed_modules(MODULES))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    registry, manager = loader.load(PARTS, MODULES)
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    opened = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    return opened
