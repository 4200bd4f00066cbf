"""A roster does not bring together what a rule keeps apart."""

from __future__ import annotations

from typing import Any

import pytest

from core.authority.document import parse
from core.authority.publish import publish
from core.base.errors import DomainError
from core.kernel.house import House
from core.org.exchange import PEOPLE
from tests.core.org.company import SYSTEM, build
from tests.core.org.conftest import database_builder, english, house
from tests.core.org.files import bring, stored
from tests.core.org.test_import_people import DATED

__all__ = ["database_builder", "english", "house"]

LIST = """
list: CO
version: 1
effective_from: "2025-01-01"
positions:
  ADS: {authority: {A1: {can: "person.record:change", in: all, title: T}}}
  SAL-D: {authority: {A1: {can: "person.record:import", in: all, title: T}}}
separation:
  S1: {person_holds: ["person.record:change", "person.record:import"]}
"""


def roster(second: str, ends: str = "") -> list[list[Any]]:
    """Two people of two posts, one of whom has the other's post beside his own, until a day or for good."""
    return [
        [*DATED, "任职类型", "fte"],
        ["E1", "周蕾", "ACQ", "ADS", "2025-03-01", "2025-03-01", "", "主岗", "80%"],
        ["E1", "周蕾", "SAL", second, "2025-03-01", "2025-05-01", ends, "兼岗", "20%"],
        ["E2", "刘洋", "SAL", "SAL-D", "2025-03-01", "2025-03-01", "", "主岗", "100%"],
    ]


def test_an_import_is_refused_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    with house.session(SYSTEM, write=True) as session:
        build(session)
        publish(session, SYSTEM, parse(LIST))
    before = stored(house)
    with pytest.raises(DomainError) as refused:
        bring(house, PEOPLE, roster("SAL-D"))
    assert refused.value.code == "separation.person_holds"
    assert str(refused.value.message) == (
        "Of those in the file 1 would hold “Hire, transfer and let go, change files” (ADS.A1) and “Import people from "
        "a file” (SAL-D.A1), which rule CO.S1 keeps apart. Appoint somebody else, or first record what keeps the risk "
        "small."
    )
    assert stored(house) == before
    assert bring(house, PEOPLE, roster("SAL-D", "2026-11-23")).counts["new"] == 3, "what is over counts no more"
