"""The page of the staffing plan and its file: what is approved, set up and held, for everybody who sees the chart."""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest

from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.org import services as org
from core.org.exchange import QUOTAS
from tests.core.org.company import START, SYSTEM
from tests.core.org.desk import TITLE, Desk, page
from tests.core.org.files import bring, day

HEAD = ["部门", "岗位类别", "最高等级", "最低等级", "核定数", "结构比例", "超出不予聘用", "依据", "生效日期", "失效日期"]
PLAN = [
    HEAD,
    ["CO", "编制", "", "", "4", "", "是", "市编〔2024〕18号", "2024-01-01", ""],
    ["CO", "管理岗位", "", "", "3", "", "", "市编〔2024〕18号", "2024-01-01", ""],
    ["CO", "管理岗位", "五级", "六级", "1", "", "", "市编〔2024〕18号", "2024-01-01", ""],
    ["CO", "编外", "", "", "9", "", "", "市编〔2024〕18号", "2024-01-01", ""],
    ["SAL", "编制", "", "", "1", "", "", "市编〔2024〕19号", "2027-01-01", ""],
]


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """CEO and MKT-D are of the fifth and sixth grade, ACQ-H and SAL-D of the seventh; all four are held."""
    with desk.house.session(SYSTEM, write=True) as session:
        for code, grade in {"CEO": "管理五级", "MKT-D": "管理六级", "ACQ-H": "管理七级", "SAL-D": "专技十级"}.items():
            org.change_position(session, SYSTEM, org.position_by_code(session, code), day("2025-01-01"), grade=grade)
    bring(desk.house, QUOTAS, PLAN)
    return desk


def rows(text: str) -> list[str]:
    """The words of each row of the tables."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_without_a_plan_the_page_says_how_to_bring_one(desk: Desk) -> None:
    status, text = page(desk, "rep", "/org/quotas")
    assert (status, "No staffing plan is stored" in text) == (200, True)
    assert "/imports/new/quotas" not in text, "only for those who may import"


def test_the_plan_is_read_by_everybody_who_sees_the_chart(planned: Desk) -> None:
    """Approved, set up, filled and vacant of each quota; those exceeded are marked; the figures stand above."""
    _status, text = page(planned, "rep", "/org/quotas")
    assert rows(text) == [
        "Position Approved Set up Filled Vacant",
        "Posts within the plan 市编〔2024〕18号 · binding 4 4 4 –",
        "Management posts 市编〔2024〕18号 3 3 3 –",
        "Management posts, grades 5 to 6 1 too many people 市编〔2024〕18号 1 2 2 –",
        "Posts outside the plan 市编〔2024〕18号 9 7 2 7",
    ]
    assert re.findall(r"<dt>(.*?)</dt><dd>(\d+)", text) == [
        ("Approved posts", "4"), ("Filled", "4"), ("Vacant", "0"), ("Outside the plan", "2"),
    ]


def test_on_another_day_another_plan_holds(planned: Desk) -> None:
    """A unit of which only the number is approved stands in a table with the others like it."""
    _status, text = page(planned, "rep", "/org/quotas?day=2027-02-01")
    assert rows(text)[-2:] == ["Unit Approved Set up Filled Vacant", "Sal 市编〔2024〕19号 1 1 1 –"]
    assert "/org?unit=" in text
    assert "day=2027-02-01" in text
    assert page(planned, "rep", "/org/quotas?day=2023-01-01")[1].count("<tr") == 0
    assert page(planned, "rep", "/org/quotas?day=x")[0] == 200


def test_whoever_imports_units_is_led_to_the_import_and_has_it_in_the_menu(planned: Desk) -> None:
    with planned.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("SAL", 1, START, entries=(
            EntryDraft("I1", "SAL-D", "org.unit:import", TITLE, "all"),
        )))  # fmt: skip
    _status, text = page(planned, "sal", "/org/quotas")
    assert "/imports/new/quotas" in text
    assert "/org/quotas" in page(planned, "sal", "/people")[1]
    assert "/org/quotas" in page(planned, "rep", "/org")[1], "everybody else finds it from the chart"


def test_the_file_is_a_workbook_of_the_whole_plan(planned: Desk) -> None:
    answer = planned.client.get("/org/quotas/plan.xlsx", headers={"X-Name": "rep"})
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in next(sheet.iter_rows(min_row=2))][:5] == ["CO", "编制内岗位", None, None, 4]
    assert sheet.max_row == 6
