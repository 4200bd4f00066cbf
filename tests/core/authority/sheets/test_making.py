"""From sheets to posts and drafts: shown first, made only when confirmed, and all of it or nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from core.authority.document import parse
from core.authority.models import AuthorityEntry
from core.authority.publish import publish
from core.authority.sheets import SheetRead, making
from core.authority.sheets.reading import DutyRead
from core.cli.root import remit
from core.org import grades
from core.org import services as org
from core.org.models import Position, PositionVersion
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.sheets.test_word_sheets import document
from tests.core.authority.test_list_commands import desk

__all__ = ["desk"]

SHEETS = document(
    [["单位名称", "FIN部", "岗位名称", "会计"], ["岗位类别", "专业技术", "岗位等级", "十级"],
     ["岗位数量", "2个", "直接上级", "岗位CEO"], ["职责任务", "1.记账\n2.对账", None, None],
     ["工作标准", "1.日清\n2.月结", None, None], ["任职条件", "会计专业", None, None],
     ["岗位风险", "高", None, None]],
    [["单位名称", "ACQ部", "岗位名称", "岗位ACQ-H"], ["职责任务", "投放策略\n复盘", None, None]],
)  # fmt: skip


def run(company: Company, *args: object, answer: str = "") -> Result:
    words = ["--lang", "en", "authority", "list", "sheets", *map(str, args), "--as", "zhao"]
    return CliRunner().invoke(remit, words, obj=company.house, input=answer)


def posts(company: Company) -> set[str]:
    with company.house.session(SYSTEM) as session:
        return set(session.scalars(select(Position.code)))


@pytest.fixture
def file(desk: Company, tmp_path: Path) -> Path:
    """The document; zhao may change the structure."""
    with desk.house.session(SYSTEM, write=True) as session:
        session.add(AuthorityEntry(list_id=1, code="L1", position_id=desk.positions["CEO"].id, scope="all",
                                   action="org.structure:change", title={"zh_CN": "机构", "en": "Structure"}))
    path = tmp_path / "sheets.docx"
    path.write_bytes(SHEETS)
    return path


def test_what_was_understood_is_shown_and_nothing_is_made(desk: Company, file: Path) -> None:
    before = posts(desk)
    told = run(desk, file)
    assert told.exit_code == 0, told.output
    for words in (
        "Table 1, row 1: 会计 (FIN-01, new)", "Grade: 专技十级", "Headcount quota: 2", "Reports to: CEO",
        "· 记账 [日清]", "Table 2, row 1: 岗位ACQ-H (ACQ-H, is there already)",
        "Not understood, and not taken over:", "Table 1, row 7: 岗位风险", "Table 1, row 7: 高",
    ):
        assert words in told.output, words
    assert posts(desk) == before


def test_a_no_makes_nothing_and_a_yes_makes_posts_and_drafts(desk: Company, file: Path, tmp_path: Path) -> None:
    out, before = tmp_path / "drafts", posts(desk)
    assert "Nothing was made." in run(desk, file, "-o", out, answer="n\n").output
    assert (posts(desk), out.exists()) == (before, False)
    told = run(desk, file, "-o", out, "--from", "2026-04-01", answer="y\n")
    assert told.exit_code == 0, told.output
    assert posts(desk) - before == {"FIN-01"}
    with desk.house.session(SYSTEM) as session:
        version = session.scalars(
            select(PositionVersion).join(Position, Position.id == PositionVersion.position_id)
            .where(Position.code == "FIN-01")
        ).one()
        assert (version.grade, version.headcount, version.valid_from) == ("专技十级", 2, date(2026, 4, 1))
        assert version.reports_to_id == desk.positions["CEO"].id
        assert version.requirements is not None
        assert version.requirements["zh_CN"] == "会计专业"
    draft = parse((out / "FIN.yaml").read_text(encoding="utf-8"))
    assert (draft.unit, draft.version, draft.effective_from) == ("FIN", 1, date(2026, 4, 1))
    assert [(one.code, one.position, one.text["zh_CN"]) for one in draft.duties] == [
        ("D1", "FIN-01", "记账（工作标准：日清）"), ("D2", "FIN-01", "对账（工作标准：月结）")]
    acq = parse((out / "ACQ.yaml").read_text(encoding="utf-8"))
    assert [(one.code, one.text["zh_CN"]) for one in acq.duties] == [("D1", "投放策略"), ("D2", "复盘")]
    again = run(desk, file, "-o", out, "--yes")
    assert "is there already; move it" in again.stderr


def test_a_post_with_a_problem_stops_all(desk: Company, tmp_path: Path) -> None:
    path, before = tmp_path / "bad.docx", posts(desk)
    path.write_bytes(document(
        [["单位名称", "没有科", "岗位名称", "甲"]],
        [["单位名称", "FIN部", "岗位名称", "乙"], ["岗位等级", "特级", "岗位数量", "若干"]],
        [["单位名称", "FIN部", "岗位名称", "丙"], ["直接上级", "无此岗", "", ""]],
    ))  # fmt: skip
    told = run(desk, path, "-o", tmp_path / "x", "--yes", "--json")
    assert told.exit_code == 1
    shown = run(desk, path)
    for words in ("There is no unit 没有科", "The grade 特级 is none that is known.", "若干 is no number of posts.",
                  "There is no post 无此岗 to report to."):
        assert words in shown.output, words
    named = json.loads(run(desk, path, "--unit", "SALES", "--json").stdout)
    assert [(one["unit"], one["code"]) for one in named["posts"]] == [
        ("SALES", "SALES-01"), ("FIN", "FIN-01"), ("FIN", "FIN-02")]
    assert posts(desk) == before


def test_who_is_above_is_made_first_and_named_by_name_or_code(desk: Company, file: Path, tmp_path: Path) -> None:
    """Which of several posts of one name is meant is not guessed, nor does a circle become a line."""
    file.write_bytes(document(
        [["单位名称", "FIN部", "岗位名称", "出纳"], ["直接上级", "会计主管", "", ""], ["岗位职责", "收付", None, None]],
        [["单位名称", "FIN部", "岗位名称", "会计主管"], ["直接上级", "CEO", "", ""], ["岗位职责", "审核", None, None]],
    ))  # fmt: skip
    assert run(desk, file, "-o", tmp_path / "a", "--yes").exit_code == 0
    with desk.house.session(SYSTEM) as session:
        above = {code: version.reports_to_id for code, version in session.execute(
            select(Position.code, PositionVersion).join(Position, Position.id == PositionVersion.position_id)
            .where(Position.code.startswith("FIN-")))}  # fmt: skip
        ids = {code: key for code, key in session.execute(select(Position.code, Position.id))}
    assert above == {"FIN-01": ids["FIN-02"], "FIN-02": ids["CEO"]}

    before = posts(desk)
    file.write_bytes(document(
        [["单位名称", "FIN部", "岗位名称", "甲"], ["直接上级", "乙", "", ""]],
        [["单位名称", "FIN部", "岗位名称", "乙"], ["直接上级", "甲", "", ""]],
    ))  # fmt: skip
    told = run(desk, file, "-o", tmp_path / "b", "--yes")
    assert (told.exit_code, "would report to each other in a circle: 甲, 乙" in told.stderr) == (1, True)
    file.write_bytes(document(
        [["单位名称", "SALES部", "岗位名称", "组长"], ["直接上级", "组长", "", ""]],
        [["单位名称", "FIN部", "岗位名称", "组长"]],
        [["单位名称", "ACQ部", "岗位名称", "组员"], ["直接上级", "组长", "", ""]],
    ))  # fmt: skip
    told = run(desk, file)
    assert "The post cannot report to itself." in told.output
    assert "Several posts are called 组长: FIN-03, SALES-01. Name one by its code." in told.output
    assert posts(desk) == before


def test_a_grade_of_an_enterprise_is_known_where_a_post_has_it(desk: Company, file: Path) -> None:
    with desk.house.session(SYSTEM, write=True) as session:
        session.execute(update(PositionVersion).where(
            PositionVersion.position_id == desk.positions["ACQ-S"].id).values(grade="P5"))  # fmt: skip
    file.write_bytes(document([["单位名称", "FIN部", "岗位名称", "甲"], ["岗位等级", "P5", "", ""]],
                              [["单位名称", "FIN部", "岗位名称", "乙"], ["岗位等级", "P9", "", ""]]))
    told = run(desk, file).output
    assert "Grade: P5" in told
    assert "The grade P5" not in told
    assert "The grade P9 is none that is known." in told


def test_what_is_there_already_makes_nothing(desk: Company, file: Path, tmp_path: Path) -> None:
    file.write_bytes(document([["单位名称", "ACQ部", "岗位名称", "岗位ACQ-H"]]))
    told = run(desk, file, "-o", tmp_path / "a", "--yes")
    assert (told.exit_code, "All of it is there already; nothing was made." in told.stderr) == (1, True)
    file.write_bytes(document([["单位名称", "FIN部", "岗位名称", "会计"]]))
    told = run(desk, file, "-o", tmp_path / "b", "--yes")
    assert (told.exit_code, "Made: 1 post. No duty was read, so there is no draft." in told.output) == (0, True)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_document_without_a_post_and_one_that_is_none_are_told_in_a_sentence(desk: Company, tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(document([["姓名", "电话"], ["张三", "123"]]))
    told = run(desk, path)
    assert (told.exit_code, "No table of the document names a post" in told.stderr) == (1, True)
    path.write_bytes(b"hello")
    assert "This is no Word document" in run(desk, path).stderr


@pytest.mark.parametrize(("category", "grade", "code", "expected"), [
    ("管理岗位", "七级", "", "管理七级"), ("专业技术岗位", "10级", "", "专技十级"), ("", "", "GL05", "管理五级"),
    ("", "", "ZJ12", "专技十二级"), ("工勤技能岗位", "技术工三级", "", "工勤三级"), ("工勤", "普通工", "", "普通工"),
    ("管理岗位", "专业技术十级", "", "专技十级"), ("工勤", "六级", "", None), ("管理", "十一级", "", None),
    ("", "七级", "", None), ("管理", "高级", "", None),
])  # fmt: skip
def test_grades_are_written_in_one_way(category: str, grade: str, code: str, expected: str | None) -> None:
    assert grades.normal(category, grade, code) == expected


@pytest.mark.parametrize(("grade", "expected"), [
    ("管理七级", ("management", 7)), ("专技十三级", ("professional", 13)), ("普通工", ("skilled", 0)),
    ("P7", None), ("管理十二级", None), ("管理", None),
])  # fmt: skip
def test_grades_that_are_kept_are_read(grade: str, expected: tuple[str, int] | None) -> None:
    assert grades.read(grade) == expected


def test_which_of_two_posts_of_one_name_is_meant_is_not_guessed(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        for code in ("F1", "F2"):
            org.create_position(session, SYSTEM, code=code, unit=company.units["FIN"], valid_from=date(2025, 1, 1),
                                title={"zh_CN": "会计", "en": "Accountant"})
        found = making.propose(session, [SheetRead(1, 1, unit="FIN部", title="会计")], date(2026, 3, 10))
    assert [str(fault.text) for fault in found[0].problems] == [
        "Several posts of this unit are called 会计; it is not known which one is meant."]


def test_a_duty_that_the_list_has_already_is_not_taken_over_twice(company: Company) -> None:
    """The draft of the next version has what is new, under the next free code."""
    day = date(2026, 3, 10)
    first = SheetRead(1, 1, unit="FIN部", title="会计", duties=[DutyRead("记账"), DutyRead("对账", "月结")])
    again = replace(first, duties=[DutyRead("记账"), DutyRead("报税"), DutyRead("对账", "月结")])
    with company.house.session(SYSTEM, write=True) as session:
        made = making.make(session, SYSTEM, making.propose(session, [first], day), day)
        publish(session, SYSTEM, made.drafts[0])
        (draft,) = making.make(session, SYSTEM, making.propose(session, [again], day), day).drafts
    assert [(duty.code, str(duty.text.get("zh_CN"))) for duty in draft.duties] == [
        ("D1", "记账"), ("D2", "对账（工作标准：月结）"), ("D3", "报税")]
