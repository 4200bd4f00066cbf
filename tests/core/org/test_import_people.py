"""Rosters: good ones, the same again, several rows an employee, and every bad one told without writing anything."""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import Session

from core.base.errors import InputErrors
from core.base.period import FOREVER, Month
from core.base.text import use_locale
from core.exchange.report import line
from core.kernel.house import House
from core.org import services as org
from core.org.exchange import PEOPLE
from core.org.models import Assignment, Employment, EmploymentTerms, Person, Position, Unit, UnitVersion
from tests.core.org.company import SYSTEM, Company, build, seen
from tests.core.org.files import as_csv, as_xlsx, bring, day, stored, take_back

HEAD: list[Any] = ["工号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机号码", "邮箱", "部门", "岗位", "职级", "员工类型",
        "入职日期", "离职日期", "开户银行", "银行账号", "扣缴义务人", "参保地"]
#: The number is the example of GB 11643-1999.
ZHOU: list[Any] = ["E1", "周蕾", "居民身份证", "11010519491231002X", "女", "1949-12-31", "13800000001", "zl@example.com",
        "灵客科技/市场部/线索获取组", "投放专员", "P5", "正式", "2025-03-01", None, "招商银行", "6225880100000009", None, None]
LIU: list[Any] = ["E2", "刘洋", None, None, "男", "1990-05-05", None, None, "BJS", "销售代表", None, "实习", "2025-06-01", None,
       None, None, None, None]
WANG: list[Any] = ["E3", "王芳", None, None, None, None, None, None, "销售部", "SAL-D", None, None, "2025-03-01", "2025-10-15",
        None, None, "北京分公司", "CN-GZ"]
ROSTER = [HEAD, ZHOU, LIU, WANG]


@pytest.fixture
def company(house: House, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The company, without people, on 23 November 2026."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    with house.session(SYSTEM, write=True) as session:
        return build(session)


def with_dates(rows: Any) -> Any:
    """The same table with date cells, as a spreadsheet holds it."""
    return [rows[0], *([date.fromisoformat(cell) if isinstance(cell, str) and cell[:2] in ("19", "20")
                        and cell.count("-") == 2 else cell for cell in row] for row in rows[1:])]


def posts(house: House) -> list[tuple[Any, ...]]:
    """(number, position code, from, to, kind, share, primary) of all posts."""
    with house.session(SYSTEM) as session:
        return [tuple(row) for row in session.execute(seen(
            select(Employment.number, Position.code, Assignment.valid_from, Assignment.valid_to, Assignment.kind,
                   Assignment.fte, Assignment.is_primary)
            .join(Employment, Employment.id == Assignment.employment_id)
            .join(Position, Position.id == Assignment.position_id)
            .order_by(Employment.number, Assignment.valid_from, Assignment.is_primary.desc())))]


def terms(house: House) -> list[tuple[Any, ...]]:
    """(number, from, to, kind, unit of the agent, place, grade) of all terms."""
    with house.session(SYSTEM) as session:
        return [tuple(row) for row in session.execute(seen(
            select(Employment.number, EmploymentTerms.valid_from, EmploymentTerms.valid_to, EmploymentTerms.kind,
                   Unit.code, EmploymentTerms.contribution_place, EmploymentTerms.grade)
            .join(Employment, Employment.id == EmploymentTerms.employment_id)
            .join(Unit, Unit.id == EmploymentTerms.withholding_agent_id)
            .order_by(Employment.number, EmploymentTerms.valid_from)))]


@pytest.mark.parametrize("form", ["csv", "gb18030", "xlsx"])
def test_a_roster_is_stored_and_a_second_one_changes_nothing(house: House, company: Company, form: str) -> None:
    """Units by path, code and title; company, agent and place from the unit unless the row names them."""
    data = {"csv": lambda: as_csv(ROSTER), "gb18030": lambda: as_csv(ROSTER, "gb18030"),
            "xlsx": lambda: as_xlsx(with_dates(ROSTER))}[form]()
    report = bring(house, PEOPLE, data)
    assert dict(report.counts) == {"rows": 3, "new": 3, "changed": 0, "unchanged": 0, "closed": 0}
    assert posts(house) == [
        ("E1", "ADS", day("2025-03-01"), FOREVER, "substantive", 100, True),
        ("E2", "BJ-R", day("2025-06-01"), FOREVER, "substantive", 100, True),
        ("E3", "SAL-D", day("2025-03-01"), day("2025-10-16"), "substantive", 100, True),
    ]
    assert terms(house) == [
        ("E1", day("2025-03-01"), FOREVER, "regular", "CO", "CN-SH", "P5"),
        ("E2", day("2025-06-01"), FOREVER, "intern", "BJ", "CN-BJ", None),
        ("E3", day("2025-03-01"), day("2025-10-16"), "regular", "BJ", "CN-GZ", None),
    ]
    with house.session(SYSTEM) as session:
        zhou = session.scalars(seen(select(Person).where(Person.name == "周蕾"))).one()
        left = session.scalars(seen(select(Employment.left_on).where(Employment.number == "E3"))).one()
        assert (zhou.sex, zhou.born_on, zhou.phone, zhou.email) == (
            "F", day("1949-12-31"), "13800000001", "zl@example.com")
        assert (zhou.identity_kind, zhou.identity_number) == ("resident_id", "11010519491231002X")
        assert (zhou.bank_name, zhou.bank_account, zhou.sort_key) == ("招商银行", "6225880100000009", "zhou lei")
    assert left == day("2025-10-16")
    before = stored(house)
    again = bring(house, PEOPLE, data)
    assert (again.state, dict(again.counts)["unchanged"]) == ("unchanged", 3)
    assert stored(house) == before


def test_personal_numbers_are_nowhere_in_clear(house: House, company: Company) -> None:
    """What the database itself holds of number, phone and account is not readable."""
    bring(house, PEOPLE, ROSTER)
    names = ("identity_number", "identity_index", "phone", "bank_account")
    with house.session(SYSTEM) as session:
        raw = session.execute(seen(
            select(*(type_coerce(getattr(Person, name), LargeBinary) for name in names)).where(Person.name == "周蕾")
        )).one()
    for cell in raw:
        text = bytes(cell)
        for secret in (b"11010519491231002", b"13800000001", b"6225880100000009"):
            assert text
            assert secret not in text


DATED = ["emp_no", "name", "unit", "position", "hire_date", "from_date", "to_date"]


@pytest.mark.parametrize("ends", ["day after", "last day"])
def test_several_dated_rows_are_one_history(house: House, company: Company, ends: str) -> None:
    """9999-01-01 is the open end; whether an end is the last day or the day after is seen from the file."""
    first, second = ("2025-06-16", "2026-01-01") if ends == "day after" else ("2025-06-15", "2025-12-31")
    rows = [DATED,
            ["E1", "周蕾", "SAL", "SAL-D", "2025-03-01", "2026-01-01", "9999-01-01"],
            ["E1", "周蕾", "ACQ", "ADS", "2025-03-01", "2025-03-01", first],
            ["E1", "周蕾", "BJS", "BJ-R", "2025-03-01", "2025-06-16", second]]
    assert bring(house, PEOPLE, rows).counts["new"] == 3
    assert [row[1:4] for row in posts(house)] == [
        ("ADS", day("2025-03-01"), day("2025-06-16")), ("BJ-R", day("2025-06-16"), day("2026-01-01")),
        ("SAL-D", day("2026-01-01"), FOREVER)]
    assert [(row[4], row[1]) for row in terms(house)] == [
        ("CO", day("2025-03-01")), ("BJ", day("2025-06-16")), ("CO", day("2026-01-01"))]
    before = stored(house)
    assert bring(house, PEOPLE, rows).state == "unchanged"
    assert stored(house) == before


def test_a_concurrent_post_stands_beside_the_primary_one(house: House, company: Company) -> None:
    """With its share, and found again by a second run."""
    rows = [[*DATED, "任职类型", "fte"],
            ["E1", "周蕾", "ACQ", "ADS", "2025-03-01", "2025-03-01", "", "主岗", "80%"],
            ["E1", "周蕾", "SAL", "SAL-D", "2025-03-01", "2025-05-01", "", "兼岗", "20%"]]
    bring(house, PEOPLE, rows)
    assert [row[1:] for row in posts(house)] == [
        ("ADS", day("2025-03-01"), FOREVER, "substantive", 80, True),
        ("SAL-D", day("2025-05-01"), FOREVER, "concurrent", 20, False)]
    assert bring(house, PEOPLE, rows).state == "unchanged"


def changed(row: list[Any], **cells: Any) -> list[Any]:
    """A row with some cells written otherwise."""
    return [cells.get(title, cell) for title, cell in zip(HEAD, row, strict=True)]


BAD = [
    ("入职日期", "31/02/2026", "31/02/2026 is not a date. Write the date as 2026-11-23."),
    ("证件号码", "110105194912310021", "the 17 digits before it ask for X. One of the digits is mistyped"),
    ("部门", "火星部", "There is no unit 火星部. Correct the name"),
    ("岗位", "宇航员", "There is no position 宇航员 in this unit. Correct the name"),
    ("岗位", None, "The position is missing. Fill in the cell."),
    ("姓名", None, "Name is missing. Fill in the cell."),
    ("性别", "三", "Write one of"),
    ("员工类型", "志愿者", "Write one of"),
    ("证件类型", "工作证", "工作证 is no known kind of document. Write one of"),
    ("扣缴义务人", "火星部", "There is no unit 火星部."),
    ("手机号码", "电话", "is not a telephone number. Write digits only."),
    ("离职日期", "2024-12-31", "lies before the first day"),
]


@pytest.mark.parametrize(("column", "cell", "told"), BAD, ids=[f"{column} {cell}" for column, cell, _told in BAD])
def test_a_bad_cell_is_named_and_nothing_is_written(
    house: House, company: Company, column: str, cell: Any, told: str
) -> None:
    """Row, column, what is wrong and what to do; the good rows beside it are not written either."""
    rows = [HEAD, LIU, changed(ZHOU, **{column: cell}), WANG]
    before = stored(house)
    report = bring(house, PEOPLE, rows, dry=True)
    (problem,) = report.problems
    assert (problem.row, problem.column) == (3, column)
    assert told in problem.sentence()
    assert problem.sentence().count(".") >= 1 + (problem.remedy is not None)
    with pytest.raises(InputErrors, match="Nothing was written"):
        bring(house, PEOPLE, rows)
    assert stored(house) == before
    english = str(problem.message)
    with use_locale("zh_CN"):
        assert line(problem).startswith("第 3 行")
        assert str(problem.message) != english




def test_all_bad_rows_are_told_at_once(house: House, company: Company) -> None:
    """One dry run, every problem, in the order of the sheet."""
    rows = [HEAD, changed(ZHOU, 入职日期="31/02/2026"), changed(LIU, 部门="火星部"), changed(WANG, 岗位="宇航员")]
    report = bring(house, PEOPLE, rows, dry=True)
    assert [(one.row, one.column) for one in report.problems] == [(2, "入职日期"), (3, "部门"), (4, "岗位")]


def test_all_that_is_wrong_with_a_row_is_told_at_once(house: House, company: Company) -> None:
    """A bad cell does not hide an unknown unit, a wrong document or an unknown agent of the same row."""
    rows = [
        HEAD,
        changed(ZHOU, 入职日期="31/02/2026", 部门="火星部"),
        changed(LIU, 性别="三", 岗位="宇航员", 扣缴义务人="火星部"),
        changed(WANG, 姓名=None, 证件类型="工作证", 证件号码="110105194912310021", 离职日期="2024-12-31"),
        changed(ZHOU, 工号="E4", 手机号码="电话", 证件号码="110105194912310021"),
    ]
    before = stored(house)
    report = bring(house, PEOPLE, rows, dry=True)
    assert [(one.row, one.column) for one in report.problems] == [
        (2, "部门"), (2, "入职日期"), (3, "性别"), (3, "岗位"), (4, "姓名"), (4, "证件类型"), (4, "离职日期"),
        (5, "证件号码"), (5, "手机号码")]
    with pytest.raises(InputErrors):
        bring(house, PEOPLE, rows)
    assert stored(house) == before
    told = {one.row: one for one in bring(house, PEOPLE, [HEAD, changed(LIU, 入职日期="x", 扣缴义务人="火星部")], dry=True).problems}
    assert told[2].column == "扣缴义务人"


def test_a_bad_cell_brings_no_other_complaint_about_itself(house: House, company: Company) -> None:
    """What depends on a cell that cannot be read is not judged: no overlap from an end that is not there."""
    head = ["number", "name", "unit", "position", "hired_on", "from", "to", "任职类型"]
    first = ["E1", "周蕾", "ACQ", "ADS", "2025-03-01", "2025-03-01", "2025-09-01", ""]
    second = ["E1", "周蕾", "SAL", "SAL-D", "2025-03-01", "2025-09-01", "", ""]
    for column, cell in ((6, "31/02/2026"), (5, "?"), (4, "?"), (7, "?"), (2, "长" * 301), (3, "长" * 101)):
        spoilt = list(first)
        spoilt[column] = cell
        report = bring(house, PEOPLE, [head, spoilt, second], dry=True)
        assert [(one.row, one.column) for one in report.problems] == [(2, head[column])], column


def test_a_document_of_somebody_else_is_told_beside_a_bad_cell(house: House, company: Company) -> None:
    bring(house, PEOPLE, ROSTER)
    row = changed(LIU, 手机号码="电话", 证件类型="居民身份证", 证件号码="11010519491231002X")
    report = bring(house, PEOPLE, [HEAD, row], dry=True)
    assert [one.column for one in report.problems] == ["证件号码", "手机号码"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (as_xlsx(ROSTER)[:900], "damaged"),
        (b"PK\x03\x04 no workbook", "damaged"),
        ("工号,姓名,入职日期\r\nE1,周蕾,2025-03-01\r\n".encode() + b"E2,\xff\xfe,2025-03-01\r\n", "Line 3"),
        (b"", "The file is empty."),
        (as_csv([["甲", "乙"], ["1", "2"]]), "heading"),
    ],
    ids=["cut off", "no workbook", "encoding", "empty", "other table"],
)
def test_a_file_that_cannot_be_read_says_so(house: House, company: Company, data: bytes, told: str) -> None:
    """One sentence with a remedy, no trace of the reader."""
    before = stored(house)
    report = bring(house, PEOPLE, data, dry=True)
    (problem,) = report.problems
    assert told in problem.sentence()
    assert problem.remedy
    with pytest.raises(InputErrors):
        bring(house, PEOPLE, data)
    assert stored(house) == before


def test_a_rehire_is_found_by_the_document(house: House, company: Company) -> None:
    """A second employment of the same person; never two at a time, never under another name."""
    bring(house, PEOPLE, [HEAD, changed(ZHOU, 离职日期="2025-08-31")])
    again = changed(ZHOU, 工号="E9", 入职日期="2026-02-01")
    bring(house, PEOPLE, [HEAD, again])
    with house.session(SYSTEM) as session:
        one, two = (org.employment_by_number(session, SYSTEM, number) for number in ("E1", "E9"))
        assert len(session.scalars(seen(select(Person))).all()) == 1
        assert one.person_id == two.person_id
    before = stored(house)
    for row, told in [(changed(ZHOU, 工号="E10", 入职日期="2026-03-01"), "employed then already, as E9"),
                      (changed(ZHOU, 工号="E10", 入职日期="2025-09-05", 离职日期="2025-10-01", 姓名="周雷"),
                       "another name")]:
        (problem,) = bring(house, PEOPLE, [HEAD, row], dry=True).problems
        assert told in str(problem.message)
        assert (problem.row, problem.column) == (2, "证件号码")
    assert stored(house) == before


def test_what_is_missing_is_made_when_asked(house: House, company: Company) -> None:
    """The path of units and the position; without the option they are unknown. Undo takes all of it back."""
    row = changed(ZHOU, 部门="灵客科技/市场部/内容组/短视频", 岗位="编导")
    before = stored(house)
    assert bring(house, PEOPLE, [HEAD, row], dry=True).problem_count == 1
    assert bring(house, PEOPLE, [HEAD, row], dry=True, create=True).ok
    assert stored(house) == before
    report = bring(house, PEOPLE, [HEAD, row, LIU], create=True)
    with house.session(SYSTEM) as session:
        roster = org.roster(session, SYSTEM, Month(2026, 11).period)
        titles = dict(_units(session))
    assert roster["number"].tolist() == ["E1", "E2"]
    assert (titles["短视频"], titles["内容组"]) == ("内容组", "市场部")
    assert bring(house, PEOPLE, [HEAD, row, LIU], create=True).state == "unchanged"
    take_back(house, report)
    assert stored(house) == before


def _units(session: Session) -> list[tuple[str, str | None]]:
    with use_locale("zh_CN"):
        versions = {one.unit_id: one for one in session.scalars(select(UnitVersion))}
        return [(str(one.title), str(versions[one.parent_id].title) if one.parent_id else None)
                for one in versions.values()]


def test_undo_puts_back_what_a_change_replaced(house: House, company: Company) -> None:
    """A transfer, a new phone and a new employee are gone again, and only once."""
    bring(house, PEOPLE, ROSTER)
    before = stored(house)
    report = bring(house, PEOPLE, [HEAD, changed(ZHOU, 手机号码="13900000002"), changed(LIU, 岗位="BJ-R", 职级="P6"),
                                   changed(WANG, 工号="E4", 姓名="赵敏")])
    assert (report.counts["new"], report.counts["changed"]) == (1, 2)
    assert stored(house) != before
    take_back(house, report)
    assert stored(house) == before


def test_a_later_post_keeps_what_was_before(house: House, company: Company) -> None:
    """A file of today's posts moves somebody from its day on and leaves the past alone."""
    bring(house, PEOPLE, ROSTER)
    bring(house, PEOPLE, [DATED[:6], ["E1", "周蕾", "SAL", "SAL-D", "2025-03-01", "2026-04-01"]])
    assert [row[1:4] for row in posts(house) if row[0] == "E1"] == [
        ("ADS", day("2025-03-01"), day("2026-04-01")), ("SAL-D", day("2026-04-01"), FOREVER)]


def test_more_holders_than_room_is_a_warning(house: House, company: Company) -> None:
    """Three for a headcount of two: told, and imported all the same."""
    rows = [HEAD, *(changed(ZHOU, 工号=f"E{n}", 证件类型=None, 证件号码=None) for n in range(3))]
    report = bring(house, PEOPLE, rows)
    assert [str(one.message) for one in report.warnings if "headcount" in str(one.message)] == [
        "ADS: 3 people for a headcount of 2."]
