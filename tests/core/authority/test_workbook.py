"""A list as a workbook: nothing is lost on the way there and back, and nothing in a cell is ignored."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings

from core.authority.document import DutyDraft, ListDraft, parse
from core.authority.workbook import from_workbook, reading, to_workbook
from core.authority.workbook.cells import Place
from core.base.errors import InputErrors
from core.base.text import catalogue, use_locale
from core.db.types import Translation
from core.demo import story
from tests.core.authority import drafts
from tests.core.authority.company import LIST
from tests.core.authority.test_documents import CANONICAL


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with use_locale("en"):
        yield


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts.lists())
def test_a_workbook_gives_the_list_it_was_made_of(draft: ListDraft) -> None:
    assert from_workbook(to_workbook(draft)).draft == draft


@pytest.mark.parametrize("text", [LIST, CANONICAL, *(path.read_text(encoding="utf-8") for path in story.lists())])
def test_real_lists_keep_what_they_say(text: str) -> None:
    draft = parse(text)
    read = from_workbook(to_workbook(draft, {"ACQ-H": "组长"}))
    assert read.draft == draft
    assert from_workbook(to_workbook(read.draft)).draft == draft


# -- by hand ---------------------------------------------------------------------------------------------------------

def changed(*edits: tuple[str, str, Any], drop: tuple[str, ...] = (), text: str = CANONICAL) -> bytes:
    """The workbook of a list after somebody wrote into its cells and removed sheets."""
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(parse(text))))
    for sheet, cell, value in edits:
        if sheet not in book.sheetnames:
            book.create_sheet(sheet)
        book[sheet][cell] = value
    for sheet in drop:
        del book[sheet]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_sheets_are_these() -> None:
    """Written by hand from the list, cell by cell."""
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(parse(CANONICAL), {"ACQ-H": "线索获取组组长"})))
    assert book.sheetnames == ["清单", "岗位", "职责", "权限", "审批矩阵", "考核", "边界", "不相容", "负面清单",
                               "校验用例"]
    rows = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    assert rows["清单"] == [["项目", "内容"], ["单位", "CO"], ["版本", "17"], ["生效日期", "2025-01-01"],
                          ["依据", "《费用管理办法》〔2026〕3号"]]
    assert rows["岗位"] == [["岗位", "名称"], ["ACQ-H", "线索获取组组长"]]
    assert rows["职责"][1:] == [["U1", "本单位", "公司事务", None, "R", None],
                              ["D1", "ACQ-H", "投放策略", "Strategy", "A", "lead.ads"]]
    assert rows["权限"][1] == ["E1", "全体", "authority.list:read", "查看清单", "Reads lists", "全部", None, None, None,
                             None, None, None, "查看", None, None, "否", "是", "否"]
    assert rows["权限"][2] == [
        "A1", "ACQ-H", "crm.spend:approve", "审批投放, 每项", "Approves: spend", "部门及下级(ACQ)",
        "amount: > 100.00 CNY\ncategory: ads, event", "10000.00 CNY", "60000.00 CNY/月", None, None, None,
        "按事项", "D1", None, "是", "否", "否",
    ]
    assert rows["审批矩阵"] == [
        ["事项编码", "中文表述", "英文表述", "范围", "附加条件", "金额档", "累计", "全体", "线索获取组组长\nACQ-H"],
        ["authority.list:read", "查看清单", "Reads lists", "全部", None, "不限", None, "查看", None],
        ["crm.spend:approve", "审批投放, 每项", "Approves: spend", "部门及下级(ACQ)",
         "amount: > 100.00 CNY\ncategory: ads, event", "10000.00 CNY", "60000.00 CNY/月", None, "按事项"],
    ]
    assert rows["负面清单"][1] == [
        "P1", "ACQ-H", "crm.gift:approve", "不得审批礼品", None, "部门", None, None, None, "是",
    ]
    assert rows["考核"][2][5:9] == ["不超过", "20.5%", None, "季度"]
    assert rows["校验用例"][1] == ["能否办理", "ACQ-H", "crm.spend:approve", "amount: 10000.01 CNY\nunit: ACQ", "拒绝",
                                None, "OVER_LIMIT"]


def test_people_write_it_in_their_own_way() -> None:
    """English words, another order of columns, dates and numbers as a spreadsheet keeps them, no matrix."""
    book = openpyxl.Workbook()
    book.active.title = "List as a whole"
    for row in (["Item", "Content"], ["Unit", "CO"], ["version", 3], ["In force from", date(2026, 10, 1)]):
        book.active.append(row)
    sheet = book.create_sheet("Authority")
    sheet.append(["Post", "Code", "Sentence in English", "Key of the matter", "Where", "Limit", "How",
                  "Also by whoever acts for the post"])
    sheet.append(["CEO", 1, "Approves", "crm.spend:approve", "subtree（MKT）", "1,000.5 USD", "Decides", True])
    sheet.append([])
    sheet.append(["everybody", "E1", "Reads", "authority.list:read", "all", None, "查看", False])
    book.create_sheet("notes")
    buffer = io.BytesIO()
    book.save(buffer)
    draft = from_workbook(buffer.getvalue(), source="x.xlsx").draft
    assert (draft.unit, draft.version, draft.effective_from, draft.source) == ("CO", 3, date(2026, 10, 1), "x.xlsx")
    everybody, ceo = draft.entries
    assert (ceo.code, ceo.scope, ceo.scope_unit, ceo.limit_minor, ceo.currency, ceo.power, ceo.by_acting) == (
        "1", "subtree", "MKT", 100_050, "USD", "decide", True)
    assert (everybody.position, everybody.power, everybody.by_acting) == (None, "read", False)


def test_entries_are_made_of_the_matrix_where_the_list_has_no_sheet_of_them() -> None:
    data = changed(
        ("审批矩阵", "J1", "总经理\nCEO"), ("岗位", "A3", "CEO"), ("审批矩阵", "A4", "crm.spend:approve"),
        ("审批矩阵", "B4", "审批投放"), ("审批矩阵", "D4", "全部"), ("审批矩阵", "F4", "100,000 CNY"),
        ("审批矩阵", "I4", "提议"), ("审批矩阵", "J4", "审核、决定"), drop=("权限",),
    )  # fmt: skip
    entries = from_workbook(data).draft.entries
    assert [(one.position, one.code, one.action, one.scope, one.limit_minor, one.power) for one in entries] == [
        (None, "A1", "authority.list:read", "all", None, "read"),
        ("ACQ-H", "A1", "crm.spend:approve", "subtree", 1_000_000, ""),
        ("ACQ-H", "A2", "crm.spend:approve", "all", 10_000_000, "propose"),
        ("ACQ-H", "P1", "crm.gift:approve", "unit", None, ""),
        ("CEO", "A1", "crm.spend:approve", "all", 10_000_000, "review"),
        ("CEO", "A2", "crm.spend:approve", "all", 10_000_000, "decide"),
    ]
    assert entries[1].conditions == {"category": "ads, event", "amount": "> 100.00 CNY"}
    assert (entries[1].cap_minor, entries[1].cap_period, entries[5].title["zh_CN"]) == (6_000_000, "month", "审批投放")


@pytest.mark.parametrize(
    ("edits", "drop", "row", "column", "message"),
    [
        ([("权限", "H3", "1,0000 CNY")], ("审批矩阵",), 3, "权限 额度", "is not an amount"),
        ([("权限", "H3", 10000)], ("审批矩阵",), 3, "权限 额度", "names its currency"),
        ([("权限", "C3", "crm.spend")], ("审批矩阵",), 3, "权限 事项编码", "An action is written"),
        ([("权限", "M3", "批准")], ("审批矩阵",), 3, "权限 方式", "power is one of"),
        ([("权限", "K3", "许多")], ("审批矩阵",), 3, "权限 须同意人数", "from 2 to 9"),
        ([("权限", "L3", "4小时")], ("审批矩阵",), 3, "权限 应急启用", "is written 4h"),
        ([("权限", "F3", "片区")], ("审批矩阵",), 3, "权限 范围", "A scope is one of"),
        ([("权限", "G3", "ads")], ("审批矩阵",), 3, "权限 附加条件", "one in each line"),
        ([("权限", "Q3", "也许")], ("审批矩阵",), 3, "权限 代理人可行使", "by_acting is one of"),
        ([("权限", "D3", "=1+1")], (), 3, "权限 D", "holds a formula"),
        ([("权限", "D3", " =HYPERLINK(1)")], (), 3, "权限 D", "holds a formula"),
        ([("权限", "A4", "A1"), ("权限", "B4", "ACQ-H"), ("权限", "C4", "a.b:c")], (), 4, "权限 编码",
         "twice for this post"),
        ([("权限", "B3", None)], (), 3, "权限 岗位", "no post of the list"),
        ([("权限", "B3", "CEO")], (), 3, "权限 岗位", "no post of the list"),
        ([("职责", "B2", "全体")], (), 2, "职责 岗位", "no post of the list"),
        ([("权限", "R1", "备注")], (), 1, "权限 备注", "column is not known"),
        ([("权限", "S3", "x")], (), 3, "权限 S", "under no heading"),
        ([("权限", "C1", "其他")], (), 1, "权限 事项编码", "is missing"),
        ([("附表", "A1", "x")], (), None, "附表", "There is no sheet"),
        ([("清单", "A6", "公章")], (), 6, "清单 项目", "not known"),
        ([("清单", "A6", "版本")], (), 6, "清单 项目", "stands twice"),
        ([("清单", "B4", "2026-02-30")], (), 4, "清单 内容", "A date is written"),
        ([("清单", "B3", 1.5)], (), 3, "清单 内容", "whole number"),
        ([], ("清单",), None, "清单", "The sheet 清单 is missing"),
        ([("岗位", "A3", "ACQ-H")], (), 3, "岗位 岗位", "stands twice"),
        ([("岗位", "B3", "x")], (), 3, "岗位 岗位", "text is missing"),
        ([("职责", "E3", "X")], (), 3, "职责 职责角色", "raci is one of"),
        ([("职责", "C3", None), ("职责", "D3", None)], (), 3, "职责 中文表述", "text is missing"),
        ([("考核", "G3", "20.12345%")], (), 3, "考核 目标值", "number or a percentage"),
        ([("考核", "G3", 0.205)], (), 3, "考核 G", "kept as a number"),
        ([("考核", "F3", "大约")], (), 3, "考核 比较方式", "大约 is no comparison"),
        ([("考核", "B3", "全体")], (), 3, "考核 岗位", "no post of the list"),
        ([("边界", "C2", None)], (), 2, "边界 牵头部门", "text is missing"),
        ([("边界", "D2", "FIN(a)")], (), 2, "边界 配合部门", "no code of a unit"),
        ([("负面清单", "C2", None)], (), 2, "负面清单 事项编码", "An action is written"),
        ([("校验用例", "E2", "也许")], (), 2, "校验用例 预期", "expect is one of"),
        ([("校验用例", "A2", "如何")], (), 2, "校验用例 提问", "如何 is no question of a list"),
        ([("List as a whole", "A1", "项目")], (), None, "List as a whole", "stands twice"),
        ([("职责", "C3", "投\x7f放")], (), 3, "职责 C", "holds a control character"),
        ([("审批矩阵", "I3", "批准")], (), 3, "审批矩阵 ACQ-H", "is no way to take part"),
        ([("审批矩阵", "I3", "决定")], (), 3, "审批矩阵 ACQ-H", "The matrix says 决定, the sheet 权限 says 按事项"),
        ([("审批矩阵", "I3", None)], (), 3, "权限", "The matrix says –, the sheet 权限 says 按事项"),
        ([("审批矩阵", "H3", "审核、会签")], (), 3, "审批矩阵 全体",
         "The matrix says 会签、审核, the sheet 权限 says –"),
        ([("审批矩阵", "F3", None)], ("权限",), 3, "审批矩阵 金额档", "amount is missing"),
        ([("审批矩阵", "F3", "1,0000 CNY")], ("权限",), 3, "审批矩阵 金额档", "is not an amount"),
        ([("审批矩阵", "J1", "CEO"), ("审批矩阵", "J3", "决定")], ("权限",), 1, "审批矩阵 CEO", "no post of the list"),
        ([("审批矩阵", "J1", "CEO"), ("审批矩阵", "J3", "决定")], (), 1, "审批矩阵 CEO", "no post of the list"),
    ],
)  # fmt: skip
def test_every_cell_is_understood_or_told(
    edits: list[tuple[str, str, Any]], drop: tuple[str, ...], row: int | None, column: str, message: str
) -> None:
    with pytest.raises(InputErrors) as refused:
        from_workbook(changed(*edits, drop=drop))
    found = [(problem.row, problem.column, str(problem.message)) for problem in refused.value.problems]
    assert [(line, place) for line, place, words in found if message in words] == [(row, column)], found
    if "written" not in message and "is one of" not in message:
        assert all(problem.remedy or problem.value is not None or "missing" in str(problem.message)
                   for problem in refused.value.problems)


def test_a_formula_is_refused_whatever_it_came_to() -> None:
    """Written by a spreadsheet program: the cell has a value, and the reader would show only that."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("清单")
        for number, row in enumerate((["项目", "内容"], ["单位", "CO"], ["版本", "3"], ["生效日期", "2026-01-01"])):
            sheet.write_row(number, 0, row)
        sheet.write_formula(2, 1, "=1+2", None, 3)
    with pytest.raises(InputErrors) as refused:
        from_workbook(buffer.getvalue())
    assert [(p.row, p.column) for p in refused.value.problems if "formula" in str(p.message)] == [(3, "清单 B")]


def test_no_cell_is_run_by_a_spreadsheet_program() -> None:
    title = Translation(zh_CN="=1+1", en="@SUM(A1)")
    draft = ListDraft("CO", 1, date(2026, 1, 1), (DutyDraft("-1", "+P", title, "R", "'m"),))
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(draft)))
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert {"'=1+1", "'@SUM(A1)", "'-1", "'+P", "''m"} <= set(texts)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("data", [b"", b"list: CO", b"PK\x03\x04", to_workbook(parse(LIST))[:-500]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(InputErrors) as refused:
        from_workbook(data)
    assert refused.value.code == "file.unreadable"


def test_the_same_problem_is_told_once() -> None:
    reader = reading._BookReader()
    for _time in range(2):
        reader.problem(Place("权限", 3, "B"), catalogue("authority")("The cell holds a formula."))
    assert len(reader.problems) == 1
