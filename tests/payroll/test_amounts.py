"""The amounts of a run: masked on opening, open for a while to whoever said what for, to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.kernel.house import House
from payroll.models import Run, Slip
from payroll.services import look
from remit.services import system
from remit.testing.statements import counting
from tests.payroll.conftest import SYSTEM
from tests.payroll.lingke import Visit, run_id, slip_of
from tests.visitor import Visitor, words

OCTOBER = "2026-10"


@pytest.fixture
def run(demo_house: House) -> int:
    return run_id(demo_house, OCTOBER)


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier test opened is open no longer: each test looks at a time of its own."""
    monkeypatch.setattr(look, "OPEN_FOR", timedelta(0))


def opening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "OPEN_FOR", timedelta(minutes=15))


def amounts(house: House, run: int) -> dict[int, int]:
    """Net pay by slip."""
    with house.session(SYSTEM) as session, system(session, "tests"):
        return {slip.id: slip.net for slip in session.scalars(select(Slip).where(Slip.run_id == run))}


def written(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"


def told(page: str, house: House, run: int) -> set[str]:
    """The net amounts of single people that stand on a page."""
    return {text for text in (written(net) for net in amounts(house, run).values()) if text in page}


def looks(house: House, run: int) -> list[AuditEntry]:
    with house.session(SYSTEM) as session, system(session, "tests"):
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.kind == "reveal", AuditEntry.object_type == Run.__tablename__)
        )
        found = [row for row in rows if row.object_id == str(run)]
        session.expunge_all()
        return found


def shown_ids(page: str) -> list[int]:
    """The slips of the table, as they stand."""
    table = page.split('id="slips"', 1)[1].split("<table", 1)[1].split("</table>", 1)[0]
    return [int(found) for found in re.findall(r"slip=(\d+)", table.split("<tbody>", 1)[1])]


def open_run(visitor: Visitor, run: int, purpose: str = "核对十月工资") -> str:
    visitor.get(f"/payroll/runs/{run}")
    return visitor.post(f"/payroll/runs/{run}/amounts", purpose=purpose, next=f"/payroll/runs/{run}").text


@pytest.mark.parametrize("login", ["maxin", "wangfang", "xumei", "luoyi", "helin"])
def test_a_run_opens_masked_for_everybody(visit: Visit, demo_house: House, run: int, login: str) -> None:
    visitor = visit(login)
    for query in ("", "?show=leavers", "?page=2", "?sort=-net", "?sort=base"):
        page = visitor.get(f"/payroll/runs/{run}{query}")
        assert page.status_code == 200
        assert told(page.text, demo_house, run) == set()
    page = visitor.get(f"/payroll/runs/{run}")
    text = words(page)
    with demo_house.session(SYSTEM) as session, system(session, "tests"):
        gross = session.get_one(Run, run).gross
    assert f"¥{(gross + 50) // 100:,}" in text, "the totals are there"
    assert "环比" not in text
    if login != "helin":
        assert "公告2018年第61号" in page.text, "how tax is worked out may be read"


def test_opening_needs_a_purpose_and_leaves_one_record(
    visit: Visit, demo_house: House, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(monkeypatch)
    maxin, before = visit("maxin"), len(looks(demo_house, run))
    maxin.get(f"/payroll/runs/{run}")
    assert maxin.post(f"/payroll/runs/{run}/amounts", purpose=" ").status_code == 422
    assert len(looks(demo_house, run)) == before
    page = open_run(maxin, run)
    assert len(told(page, demo_house, run)) == 25
    assert "环比" in page
    for query in ("?page=2", "?show=leavers", f"?slip={shown_ids(page)[3]}"):
        assert told(maxin.get(f"/payroll/runs/{run}{query}").text, demo_house, run)
    made = looks(demo_house, run)[before:]
    assert len(made) == 1
    assert (made[0].reason, made[0].row_count, made[0].subject_id) == ("核对十月工资", 62, None)
    assert made[0].action == "payroll.slip:reveal"
    assert made[0].entry is not None
    assert made[0].entry.startswith("HR")
    assert told(visit("wangfang").get(f"/payroll/runs/{run}").text, demo_house, run) == set(), "to him alone"
    covered = maxin.get(f"/payroll/runs/{run}?amounts=covered")
    assert told(covered.text, demo_house, run) == set()
    monkeypatch.setattr(look, "OPEN_FOR", timedelta(0))
    assert told(maxin.get(f"/payroll/runs/{run}").text, demo_house, run) == set(), "after a while it is over"


def test_an_open_run_opens_its_payslips_and_no_others(
    visit: Visit, demo_house: House, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(monkeypatch)
    wangfang = visit("wangfang")
    theirs, net = slip_of(demo_house, "chenjing")
    assert written(net) not in wangfang.get(f"/payroll/payslips/{theirs}").text
    open_run(wangfang, run)
    assert written(net) in wangfang.get(f"/payroll/payslips/{theirs}").text
    earlier, net = slip_of(demo_house, "chenjing", "2026-09")
    assert written(net) not in wangfang.get(f"/payroll/payslips/{earlier}").text
    own, net = slip_of(demo_house, "wangfang")
    assert written(net) not in wangfang.get(f"/payroll/payslips/{own}").text, "one's own is asked for by itself"


@pytest.mark.parametrize("login", ["xumei", "luoyi", "helin"])
def test_without_the_authority_there_are_totals_only(
    visit: Visit, demo_house: House, run: int, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(monkeypatch)
    visitor, before = visit(login), len(looks(demo_house, run))
    page = visitor.get(f"/payroll/runs/{run}")
    assert "/amounts" not in page.text
    answer = visitor.post(f"/payroll/runs/{run}/amounts", purpose="想看看")
    assert answer.status_code == 403
    assert told(answer.text, demo_house, run) == set()
    assert told(visitor.get(f"/payroll/runs/{run}").text, demo_house, run) == set()
    assert len(looks(demo_house, run)) == before


def test_the_order_tells_nothing_while_amounts_are_masked(
    visit: Visit, demo_house: House, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    maxin = visit("maxin")
    usual = shown_ids(maxin.get(f"/payroll/runs/{run}").text)
    assert len(usual) == 25
    for sort in ("-net", "net", "-change", "-base", "nothing"):
        assert shown_ids(maxin.get(f"/payroll/runs/{run}?sort={sort}").text) == usual, sort
    opening(monkeypatch)
    open_run(maxin, run)
    nets = amounts(demo_house, run)
    best = sorted(nets.values(), reverse=True)[:25]
    assert [nets[one] for one in shown_ids(maxin.get(f"/payroll/runs/{run}?sort=-net").text)] == best
    least = sorted(nets.values())[:25]
    assert [nets[one] for one in shown_ids(maxin.get(f"/payroll/runs/{run}?sort=net").text)] == least
    for sort in ("-change", "social_insurance", "-name"):
        assert len(shown_ids(maxin.get(f"/payroll/runs/{run}?sort={sort}").text)) == 25


def test_a_unit_alone(visit: Visit, demo_house: House, run: int) -> None:
    maxin = visit("maxin")
    with demo_house.session(SYSTEM) as session, system(session, "tests"):
        slips = session.execute(select(Slip.id, Slip.unit_id).where(Slip.run_id == run)).all()
    unit = slips[-1].unit_id
    expected = {slip for slip, of in slips if of == unit}
    found = shown_ids(maxin.get(f"/payroll/runs/{run}?unit={unit}").text)
    assert set(found) == expected
    assert "没有人员" in words(maxin.get(f"/payroll/runs/{run}?unit={unit}&show=problems&sort=-name"))


@pytest.mark.parametrize("login", ["maxin", "wangfang", "xumei", "luoyi"])
def test_an_open_run_keeps_to_its_statements(
    visit: Visit, demo_house: House, run: int, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten, beside what the frame reads for itself."""
    opening(monkeypatch)
    visitor = visit(login)
    visitor.get(f"/payroll/runs/{run}")
    if login in ("maxin", "wangfang"):
        open_run(visitor, run)
    with counting(demo_house.database) as statements:
        assert visitor.get(f"/payroll/runs/{run}?sort=-net").status_code == 200
    assert len(statements) <= 10 + 4, str(statements)
