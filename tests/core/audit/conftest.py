from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.text import use_locale
from core.db.session import Database
from core.kernel.house import House
from remit.testing.schema import SchemaBuilder
from tests.core.audit.signed import Auditor, add_person, sign
from tests.core.audit.test_sequencer import add_units
from tests.core.exchange import trial


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return trial.BUILDER


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return trial.house_around(database, tmp_path)


@pytest.fixture
def in_english() -> Iterator[None]:
    with use_locale("en"):
        yield


@pytest.fixture
def signed(house: House) -> House:
    """Ten entries, one of them about a person; checkpoints over six and over ten. Account 7 may read and erase."""
    house.session_info["authority"] = Auditor()
    add_units(house, 5)
    add_person(house)
    sign(house)
    add_units(house, 4, "V")
    sign(house)
    return house
