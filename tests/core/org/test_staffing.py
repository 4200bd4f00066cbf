"""Staffing plans: files of quotas, what is used of them, and appointments beyond what binds."""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

import threading
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from core.base.errors import DomainError, InputErrors
from core.base.text import use_locale
from core.kernel.house import House
from core.org import quotas
from core.org import services as org
from core.org.exchange import PEOPLE, QUOTAS
from core.org.exchange.quotas import export_quotas
from core.org.models import Assignment, Employment, PositionQuota, PositionQuotaVersion
from core.org.services import staffing
from tests.core.org.company import SYSTEM, Company, build, seen
from tests.core.org.files import as_csv, as_xlsx, bring, day, stored, take_back

TODAY = date(2026, 11, 23)
HEAD = ["部门", "岗位类别", "最高等级", "最低等级", "核定数", "结构比例", "超出不予聘用", "依据", "生效日期", "失效日期"]
BASIS = "市编〔2024〕18号"
PLAN: list[list[Any]] = [
    HEAD,
    ["CO", "编制", "", "", "5", "", "是", BASIS, "2024-01-01", ""],
    ["CO", "管理岗位", "", "", "2", "", "", BASIS, "2024-01-01", ""],
    ["CO", "管理", "管理五级", "六级", "1", "", "是", BASIS, "2024-01-01", ""],
    ["CO", "专业技术岗位", "", "", "3", "", "", BASIS, "2024-01-01", "2026-01-01"],
    ["CO", "专业技术岗位", "", "", "4", "", "", "市编〔2025〕3号", "2026-01-01", ""],
    ["CO", "专技", "7", "", "", "1:10", "", BASIS, "2024-01-01", ""],
    ["灵客科技", "工勤", "三级", "普通工", "1", "25%", "", BASIS, "2024-01-01", ""],
    ["MKT", "outside", "", "", "2", "", "", BASIS, "", ""],
]


@pytest.fixture
def company(house: House, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The small company, without people, its posts graded: three managers, three professionals, a worker."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(TODAY))
    with house.session(SYSTEM, write=True) as session:
        made = build(session)
        for code, grade in {"CEO": "管理五级", "MKT-D": "管理六级", "ACQ-H": "管理七级", "ADS": "专技七级",
                            "SAL-D": "专技十级", "BJ-R": None}.items():
            org.change_position(session, SYSTEM, made.positions[code], day("2025-01-01"), grade=grade)
        session.expunge_all()
    return made


def plan(house: House) -> list[tuple[Any, ...]]:
    """(category, range, number, share, binding, basis, from, to) of every stored quota."""
    with house.session(SYSTEM) as session:
        rows = session.execute(
            select(PositionQuota, PositionQuotaVersion)
            .join(PositionQuotaVersion, PositionQuotaVersion.quota_id == PositionQuota.id)
            .order_by(PositionQuota.id, PositionQuotaVersion.valid_from)
        ).all()
        return [(one.category, (one.grade_min, one.grade_max), said.max_count, (said.ratio_num, said.ratio_den),
                 said.binding, said.basis, str(said.valid_from), str(said.valid_to)) for one, said in rows]


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_a_plan_is_stored_with_its_history_and_the_same_file_changes_nothing(
    house: House, company: Company, form: Any
) -> None:
    """Grades in words and numbers, shares as 1:10 and 25 %, 普通工 below the five grades of skilled work."""
    assert bring(house, QUOTAS, form(PLAN)).counts["new"] == 8
    old, end = "2024-01-01", "9999-12-31"
    assert [(*row[:7], "open" if row[7] >= "9999" else row[7]) for row in plan(house)] == [
        ("all", (0, 0), 5, (None, None), True, BASIS, old, "open"),
        ("management", (0, 0), 2, (None, None), False, BASIS, old, "open"),
        ("management", (5, 6), 1, (None, None), True, BASIS, old, "open"),
        ("professional", (0, 0), 3, (None, None), False, BASIS, old, "2026-01-01"),
        ("professional", (0, 0), 4, (None, None), False, "市编〔2025〕3号", "2026-01-01", "open"),
        ("professional", (7, 7), None, (1, 10), False, BASIS, old, "open"),
        ("skilled", (3, 6), 1, (1, 4), False, BASIS, old, "open"),
        ("outside", (0, 0), 2, (None, None), False, BASIS, "1970-01-01", "open"),
    ], end
    before = stored(house)
    assert bring(house, QUOTAS, form(PLAN)).state == "unchanged"
    assert stored(house) == before


def test_an_export_can_be_imported_again_and_an_import_taken_back(house: House, company: Company) -> None:
    before = stored(house)
    report = bring(house, QUOTAS, PLAN)
    kept = plan(house)
    for locale in ("zh_CN", "en"):
        with house.session(SYSTEM) as session, use_locale(locale):
            data = export_quotas(session)
        assert len(list(openpyxl.load_workbook(BytesIO(data)).worksheets[0].rows)) == 9
        assert bring(house, QUOTAS, data).state == "unchanged"
    assert plan(house) == kept
    take_back(house, report)
    assert stored(house) == before


BAD = [
    (["火星部", "管理", "", "", "1", "", "", BASIS, "", ""], "部门", "There is no unit 火星部."),
    (["CO", "管理", "专技七级", "", "1", "", "", BASIS, "", ""], "最高等级", "专技七级 is no grade of this category."),
    (["CO", "管理", "", "11", "1", "", "", BASIS, "", ""], "最低等级", "11 is no grade of this category."),
    (["CO", "管理", "七级", "五级", "1", "", "", BASIS, "", ""], "最低等级", "stands above the highest"),
    (["CO", "编制", "五级", "", "1", "", "", BASIS, "", ""], "最高等级", "no range of grades in common"),
    (["CO", "管理", "", "", "", "", "", BASIS, "", ""], "核定数", "neither a number nor a ratio"),
    (["CO", "管理", "", "", "", "1:3:6", "", BASIS, "", ""], "结构比例", "1:3:6 is no share"),
    (["CO", "管理", "", "", "", "3:1", "", BASIS, "", ""], "结构比例", "3:1 is no share"),
    (["CO", "管理", "", "", "", "1:0", "", BASIS, "", ""], "结构比例", "1:0 is no share"),
    (["CO", "管理", "", "", "1", "", "", BASIS, "2026-01-01", "2025-01-01"], "失效日期", "must be after the start"),
    (["CO", "管理", "", "", "1", "", "", "", "", ""], "依据", "is missing"),
    (["CO", "管理", "", "", "-1", "", "", BASIS, "", ""], "核定数", "at least"),
    (["CO", "总裁岗", "", "", "1", "", "", BASIS, "", ""], "岗位类别", "Write one of"),
]


def test_every_bad_quota_is_named_and_nothing_is_written(house: House, company: Company) -> None:
    """Row, column and remedy of all of them in one run; the good quota beside them is not written."""
    before = stored(house)
    rows = [HEAD, *(row for row, _column, _told in BAD), ["CO", "工勤", "", "", "1", "", "", BASIS, "", ""]]
    problems = bring(house, QUOTAS, rows, dry=True).problems
    assert [(problem.row, problem.column) for problem in problems] == [
        (number, column) for number, (_row, column, _told) in enumerate(BAD, start=2)
    ]
    for problem, (_row, _column, told) in zip(problems, BAD, strict=True):
        assert told in problem.sentence()
        assert problem.remedy
    with pytest.raises(InputErrors):
        bring(house, QUOTAS, rows)
    assert stored(house) == before


def test_a_file_that_says_a_quota_twice_is_refused(house: House, company: Company) -> None:
    rows = [HEAD, ["CO", "管理", "", "", "1", "", "", BASIS, "2024-01-01", ""],
            ["灵客科技", "管理岗位", "", "", "2", "", "", BASIS, "2025-01-01", ""]]
    (problem,) = bring(house, QUOTAS, rows, dry=True).problems
    assert problem.row == 3
    assert "says twice what this quota is on 2025-01-01" in problem.sentence()


def hired(house: House, number: str, post: str, when: str = "2026-03-02") -> int:
    """Somebody on a post, in a transaction of his own."""
    with house.session(SYSTEM, write=True) as session:
        return org.hire(session, SYSTEM, number=number, name=f"{number}某", hired_on=day(when),
                        position=org.position_by_code(session, post)).id


def used(house: House, on: date = TODAY) -> dict[str, tuple[int, int, int]]:
    """(allowed, planned, held) of each quota, by its words."""
    with house.session(SYSTEM) as session:
        return {str(quotas.what(one.quota)): (one.allowed, one.planned, one.held)
                for one in staffing.uses_on(session, on)}


def test_what_is_used_of_a_plan(house: House, company: Company) -> None:
    """CEO and MKT-D are 5 to 6; ADS has two places of the seventh professional grade; BJ-R's five are outside, but not
    of marketing. A share of four approved posts is a part of one, which counts as a whole one.
    """
    bring(house, QUOTAS, PLAN)
    for number, post in (("1", "CEO"), ("2", "ADS"), ("3", "BJ-R")):
        hired(house, number, post)
    with house.session(SYSTEM, write=True) as session:
        ceo = org.employment_by_number(session, SYSTEM, "1")
        org.assign(session, SYSTEM, ceo, org.position_by_code(session, "MKT-D"), valid_from=day("2026-04-01"),
                   kind="acting")
    assert used(house) == {
        "Posts within the plan": (5, 6, 2), "Management posts": (2, 3, 1),
        "Management posts, grades 5 to 6": (1, 2, 1), "Professional and technical posts": (4, 3, 1),
        "Professional and technical posts, grade 7": (1, 2, 1),
        "Skilled and manual posts, grades 3 to unskilled work": (0, 0, 0), "Posts outside the plan": (2, 0, 0),
    }  # fmt: skip
    assert used(house, day("2025-12-31"))["Professional and technical posts"] == (3, 3, 0)


@pytest.mark.proves("quota")
def test_nobody_is_appointed_beyond_what_binds(house: House, company: Company) -> None:
    """Hiring, a transfer and a further substantive post are refused with quota and basis; acting takes no place, and
    what does not bind refuses nobody.
    """
    bring(house, QUOTAS, PLAN)
    hired(house, "1", "CEO")
    before = stored(house)
    with pytest.raises(DomainError) as refused:
        hired(house, "2", "MKT-D")
    assert refused.value.code == "quota.exceeded"
    assert str(refused.value) == (
        "2某 cannot be appointed from 2026-11-23: the staffing plan of Co approves 1 of “Management posts, grades 5 to "
        "6” (市编〔2024〕18号), and 2 people would hold one. Have the plan approved anew, or let a place become free "
        "first."
    )
    with use_locale("zh_CN"):
        assert str(refused.value) == (
            "2某不能自 2026-11-23 起聘用：灵客科技的编制方案核定“管理岗位五级至六级”1 个（市编〔2024〕18号），聘用后在岗 2 人。"
            "应先重新报批方案，或待岗位空出后再聘用。"
        )
    assert stored(house) == before
    hired(house, "2", "ACQ-H")
    hired(house, "3", "ADS")
    with house.session(SYSTEM, write=True) as session:
        two = org.employment_by_number(session, SYSTEM, "2")
        post = org.position_by_code(session, "MKT-D")
        for attempt in (
            lambda: org.transfer(session, SYSTEM, two, post, TODAY),
            lambda: org.assign(session, SYSTEM, two, post, valid_from=TODAY, kind="substantive"),
        ):
            nested = session.begin_nested()
            with pytest.raises(DomainError, match="approves 1 of"):
                attempt()
            nested.rollback()
        org.assign(session, SYSTEM, two, post, valid_from=TODAY, kind="acting")
    # Two managers are one more than approved, and that quota does not bind.
    hired(house, "4", "ACQ-H")
    assert used(house)["Management posts"] == (2, 3, 3)


def test_who_stands_within_keeps_his_place(house: House, company: Company) -> None:
    """Where more are in post than a later plan approves, they may move within it, and nobody else comes in."""
    for number, post in (("1", "CEO"), ("2", "MKT-D"), ("3", "ADS")):
        hired(house, number, post)
    bring(house, QUOTAS, PLAN)
    with house.session(SYSTEM, write=True) as session:
        org.transfer(session, SYSTEM, org.employment_by_number(session, SYSTEM, "1"),
                     org.position_by_code(session, "MKT-D"), TODAY)
        with pytest.raises(DomainError, match="and 3 people would hold one"):
            org.transfer(session, SYSTEM, org.employment_by_number(session, SYSTEM, "3"),
                         org.position_by_code(session, "CEO"), TODAY)


def test_days_to_come_are_asked_and_days_gone_by_are_not(house: House, company: Company) -> None:
    """The last place is promised from January on; until then somebody may have it, and what is over may be recorded."""
    bring(house, QUOTAS, PLAN)
    hired(house, "1", "CEO", "2027-01-01")
    with pytest.raises(DomainError, match="cannot be appointed from 2027-01-01"):
        hired(house, "2", "MKT-D", "2026-12-01")
    with house.session(SYSTEM, write=True) as session:
        three = org.hire(session, SYSTEM, number="3", name="三", hired_on=day("2026-12-01"),
                         position=org.position_by_code(session, "ACQ-H"))
        added = org.assign(session, SYSTEM, three, org.position_by_code(session, "MKT-D"), kind="substantive",
                           valid_from=day("2026-12-01"), valid_to=day("2027-01-01"))
        assert added.valid_to == day("2027-01-01")
        four = org.hire(session, SYSTEM, number="4", name="四", hired_on=day("2026-01-01"),
                        position=org.position_by_code(session, "SAL-D"))
        for post in ("CEO", "MKT-D"):
            org.assign(session, SYSTEM, four, org.position_by_code(session, post), kind="substantive",
                       valid_from=day("2026-01-01"), valid_to=day("2026-06-01"))


ROSTER = [["工号", "姓名", "部门", "岗位", "入职日期"], ["E1", "周蕾", "CO", "CEO", "2025-03-01"]]


def test_a_roster_beyond_the_plan_is_refused_as_a_whole(house: House, company: Company) -> None:
    """Also one that brings history; the same people again, and a correction of their files, are no appointment."""
    bring(house, QUOTAS, PLAN)
    before = stored(house)
    with pytest.raises(DomainError, match=r"王芳 and others of the file, 2 in all|周蕾 and others of the file, 2 in all"):
        bring(house, PEOPLE, [*ROSTER, ["E2", "王芳", "MKT", "MKT-D", "2024-03-01"]])
    assert stored(house) == before
    bring(house, PEOPLE, ROSTER)
    with pytest.raises(DomainError, match="王芳 cannot be appointed"):
        bring(house, PEOPLE, [ROSTER[0], ["E2", "王芳", "MKT", "MKT-D", "2024-03-01"]])
    bring(house, PEOPLE, [ROSTER[0], ["E2", "王芳", "ACQ", "ACQ-H", "2024-03-01"]])
    with pytest.raises(DomainError, match="王芳 cannot be appointed"):
        bring(house, PEOPLE, [ROSTER[0], ["E2", "王芳", "MKT", "MKT-D", "2024-03-01"]])
    bring(house, PEOPLE, [[*ROSTER[0], "邮箱"], [*ROSTER[1], "zl@example.com"]])


def test_two_at_once_do_not_both_take_the_last_place(house: House, company: Company) -> None:
    """Both have been written when either asks; the one who comes second sees the first."""
    bring(house, QUOTAS, PLAN)
    start, outcomes = threading.Barrier(2), []

    def take(number: str, post: str) -> None:
        start.wait()
        try:
            hired(house, number, post)
            outcomes.append("in")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=take, args=one) for one in (("1", "CEO"), ("2", "MKT-D"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "quota.exceeded"]
    with house.session(SYSTEM) as session:
        assert len(session.scalars(seen(select(Employment.id))).all()) == 1
        assert len(session.scalars(seen(select(Assignment.id))).all()) == 1
