"""Payroll beside modules that are off, who may approve it, what its pages show and how many statements they take."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.jobs.pool import Pool
from core.kernel import state
from core.kernel.house import House
from payroll import actions
from payroll.models import Run
from payroll.services import freeze
from payroll.services import run as runs
from payroll.services.slip import columns_of, slips_of
from remit.base import Actor, Month
from remit.services import decide, system
from remit.testing.statements import counting
from tests.payroll.conftest import MODULES, SYSTEM, found, make_house
from tests.payroll.lingke import Visit, actor_of, off, run_id, slip_of, without_tags

#: A page may take ten statements beside what the frame reads for itself: session, modules, company, post.
BUDGET, FRAME = 10, 3


def test_without_attendance_a_month_is_paid_and_nothing_tells_of_it(visit: Visit, demo_house: House) -> None:
    """November is not closed: with attendance on it cannot be paid, without attendance nobody worked overtime."""
    maxin = visit("maxin")
    maxin.get("/payroll/runs")
    asked = maxin.post("/payroll/runs", month="2026-11")
    assert asked.status_code == 200, asked.text[:300]
    assert Pool(demo_house).run_waiting() >= 1
    refused = maxin.text(asked.request.path)
    assert "计算没有完成" in refused
    assert "考勤" in refused
    assert "尚未计算" in refused
    with off(demo_house, "attendance"):
        made = maxin.post("/payroll/runs", month="2026-11")
        assert made.status_code == 200, made.text[:300]
        assert made.request.path == asked.request.path
        assert Pool(demo_house).run_waiting() >= 1
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
            with session.no_autoflush:  # its figures are only supposed to be others; written, they would be refused
                return decide(session, actor, actions.APPROVE, run).code

        assert run.created_by_person_id == maxin.person_id
        assert code(maxin, limit) == "NO_ENTRY"
        assert [code(xumei, gross) for gross in (limit - 1, limit, limit + 1)] == ["ALLOW", "ALLOW", "OVER_LIMIT"]
        assert [code(luoyi, gross) for gross in (limit + 1, highest, highest + 1)] == ["ALLOW", "ALLOW", "OVER_LIMIT"]
        assert code(xumei, limit, by=xumei) == "SOD_SELF"
        assert code(luoyi, limit, by=luoyi) == "SOD_SELF"
        assert code(replace(xumei, person_id=None), limit) != "ALLOW"
        session.rollback()


def test_an_approval_leads_to_the_sentence_it_rests_on(visit: Visit, demo_house: House) -> None:
    visitor = visit("maxin")
    shown = visitor.get(f"/payroll/runs/{run_id(demo_house, '2026-10')}").text
    (link,) = set(re.findall(r'href="(/authority/entries/FIN-MGR\.A2\?version=[0-9]+)">FIN-MGR\.A2</a>', shown))
    assert "审批工资批次，应发合计不超过 150 万元" in visitor.get(link).text


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
    counted = what == "run"  # one more for how many people there are whose pay the totals would tell
    assert len(statements) <= BUDGET + FRAME + counted, str(statements)


@pytest.mark.parametrize(("login", "cards"), [("liuyang", 2), ("maxin", 3)])
def test_each_card_on_the_home_page_takes_one_statement(
    visit: Visit, demo_house: House, login: str, cards: int
) -> None:
    """One's own payslip and the days until pay day for everybody, the month's steps for whoever works on them."""
    visitor = visit(login)
    visitor.get("/")
    with counting(demo_house.database) as statements:
        assert visitor.get("/").status_code == 200
    ours = [sql for sql in statements if "payroll_" in sql]
    assert len(ours) == cards, str(statements)
