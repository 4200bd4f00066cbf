"""A country that is switched on brings its holidays along, and takes none back when it goes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from core.base.actor import Actor
from core.calendar.models import CalendarSpecialDay
from core.calendar.services import load_calendar
from core.kernel import state
from core.kernel.house import House
from tests.core.org.conftest import database_builder, english, house

__all__ = ["database_builder", "english", "house"]

SYSTEM = Actor.system("tests")
#: 国办发明电〔2025〕7号: New Year's Day 2026 is a holiday, Sunday 4 January is worked for it.
HOLIDAY, MAKE_UP = date(2026, 1, 1), date(2026, 1, 4)


def switch(house: House, *, on: bool) -> None:
    with house.session(SYSTEM, write=True) as session:
        assert state.switch(session, SYSTEM, "country_cn", on=on)


def days(house: House) -> tuple[int, list[str]]:
    """How many special days are stored, and what the two days are."""
    with house.session(SYSTEM) as session:
        count = session.scalar(select(func.count()).select_from(CalendarSpecialDay)) or 0
        calendar = load_calendar(session, "CN")
    return count, [str(calendar.kinds(day, date(2026, 1, day.day + 1))[0]) for day in (HOLIDAY, MAKE_UP)]


def test_holidays_come_with_the_country(house: House) -> None:
    """Nobody has synchronised anything here; the pack was off when its version was installed."""
    count, kinds = days(house)
    assert count == 0
    switch(house, on=False)
    assert days(house) == (0, kinds)
    switch(house, on=True)
    stored, known = days(house)
    assert stored > 50
    assert known[0] != kinds[0], "a holiday"
    assert known[1] != kinds[1], "a working Sunday"
    switch(house, on=False)
    assert days(house) == (stored, known), "what was computed by them stays explainable"
    switch(house, on=True)
    assert days(house) == (stored, known)
