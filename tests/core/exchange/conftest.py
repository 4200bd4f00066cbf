from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.base.text import use_locale
from core.db.session import Database
from core.kernel.house import House
from remit.testing.schema import SchemaBuilder
from tests.core.exchange import trial


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return trial.BUILDER


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return trial.house_around(database, tmp_path)


@pytest.fixture
def make_thread() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Runs a function in a thread of its own."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The tests read messages in English where they do not say otherwise."""
    with use_locale("en"):
        yield
