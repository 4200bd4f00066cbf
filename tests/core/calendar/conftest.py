"""The calendar stands on the tables of core alone, so its tests need no module and no history of migrations."""

from __future__ import annotations

import pytest

from core.calendar import models
from core.db.base import Base
from remit.testing.schema import SchemaBuilder, from_metadata


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables as the models describe them."""
    assert models.CalendarPlace.__tablename__ in Base.metadata.tables
    return from_metadata(Base.metadata)
