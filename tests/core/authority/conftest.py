"""A house with core's own parts, on both databases, and the company of the cases in it."""

from __future__ import annotations

import pytest

from core.kernel.house import House
from tests.core.authority.company import SPENT, SYSTEM, Company, build
from tests.core.org.conftest import database_builder, english, house

__all__ = ["company", "database_builder", "english", "house"]


@pytest.fixture
def company(house: House, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The company, written; the business day is 10 March 2026."""
    SPENT.clear()
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-10")
    with house.session(SYSTEM, write=True) as session:
        return build(house, session)
