"""Values of figures from a file: told row by row, entered once, and a second time nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.exchange.importing import import_file
from performance.exchange import EXCHANGES
from performance.models import KpiValue
from performance.services.writing import number
from remit.base import DomainError
from remit.exchange import ImportReport
from remit.services import system
from tests.performance.conftest import Office

GOOD = """code,day,unit,number,value,evidence
leads,2026-02-01,MKT,,98,monthly report
conv,2026-02-03,MKT,,18%,monthly report
late,2026-02-01,,3,2,terminal
"""
BAD = """code,day,unit,number,value,evidence
nothing,2026-02-01,MKT,,98,x
leads,2026-02-01,NOWHERE,,98,x
leads,2026-02-01,MKT,,9.5,x
late,2026-02-01,,999,2,x
"""


def send(office: Office, text: str, *, dry: bool = False) -> ImportReport:
    """The file is imported by zhao."""
    (exchange,) = EXCHANGES
    return import_file(office.company.house, office.zhao, exchange, text.encode(), name="values.csv", dry=dry)


def stored(office: Office) -> dict[tuple[int, int], int]:
    """Values by figure and subject."""
    with office.company.house.session(office.zhao) as session, system(session, "tests"):
        rows: Any = session.execute(select(KpiValue.kpi_id, KpiValue.subject_id, KpiValue.value))
        return {(kpi, subject): value for kpi, subject, value in rows}


def test_a_file_of_values(office: Office) -> None:
    leads, conv = office.kpi("leads", target=100), office.kpi("conv", unit="rate")
    late = office.kpi("late", grain="person")
    told = send(office, BAD, dry=True)
    assert sorted((one.row, one.column) for one in told.problems) == [
        (2, "code"), (3, "unit"), (4, "value"), (5, "number"),
    ]  # fmt: skip
    assert stored(office) == {}
    told = send(office, GOOD)
    assert (list(told.problems), told.counts["new"]) == ([], 3)
    sun = office.company.people["sun"].id
    assert stored(office) == {(leads, office.unit("MKT")): 98, (conv, office.unit("MKT")): 180_000, (late, sun): 2}
    assert send(office, GOOD).counts["unchanged"] == 3
    assert send(office, GOOD.replace(",98,", ",99,")).counts["changed"] == 1
    assert stored(office)[leads, office.unit("MKT")] == 99


@pytest.mark.parametrize(("told", "unit", "kept"), [
    (".0000", "money", 0), (".25", "money", 25), ("-.07", "money", -7), (".5%", "rate", 5_000), ("-.0", "count", 0),
    ("1,830,000.00", "money", 183_000_000),
])  # fmt: skip
def test_numbers_as_databases_write_them(told: str, unit: str, kept: int) -> None:
    """Some leave the zero before the point out."""
    assert number(told, unit, "value") == kept


@pytest.mark.parametrize("told", [".", "-.", "5.", ".5.5", ""])
def test_what_is_no_number_is_refused(told: str) -> None:
    with pytest.raises(DomainError, match="is no number"):
        number(told, "money", "value")
