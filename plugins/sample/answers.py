"""Answers to what others ask in bulk, and a country that is not one.

A real plugin would read these numbers from tables of its own; here every employment gets the same.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.text import _
from remit.base import Actor, Month
from remit.contracts import (
    Ask,
    Calendar,
    CalendarDay,
    CalendarYear,
    Country,
    KpiAsk,
    KpiRow,
    KpiRows,
    KpiRowsAsk,
    KpiSource,
    PayPage,
    PayPagesAsk,
    PeopleCost,
    PeopleCostAsk,
    Table,
)
from remit.demo import Demo

TITLE = {"zh_CN": "示例国", "en": "Sampleland"}

#: Whoever reads the board gets one yuan a month, in minor units.
READING_BONUS = 100


def country() -> Country:
    """A country with one holiday."""
    return Country(
        code="XS", title=TITLE, currency="CNY",
        calendars=(
            Calendar(
                place="XS", title=TITLE, zone="UTC",
                days=(CalendarDay("XS", date(2026, 7, 1), "holiday", True, {"zh_CN": "布告节", "en": "Board Day"}),),
                years=(CalendarYear(2026, "Sampleland Gazette 2026/1", "high"),),
            ),
        ),
    )


def pay_of(ask: Ask) -> Table:
    """The bonus, for everybody who was asked about."""
    bonus = np.full(ask.ids.size, READING_BONUS, dtype=np.int64)
    return Table("sample", ask.ids, {"board_bonus": bonus}, {"board_bonus": "money"})


def people_cost_of(ask: PeopleCostAsk) -> PeopleCost:
    """One yuan for each unit in the first month of the period."""
    return PeopleCost(100 * len(ask.unit_ids), (Month.of(ask.period.start),))


def pay_pages_of(ask: PayPagesAsk) -> list[PayPage]:
    """The bonus is for what stands on the board."""
    return [PayPage("board_bonus", str(_("Notices read")), "sample.board")] if "board_bonus" in ask.names else []


KPI_SOURCES = (KpiSource("sample_readings", _("Notices read"), unit="count"),)


def kpi_of(ask: KpiAsk) -> Table | None:
    """One reading for each day of the period that is over, for everybody who was asked about."""
    if ask.grain != "person" or "sample_readings" not in ask.keys:
        return None
    days = (min(ask.as_of, ask.period.last) - ask.period.start).days + 1
    readings = np.full(ask.ids.size, max(days, 0), dtype=np.int64)
    return Table("sample", ask.ids, {"sample_readings": readings}, {"sample_readings": "count"})


def kpi_rows_of(ask: KpiRowsAsk) -> KpiRows | None:
    """The readings of somebody, the newest first: one for each day that is over."""
    if ask.grain != "person" or ask.key != "sample_readings":
        return None
    days = [ask.period.start + timedelta(days=at) for at in range(ask.period.days)]
    over = [day for day in reversed(days) if day <= ask.as_of]
    return KpiRows(len(over), [KpiRow(str(_("Notices read")), 1, day, "sample.board") for day in over[: ask.most]])


def outcomes_of(ask: Ask) -> Table:
    """Everybody who was asked about reads the board as he should: a full score for it."""
    return Table("sample", ask.ids, {"points": np.full(ask.ids.size, 10_000, dtype=np.int64)}, {"points": "count"})


def demo(session: Session, demo: Demo) -> None:
    """One notice on the board of the demo company."""
    people = len(demo.people)
    services.pin(
        session, Actor.system("demo company"), code="welcome",
        text=f"欢迎来到灵客，我们现在有 {people} 人。",
    )
