"""A small company in which leave is asked for and decided, and how tests ask and decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import LEAVE, LEAVE_READ
from attendance.models import Absence, LeaveLot, LeaveRequest
from attendance.models.leave import OPENING
from attendance.rules.lots import balance
from attendance.services.leave import ledger, requests
from attendance.services.leave.types import all_types, ensure_types, type_named
from attendance.services.setup import define_group, define_shift
from core.authority.document import parse
from core.authority.publish import publish
from core.kernel.house import House
from core.org.tree import renumber
from remit import workflow
from remit.base import Actor
from remit.models import Employment, Position, PositionVersion, Translation
from remit.services import load, visible
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


