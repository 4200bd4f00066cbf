"""What figures of performance get from the sample plugin, through the caller that asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from core.base.period import Month
from core.contracts.columnar import Ask
from core.contracts.kpi import KpiAsk, KpiRowsAsk
from core.contracts.outcome import OUTCOME_UNITS
from core.kernel import state
from core.kernel.house import House, give
from tests.hooks.board import switch
from tests.hooks.conftest import SYSTEM

IDS, PERIOD = np.array([3, 8], dtype=np.int64), Month(2026, 9).period


def test_hook_register_kpi_sources(house: House) -> None:
    with house.session(SYSTEM) as session:
        found = house.registry.kpi_sources(state.read(session))
    assert {"sample_readings", "attendance_late_count"} <= set(found)
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        assert "sample_readings" not in house.registry.kpi_sources(state.read(session))


def test_hook_give_kpi_values(house: House) -> None:
    ask = KpiAsk(IDS, "person", PERIOD, date(2026, 9, 10), {"sample_readings"})
    with house.session(SYSTEM) as session:
        (table,) = give(session, "give_kpi_values", ask=ask)
        assert give(session, "give_kpi_values", ask=replace(ask, keys={"other"})) == []
        assert give(session, "give_kpi_values", ask=replace(ask, grain="unit")) == []
    assert (table.ids.tolist(), table.columns["sample_readings"].tolist()) == ([3, 8], [10, 10])


def test_hook_give_kpi_rows(house: House) -> None:
    ask = KpiRowsAsk("sample_readings", "person", 3, PERIOD, date(2026, 9, 10), most=4)
    with house.session(SYSTEM) as session:
        (told,) = give(session, "give_kpi_rows", actor=SYSTEM, ask=ask)
        assert give(session, "give_kpi_rows", actor=SYSTEM, ask=replace(ask, key="other")) == []
    assert (told.total, [one.day.day for one in told.rows]) == (10, [10, 9, 8, 7])
    assert sum(one.value for one in told.rows) == 4


def test_hook_give_outcomes(house: House) -> None:
    """As a pay review would ask: in whatever columns it comes, they are those of the contract."""
    ask = Ask(IDS, PERIOD, date(2026, 9, 30))
    with house.session(SYSTEM) as session:
        (table,) = give(session, "give_outcomes", ask=ask)
    assert (table.ids.tolist(), table.columns["points"].tolist()) == ([3, 8], [10_000, 10_000])
    assert set(table.columns) <= set(OUTCOME_UNITS)
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        assert give(session, "give_outcomes", ask=ask) == []
