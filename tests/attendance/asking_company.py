"""The company of leave, in which overtime and corrected punches are asked for and decided too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from attendance.actions import CORRECTION, CORRECTION_READ, DAYS, OVERTIME, OVERTIME_READ, PUNCHES
from attendance.models import Correction, Group, OvertimeRequest, Punch
from attendance.services import correcting
from attendance.services.importing import import_punches
from attendance.services.leave import ledger
from attendance.services.leave.types import in_lieu_type
from attendance.services.overtime import requests
from attendance.services.show import month_views
from core.authority.document import parse
from core.authority.publish import publish
from core.kernel.house import House
from remit import workflow
from remit.base import Actor, Month
from remit.models import Employment
from remit.services import load, visible
from tests.attendance.conftest import SYSTEM, Company, attlog
from tests.attendance.leave_company import EVERYBODY, LIST

ASKING = EVERYBODY.replace("version: 2", "version: 3").replace("2020-01-01", "2020-02-01") + """
    E4: {can: "attendance.overtime:request", in: self, title: {zh: 加班, en: Overtime}}
    E5: {can: "attendance.overtime:read", in: self, title: {zh: 加班, en: Overtime}}
    E6: {can: "attendance.correction:request", in: self, title: {zh: 补卡, en: Correction}}
    E7: {can: "attendance.correction:read", in: self, title: {zh: 补卡, en: Correction}}
    E8: {can: "attendance.punch:make", in: self, title: {zh: 打卡, en: Punch}}
    E9: {can: "attendance.day:read", in: self, power: read, title: {zh: 考勤, en: Attendance}}
    E10: {can: "attendance.away:read", in: company, power: read, title: {zh: 考勤, en: Away}}
""".lstrip("\n")
#: The head approves up to three hours to be paid, and all that time off compensates; HR everything.
NEXT = LIST.replace("version: 1", "version: 2").replace("2020-01-01", "2020-02-01")
DECIDING = NEXT.replace("  HR:\n    authority:\n", """
      A3: {can: "attendance.overtime:approve", in: unit(RD), when: {minutes: "<= 180", compensation: pay},
           title: {zh: 加班, en: Overtime}}
      A4: {can: "attendance.overtime:approve", in: unit(RD), when: {compensation: in_lieu},
           title: {zh: 加班, en: Overtime}}
      A5: {can: "attendance.overtime:read", in: unit(RD), power: read, title: {zh: 加班, en: Overtime}}
      A6: {can: "attendance.correction:approve", in: unit(RD), title: {zh: 补卡, en: Correction}}
      A7: {can: "attendance.correction:read", in: unit(RD), power: read, title: {zh: 补卡, en: Correction}}
      A8: {can: "attendance.day:read", in: unit(RD), power: read, title: {zh: 考勤, en: Attendance}}
  HR:
    authority:
      B1: {can: "attendance.overtime:approve", in: company, title: {zh: 加班, en: Overtime}}
      B2: {can: "attendance.overtime:read", in: company, power: read, title: {zh: 加班, en: Overtime}}
      B3: {can: "attendance.rules:change", in: company, title: {zh: 规则, en: Rules}}
      B5: {can: "attendance.overtime:export", in: company, power: read, title: {zh: 加班, en: Overtime}}
      B4: {can: "attendance.punch:read", in: company, power: read, title: {zh: 打卡, en: Punches}}
""".lstrip("\n"))


@pytest.fixture
def asking(house: House, company: Company) -> Company:
    """The company with the lists of this file."""
    with house.session(SYSTEM, write=True) as session:
        for text in (ASKING, DECIDING):
            publish(session, SYSTEM, parse(text))
    return company


def settings(house: House, **rules: Any) -> None:
    """What the one attendance group settles."""
    with house.session(SYSTEM, write=True) as session:
        group = session.scalars(select(Group)).one()
        group.rules = {**group.rules, "asking": rules}


def punched(house: House, *lines: tuple[int | str, str]) -> None:
    """Punches of a terminal: number and local time."""
    with house.session(SYSTEM, write=True) as session:
        import_punches(session, SYSTEM, attlog(*lines), name="attlog.dat")


def late(day: str, starts: str, ends: str, compensation: str = "pay", **more: Any) -> dict[str, Any]:
    return {"day": date.fromisoformat(day), "starts": starts, "ends": ends, "compensation": compensation,
            "reason": "上线", **more}  # fmt: skip


def asked(house: House, actor: Actor, *values: str) -> int:
    """Overtime handed in, by its id."""
    with house.session(actor, write=True) as session:
        request = requests.draft(session, actor, None, late(*values))
        requests.submit(session, actor, request)
        return request.id


def missed(day: str, time: str, way: str = "out", **more: Any) -> dict[str, Any]:
    return {"day": date.fromisoformat(day), "time": time, "way": way, "instead_id": None, "reason": "忘打卡", **more}


def corrected(house: House, actor: Actor, *values: str, **more: Any) -> int:
    """A correction handed in, by its id."""
    with house.session(actor, write=True) as session:
        request = correcting.draft(session, actor, None, missed(*values, **more))
        correcting.submit(session, actor, request)
        return request.id


def decided(house: House, actor: Actor, kind: str, key: int, said: Any = "approved") -> None:
    """Overtime or a correction decided by somebody."""
    model, read = {OVERTIME: (OvertimeRequest, OVERTIME_READ), CORRECTION: (Correction, CORRECTION_READ)}[kind]
    with house.session(actor, write=True) as session:
        task = workflow.answer_of(session, kind, load(session, actor, read, model, key))
        assert task is not None
        workflow.decide(session, actor, task.id, said, seen=task.digest, comment="看过了")


def overtime_of(house: House, key: int) -> OvertimeRequest:
    with house.session(SYSTEM) as session:
        found = load(session, SYSTEM, OVERTIME_READ, OvertimeRequest, key)
        session.expunge(found)
        return found


def correction_of(house: House, key: int) -> Correction:
    with house.session(SYSTEM) as session:
        found = load(session, SYSTEM, CORRECTION_READ, Correction, key)
        session.expunge(found)
        return found


def totals(house: House, employment: Employment, month: str) -> tuple[int, int, int]:
    """The overtime that is paid in a month: workdays, rest days, holidays."""
    with house.session(SYSTEM) as session:
        found = month_views(session, Month.parse(month), [employment.id])[employment.id].totals
    return found["ot_workday_minutes"], found["ot_restday_minutes"], found["ot_holiday_minutes"]


def missing(house: House, employment: Employment, day: str) -> int:
    """How many punches a day lacks."""
    when = date.fromisoformat(day)
    with house.session(SYSTEM) as session:
        return month_views(session, Month.of(when), [employment.id])[employment.id].days[when].missing


def time_off(house: House, employment: Employment) -> list[tuple[date, date, int]]:
    """The lots of time off in lieu: from when until before when, and what is left."""
    with house.session(SYSTEM, write=True) as session:
        key = (employment.id, in_lieu_type(session).id)
        stock = ledger.stocks(session, [employment.id]).get(key, ledger.Stock())
        return [(lot.valid_from, lot.expires, lot.left) for lot in stock.lots]


def punches(house: House, employment: Employment) -> list[Punch]:
    with house.session(SYSTEM) as session:
        statement = select(Punch).where(Punch.employment_id == employment.id).order_by(Punch.second, Punch.id)
        found = list(session.scalars(visible(session, SYSTEM, PUNCHES, statement)))
        session.expunge_all()
        return found


__all__ = ["DAYS", "asking"]
