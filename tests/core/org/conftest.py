"""A house with core's own parts and the mainland country pack, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.text import use_locale
from core.config import Config
from core.db import migrate
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from remit.testing.schema import SchemaBuilder, from_migrations
from tests.core.org.desk import Desk, opened

COUNTRY = {"country_cn": "plugins.country_cn.plugin"}


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core, by its migrations."""
    return from_migrations([migrate.core_part()])


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core and the country pack, with authority, audit and guard as in a real installation."""
    registry, manager = loader.load(PARTS, COUNTRY)
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    opened = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    return opened


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English where a test does not say otherwise."""
    with use_locale("en"):
        yield


@pytest.fixture
def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The app on a day of the small company."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    return opened(house)
