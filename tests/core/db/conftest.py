"""Tables that only the tests of ``core.db`` have."""

from __future__ import annotations

import pytest

from remit.testing.schema import SchemaBuilder, from_metadata
from tests.core.db.tables import Tables


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    return from_metadata(Tables.metadata)
