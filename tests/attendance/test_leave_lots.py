"""What leave comes to by the plan of a person, and its lots: granted, drawn, expired, corrected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from attendance.actions import BALANCES, LEAVE_READ
from attendance.models import LeaveEntry, LeaveLot, LeaveRequest, WorkingLife
from attendance.models.leave import TAKEN
from attendance.services.leave import grants
from attendance.services.setup import define_group, define_shift
from core.kernel.house import House
from remit.base import Actor, DomainError
from remit.models import Employment
from remit.services import load, visible
from remit.specs import Denied
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import (
    TITLE,
    asked,
    cancelled,
    clerk,
    company,
    decided,
    dev,
    head,
    left,
    lot_of,
    state_of,
    twenty,
)

__all__ = ["clerk", "company", "dev", "head", "twenty"]


# -- the plan of the person ------------------------------------------------------------------------------------------


def test_over_new_year_both_years_calendars_count(house: House, dev: Actor, at_day: Any) -> None:
    """Sunday 28 December 2025 to Friday 2 January 2026: three workdays, for 1 to 3 January are off."""
    at_day("2025-12-20")
    one = asked(house, dev, "2025-12-28", "2026-01-02", "personal")
    two = asked(house, dev, "2026-01-03", "2026-01-05", "personal")  # Sunday the 4th is worked instead
    with house.session(SYSTEM) as session:
        assert load(session, SYSTEM, LEAVE_READ, LeaveRequest, one).amount == 300
        assert load(session, SYSTEM, LEAVE_READ, LeaveRequest, two).amount == 200


@pytest.mark.usefixtures("twenty")
def test_a_later_plan_rewrites_nothing_that_was_handed_in(
    house: House, company: Company, dev: Actor, head: Actor
) -> None:
    one, two = asked(house, dev, "2026-12-11", "2026-12-14"), asked(house, dev, "2026-12-18", "2026-12-21")
    decided(house, head, one)
    with house.session(SYSTEM, write=True) as session:
        office = define_shift(session, "office", TITLE, start_minute=540, end_minute=1080)
        define_group(session, "all", TITLE, week=[office] * 7, place="", zone="Asia/Shanghai", is_default=True)
    decided(house, head, two)
    with house.session(SYSTEM) as session:
        for each in (one, two):
            assert load(session, SYSTEM, LEAVE_READ, LeaveRequest, each).amount == 200
    assert left(house, company["1"], "2026-12-01") == 1600


def test_maternity_counts_every_day(house: House, dev: Actor) -> None:
    """98 days from 1 December on, by their number alone (女职工劳动保护特别规定 第七条)."""
    one = asked(house, dev, "2026-12-01", "2027-03-08", "maternity", evidence="出生医学证明")
    with house.session(SYSTEM) as session:
        assert load(session, SYSTEM, LEAVE_READ, LeaveRequest, one).amount == 9800


# -- lots, grants and expiry -----------------------------------------------------------------------------------------


def carried(house: House, company: Company) -> None:
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["1"], 1000, date(2025, 1, 1), date(2026, 4, 1), 2025)
        lot_of(session, company["1"], 2000, date(2026, 1, 1), date(2027, 1, 1), 2026)


def expired(house: House, day: str) -> int:
    with house.session(SYSTEM, write=True) as session:
        return grants.expire(session, date.fromisoformat(day))["days"]


@pytest.mark.parametrize(
    ("taken", "lost", "after"), [(0, 1000, 2000), (8, 200, 2000), (10, 0, 2000), (12, 0, 1800)]
)
def test_carried_days_expire_in_the_ledger(
    house: House, company: Company, dev: Actor, clerk: Actor, at_day: Any, taken: int, lost: int, after: int
) -> None:
    """Taken 0, 8, 10, 12 of ten old and twenty new days: 10, 2, 0, 0 expire, 20, 20, 20, 18 stay."""
    carried(house, company)
    at_day("2026-03-01")
    last = {8: "2026-03-11", 10: "2026-03-13", 12: "2026-03-17"}.get(taken)
    if last is not None:
        decided(house, clerk, asked(house, dev, "2026-03-02", last))
    assert left(house, company["1"], "2026-03-31") == 3000 - taken * 100
    assert expired(house, "2026-03-31") == 0
    assert expired(house, "2026-04-04") == lost  # the first run after three days without one
    assert expired(house, "2026-04-04") == 0
    assert left(house, company["1"], "2026-04-04") == after


def test_what_waits_over_the_end_of_a_lot_is_still_there_when_it_is_approved(
    house: House, company: Company, dev: Actor, clerk: Actor, at_day: Any
) -> None:
    carried(house, company)
    at_day("2026-03-30")
    approved, refused = asked(house, dev, "2026-03-30", "2026-03-30"), asked(house, dev, "2026-03-31", "2026-03-31")
    assert expired(house, "2026-04-01") == 800
    decided(house, clerk, approved)
    decided(house, clerk, refused, "refused")
    assert expired(house, "2026-04-02") == 100
    cancelled(house, clerk, approved)  # what comes back to a lot that is over expires as well
    assert left(house, company["1"], "2026-04-02") == 2000
    assert expired(house, "2026-04-03") == 100


def test_hook_give_leave_entitlements(
    house: House, company: Company, dev: Actor, clerk: Actor
) -> None:
    """Ten days a year; leaving on 30 June gives 181 / 365 x 10 = 4, and the two more that were taken stay taken."""
    with house.session(SYSTEM, write=True) as session:
        session.add(WorkingLife(employment_id=company["1"].id, since=date(2014, 3, 1)))
    with house.session(clerk, write=True) as session:
        first = grants.grant_year(session, clerk, 2026)
        assert (first.new, first.corrected, first.unknown) == (1, 0, 3)
        assert grants.grant_year(session, clerk, 2026) == grants.Granted(0, 0, 3)
    assert left(house, company["1"], "2026-11-23") == 1000
    assert left(house, company["1"], "2027-03-31") == 1000
    assert left(house, company["1"], "2027-04-01") == 0
    decided(house, clerk, asked(house, dev, "2026-12-07", "2026-12-14"))
    with house.session(SYSTEM, write=True) as session:
        employment = load(session, SYSTEM, "person.record:read", Employment, company["1"].id)
        employment.left_on = date(2026, 7, 1)
        session.flush()
        assert grants.grant_year(session, SYSTEM, 2026).corrected == 1
    assert left(house, company["1"], "2026-11-23") == 0


def test_corrections_say_why_and_take_no_more_than_there_is(
    house: House, company: Company, clerk: Actor, head: Actor
) -> None:
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["1"], 300, date(2026, 1, 1), date(2027, 1, 1))
    with house.session(clerk, write=True) as session:
        lot = session.scalars(visible(session, clerk, BALANCES, select(LeaveLot))).one()
        for amount, note in ((100, " "), (0, "为零"), (-301, "太多")):
            with pytest.raises(DomainError):
                grants.correct(session, clerk, company["1"], lot, amount, note=note)
        grants.correct(session, clerk, company["1"], lot, 150, note="入职协议多给一天半")
        with pytest.raises(Denied):
            grants.correct(session, head, company["1"], lot, 100, note="好意")
    assert left(house, company["1"], "2026-11-23") == 450


@pytest.mark.usefixtures("twenty")
def test_the_ledger_is_only_appended_to(house: House, dev: Actor, head: Actor) -> None:
    decided(house, head, asked(house, dev, "2026-12-07", "2026-12-07"))
    with house.session(SYSTEM, write=True) as session:
        statement = select(LeaveEntry).where(LeaveEntry.kind == TAKEN)
        entry = session.scalars(visible(session, SYSTEM, BALANCES, statement)).one()
        entry.amount = 1
        with pytest.raises(DBAPIError, match="append-only"):
            session.flush()
        session.rollback()
    with house.session(SYSTEM, write=True) as session:
        session.delete(session.scalars(visible(session, SYSTEM, BALANCES, statement)).one())
        with pytest.raises(DBAPIError, match="append-only"):
            session.flush()
        session.rollback()


def test_eight_requests_at_once_take_no_more_than_three_days(house: House, company: Company, dev: Actor) -> None:
    """Three days are left and eight are asked for at the same moment, each with a connection of its own."""
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["1"], 300, date(2026, 1, 1), date(2027, 4, 1))

    def ask(day: str) -> str:
        try:
            return state_of(house, asked(house, dev, day, day))
        except DomainError as refused:
            return refused.code

    days = [f"2026-12-{day:02d}" for day in (1, 2, 3, 4, 7, 8, 9, 10)]
    with ThreadPoolExecutor(8) as threads:
        said = sorted(threads.map(ask, days))
    assert said == ["attendance.leave_balance"] * 5 + ["submitted"] * 3


def test_leave_expires_once_when_two_jobs_run_at_once(house: House, company: Company) -> None:
    carried(house, company)
    with ThreadPoolExecutor(4) as threads:
        lost = sorted(threads.map(lambda _number: expired(house, "2026-04-01"), range(4)))
    assert lost == [0, 0, 0, 1000]
    assert left(house, company["1"], "2026-04-01") == 2000
