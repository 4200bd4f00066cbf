"""What attendance shows on the home page: the hours of the week, and closing as a step of the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from attendance.services.importing import import_punches
from attendance.services.month import close_month
from attendance.widgets import today
from core.kernel.house import House
from remit.base import Actor, Month
from remit.testing.statements import counting
from tests.attendance.conftest import SYSTEM, attlog, hire, make_company
from tests.attendance.test_pages import app, boss, one  # noqa: F401 - fixtures

#: Nine to six with an hour for lunch are eight hours.
WORKED = [(1, f"2026-11-{day} {at}") for day in (16, 17, 18, 19, 20) for at in ("09:00:00", "18:00:00")]


@pytest.fixture
def employee(house: House) -> Actor:
    """Somebody who worked five full days in the week from 16 November and came on Monday the 23rd."""
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, ["LK001"])
        import_punches(session, SYSTEM, attlog(*WORKED, (1, "2026-11-23 08:58:00")), name="x.dat")
        return Actor("person", account_id=1, person_id=company["LK001"].person_id, locale="en")


def card(house: House, actor: Actor) -> dict[str, Any]:
    with house.session(actor) as session:
        filled = today(session, actor)
    assert filled is not None
    return dict(filled.values)


def test_a_monday_morning_shows_the_week_before(house: House, employee: Actor) -> None:
    shown = card(house, employee)
    assert (shown["worked"], shown["planned"], shown["week"].msgid) == ("40", "40", "Hours of last week")
    assert [column["text"] for column in shown["columns"]] == ["8", "8", "8", "8", "8", "–", "–"]
    assert [column["state"] for column in shown["columns"]] == ["", "", "", "", "", "off", "off"]
    assert shown["times"] == "08:58"


def test_once_something_is_worked_the_week_shows_itself(
    house: House, employee: Actor, at_day: Callable[[str], None]
) -> None:
    with house.session(SYSTEM, write=True) as session:
        import_punches(session, SYSTEM, attlog((1, "2026-11-23 18:00:00")), name="y.dat")
    at_day("2026-11-24")
    shown = card(house, employee)
    assert (shown["worked"], shown["week"].msgid) == ("8", "Hours of this week")
    assert [column["state"] for column in shown["columns"]][:2] == ["", "now"]


def test_hours_of_last_week_do_not_stand_where_there_are_none(house: House, at_day: Callable[[str], None]) -> None:
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, [])
        person = hire(session, company, "LK009", date(2026, 11, 23)).person_id
    shown = card(house, Actor("person", account_id=1, person_id=person))
    assert (shown["worked"], shown["week"].msgid) == ("0", "Hours of this week")


def test_the_card_takes_seven_statements(house: House, employee: Actor) -> None:
    with house.session(employee) as session:
        today(session, employee)
    with house.session(employee) as session, counting(house.database) as statements:
        today(session, employee)
    assert len(statements) <= 7, str(statements)  # the last one is what modules are on, read once for a page


def test_who_has_no_employment_has_no_card(house: House) -> None:
    with house.session(SYSTEM) as session:
        assert today(session, Actor("person", account_id=1)) is None


def test_closing_is_a_step_of_the_month_for_who_may_close(
    house: House, boss: FlaskClient, one: FlaskClient, at_day: Callable[[str], None]  # noqa: F811 - fixtures
) -> None:
    waiting = boss.get("/").text
    assert "本月进度" in waiting
    assert "2026 年 11 月" in waiting
    assert "月末之后" in waiting
    assert "本月进度" not in one.get("/").text
    with house.session(SYSTEM, write=True) as session:
        close_month(session, SYSTEM, Month(2026, 10))
    at_day("2026-12-01")
    turn = boss.get("/").text
    assert "下一步由你办理：考勤封账" in turn
    assert 'href="/attendance/sheet/2026-11"' in turn
