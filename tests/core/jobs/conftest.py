from __future__ import annotations

from pathlib import Path

import pytest

from core.db.session import Database
from core.kernel.house import House
from remit.testing.schema import SchemaBuilder
from tests.core.exchange import trial


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return trial.BUILDER


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return trial.house_around(database, tmp_path, work="tests.core.jobs.work")
