"""Payroll beside modules that are off, who may approve it, what its pages show and how many statements they take."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.audit.models import AuditEntry
from core.cli.operate import prepare
from core.config import Config
from core.demo import story
from core.identity.models import Account
from core.kernel import state
from core.kernel.house import House
from payroll import actions
from payroll.models import PayPeriod, Run, Slip
from payroll.services import freeze
from payroll.services import run as runs
from payroll.services.slip import columns_of, slips_of
from remit.base import Actor, Month
from remit.models import Person
from remit.services import decide, system
from remit.testing.statements import counting
from tests.journeys.conftest import Visitor
from tests.payroll.conftest import MODULES, SYSTEM, found, make_house

#: A page may take ten statements beside what the frame reads for itself: session, modules, company, post.
BUDGET, FRAME = 10, 4
Visit = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def demo(lingke: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo company on its own day, for this file alone."""
    folder = Path(tmp_path_factory.mktemp("payroll-demo"))
    shutil.copytree(lingke, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
        house = prepare(Config(instance=folder))
        yield create_app(house=house)
        house.database.dispose()


@pytest.fixture
def demo_house(demo: Flask) -> House:
    """The house the demo app serves."""
    made: House = demo.extensions["remit"].house
    return made


@pytest.fixture
def visit(demo: Flask) -> Visit:
    """Sign an account of the demo in."""

    def come(login: str) -> Visitor:
        visitor = Visitor(demo.test_client())
        account = next(one for one in story.ACCOUNTS if one.login == login)
        visitor.get("/sign-in")
        assert visitor.post("/sign-in", login=login, password=account.password).status_code == 200
        return visitor

    return come


@contextmanager
def off(house: House, name: str) -> Iterator[None]:
    """A module is off inside the block."""
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, name, on=False)
    try:
        yield
    finally:
        with house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, name, on=True)


def actor_of(session: Any, login: str) -> Actor:
    """An account of the story as an actor."""
    account = session.scalars(select(Account).where(Account.login == login)).one()
    name = session.get_one(Person, account.person_id).name
    return Actor(account_id=account.id, person_id=account.person_id, kind="person", name=name)


def run_id(house: House, month: str) -> int:
    with house.session(SYSTEM) as session:
        return runs.run_of(session, SYSTEM, Month.parse(month)).id


def slip_of(house: House, login: str, month: str = "2026-10") -> tuple[int, int]:
    """Id and net pay of an account's slip."""
    with house.session(SYSTEM) as session, system(session, "tests"):
        person = session.scalars(select(Account.person_id).where(Account.login == login)).one()
        slip = session.scalars(
            select(Slip).join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
            .where(Slip.person_id == person, PayPeriod.work_month == Month.parse(month).number)
        ).one()  # fmt: skip
        return slip.id, slip.net


def without_tags(markup: str) -> str:
    return re.sub(r"<[^>]+>", " ", markup)


def test_without_attendance_a_month_is_paid_and_nothing_tells_of_it(visit: Visit, demo_house: House) -> None:
    """November is not closed: with attendance on it cannot be paid, without attendance nobody worked overtime."""
    maxin = visit("maxin")
    maxin.get("/payroll/runs")
    refused = maxin.post("/payroll/runs", month="2026-11")
    assert refused.status_code == 422, refused.text[:300]
    with off(demo_house, "attendance"):
        made = maxin.post("/payroll/runs", month="2026-11")
        assert made.status_code == 200, made.text[:300]
        assert made.request.path.startswith("/payroll/runs/")
        with demo_house.session(SYSTEM) as session, system(session, "tests"):
            run = runs.run_of(session, SYSTEM, Month.parse("2026-11"))
            slips = slips_of(session, run)
            assert len(slips) >= 60
            given = [freeze.inputs_of(session, run.id, slip.employment_id) for slip in slips]
            names = {"ot_workday_minutes", "ot_restday_minutes", "ot_holiday_minutes", "absent_days", "unpaid_days"}
            assert all(one[name] == 0 for one in given for name in names)
            codes = {line.code: f"a{line.position:02d}" for line in columns_of(session, run.id)}
            for code in ("overtime_pay", "absence_pay"):
                assert {getattr(slip, codes[code]) for slip in slips} == {0}
            on = state.read(session)
        assert all("attendance" not in job.name for job in demo_house.registry.of("jobs", on))
        own = slip_of(demo_house, "maxin")[0]
        for path in ("/payroll/runs", made.request.path, "/payroll/payslips", f"/payroll/payslips/{own}"):
            page = maxin.get(path)
            assert page.status_code == 200
            assert "考勤" not in without_tags(page.text.split("<main", 1)[1]), path
            assert "/attendance" not in page.text, path
        home = maxin.get("/").text
        assert "考勤" not in without_tags(home.split("<nav", 1)[1].split("</nav>", 1)[0])
        assert "我的工资条" in home
        assert "/attendance" not in home
        assert maxin.get("/attendance/").status_code == 404
    assert "考勤" in without_tags(maxin.get("/").text.split("<nav", 1)[1].split("</nav>", 1)[0])


def test_without_the_country_only_gross_pay(database: Any, tmp_path: Path) -> None:
    """No contributions and no tax: what is agreed is what is paid. Back on, both are there again."""
    house = make_house(database, tmp_path, {**MODULES, "attendance": "attendance.plugin"})
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        company.hire("1")
        company.agree("1", 2_000_000)
        company.insure("1", 2_000_000, 2_000_000)
        state.switch(session, SYSTEM, "attendance", on=False)
        state.switch(session, SYSTEM, "country_cn", on=False)
    with house.session(SYSTEM, write=True) as session:
        run = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, Month(2026, 8)))
        slip = slips_of(session, run)[0]
        assert (slip.gross, slip.net, slip.tax, slip.deductions, slip.employer_cost) == (
            2_000_000, 2_000_000, 0, 0, 2_000_000,
        )  # fmt: skip
        assert {line.owner for line in columns_of(session, run.id)} == {"company"}
        assert run.error_count == 0
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "country_cn", on=True)
    with house.session(SYSTEM, write=True) as session:
        run = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, Month(2026, 8)))
        slip = slips_of(session, run)[0]
        # Shanghai: 10.5 % of 20,000 and 7 % into the fund; hired in 2020, eight months are free of tax by September.
        assert (slip.gross, slip.net, slip.tax, slip.deductions) == (2_000_000, 1_650_000, 0, 350_000)


def test_who_may_approve_what(demo_house: House) -> None:
    """Finance up to 1,500,000, the general manager up to 5,000,000, and never who calculated the run."""
    limit, highest = 150_000_000, 500_000_000
    october = run_id(demo_house, "2026-10")
    with demo_house.session(SYSTEM, write=True) as session:
        with system(session, "tests"):
            run = session.get_one(Run, october)
            maxin, xumei, luoyi = (actor_of(session, login) for login in ("maxin", "xumei", "luoyi"))

        def code(actor: Actor, gross: int, by: Actor = maxin) -> str:
            run.gross, run.created_by_person_id = gross, by.person_id
            return decide(session, actor, actions.APPROVE, run).code

        assert run.created_by_person_id == maxin.person_id
        assert code(maxin, limit) == "NO_ENTRY"
        assert [code(xumei, gross) for gross in (limit - 1, limit, limit + 1)] == ["ALLOW", "ALLOW", "OVER_LIMIT"]
        assert [code(luoyi, gross) for gross in (limit + 1, highest, highest + 1)] == ["ALLOW", "ALLOW", "OVER_LIMIT"]
        assert code(xumei, limit, by=xumei) == "SOD_SELF"
        assert code(luoyi, limit, by=luoyi) == "SOD_SELF"
        assert code(replace(xumei, person_id=None), limit) != "ALLOW"
        session.rollback()


def test_a_colleague_s_payslip_is_not_there(visit: Visit, demo_house: House) -> None:
    visitor = visit("liuyang")
    theirs, net = slip_of(demo_house, "chenjing")
    visitor.get("/")
    for answer in (
        visitor.get(f"/payroll/payslips/{theirs}"), visitor.post(f"/payroll/payslips/{theirs}", purpose="x"),
        visitor.post(f"/payroll/payslips/{theirs}/pdf", purpose="x"),
    ):
        assert answer.status_code == 404
        assert f"{net // 100:,}" not in answer.text
    assert visitor.get(f"/payroll/runs/{run_id(demo_house, '2026-10')}").status_code == 403


def test_amounts_of_others_open_with_a_purpose_on_the_record(visit: Visit, demo_house: House) -> None:
    theirs, net = slip_of(demo_house, "chenjing")
    shown = f"{net // 100:,}.{net % 100:02d}"
    path = f"/payroll/payslips/{theirs}"

    def reveals() -> list[AuditEntry]:
        with demo_house.session(SYSTEM) as session, system(session, "tests"):
            return list(session.scalars(select(AuditEntry).where(AuditEntry.kind == "reveal")))

    visitor, before = visit("wangfang"), len(reveals())
    assert shown not in visitor.get(path).text
    assert visitor.post(path).status_code == 422
    assert len(reveals()) == before
    assert shown in visitor.post(path, purpose="核对调薪").text
    assert len(reveals()) == before + 1


@pytest.mark.parametrize(
    ("login", "what"), [("maxin", "run"), ("wangfang", "run"), ("liuyang", "slip"), ("maxin", "slip")]
)
def test_pages_keep_to_their_statements(visit: Visit, demo_house: House, login: str, what: str) -> None:
    visitor = visit(login)
    path = f"/payroll/runs/{run_id(demo_house, '2026-10')}"
    if what == "slip":
        path = f"/payroll/payslips/{slip_of(demo_house, login)[0]}"
    visitor.get(path)  # the snapshot of the authority lists is read once per epoch
    with counting(demo_house.database) as statements:
        assert visitor.get(path).status_code == 200
    assert len(statements) <= BUDGET + FRAME, str(statements)


@pytest.mark.parametrize(("login", "cards"), [("liuyang", 1), ("maxin", 2)])
def test_each_card_on_the_home_page_takes_one_statement(
    visit: Visit, demo_house: House, login: str, cards: int
) -> None:
    """One's own payslip for everybody, and the month's steps for whoever works on them."""
    visitor = visit(login)
    visitor.get("/")
    with counting(demo_house.database) as statements:
        assert visitor.get("/").status_code == 200
    ours = [sql for sql in statements if "payroll_" in sql]
    assert len(ours) == cards, str(statements)
