"""Calculating from the page: a job that runs once, shows how far it is, and says what went wrong."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.authority import publish
from core.identity import services as identity
from core.jobs.pool import Pool
from core.kernel.house import House
from core.live.hearing import may_hear
from payroll import topics
from payroll.models import Component, ComponentVersion, Run, Slip
from payroll.services import run as runs
from remit.base import Month
from remit.jobs import JobRow
from remit.models import Translation
from remit.services import system
from tests.payroll.conftest import SYSTEM, found
from tests.visitor import PASSWORD, Visitor, visitor, words

POLLING = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#calculation"}


@pytest.fixture
def app(house: House) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        company.hire("LK001")
        company.agree("LK001", 2_000_000)
        boss = identity.create_account(session, SYSTEM, login="boss", name="Boss", password=PASSWORD)
        publish.bootstrap(session, boss.id, date(2026, 1, 1), [])
    made = create_app(house=house)
    made.testing = True
    return made


@pytest.fixture
def boss(app: Flask) -> Visitor:
    return visitor(app, "boss")


def jobs(house: House) -> list[str]:
    """The states of all calculations asked for, in order."""
    with house.session(SYSTEM) as session:
        rows = session.execute(select(JobRow.kind, JobRow.state).order_by(JobRow.id))
        return [state for kind, state in rows if kind == "payroll.calculate"]


def nets(house: House) -> list[int]:
    with house.session(SYSTEM) as session, system(session, "tests"):
        return list(session.scalars(select(Slip.net)))


def break_components(house: House) -> None:
    """The company writes a formula that names what is not there."""
    with house.session(SYSTEM, write=True) as session:
        made = Component(code="bonus")
        session.add(made)
        session.flush()
        title = Translation(zh_CN="奖金", en="Bonus")
        session.add(
            ComponentVersion(component_id=made.id, valid_from=date(2020, 1, 1), kind="earning", title=title,
                             formula="no_such_thing * 2")
        )  # fmt: skip


def mend_components(house: House) -> None:
    """A bonus of one yuan it is."""
    with house.session(SYSTEM, write=True) as session:
        broken = select(ComponentVersion).where(ComponentVersion.formula.contains("no_such"))
        session.scalars(broken).one().formula = "1"


def test_everybody_who_may_read_the_run_follows_its_calculation(boss: Visitor, house: House) -> None:
    boss.get("/payroll/runs")
    boss.post("/payroll/runs", month="2026-10")
    with house.session(SYSTEM, write=True) as session, system(session, "tests"):
        run_id = session.scalars(select(Run.id)).one()
        reader = identity.actor_of(identity.by_login(session, "boss"))
        guest = identity.actor_of(
            identity.create_account(session, SYSTEM, login="guest", name="Guest", password=PASSWORD)
        )
    run, subject = str(run_id), ("payroll_run", str(run_id))
    assert f'data-live="payroll_run:{run}"' in boss.get(f"/payroll/runs/{run}").text
    others = [("payroll_run", key) for key in ("0", "", "x", "99999999999999999999", str(run_id + 1))]
    assert may_hear(house, reader, [subject, *others]) == {subject}
    assert may_hear(house, guest, [subject]) == frozenset()
    with house.session(SYSTEM) as session:
        assert topics.states(session, [run, "77", "x"])[run]["state"] == "queued"
    Pool(house, threads=0).run_waiting()
    with house.session(SYSTEM) as session:
        assert {key: state["state"] for key, state in topics.states(session, [run, "77", "x"]).items()} == {run: "done"}
    assert "payroll_run:" not in boss.get(f"/payroll/runs/{run}").text


def test_a_month_is_calculated_once_however_often_it_is_asked_for(boss: Visitor, house: House) -> None:
    boss.get("/payroll/runs")
    first = boss.post("/payroll/runs", month="2026-10")
    path = first.request.path
    assert "正在计算" in words(first)
    assert 'hx-get="' + path + '/progress"' in first.text
    second = boss.post("/payroll/runs", month="2026-10")
    third = boss.post(f"{path}/calculate")
    assert second.request.path == third.request.path == path
    assert jobs(house) == ["queued"]
    assert nets(house) == [], "no request computes"
    polled = boss.client.get(f"{path}/progress", headers=POLLING)
    assert polled.status_code == 200
    assert 'id="calculation"' in polled.text
    assert "<html" not in polled.text
    assert Pool(house).run_waiting() == 1
    assert jobs(house) == ["done"]
    assert nets(house) == [2_000_000]
    ended = boss.client.get(f"{path}/progress", headers=POLLING)
    assert path in ended.headers["HX-Location"]
    assert boss.client.get(f"{path}/progress").status_code == 303
    page = words(boss.get(path))
    assert "正在计算" not in page
    assert "不足 5 人的合计" in page, "calculated, and of one person"
    again = boss.post(f"{path}/calculate")
    assert "正在计算" in words(again)
    assert f"{path}/review" not in again.text, "nobody reviews what is being replaced"
    assert Pool(house).run_waiting() == 1
    assert jobs(house) == ["done", "done"]
    assert nets(house) == [2_000_000]


def test_what_went_wrong_is_one_sentence_and_can_be_tried_again(boss: Visitor, house: House) -> None:
    break_components(house)
    boss.get("/payroll/runs")
    path = boss.post("/payroll/runs", month="2026-10").request.path
    assert Pool(house).run_waiting() == 1
    assert jobs(house) == ["failed"]
    page = boss.get(path)
    assert "计算没有完成" in words(page)
    assert "no_such_thing" in words(page)
    assert "Traceback" not in page.text
    assert "尚未计算" in words(page)
    mend_components(house)
    boss.post(f"{path}/calculate")
    assert jobs(house) == ["failed", "queued"]
    assert Pool(house).run_waiting() == 1
    page = boss.get(path)
    assert "计算没有完成" not in words(page)
    assert nets(house) == [2_000_100]


def test_a_failure_is_forgotten_once_somebody_calculates_elsewhere(boss: Visitor, house: House) -> None:
    break_components(house)
    boss.get("/payroll/runs")
    path = boss.post("/payroll/runs", month="2026-10").request.path
    Pool(house).run_waiting()
    mend_components(house)
    with house.session(SYSTEM, write=True) as session, system(session, "tests"):
        runs.calculate(session, SYSTEM, session.scalars(select(Run)).one())
    assert "计算没有完成" not in words(boss.get(path))


def test_a_run_that_is_paid_is_not_calculated_again(boss: Visitor, house: House) -> None:
    with house.session(SYSTEM, write=True) as session, system(session, "tests"):
        made = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, Month(2026, 10)))
        for step in (runs.review, runs.approve, runs.pay):
            step(session, SYSTEM, made)
        path = f"/payroll/runs/{made.id}"
    page = boss.get(path)
    assert f"{path}/calculate" not in page.text
    assert boss.post(f"{path}/calculate").status_code == 422
    assert jobs(house) == []


def test_a_wrong_month_and_a_wrong_step(boss: Visitor) -> None:
    boss.get("/payroll/runs")
    assert boss.post("/payroll/runs", month="2026-13").status_code == 422
    path = boss.post("/payroll/runs", month="2026-10").request.path
    assert boss.post(f"{path}/nothing").status_code == 404
    assert boss.post(f"{path}/export/nothing").status_code == 404
    assert boss.post(f"{path}/publish").status_code == 422
    assert boss.get("/payroll/runs/999/progress").status_code == 404
    assert re.search(r"2026 年 10 月", words(boss.get(path)))
