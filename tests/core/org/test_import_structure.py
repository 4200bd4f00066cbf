"""Files of units and positions: the tree over dates, the same again, everything bad, and back."""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.base.errors import InputErrors
from core.base.period import FOREVER
from core.kernel.house import House
from core.org import tree
from core.org.exchange import POSITIONS, UNITS
from core.org.models import Position, PositionVersion, Unit, UnitVersion
from tests.core.org.company import SYSTEM, Company, build
from tests.core.org.files import as_csv, as_xlsx, bring, day, stored, take_back

UNIT_HEAD = ["部门编码", "部门名称", "英文名称", "上级部门编码", "组织类别", "独立扣缴", "参保地", "生效日期", "失效日期"]
TREE = [
    UNIT_HEAD,
    ["R1", "研发一组", "Group one", "R", "组", "", "", "2025-01-01", "2026-01-01"],
    ["R1", "研发一组", "Group one", "LAB", "组", "", "", "2026-01-01", "9999-01-01"],
    ["R", "研发部", "Research", "ACME", "部门", "", "", "2025-01-01", ""],
    ["LAB", "实验室", "", "ACME", "分公司", "是", "CN-SZ", "2025-01-01", ""],
    ["ACME", "精工科技", "Acme", "", "公司", "是", "CN-SH", "2025-01-01", ""],
]
POSITION_HEAD = ["岗位编码", "岗位名称", "英文名称", "所属部门", "上级岗位", "编制", "职级", "是否负责人", "生效日期", "失效日期"]
POSTS = [
    POSITION_HEAD,
    ["DEV", "工程师", "Engineer", "线索获取组", "DEV-H", "3", "P5", "", "2025-01-01", ""],
    ["DEV-H", "主管", "", "ACQ", "MKT-D", "", "P7", "是", "2025-01-01", "2026-01-01"],
    ["DEV-H", "主管", "", "ACQ", "SAL-D", "", "P8", "是", "2026-01-01", "9999-01-01"],
]


def units(house: House) -> list[tuple[Any, ...]]:
    """(code, title, parent's code, kind, agent, place, from, to)."""
    with house.session(SYSTEM) as session:
        codes = {one: code for one, code in session.execute(select(Unit.id, Unit.code))}
        return sorted((
            (codes[one.unit_id], one.title.get("zh_CN"), codes.get(one.parent_id or 0), one.kind,
             one.is_withholding_agent, one.contribution_place, one.valid_from, one.valid_to)
            for one in session.scalars(select(UnitVersion))
        ), key=lambda row: (row[0], row[6]))


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_a_tree_is_stored_with_its_moves(house: House, form: Any) -> None:
    """Children above their parents in the file; a group that moves; a company of its own; nothing the second time."""
    report = bring(house, UNITS, form(TREE))
    assert report.counts["new"] == 5
    start = day("2025-01-01")
    assert units(house) == [
        ("ACME", "精工科技", None, "company", True, "CN-SH", start, FOREVER),
        ("LAB", "实验室", "ACME", "branch", True, "CN-SZ", start, FOREVER),
        ("R", "研发部", "ACME", "department", False, None, start, FOREVER),
        ("R1", "研发一组", "R", "group", False, None, start, day("2026-01-01")),
        ("R1", "研发一组", "LAB", "group", False, None, day("2026-01-01"), FOREVER),
    ]
    with house.session(SYSTEM) as session:
        ids = {code: one for one, code in session.execute(select(Unit.id, Unit.code))}
        for when, above in (("2025-12-31", "R"), ("2026-01-01", "LAB")):
            nodes = tree.load(session, day(when))
            assert tree.ancestors(nodes, ids["R1"]) == (ids["R1"], ids[above], ids["ACME"])
    before = stored(house)
    assert bring(house, UNITS, form(TREE)).state == "unchanged"
    assert stored(house) == before


def test_an_import_of_units_can_be_taken_back(house: House) -> None:
    """Changes and new units are undone and the tree is numbered as before."""
    with house.session(SYSTEM, write=True) as session:
        build(session)
    before = stored(house)
    rows = [["code", "title", "parent"], ["ACQ", "获客组", "SAL"], ["NEW", "新部门", "市场部"]]
    report = bring(house, UNITS, rows)
    assert (report.counts["changed"], report.counts["new"]) == (1, 1)
    assert ("NEW", "新部门", "MKT") in [row[:3] for row in units(house)]
    take_back(house, report)
    assert stored(house) == before


BAD_UNITS = [
    (["X", "某部", "", "火星部", "部门", "", "", "2025-01-01", ""], 2, "上级部门编码", "There is no unit 火星部. Correct"),
    (["X", "某部", "", "CO", "王国", "", "", "2025-01-01", ""], 2, "组织类别", "Write one of"),
    (["X", "某部", "", "CO", "部门", "", "", "31/02/2026", ""], 2, "生效日期", "Write the date as"),
    (["X", "某部", "", "CO", "部门", "", "", "2025-01-01", "2024-01-01"], 2, "失效日期", "must be after the start"),
    (["X", "", "", "CO", "部门", "", "", "2025-01-01", ""], 2, "部门名称", "is missing. Fill in the cell."),
    (["MKT", "市场部", "", "ACQ", "部门", "", "", "2025-01-01", ""], 2, "上级部门编码",
     "a unit cannot stand under itself. Choose another parent."),
    (["X", "某部", "", "X", "部门", "", "", "2025-01-01", ""], 2, "上级部门编码", "a unit cannot stand under itself."),
]


@pytest.mark.parametrize(("row", "number", "column", "told"), BAD_UNITS, ids=[bad[2] + bad[0][0] for bad in BAD_UNITS])
def test_a_bad_unit_is_named_and_nothing_is_written(
    house: House, row: list[str], number: int, column: str, told: str
) -> None:
    """Row, column, remedy; the good unit beside it is not written."""
    with house.session(SYSTEM, write=True) as session:
        build(session)
    rows = [UNIT_HEAD, row, ["GOOD", "好部门", "", "CO", "部门", "", "", "2025-01-01", ""]]
    before = stored(house)
    (problem,) = bring(house, UNITS, rows, dry=True).problems
    assert (problem.row, problem.column) == (number, column)
    assert told in problem.sentence()
    assert problem.remedy
    with pytest.raises(InputErrors):
        bring(house, UNITS, rows)
    assert stored(house) == before


def test_all_that_is_wrong_with_a_unit_is_told_at_once(house: House) -> None:
    """A bad date hides neither an unknown parent nor a ring; a bad parent closes none."""
    with house.session(SYSTEM, write=True) as session:
        build(session)
    row = ["X", "某部", "", "火星部", "部门", "", "", "31/02/2026", ""]
    report = bring(house, UNITS, [UNIT_HEAD, row], dry=True)
    assert [one.column for one in report.problems] == ["上级部门编码", "生效日期"]
    ring = ["MKT", "市场部", "", "ACQ", "王国", "", "", "2025-01-01", ""]
    report = bring(house, UNITS, [UNIT_HEAD, ring], dry=True)
    assert [one.column for one in report.problems] == ["上级部门编码", "组织类别"]
    child = ["CHILD", "子部门", "", "X", "部门", "", "", "2025-01-01", ""]
    report = bring(house, UNITS, [UNIT_HEAD, child, ["X", "", "", "CO", "部门", "", "", "2025-01-01", ""]], dry=True)
    assert [(one.row, one.column) for one in report.problems] == [(3, "部门名称")], "X is no unknown unit"


@pytest.fixture
def company(house: House) -> Company:
    """Units and positions to add to."""
    with house.session(SYSTEM, write=True) as session:
        return build(session)


def posts(house: House, codes: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """(code, unit, above, headcount, grade, head, from, to) of some positions."""
    with house.session(SYSTEM) as session:
        names = {one: code for one, code in session.execute(select(Position.id, Position.code))}
        homes = {one: code for one, code in session.execute(select(Unit.id, Unit.code))}
        return sorted((
            (names[one.position_id], homes[one.unit_id], names.get(one.reports_to_id or 0), one.headcount, one.grade,
             one.is_head, one.valid_from, one.valid_to)
            for one in session.scalars(select(PositionVersion)) if names[one.position_id] in codes
        ), key=lambda row: (row[0], row[6]))


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_positions_are_stored_with_their_line(house: House, company: Company, form: Any) -> None:
    """Reporting to a position further down, changing over dates; nothing the second time; back by undo."""
    before = stored(house)
    report = bring(house, POSITIONS, form(POSTS))
    assert report.counts["new"] == 3
    start, change = day("2025-01-01"), day("2026-01-01")
    assert posts(house, ("DEV", "DEV-H")) == [
        ("DEV", "ACQ", "DEV-H", 3, "P5", False, start, FOREVER),
        ("DEV-H", "ACQ", "MKT-D", 1, "P7", True, start, change),
        ("DEV-H", "ACQ", "SAL-D", 1, "P8", True, change, FOREVER),
    ]
    between = stored(house)
    assert bring(house, POSITIONS, form(POSTS)).state == "unchanged"
    assert stored(house) == between
    take_back(house, report)
    assert stored(house) == before


BAD_POSTS = [
    ({"所属部门": "火星部"}, "所属部门", "There is no unit 火星部."),
    ({"上级岗位": "GOD"}, "上级岗位", "There is no position GOD. Write the code"),
    ({"编制": "-1"}, "编制", "is negative"),
    ({"编制": "两个"}, "编制", "is not a whole number. Write digits only."),
    ({"生效日期": "31/02/2026"}, "生效日期", "Write the date as"),
    ({"失效日期": "2024-12-31"}, "失效日期", "must be after the start"),
    ({"岗位编码": "MKT-D", "所属部门": "MKT", "上级岗位": "ADS"}, "上级岗位",
     "a position cannot report to itself. Choose another position above."),
    ({"岗位编码": "ME", "上级岗位": "ME"}, "上级岗位", "ME → ME: a position cannot report to itself."),
]


@pytest.mark.parametrize(("cells", "column", "told"), BAD_POSTS, ids=[str(bad[0]) for bad in BAD_POSTS])
def test_a_bad_position_is_named_and_nothing_is_written(
    house: House, company: Company, cells: dict[str, str], column: str, told: str
) -> None:
    """Row, column, remedy; a manager cycle too."""
    bad = [cells.get(title, cell) for title, cell in zip(POSITION_HEAD, POSTS[1], strict=True)]
    bad[POSITION_HEAD.index("上级岗位")] = cells.get("上级岗位", "ACQ-H")
    rows = [POSITION_HEAD, ["GOOD", "好岗位", "", "ACQ", "ACQ-H", "", "", "", "2025-01-01", ""], bad]
    before = stored(house)
    (problem,) = bring(house, POSITIONS, rows, dry=True).problems
    assert (problem.row, problem.column) == (3, column)
    assert told in problem.sentence()
    assert problem.remedy
    with pytest.raises(InputErrors):
        bring(house, POSITIONS, rows)
    assert stored(house) == before


def test_all_that_is_wrong_with_a_position_is_told_at_once(house: House, company: Company) -> None:
    """Also a ring that a row with a bad cell closes."""
    row = ["X", "某岗", "", "火星部", "GOD", "两个", "", "", "2025-01-01", ""]
    ring = ["MKT-D", "总监", "", "MKT", "ADS", "两个", "", "", "2025-01-01", ""]
    named = [dict(zip(POSITION_HEAD, one, strict=True)) for one in (row, ring)]
    assert named[0]["编制"] == "两个"
    report = bring(house, POSITIONS, [POSITION_HEAD, row, ring], dry=True)
    assert [(one.row, one.column) for one in report.problems] == [
        (2, "所属部门"), (2, "上级岗位"), (2, "编制"), (3, "上级岗位"), (3, "编制")]


def test_a_ring_of_the_future_alone_is_found(house: House, company: Company) -> None:
    """It closes on the day from which a dated row says so."""
    head = ["code", "title", "unit", "reports to", "valid from", "valid to"]
    rows = [head, ["A", "甲", "ACQ", "", "2025-01-01", "2027-01-01"], ["A", "甲", "ACQ", "B", "2027-01-01", ""],
            ["B", "乙", "ACQ", "A", "2025-01-01", ""]]
    (problem,) = bring(house, POSITIONS, rows, dry=True).problems
    assert "cannot report to itself" in str(problem.message)
    rows[3][5] = "2027-01-01"
    assert bring(house, POSITIONS, rows, dry=True).ok
