"""From a request to the payslip: overtime of three kinds of day and unpaid leave, worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from attendance.services.importing import import_punches
from attendance.services.leave import requests as leave
from attendance.services.leave.types import ensure_types
from attendance.services.month import close_month
from attendance.services.overtime import requests as overtime
from attendance.services.setup import define_group, define_shift
from core.db.session import Database
from core.kernel.house import House
from payroll.services.slip import columns_of, lines
from remit import workflow
from remit.base import Actor, Month
from remit.models import Translation
from tests.attendance.conftest import attlog
from tests.payroll.conftest import MODULES, SYSTEM, found, make_house

TITLE = Translation(zh_CN="全员", en="Everybody")
OCTOBER = Month(2026, 10)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return make_house(database, tmp_path, {**MODULES, "attendance": "attendance.plugin"})


def test_overtime_and_unpaid_leave_reach_the_payslip(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """October 2026, 20,000 a month. By hand:

    Asked and approved, and worked: Thursday 8 October 18:00 to 20:00 (there until 20:40): 120 minutes at 150 %.
    Sunday 11 October 10:00 to 14:00, to be paid: 240 minutes at 200 %. Friday 2 October, National Day, 13:00 to 15:00
    (there from 12:50 to 15:05): 120 minutes at 300 %. Saturday 17 October 10:00 to 18:00 against time off: one day, and
    nothing on the payslip. Friday 16 October is personal leave, one day without pay.

    20,000 / 21.75 / 480 a minute: (120 x 1.5 + 240 x 2 + 120 x 3) x 20,000 / (21.75 x 480) = 1,020 x 1.91570881... =
    1,954.0230, so 1,954.02. The day of leave: 20,000 / 21.75 = 919.5402, so -919.54.
    """
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-02")
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        company.hire("1")
        company.agree("1", 2_000_000)
        company.insure("1", 0, 0)
        ensure_types(session)
        office = define_shift(session, "office", TITLE, start_minute=540, end_minute=1080, breaks=[[720, 780]])
        define_group(session, "all", TITLE, week=[office] * 5 + [None, None], make_up=office, place="CN",
                     zone="Asia/Shanghai", is_default=True)  # fmt: skip
        person = company.employments["1"].person_id
        log = [(1, f"{day} {at}:00") for day, at in punches()]
        import_punches(session, SYSTEM, attlog(*log), name="attlog.dat")
    me = Actor("system", "tests", person_id=person)
    for day, starts, ends, compensation in (
        ("2026-10-08", "18:00", "20:00", "pay"), ("2026-10-11", "10:00", "14:00", "pay"),
        ("2026-10-02", "13:00", "15:00", "pay"), ("2026-10-17", "10:00", "18:00", "in_lieu"),
    ):  # fmt: skip
        with house.session(me, write=True) as session:
            one = overtime.draft(session, me, None, {
                "day": date.fromisoformat(day), "starts": starts, "ends": ends, "compensation": compensation,
                "reason": "上线",
            })  # fmt: skip
            approve(session, overtime.submit(session, me, one))
    with house.session(me, write=True) as session:
        one_day = leave.draft(session, me, None, {
            "type": "personal", "first_day": date(2026, 10, 16), "last_day": date(2026, 10, 16), "first_half": 1,
            "last_half": 2, "reason": "搬家", "evidence": "",
        })  # fmt: skip
        approve(session, leave.submit(session, me, one_day))
    with house.session(SYSTEM, write=True) as session:
        close_month(session, SYSTEM, OCTOBER)
        company.session = session
        run = company.run("2026-10")
        amounts = {line.code: line.value for line in lines(company.slip(run, "1"), columns_of(session, run.id))}
    assert (amounts["overtime_pay"], amounts["absence_pay"]) == (195_402, -91_954)
    assert amounts["base_pay"] == 2_000_000


def punches() -> list[tuple[str, str]]:
    """The clock of the month: nine to six on each workday but the 16th, and what is told above."""
    found: list[tuple[str, str]] = []
    for day in OCTOBER.period.each_day():
        off = day.weekday() >= 5 or day <= date(2026, 10, 7) or day == date(2026, 10, 16)
        if not off or day == date(2026, 10, 10):  # a make-up workday
            found += [(str(day), "08:55"), (str(day), "20:40" if day == date(2026, 10, 8) else "18:02")]
    return found + [
        ("2026-10-11", "10:00"), ("2026-10-11", "14:00"), ("2026-10-02", "12:50"), ("2026-10-02", "15:05"),
        ("2026-10-17", "09:58"), ("2026-10-17", "18:03"),
    ]  # fmt: skip


def approve(session: Session, run: workflow.Run) -> None:
    """Say yes in the name of the product, which may decide everything."""
    for task in workflow.open_tasks(session, run):
        workflow.decide(session, SYSTEM, task.id, "approved", seen=task.digest)


