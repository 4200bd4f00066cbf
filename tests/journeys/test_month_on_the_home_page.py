"""The month on the home page: who is next, and the way to one's own step, from closing to the payslip."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from attendance.services.month import close_month
from core.kernel.house import House
from payroll.models import Run
from payroll.services import run as runs
from payroll.slots import next_pay_day
from remit.base import Actor, Month
from remit.services import system
from tests.visitor import Visitor, visitor, words

SYSTEM = Actor.system("tests")
NOVEMBER = Month(2026, 11)


def come(app: Flask, login: str) -> Visitor:
    return visitor(app, login, f"lingke-{login}-2026")


def home(app: Flask, login: str) -> str:
    """What somebody reads on his home page."""
    return words(come(app, login).get("/"))


def test_while_the_month_runs_everybody_who_works_on_it_waits(company: Flask) -> None:
    assert "下一步由你办理：考勤封账（月末之后）" in home(company, "maxin")
    assert "下一步由薪酬专员办理" in home(company, "luoyi")
    for login in ("liuyang", "linan"):
        assert "本月进度" not in home(company, login)


def test_each_step_leads_to_the_next_person(company: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-12-02")
    house: House = company.extensions["remit"].house
    assert "下一步由你办理：考勤封账" in home(company, "maxin")
    with house.session(SYSTEM, write=True) as session:
        close_month(session, SYSTEM, NOVEMBER)
    assert "下一步由你办理：核算工资" in home(company, "maxin")
    with house.session(SYSTEM, write=True) as session:
        number = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, NOVEMBER)).id
    director = come(company, "wangfang").get("/")
    assert "下一步由你办理：复核" in words(director)
    assert f'href="/payroll/runs/{number}"' in director.text
    assert "下一步由人力资源总监办理" in home(company, "xumei")
    told = {"review": ("xumei", "审批"), "approve": ("helin", "发放工资"), "pay": ("wangfang", "发布工资条")}
    for word, (login, step) in told.items():
        with house.session(SYSTEM, write=True) as session, system(session, "the next step is taken"):
            runs.STEPS[word][1](session, SYSTEM, session.get_one(Run, number))
        assert f"下一步由你办理：{step}" in home(company, login), word


@pytest.mark.parametrize(
    ("today", "pay_day", "offset", "expected"),
    [
        (date(2026, 11, 23), 10, 1, date(2026, 12, 10)),
        (date(2026, 12, 10), 10, 1, date(2026, 12, 10)),
        (date(2026, 12, 11), 10, 1, date(2027, 1, 10)),
        (date(2026, 2, 27), 31, 0, date(2026, 2, 28)),
        (date(2026, 3, 1), 31, 0, date(2026, 3, 31)),
    ],
)
def test_the_next_pay_day(today: date, pay_day: int, offset: int, expected: date) -> None:
    assert next_pay_day(today, pay_day, offset) == expected
