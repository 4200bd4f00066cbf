"""Leave end to end in services: asked for, decided, taken from the ledger, excused, cancelled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from attendance.actions import BALANCES, LEAVE, LEAVE_READ
from attendance.models import LeaveLot, LeaveRequest
from attendance.models.leave import APPROVED, CANCELLED, SUBMITTED
from attendance.services.leave import grants, requests
from attendance.services.month import close_month
from attendance.services.setup import record_absence
from attendance.services.show import month_views
from core.kernel.house import House
from remit import workflow
from remit.base import Actor, DomainError, Month, Period
from remit.services import load, system, visible
from remit.specs import Denied
from remit.text import use_locale
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import (
    asked,
    cancelled,
    clerk,
    company,
    decided,
    dev,
    excused,
    head,
    left,
    lot_of,
    state_of,
    twenty,
    wish,
)

__all__ = ["clerk", "company", "dev", "head", "twenty"]


# -- the way of a request --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("twenty")
def test_leave_is_asked_for_decided_and_taken(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """Friday afternoon to Tuesday: two and a half days, an absence of half a day and one of four."""
    one = asked(house, dev, "2026-11-27", "2026-12-01", halves=(2, 2))
    assert left(house, company["1"], "2026-11-23") == 2000
    decided(house, head, one)
    assert state_of(house, one) == APPROVED
    assert left(house, company["1"], "2026-11-23") == 1750
    assert excused(house, company["1"]) == [
        (date(2026, 11, 27), date(2026, 11, 28), 2, 2), (date(2026, 11, 28), date(2026, 12, 2), 1, 2),
    ]  # fmt: skip
    with house.session(SYSTEM) as session:
        december = month_views(session, Month(2026, 12), [company["1"].id])[company["1"].id]
        november = month_views(session, Month(2026, 11), [company["1"].id])[company["1"].id]
    assert (november.totals["leave_days"], december.totals["leave_days"]) == (150, 100)
    cancelled(house, dev, one)
    assert state_of(house, one) == CANCELLED
    assert left(house, company["1"], "2026-11-23") == 2000
    assert excused(house, company["1"]) == []


@pytest.mark.usefixtures("twenty")
def test_more_than_three_days_go_to_hr_and_nobody_decides_his_own(
    house: House, company: Company, dev: Actor, head: Actor, clerk: Actor
) -> None:
    long = asked(house, dev, "2026-12-07", "2026-12-10")
    with pytest.raises(Denied):
        decided(house, head, long)
    decided(house, clerk, long)
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["C"], 500, date(2026, 1, 1), date(2027, 4, 1))
    own = asked(house, clerk, "2026-12-07", "2026-12-07")
    with pytest.raises(Denied):
        decided(house, clerk, own)
    decided(house, head, own)


@pytest.mark.usefixtures("twenty")
def test_a_refused_request_and_one_that_is_taken_back_take_nothing(
    house: House, company: Company, dev: Actor, head: Actor
) -> None:
    decided(house, head, asked(house, dev, "2026-12-07", "2026-12-07"), "refused")
    second = asked(house, dev, "2026-12-07", "2026-12-07")
    with house.session(dev, write=True) as session:
        task = workflow.answer_of(session, LEAVE, load(session, dev, LEAVE_READ, LeaveRequest, second))
        assert task is not None
        workflow.withdraw(session, dev, task.id)
    assert state_of(house, second) == "withdrawn"
    assert left(house, company["1"], "2026-11-23") == 2000
    asked(house, dev, "2026-12-07", "2026-12-07")


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("twenty")
@pytest.mark.parametrize(
    ("values", "code"),
    [
        (wish("2026-12-02", "2026-12-01"), "attendance.leave_order"),
        (wish("2026-12-01", "2026-12-01", halves=(2, 1)), "attendance.leave_order"),
        (wish("2026-12-01", "2027-12-02"), "attendance.leave_long"),
        (wish("2026-12-05", "2026-12-06"), "attendance.leave_nothing"),
        (wish("2019-12-02", "2019-12-03"), "attendance.leave_employed"),
        (wish("2027-06-30", "2027-07-01"), "attendance.leave_employed"),
        (wish("2026-12-01", "2026-12-01", "marriage", halves=(1, 1)), "attendance.leave_halves"),
        (wish("2026-12-01", "2026-12-02", "sick"), "attendance.leave_evidence"),
        (wish("2026-12-01", "2026-12-31"), "attendance.leave_balance"),
        (wish("2026-12-01", "2026-12-01", "sabbatical"), "attendance.leave_type"),
    ],
)
def test_what_cannot_be_asked_for(house: House, dev: Actor, values: dict[str, Any], code: str) -> None:
    with house.session(dev, write=True) as session:
        with pytest.raises(DomainError) as refused, session.begin_nested():
            requests.draft(session, dev, None, values)
        assert refused.value.code == code
        assert refused.value.field in values
        assert session.scalars(visible(session, dev, LEAVE_READ, select(LeaveRequest))).all() == []


@pytest.mark.usefixtures("twenty")
def test_the_numbers_stand_in_the_refusal(house: House, dev: Actor) -> None:
    """Twenty days, 23 workdays wanted; with five waiting, fifteen are left besides them."""
    with house.session(dev, write=True) as session, pytest.raises(DomainError) as refused:
        requests.draft(session, dev, None, wish("2026-12-01", "2026-12-31"))
    with use_locale("en"):
        assert str(refused.value.message) == "You ask for 23 days of Annual leave; 20 days are left."
    asked(house, dev, "2026-12-07", "2026-12-11")
    with house.session(dev, write=True) as session, pytest.raises(DomainError) as refused:
        requests.draft(session, dev, None, wish("2027-01-04", "2027-01-29"))
    with use_locale("en"):
        assert "15 days are left, besides 5 days that wait" in str(refused.value.message)


@pytest.mark.usefixtures("twenty")
def test_leaves_share_no_half_day(house: House, company: Company, dev: Actor, head: Actor) -> None:
    decided(house, head, asked(house, dev, "2026-12-07", "2026-12-08", halves=(1, 1)))
    asked(house, dev, "2026-12-08", "2026-12-08", "personal", halves=(2, 2))
    for halves in ((1, 1), (1, 2), (2, 2)):
        with house.session(dev, write=True) as session, pytest.raises(DomainError) as refused:
            requests.draft(session, dev, None, wish("2026-12-08", "2026-12-08", halves=halves))
        assert refused.value.code == "attendance.leave_taken"
    with house.session(SYSTEM, write=True) as session:
        record_absence(session, SYSTEM, company["1"], "trip", Period(date(2026, 12, 14), date(2026, 12, 16)))
    with house.session(dev, write=True) as session, pytest.raises(DomainError, match="2026-12-15"):
        requests.draft(session, dev, None, wish("2026-12-15", "2026-12-18"))


@pytest.mark.usefixtures("twenty")
def test_a_closed_month_is_neither_asked_for_nor_decided_nor_undone(
    house: House, dev: Actor, head: Actor, clerk: Actor, at_day: Any
) -> None:
    taken = asked(house, dev, "2026-11-26", "2026-11-26")
    decided(house, head, taken)
    waiting = asked(house, dev, "2026-11-27", "2026-11-27")
    at_day("2026-12-02")
    with house.session(clerk, write=True) as session:
        close_month(session, clerk, Month(2026, 11))
    for attempt in (
        lambda: asked(house, dev, "2026-11-24", "2026-11-24"), lambda: decided(house, head, waiting),
        lambda: cancelled(house, clerk, taken),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "attendance.closed"
    assert (state_of(house, taken), state_of(house, waiting)) == (APPROVED, SUBMITTED)


@pytest.mark.usefixtures("twenty")
def test_once_it_has_begun_only_who_records_leave_cancels_it(
    house: House, company: Company, dev: Actor, head: Actor, clerk: Actor, at_day: Any
) -> None:
    one = asked(house, dev, "2026-11-24", "2026-11-25")
    decided(house, head, one)
    at_day("2026-11-24")
    with pytest.raises(Denied):
        cancelled(house, dev, one)
    cancelled(house, clerk, one)
    assert left(house, company["1"], "2026-11-24") == 2000


@pytest.mark.usefixtures("twenty")
def test_who_was_asked_twice_at_once_gives_no_more_than_there_is(
    house: House, company: Company, dev: Actor, clerk: Actor
) -> None:
    """Approved late, when by hand nothing is left: refused with what is left, and nothing half done."""
    one = asked(house, dev, "2026-12-07", "2026-12-09")
    with house.session(clerk, write=True) as session:
        lot = session.scalars(visible(session, clerk, BALANCES, select(LeaveLot))).one()
        grants.correct(session, clerk, company["1"], lot, -1900, note="误录")
    with pytest.raises(DomainError) as refused:
        decided(house, clerk, one)
    assert refused.value.code == "attendance.leave_balance"
    assert state_of(house, one) == SUBMITTED
    assert (left(house, company["1"], "2026-12-01"), excused(house, company["1"])) == (100, [])


@pytest.mark.usefixtures("company", "twenty")
def test_what_was_approved_is_not_changed_behind_the_ledger(house: House, dev: Actor, head: Actor) -> None:
    """Its days are taken: whoever wants others cancels it and asks anew. Nothing of the change is kept."""
    number = asked(house, dev, "2026-12-07", "2026-12-08")
    decided(house, head, number)
    with house.session(SYSTEM, write=True) as session, system(session, "a test changes what was approved"):
        session.get_one(LeaveRequest, number).last_day = date(2026, 12, 9)
        with use_locale("en"), pytest.raises(DomainError, match="Approved leave is not changed"):
            session.flush()
        session.rollback()
    with house.session(SYSTEM) as session, system(session, "a test looks"):
        kept = session.get_one(LeaveRequest, number)
        assert (kept.state, kept.last_day) == (APPROVED, date(2026, 12, 8))
