"""The company of the cases, beside the demo company of the whole suite."""

from __future__ import annotations

import pytest

from core.kernel.house import House
from tests.core.authority.company import SYSTEM, Company, build
from tests.core.org.conftest import database_builder, english, house

__all__ = ["database_builder", "english", "house"]


@pytest.fixture
def cases(house: House) -> Company:
    """The company, written."""
    with house.session(SYSTEM, write=True) as session:
        return build(house, session)
