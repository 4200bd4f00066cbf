"""Calendars in the database: seeded from country packs again and again, read with what a place inherits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core.base.period import Month
from core.calendar.models import CalendarNotice, CalendarPlace, CalendarSpecialDay
from core.calendar.rules import DayKind
from core.calendar.services import Synced, day_kinds, load_calendar, load_calendars, sync_calendars
from core.contracts.country import Calendar, CalendarDay, CalendarYear, Country
from core.db.session import Database
from core.db.types import Translation
from remit.testing.statements import Statements

NAME = {"zh_CN": "国庆节", "en": "National Day"}
COUNTRY_DAY = CalendarDay("XX", date(2026, 10, 1), "holiday", statutory=True, name=NAME)
MAKE_UP = CalendarDay("XX", date(2026, 10, 10), "workday", statutory=False, name={"zh_CN": "补班", "en": "Make-up"})
TOWN_DAY = CalendarDay("XX-AA", date(2026, 10, 2), "rest", statutory=False, name={"zh_CN": "市民日", "en": "Town day"})
YEAR = CalendarYear(2026, "notice 1", "high")
PACK = Country(
    code="XX",
    title={"zh_CN": "某国", "en": "Somewhere"},
    currency="XXX",
    calendars=(
        Calendar("XX", {"zh_CN": "某国", "en": "Somewhere"}, (COUNTRY_DAY, MAKE_UP), (YEAR,), zone="Asia/Shanghai"),
        Calendar("XX-AA", {"zh_CN": "某市", "en": "Town"}, (TOWN_DAY,), (), zone="Asia/Urumqi"),
    ),
)


def changed(*days: CalendarDay, years: tuple[CalendarYear, ...] = (YEAR,)) -> Country:
    """The same pack with other days of the country."""
    return replace(PACK, calendars=(replace(PACK.calendars[0], days=days, years=years), PACK.calendars[1]))


@pytest.fixture(autouse=True)
def seeded(session: Session) -> None:
    assert sync_calendars(session, [PACK]) == Synced(added=6)


def test_a_second_sync_writes_nothing(session: Session) -> None:
    written: list[object] = []
    event.listen(session, "before_flush", lambda flushed, *_rest: written.extend([*flushed.dirty, *flushed.new]))
    assert sync_calendars(session, [PACK]) == Synced()
    assert written == []


def test_a_newer_pack_changes_adds_and_removes(session: Session) -> None:
    rest = replace(COUNTRY_DAY, kind="rest", statutory=False)
    third = replace(COUNTRY_DAY, day=date(2026, 10, 3))
    newer = changed(rest, third, years=(YEAR, CalendarYear(2027, "not published", "medium", complete=False)))
    assert sync_calendars(session, [newer]) == Synced(added=2, changed=1, removed=1)
    calendar = load_calendar(session, "XX")
    assert calendar.kind(date(2026, 10, 1)) is DayKind.REST
    assert calendar.kind(date(2026, 10, 3)) is DayKind.HOLIDAY
    assert calendar.kind(MAKE_UP.day) is DayKind.REST
    assert calendar.complete_years == {2026}
    assert calendar.missing_year(date(2026, 12, 1)) == 2027


def test_days_of_years_a_pack_no_longer_speaks_of_stay(session: Session) -> None:
    newer = changed(years=(CalendarYear(2027, "notice 2", "high"),))
    assert sync_calendars(session, [newer]) == Synced(added=1)
    assert load_calendar(session, "XX").kind(COUNTRY_DAY.day) is DayKind.HOLIDAY


def test_a_published_notice_completes_a_year(session: Session) -> None:
    open_year = CalendarYear(2027, "not published", "medium", complete=False)
    sync_calendars(session, [changed(COUNTRY_DAY, MAKE_UP, years=(YEAR, open_year))])
    assert load_calendar(session, "XX").missing_year(date(2026, 12, 1)) == 2027
    full = CalendarYear(2027, "notice 2", "high")
    assert sync_calendars(session, [changed(COUNTRY_DAY, MAKE_UP, years=(YEAR, full))]) == Synced(changed=1)
    assert load_calendar(session, "XX").missing_year(date(2026, 12, 1)) is None
    assert session.get(CalendarNotice, (_id(session, "XX"), 2027)) is not None


def test_what_the_company_set_stays(session: Session) -> None:
    """A day the company made free is neither overwritten nor removed by a pack."""
    place = _id(session, "XX")
    row = session.get(CalendarSpecialDay, (place, MAKE_UP.day))
    assert row is not None
    row.kind, row.origin = "rest", "company"
    own = Translation({"zh_CN": "司庆", "en": "Anniversary"})
    session.add(
        CalendarSpecialDay(
            calendar_id=place, day=date(2026, 5, 20), kind="rest", name=own, source="decision", origin="company"
        )
    )
    session.flush()
    assert sync_calendars(session, [PACK]) == Synced()
    calendar = load_calendar(session, "XX")
    assert calendar.kind(MAKE_UP.day) is DayKind.REST
    assert calendar.name(date(2026, 5, 20)) == own


def test_a_place_inherits_and_stands_above(session: Session) -> None:
    found = load_calendars(session, ["XX", "XX-AA", "XX-AA-1", "YY"])
    assert found["XX"].kind(TOWN_DAY.day) is DayKind.WORKDAY
    for place in ("XX-AA", "XX-AA-1"):
        calendar = found[place]
        assert calendar.kind(TOWN_DAY.day) is DayKind.REST
        assert calendar.kind(COUNTRY_DAY.day) is DayKind.HOLIDAY
        assert calendar.is_make_up(MAKE_UP.day)
        assert calendar.zone == "Asia/Urumqi"
        assert calendar.complete_years == {2026}
    assert found["YY"].place == "YY"
    assert found["YY"].complete_years == frozenset()
    assert found["YY"].kind(COUNTRY_DAY.day) is DayKind.WORKDAY


def test_many_places_cost_two_statements(
    session: Session, database: Database, count_statements: Callable[[Database], AbstractContextManager[Statements]]
) -> None:
    session.expunge_all()
    with count_statements(database) as statements:
        load_calendars(session, ["XX", "XX-AA", "YY", "XX-BB"])
    assert len(statements) == 2


def test_kinds_of_a_month(session: Session) -> None:
    kinds = day_kinds(session, "XX-AA", Month(2026, 10).period)
    assert len(kinds) == 31
    assert kinds[:4].tolist() == [DayKind.HOLIDAY, DayKind.REST, DayKind.REST, DayKind.REST]
    assert kinds[9] == DayKind.WORKDAY


def _id(session: Session, place: str) -> int:
    return session.scalars(select(CalendarPlace.id).where(CalendarPlace.place == place)).one()
