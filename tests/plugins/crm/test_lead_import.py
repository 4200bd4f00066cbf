"""Lists of leads as people really have them: right once, whatever the file is called and however often it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from core.exchange.models import Import, ImportChange
from core.exchange.report import ImportReport
from core.exchange.undo import undo
from plugins.crm.exchange import EXCHANGES
from plugins.crm.rules.reading import answers_of, moment_of, staff_of
from plugins.crm.services.leads.loading import load_many
from remit.base import DomainError, InputErrors
from remit.exchange import import_file
from tests.core.authority.company import SYSTEM, Company
from tests.core.exchange.books import csv_text, workbook
from tests.plugins.crm.intake import Desk, furnish

LEADS = next(one for one in EXCHANGES if one.name == "leads")
HEAD = ["线索来源", "公司名称", "联系人", "手机号码", "邮箱", "所属行业", "公司规模", "获取时间", "备注"]


@pytest.fixture
def desk(company: Company) -> Desk:
    return furnish(company)


def row(number: int, **other: Any) -> list[Any]:
    told = {
        "channel": "微信广告", "company": f"客户{number}号科技有限公司", "contact": f"联系人{number}",
        "phone": f"1390000{number:04}", "email": f"u{number}@x{number}.cn", "industry": "互联网", "staff": "50-199",
        "at": "2026-03-03", "note": "", **other,
    }  # fmt: skip
    return list(told.values())


def bring(desk: Desk, data: bytes, name: str = "六月线索.csv", *, dry: bool = False, who: str = "li") -> ImportReport:
    return import_file(desk.company.house, desk.company.actor(who), LEADS, data, name=name, dry=dry)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.counts["new"], report.counts["changed"], report.counts["unchanged"]


def test_five_hundred_each_twice(desk: Desk) -> None:
    """A workbook that is called csv, with each lead twice: as it is, and as somebody else wrote it."""
    rows = [row(number) for number in range(250)]
    again = [row(number, company=f"客户{number}号科技（有限公司）", phone=f"+86 139-0000-{number:04}", email="")
             for number in range(250)]  # fmt: skip
    data = workbook([HEAD, *rows, *rows, *again])
    dry = bring(desk, data, dry=True)
    assert (dry.ok, counts(dry), desk.leads()) == (True, (250, 250, 250), [])
    assert len(dry.warnings) == 500
    assert str(dry.warnings[0].message) == "This is the same lead as in row 2; it is kept once."
    assert counts(bring(desk, data)) == (250, 250, 250)
    leads = desk.leads()
    assert [lead.phone for lead in leads] == [f"1390000{number:04}" for number in range(250)]
    assert (leads[0].staff, leads[0].industry) == (50, "web")
    assert leads[0].captured_at == datetime(2026, 3, 3, 4, tzinfo=UTC), "noon in Shanghai"
    assert counts(bring(desk, data)) == (0, 0, 750), "sent again, nothing happens"
    other = csv_text([HEAD, *rows, *again]).encode("gb18030")
    assert counts(bring(desk, other)) == (0, 0, 500), "nor as another kind of file"
    assert len(desk.leads()) == 250


def test_each_bad_row_is_told_and_nothing_is_written(desk: Desk) -> None:
    rows = [row(1), row(2, channel="电视"), row(3, phone="不详"), row(4, industry="农业"), row(5, staff="很多"),
            row(6, at="去年"), row(7, company="", contact=""), row(8, channel=""), row(9, email="x")]  # fmt: skip
    data = csv_text([HEAD, *rows]).encode()
    report = bring(desk, data, dry=True)
    assert [(one.row, one.column) for one in report.problems] == [
        (3, "线索来源"), (4, "手机号码"), (5, "所属行业"), (6, "公司规模"), (7, "获取时间"), (8, "公司名称"),
        (9, "线索来源"), (10, "邮箱"),
    ]  # fmt: skip
    assert str(report.problems[0].message) == "There is no channel 电视. Write one of these: wx, zh."
    assert "不详" not in str(report.problems[1].value), "what may be personal stays out of the report"
    with pytest.raises(InputErrors):
        bring(desk, data)
    assert desk.leads() == []


def test_an_import_is_taken_back_with_its_history(desk: Desk) -> None:
    """What it brought counts no more, what it added is empty again; brought once more, it is there once more."""
    ((older, _new),) = desk.take({"company": "客户1号科技", "answers": {"use": "a"}})
    data = csv_text([HEAD, row(1), row(2)]).encode()
    report = bring(desk, data)
    assert counts(report) == (1, 1, 0)
    assert desk.lead(older).phone == "13900000001"
    with desk.company.house.session(desk.company.actor("li"), write=True) as session:
        record = session.get(Import, report.import_id)
        assert record is not None
        assert undo(session, desk.company.actor("li"), record) == 2
    lead, brought = desk.leads()
    assert (lead.phone, lead.phone_index, lead.email, lead.industry, lead.staff, lead.contact, lead.state) == (
        None, None, None, "", None, "", "new",
    )  # fmt: skip
    assert brought.state == "void"
    assert [one.kind for one in desk.events(brought.id)] == ["captured", "voided"]
    assert counts(bring(desk, data)) == (1, 1, 0)
    assert [one.state for one in desk.leads()] == ["new", "void", "new"]


def test_what_is_kept_to_take_it_back_does_not_rise_with_the_leads(desk: Desk) -> None:
    """Leads, their arrivals and their histories are written in turn, and are kept as one chunk a table."""
    report = bring(desk, csv_text([HEAD, *(row(number) for number in range(30))]).encode())
    with desk.company.house.session(SYSTEM) as session:
        kept = session.execute(
            select(ImportChange.table_name, ImportChange.operation, ImportChange.row_count)
            .where(ImportChange.import_id == report.import_id)
        ).all()  # fmt: skip
    assert sorted(map(tuple, kept)) == [
        ("crm_arrival", "insert", 30), ("crm_lead", "insert", 30), ("crm_lead_event", "insert", 30),
    ]  # fmt: skip


def test_what_somebody_works_with_is_not_taken_back(desk: Desk) -> None:
    report = bring(desk, csv_text([HEAD, row(1)]).encode())
    with desk.company.house.session(SYSTEM, write=True) as session:
        load_many(session, [desk.leads()[0].id])[desk.leads()[0].id].state = "working"
    actor = desk.company.actor("li")
    with desk.company.house.session(actor, write=True) as session, pytest.raises(DomainError, match="客户1号"):
        undo(session, actor, session.get(Import, report.import_id))  # type: ignore[arg-type]


def test_cells_as_people_write_them() -> None:
    told = {"230": 230, "50-199": 50, "200 以上": 200, "10～49人": 10, "200+": 200, "1,200": 1200, "50.0": 50, ">=5": 5}
    assert {cell: staff_of(cell) for cell in told} == told
    assert [staff_of(told) for told in ("", "很多", "99-10", "-5")] == [None] * 4
    assert moment_of("2026/6/3 14:05", "Asia/Shanghai") == datetime(2026, 6, 3, 6, 5, tzinfo=UTC)
    assert moment_of("2026年6月3日", "Asia/Shanghai") == datetime(2026, 6, 3, 4, tzinfo=UTC)
    assert [moment_of(told, "UTC") for told in ("去年", "2026-02-30", "2026-1-1 25:00")] == [None] * 3
    assert answers_of("whitepaper=是；budget=50000; note=两个 词;") == {
        "whitepaper": True, "budget": 50000, "note": "两个 词",
    }  # fmt: skip
    assert (answers_of("yes"), answers_of("a b=1"), answers_of("no=否")) == (None, None, {"no": False})
