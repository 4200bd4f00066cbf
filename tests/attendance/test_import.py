"""Importing punches: nothing is lost, nothing is doubled, and what is wrong is said."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from attendance.models import Import, Punch, PunchLine, Source
from attendance.rules.attlog import Reason
from attendance.services.importing import Report, import_punches
from core.kernel.house import House
from remit.base import Actor, InputErrors
from remit.models import bulk
from remit.services import system
from remit.specs import Denied
from tests.attendance.conftest import SYSTEM, attlog, hire, make_company, utc


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.lines, report.accepted, report.repeated, report.rejected


def rows(session: Session, model: type) -> int:
    with system(session, "tests count rows"):
        return session.scalar(select(func.count()).select_from(model)) or 0


def load(session: Session, data: bytes, name: str = "1_attlog.dat", **options: object) -> Report:
    return import_punches(session, SYSTEM, data, name=name, **options)  # type: ignore[arg-type]


def test_a_log_and_its_instants(work: Session) -> None:
    """A punch is kept as an instant with its zone; PIN 37 means LK0037."""
    company = make_company(work, ["LK0037", "LK0038"])
    report = load(work, attlog((37, "2026-11-02 08:59:01"), ("LK0038", "2026-11-02 18:00:00")))
    assert counts(report) == (2, 2, 0, 0)
    assert report.people == 2
    with system(work, "tests read punches"):
        punches = work.scalars(select(Punch).order_by(Punch.second)).all()
    assert [(p.employment_id, p.at, p.zone) for p in punches] == [
        (company["LK0037"].id, utc("2026-11-02T00:59:01"), "Asia/Shanghai"),
        (company["LK0038"].id, utc("2026-11-02T10:00:00"), "Asia/Shanghai"),
    ]


def test_another_zone(work: Session) -> None:
    """09:30 in Dubai is 05:30 UTC, whatever zone the server lives in."""
    make_company(work, ["7"])
    load(work, attlog((7, "2026-11-02 09:30:00")), source="dubai", zone="Asia/Dubai")
    with system(work, "tests read punches"):
        punch = work.scalars(select(Punch)).one()
    assert (punch.at, punch.zone) == (utc("2026-11-02T05:30:00"), "Asia/Dubai")


def test_the_second_import_changes_nothing(work: Session) -> None:
    make_company(work, ["1", "2"])
    data = attlog((1, "2026-11-02 08:59:01"), (2, "1971-01-01 00:00:00"), (1, "2026-11-02 08:59:01"))
    assert counts(load(work, data)) == (3, 1, 1, 1)
    before = [rows(work, model) for model in (Import, PunchLine, Punch)]
    again = load(work, data)
    assert counts(again) == (3, 0, 3, 0)
    assert not again.changed
    assert again.import_id is None
    longer = load(work, data.replace(b"\r\n", b"\n") + attlog((2, "2026-11-02 09:01:00")), name="usb.dat")
    assert counts(longer) == (4, 1, 3, 0)
    assert [rows(work, model) for model in (Import, PunchLine, Punch)] == [before[0] + 1, before[1] + 1, before[2] + 1]


def test_a_dry_run_reports_the_same_and_writes_nothing(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        make_company(session, ["1"])
    data = attlog((1, "2026-11-02 08:59:01"), (9, "2026-11-02 08:59:01"))
    with house.session(SYSTEM) as session:
        dry = load(session, data, dry_run=True)
        assert [rows(session, model) for model in (Source, Import, PunchLine, Punch)] == [0, 0, 0, 0]
    with house.session(SYSTEM, write=True) as session:
        real = load(session, data)
    assert counts(dry) == counts(real) == (2, 1, 0, 1)
    assert dry.problems == real.problems
    assert dry.reasons == real.reasons == {Reason.UNKNOWN_PIN: 1}


def test_rejected_lines_are_kept_and_named(work: Session) -> None:
    company = make_company(work, ["A1", "B1"])
    hire(work, company, "5", date(2026, 3, 1), date(2026, 6, 1))
    data = attlog((1, "2026-02-30 08:00:00"), (8, "2026-11-02 08:00:00"), (5, "2026-07-01 08:00:00"),
                  (1, "2026-11-02 08:00:00"), (5, "2026-06-01 02:00:00"), (1, "2027-01-01 08:00:00"))  # fmt: skip
    report = load(work, data)
    assert counts(report) == (6, 1, 0, 5)
    assert [(p.row, report.problems[i].value is not None) for i, p in enumerate(report.problems)] == [
        (1, True), (2, True), (3, True), (4, True), (6, True),
    ]  # fmt: skip
    assert report.reasons == {
        Reason.DATE: 1, Reason.UNKNOWN_PIN: 1, Reason.NOT_EMPLOYED: 1, Reason.AMBIGUOUS_PIN: 1, Reason.FUTURE: 1,
    }  # fmt: skip
    assert all(problem.remedy for problem in report.problems)
    assert rows(work, PunchLine) == 6


def test_a_number_that_becomes_known_is_accepted_later(work: Session) -> None:
    company = make_company(work, ["1"])
    data = attlog((1, "2026-11-02 08:59:01"), (2, "2026-11-02 08:58:00"))
    assert counts(load(work, data)) == (2, 1, 0, 1)
    hire(work, company, "2", date(2026, 11, 1))
    again = load(work, data)
    assert counts(again) == (2, 1, 1, 0)
    assert again.recovered == 1
    assert rows(work, PunchLine) == 2
    assert rows(work, Punch) == 2


def test_a_number_taken_over_belongs_to_whoever_is_employed(work: Session) -> None:
    """LK0005 left, a new employee 5 came; each day's punch finds its own."""
    company = make_company(work, [])
    old = hire(work, company, "LK0005", date(2026, 1, 1), date(2026, 9, 1))
    new = hire(work, company, "5X", date(2026, 9, 1))
    load(work, attlog((5, "2026-08-31 08:00:00"), (5, "2026-09-01 08:00:00")))
    with system(work, "tests read punches"):
        assert list(work.scalars(select(Punch.employment_id).order_by(Punch.second))) == [old.id, new.id]


def test_what_was_stored_stays(house: House) -> None:
    """The database itself refuses to change or remove a line or a punch."""
    with house.session(SYSTEM, write=True) as session:
        make_company(session, ["1"])
        load(session, attlog((1, "2026-11-02 08:59:01")))
    for model in (PunchLine, Punch):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            house.session(SYSTEM, write=True) as session,
            system(session, "a test tries to tamper"),
        ):
            bulk.delete_rows(session, model, [1])


def test_only_who_may_import_imports(house: House) -> None:
    clerk = Actor(kind="person", account_id=5, person_id=5)
    with pytest.raises(Denied), house.session(clerk, write=True) as session:
        import_punches(session, clerk, attlog((1, "2026-11-02 08:59:01")), name="x.dat")


# -- the planted log ----------------------------------------------------------------------------------------------


def planted(seed: int = 20261123) -> tuple[bytes, dict[str, int]]:
    """40,000 lines of 500 people with every kind of damage at known numbers, in no order."""
    chance = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    lines: list[str] = []
    start = datetime(2026, 8, 3, 8)
    for n in range(39_000):
        at = start + timedelta(seconds=n * 173 + chance.randrange(100))
        lines.append(f"{n % 500 + 1:>9}\t{at:%Y-%m-%d %H:%M:%S}\t1\t{n % 2}\t1\t0")
    planted = {"clock": 200, "minus": 200, "five": 200, "repeats": 300, "columns": 100}
    bad = [f"{n + 1:>9}\t1971-01-0{n % 9 + 1} 00:{n % 60:02d}:07\t1\t0\t1\t0" for n in range(200)]
    bad += [f"{-n - 1:>9}\t2026-09-01 08:00:00\t1\t0\t1\t0" for n in range(100)]
    bad += [f"{n + 1:>9}\t2026-09-01 -8:00:{n % 60:02d}\t1\t0\t1\t0" for n in range(100)]
    bad += [f"{n + 1:>9}\t2026-09-02 07:{n % 60:02d}:00\t1\t0\t1" for n in range(200)]
    bad += chance.sample(lines, 300)
    bad += [f"{n + 1:>9} 2026-09-01 08:00:{n % 60:02d}" for n in range(100)]
    everything = lines + bad
    chance.shuffle(everything)
    return "\r\n".join(everything).encode() + b"\r\n", planted


def test_forty_thousand_lines_with_planted_faults(house: House) -> None:
    data, faults = planted()
    with house.session(SYSTEM, write=True) as session:
        make_company(session, [str(n) for n in range(1, 501)])
    with house.session(SYSTEM, write=True) as session:
        report = load(session, data)
    assert report.lines == 40_000
    assert report.reasons == {
        Reason.CLOCK: faults["clock"], Reason.MINUS: faults["minus"], Reason.COLUMNS: faults["columns"],
    }  # fmt: skip
    assert report.repeated == faults["repeats"]
    assert report.accepted == 39_000 + faults["five"]
    with house.session(SYSTEM, write=True) as session:
        stored = [rows(session, model) for model in (Import, PunchLine, Punch)]
        assert stored == [1, 40_000 - faults["repeats"], 39_200]
        again = load(session, data)
        assert counts(again) == (40_000, 0, 40_000, 0)
        assert [rows(session, model) for model in (Import, PunchLine, Punch)] == stored


# -- tables -------------------------------------------------------------------------------------------------------


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in sheets:
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


DINGTALK: list[object] = [
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址",
    "打卡备注", "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注",
]  # fmt: skip
SAAS: list[object] = [
    "姓名", "工号", "部门", "职位", "手机号", "打卡时间", "打卡地点", "来源", "来源描述", "是否有效", "设备ID",
    "设备名称", "wifi名称",
]  # fmt: skip


def test_raw_records_of_dingtalk(work: Session) -> None:
    make_company(work, ["LK001", "LK002"])
    body: list[list[object]] = [
        ["张三", "默认", "研发部", "LK001", "", "u1", "2026-11-02", "2026-11-02 09:00", "2026-11-02 08:55", "正常"],
        ["李四", "默认", "研发部", "LK002", "", "u2", "2026-11-02", "2026-11-02 18:00", "", "未打卡"],
    ]
    title: list[list[object]] = [["原始记录表 统计日期：2026-11-02 至 2026-11-02"], ["报表生成时间：2026-11-03 08:00"]]
    data = workbook(("月度汇总", [["姓名", "工号", "出勤天数"]]), ("原始记录", [*title, DINGTALK, *body]))
    report = load(work, data, "考勤报表.xlsx")
    assert (report.kind, *counts(report)) == ("table", 1, 1, 0, 0)


def test_punches_of_an_hr_program(work: Session) -> None:
    make_company(work, ["1001"])
    body: list[list[object]] = [
        ["张三", 1001, "", "", "", datetime(2026, 11, 2, 8, 55), "", "门禁", "", "是"],
        ["张三", 1001, "", "", "", datetime(2026, 11, 2, 18, 5), "", "门禁", "", "否"],
        ["王五", 1003, "", "", "", "31/02/2026", "", "门禁", "", "是"],
    ]
    report = load(work, workbook(("打卡记录", [SAAS, *body])), "punches.xlsx")
    assert counts(report) == (3, 1, 0, 2)
    assert [(p.row, str(p.message)) for p in report.problems] == [
        (3, "导出文件的系统已将这条打卡标为无效。"), (4, "时间无法识别。"),
    ]  # fmt: skip
    assert not load(work, workbook(("打卡记录", [SAAS, *body])), "punches.xlsx").changed


def test_a_csv_in_gb18030(work: Session) -> None:
    make_company(work, ["1001"])
    report = load(work, "工号,日期,时间\n1001,2026-11-02,08:55\n".encode("gb18030"), "punches.csv")
    assert counts(report) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "x.dat"),
        (b"PK\x03\x04 damaged", "x.xlsx"),
        ("姓名,部门\n张三,研发部\n".encode(), "x.csv"),
        ("姓名,工号\n张三,1001\n".encode(), "x.csv"),
    ],
)
def test_files_that_hold_no_punches(work: Session, data: bytes, name: str) -> None:
    with pytest.raises(InputErrors) as caught:
        load(work, data, name)
    assert str(caught.value)
