"""How far an import reaches: its kind is asked about the whole, every row about its place; a new company is nowhere."""

from __future__ import annotations

from datetime import date

import pytest

from core.access.decision import Denied
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.actor import Actor
from core.db.types import Translation
from core.exchange.report import ImportReport
from core.kernel.house import House
from core.org import services as org
from core.org.exchange import PEOPLE, UNITS
from tests.core.org.company import START, SYSTEM, Company, build
from tests.core.org.files import Rows, bring

TITLE = Translation(zh_CN="导入", en="Imports")
HEAD = ["部门编码", "部门名称", "上级部门编码", "所属公司"]
OUT = "on your list, but not for this one"


def clerk(house: House, units: str, structure: str, people: str, *, second: bool = False) -> Actor:
    """The head of the company, with these scopes; with a second company beside the first, if asked."""
    with house.session(SYSTEM, write=True) as session:
        made: Company = build(session)
        if second:
            other = org.create_legal_entity(session, SYSTEM, code="B2", name={"zh_CN": "第二公司", "en": "Second"})
            org.create_unit(session, SYSTEM, code="B2", title={"zh_CN": "第二公司", "en": "Second"}, valid_from=START,
                            legal_entity=other, kind="company")
        ceo = org.hire(session, SYSTEM, number="1", name="ceo", position=made.positions["CEO"], hired_on=START)
        publish(session, SYSTEM, ListDraft("CO", 1, START, entries=(
            EntryDraft("A1", "CEO", "org.unit:import", TITLE, units),
            EntryDraft("A2", "CEO", "org.structure:change", TITLE, structure),
            EntryDraft("A3", "CEO", "person.record:import", TITLE, people),
        )))  # fmt: skip
        return Actor(kind="person", name="ceo", account_id=1, person_id=ceo.person_id, locale="en")


def problems(report: ImportReport) -> list[tuple[int | None, str]]:
    """Row and sentence of each."""
    return [(problem.row, str(problem.message)) for problem in report.problems]


def test_the_whole_is_asked_about_before_the_file_is_read(house: House) -> None:
    """With one company ``company`` is the whole; beside a second one it no longer is."""
    one = clerk(house, "company", "company", "company")
    assert bring(house, UNITS, [HEAD, ["N", "新部门", "CO", ""]], dry=True, actor=one).ok
    with house.session(SYSTEM, write=True) as session:
        other = org.create_legal_entity(session, SYSTEM, code="B2", name={"zh_CN": "第二公司", "en": "Second"})
        org.create_unit(session, SYSTEM, code="B2", title={"zh_CN": "第二公司", "en": "Second"},
                        valid_from=date(2026, 1, 1), legal_entity=other)
    with pytest.raises(Denied, match="whole organisation"):
        bring(house, UNITS, [HEAD, ["N", "新部门", "CO", ""]], dry=True, actor=one)


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([["N", "新部门", "CO", ""], ["N2", "新小组", "N", ""]], []),
        ([["N", "新公司", "", ""]], [2]),
        ([["N", "新公司", "", ""], ["N2", "新小组", "N", ""]], [2, 3]),
        ([["N", "新部门", "CO", "新公司"]], [2]),
        ([["MKT", "市场部", "CO", "新公司"]], [2]),
    ],
)
def test_a_company_comes_with_a_file_only_for_whoever_may_everywhere(
    house: House, rows: Rows, refused: list[int]
) -> None:
    within = clerk(house, "all", "company", "company")
    found = problems(bring(house, UNITS, [HEAD, *rows], dry=True, actor=within))
    assert [row for row, _message in found] == refused
    assert all(OUT in message for _row, message in found)
    assert bring(house, UNITS, [HEAD, *rows], dry=True).ok, "the product itself may"


def test_a_company_is_founded_by_an_entry_for_everywhere(house: House) -> None:
    boss = clerk(house, "all", "all", "all")
    assert bring(house, UNITS, [HEAD, ["N", "新公司", "", ""], ["N2", "新小组", "N", ""]], actor=boss).ok


def test_an_unknown_unit_above_is_told_once(house: House) -> None:
    """It is no new company, so nothing is said of authority."""
    within = clerk(house, "all", "company", "company")
    (problem,) = problems(bring(house, UNITS, [HEAD, ["N", "新部门", "NOWHERE", ""]], dry=True, actor=within))
    assert problem[0] == 2
    assert OUT not in problem[1]


@pytest.mark.parametrize(("scope", "fine"), [("all", True), ("company", False)])
def test_people_come_to_a_company_that_is_only_being_made_by_an_entry_for_everywhere(
    house: House, scope: str, fine: bool
) -> None:
    boss = clerk(house, "all", "all", scope, second=True)
    head, row = ["工号", "姓名", "部门", "岗位", "入职日期"], ["9", "周明", "第三公司/内容组", "编导", "2026-01-05"]
    report = bring(house, PEOPLE, [head, row], dry=True, create=True, actor=boss)
    assert report.ok is fine, problems(report)
    assert all(OUT in message for _row, message in problems(report))
