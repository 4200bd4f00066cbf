"""Contribution places in files: by any name a country pack knows, and told where no pack does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.exchange.report import line
from core.kernel import state
from core.kernel.house import House
from core.org.exchange import PEOPLE, UNITS
from core.org.models import Employment, EmploymentTerms, UnitVersion
from tests.core.org.company import SYSTEM, Company, build, seen
from tests.core.org.files import bring

ROSTER = ["工号", "姓名", "部门", "岗位", "入职日期", "参保地"]
TREE = ["部门编码", "部门名称", "参保地"]


@pytest.fixture
def company(house: House, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The company, without people, on 23 November 2026."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    with house.session(SYSTEM, write=True) as session:
        return build(session)


def roster(*places: str) -> list[list[str]]:
    """One employee for each place, E0 and so on."""
    return [ROSTER, *([f"E{at}", f"员工{at}", "SAL", "SAL-D", "2025-03-01", place] for at, place in enumerate(places))]


def places(house: House) -> dict[str, str | None]:
    """The contribution place of each employee number."""
    with house.session(SYSTEM) as session:
        return {number: place for number, place in session.execute(seen(
            select(Employment.number, EmploymentTerms.contribution_place)
            .join(EmploymentTerms, EmploymentTerms.employment_id == Employment.id)
        ))}


def test_a_place_is_known_by_its_names(house: House, company: Company) -> None:
    report = bring(house, PEOPLE, roster("上海", "上海市", "Shanghai", "CN-SH", "beijing"))
    assert [one for one in report.warnings if one.column == "参保地"] == []
    assert places(house) == {"E0": "CN-SH", "E1": "CN-SH", "E2": "CN-SH", "E3": "CN-SH", "E4": "CN-BJ"}
    assert bring(house, PEOPLE, roster("CN-SH", "上海", "上海", "上海", "北京")).state == "unchanged"


def test_a_place_without_rules_is_kept_and_told_once(house: House, company: Company) -> None:
    report = bring(house, PEOPLE, roster("上海", "亚特兰蒂斯", "亚特兰蒂斯"))
    told = [line(one) for one in report.warnings if one.column == "参保地"]
    assert told == [
        "Row 3, 参保地: The rules of 亚特兰蒂斯 are not known; no pay can be calculated there. "
        "Write one of: Beijing, Shanghai."
    ]
    assert places(house) == {"E0": "CN-SH", "E1": "亚特兰蒂斯", "E2": "亚特兰蒂斯"}


def test_units_name_places_the_same_way(house: House) -> None:
    report = bring(house, UNITS, [TREE, ["ACME", "精工科技", "上海市"], ["ACME2", "精工二厂", "火星"]])
    assert [one.row for one in report.warnings if one.column == "参保地"] == [3]
    with house.session(SYSTEM) as session:
        assert set(session.scalars(select(UnitVersion.contribution_place))) == {"CN-SH", "火星"}


def test_without_a_country_pack_a_place_stays_as_it_stands(house: House, company: Company) -> None:
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "country_cn", on=False)
    report = bring(house, PEOPLE, roster("上海"))
    assert [one for one in report.warnings if one.column == "参保地"] == []
    assert places(house) == {"E0": "上海"}


def test_kinds_of_documents_are_offered_in_the_language_of_the_reader(house: House, company: Company) -> None:
    rows = [["工号", "姓名", "证件类型", "证件号码", "部门", "岗位", "入职日期"],
            ["E1", "周蕾", "工作证", "11010519491231002X", "SAL", "SAL-D", "2025-03-01"]]
    (problem,) = bring(house, PEOPLE, rows, dry=True).problems
    assert "Resident identity card" in problem.sentence()
    assert "居民身份证" not in problem.sentence()
