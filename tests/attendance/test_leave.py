"""Leave end to end in services: asked for, decided, taken from the ledger, excused, cancelled, expired."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from attendance.actions import BALANCES, LEAVE, LEAVE_READ
from attendance.models import Absence, LeaveEntry, LeaveLot, LeaveRequest, WorkingLife
from attendance.models.leave import APPROVED, CANCELLED, OPENING, SUBMITTED, TAKEN
from attendance.rules.lots import balance
from attendance.services.leave import grants, ledger, requests
from attendance.services.leave.types import all_types, ensure_types, type_named
from attendance.services.month import close_month
from attendance.services.setup import define_group, define_shift, record_absence
from attendance.services.show import month_views
from core.authority.document import parse
from core.authority.publish import publish
from core.kernel.house import House
from core.org.tree import renumber
from remit import workflow
from remit.base import Actor, DomainError, Month, Period
from remit.models import Employment, Position, PositionVersion, Translation
from remit.services import load, visible
from remit.specs import Denied
from tests.attendance.conftest import SYSTEM, Company, hire, make_company

TITLE = Translation(zh_CN="请假", en="Leave")
START = date(2020, 1, 1)


EVERYBODY = """
list: "-"
version: 2
effective_from: "2020-01-01"
everybody:
  authority:
    E1: {can: "attendance.leave:request", in: self, title: {zh: 请假, en: Leave}}
    E2: {can: "attendance.leave:read", in: self, title: {zh: 请假, en: Leave}}
    E3: {can: "attendance.balance:read", in: self, title: {zh: 请假, en: Leave}}
"""
#: The head approves up to three days, HR everything.
LIST = """
list: RD
version: 1
effective_from: "2020-01-01"
positions:
  HEAD:
    authority:
      A1: {can: "attendance.leave:approve", in: unit(RD), when: {days: "<= 3"}, title: {zh: 请假, en: Leave}}
      A2: {can: "attendance.leave:read", in: unit(RD), power: read, title: {zh: 请假, en: Leave}}
  HR:
    authority:
      A1: {can: "attendance.leave:approve", in: company, title: {zh: 请假, en: Leave}}
      A2: {can: "attendance.leave:read", in: company, power: read, title: {zh: 请假, en: Leave}}
      A3: {can: "attendance.balance:read", in: company, power: read, title: {zh: 请假, en: Leave}}
      A4: {can: "attendance.balance:change", in: company, title: {zh: 请假, en: Leave}}
      A5: {can: "attendance.balance:import", in: company, title: {zh: 请假, en: Leave}}
      A6: {can: "attendance.absence:record", in: company, title: {zh: 请假, en: Leave}}
      A7: {can: "attendance.month:close", in: company, title: {zh: 请假, en: Leave}}
      A8: {can: "attendance.leave_type:change", in: company, title: {zh: 请假, en: Leave}}
"""


def actor_of(employment: Employment, account: int) -> Actor:
    return Actor(kind="person", name=employment.number, account_id=account, person_id=employment.person_id)


@pytest.fixture
def company(house: House) -> Company:
    """Two employees, a head who approves up to three days, and a clerk of HR who approves all and keeps balances."""
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, ["1", "2"], start=START)
        company["1"].left_on = date(2027, 7, 1)
        for code, number in (("HEAD", "H"), ("HR", "C")):
            position = Position(code=code)
            session.add(position)
            session.flush()
            session.add(PositionVersion(position_id=position.id, unit_id=company.unit.id, headcount=1, title=TITLE,
                                        valid_from=START))  # fmt: skip
            hire(session, Company(company.legal_entity_id, company.unit, position, company.employments), number, START)
        renumber(session)
        for text in (EVERYBODY, LIST):
            publish(session, SYSTEM, parse(text))
        ensure_types(session)
        office = define_shift(session, "office", TITLE, start_minute=540, end_minute=1080, breaks=[[720, 780]])
        define_group(session, "all", TITLE, week=[office] * 5 + [None, None], make_up=office, place="CN",
                     zone="Asia/Shanghai", is_default=True)  # fmt: skip
    return company


@pytest.fixture
def dev(company: Company) -> Actor:
    return actor_of(company["1"], 11)


@pytest.fixture
def head(company: Company) -> Actor:
    return actor_of(company["H"], 12)


@pytest.fixture
def clerk(company: Company) -> Actor:
    return actor_of(company["C"], 13)


def lot_of(session: Session, employment: Employment, amount: int, start: date, end: date, year: int = 2026) -> LeaveLot:
    lot = LeaveLot(employment_id=employment.id, type_id=type_named(session, "annual").id, kind=OPENING, year=year,
                   valid_from=start, expires=end)  # fmt: skip
    session.add(lot)
    session.flush()
    ledger.write(session, SYSTEM, lot, OPENING, amount, start)
    return lot


def wish(
    first: str, last: str, type_: str = "annual", *, halves: tuple[int, int] = (1, 2), **more: Any
) -> dict[str, Any]:
    return {"type": type_, "first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last),
            "first_half": halves[0], "last_half": halves[1], "reason": "家里有事", "evidence": "", **more}  # fmt: skip


def asked(house: House, actor: Actor, first: str, last: str, type_: str = "annual", **more: Any) -> int:
    """A request handed in, by its id."""
    with house.session(actor, write=True) as session:
        request = requests.draft(session, actor, None, wish(first, last, type_, **more))
        requests.submit(session, actor, request)
        return request.id


def decided(house: House, actor: Actor, request_id: int, said: Any = "approved") -> None:
    with house.session(actor, write=True) as session:
        task = workflow.answer_of(session, LEAVE, load(session, actor, LEAVE_READ, LeaveRequest, request_id))
        assert task is not None
        workflow.decide(session, actor, task.id, said, seen=task.digest, comment="看过了")


def cancelled(house: House, actor: Actor, request_id: int) -> None:
    with house.session(actor, write=True) as session:
        requests.cancel(session, actor, load(session, actor, LEAVE_READ, LeaveRequest, request_id))


def left(house: House, employment: Employment, day: str) -> int:
    with house.session(SYSTEM) as session:
        annual = next(one for one in all_types(session) if one.code == "annual")
        stock = ledger.stocks(session, [employment.id]).get((employment.id, annual.id), ledger.Stock())
        return balance(stock.lots, date.fromisoformat(day))


def state_of(house: House, request_id: int) -> str:
    with house.session(SYSTEM) as session:
        return load(session, SYSTEM, LEAVE_READ, LeaveRequest, request_id).state


def excused(house: House, employment: Employment) -> list[tuple[date, date, int, int]]:
    with house.session(SYSTEM) as session:
        rows = session.scalars(visible(session, SYSTEM, LEAVE_READ, select(Absence).order_by(Absence.valid_from)))
        return [(one.valid_from, one.valid_to, one.first_half, one.last_half) for one in rows
                if one.employment_id == employment.id]  # fmt: skip


@pytest.fixture
def twenty(house: House, company: Company) -> None:
    """Twenty days of this year for the first employee."""
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["1"], 2000, date(2026, 1, 1), date(2027, 4, 1))


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
    assert refused.value.message.render("en") == "You ask for 23 days of Annual leave; 20 days are left."
    asked(house, dev, "2026-12-07", "2026-12-11")
    with house.session(dev, write=True) as session, pytest.raises(DomainError) as refused:
        requests.draft(session, dev, None, wish("2027-01-04", "2027-01-29"))
    assert "15 days are left, besides 5 days that wait" in refused.value.message.render("en")


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


def test_a_year_is_granted_once_and_corrected_when_the_law_gives_another_amount(
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
