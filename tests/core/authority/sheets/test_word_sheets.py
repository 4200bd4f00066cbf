"""Job description sheets in the layouts that institutions use, and files that are none. What is expected stands in the
document that each test writes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest

from core.authority.sheets import SheetRead, Unread, read_sheets, word
from core.authority.sheets.reading import items
from core.base.errors import InputErrors

Grid = Sequence[Sequence[str | None]]


def document(*grids: Grid, before: Sequence[str] = (), merge: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """A document of tables; None is a cell that is merged into the one on its left, ``merge`` joins (row, column) to
    (row, column) of the first table.
    """
    made = docx.Document()
    for line in before:
        made.add_paragraph(line)
    for number, grid in enumerate(grids):
        table = made.add_table(rows=len(grid), cols=max(map(len, grid)))
        for row, cells in enumerate(grid):
            for column, text in enumerate(cells):
                if text is None:
                    kept = table.cell(row, column - 1).text
                    table.cell(row, column - 1).merge(table.cell(row, column)).text = kept
                else:
                    table.cell(row, column).text = text
        for top, left, bottom, right in merge if number == 0 else ():
            kept = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = kept
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes) -> tuple[SheetRead, list[Unread]]:
    sheets, unread = read_sheets(data)
    assert len(sheets) == 1
    return sheets[0], unread


def duties(sheet: SheetRead) -> list[tuple[str, str]]:
    return [(one.text, one.standard) for one in sheet.duties]


def test_labels_beside_values_four_to_a_row() -> None:
    sheet, unread = read(document([
        ["岗位说明书", None, None, None],
        ["单位名称", "财务科", "岗位名称", "会　计"],
        ["岗位类别", "专业技术岗位", "岗位等级：", "十级"],
        ["岗位代码", "ZJ10", "岗位数量（个）", "1"],
        ["职责任务", "1.编制会计报表；\n2.审核原始凭证，\n退回不合规凭证。\n3、保管会计档案", None, None],
        ["工作标准", "1.每月5日前完成；2.差错率为零；3.一年一归档", None, None],
        ["任职条件", "会计专业本科以上学历", None, None],
        ["聘用情况", "聘期三年", None, None],
    ]))
    assert (sheet.unit, sheet.title, sheet.category, sheet.grade, sheet.code, sheet.headcount) == (
        "财务科", "会 计", "专业技术岗位", "十级", "ZJ10", "1")
    assert duties(sheet) == [
        ("编制会计报表", "每月5日前完成"), ("审核原始凭证，退回不合规凭证。", "差错率为零"),
        ("保管会计档案", "一年一归档"),
    ]
    assert (sheet.requirements, sheet.table, sheet.row, unread) == ("会计专业本科以上学历", 1, 2, [])


def test_a_label_that_reaches_down_over_numbered_rows_with_heads() -> None:
    sheet, unread = read(document([
        ["单位名称", "办公室", "岗位名称", "文秘"],
        ["职责任务", "序号", "内容", "工作标准"],
        ["", "1", "起草公文", "当日办结"],
        ["", "2", "管理档案", "无遗失"],
        ["任职条件", "学历", "大专以上", None],
        ["", "专业", "中文类", None],
    ], merge=[(1, 0, 3, 0), (4, 0, 5, 0)]))  # fmt: skip
    assert duties(sheet) == [("起草公文", "当日办结"), ("管理档案", "无遗失")]
    assert sheet.requirements == "学历：大专以上\n专业：中文类"
    assert unread == []


def test_a_label_above_its_value_and_lines_before_the_table() -> None:
    sheet, unread = read(document(
        [["岗位名称", "科长"], ["岗位职责", None], ["（一）主持全科工作\n（二）审核经费", None], ["任职资格", None],
         ["本科", None]],
        before=["岗位说明书", "单位名称：业务科"],
    ))
    assert (sheet.unit, sheet.title, sheet.requirements) == ("业务科", "科长", "本科")
    assert duties(sheet) == [("主持全科工作", ""), ("审核经费", "")]
    assert unread == []


def test_a_post_in_each_row_under_a_heading_with_the_unit_merged() -> None:
    data = document([
        ["序号", "部门名称", "岗位名称", "岗位等级", "岗位职责", "任职条件"],
        ["1", "人事科", "科长", "管理七级", "主持全科工作", "本科"],
        ["2", "", "干事", "管理九级", "办理入职\n办理社保", "大专"],
    ], merge=[(1, 1, 2, 1)])  # fmt: skip
    sheets, unread = read_sheets(data)
    assert [(one.unit, one.title, one.grade, [duty.text for duty in one.duties], one.requirements, one.row)
            for one in sheets] == [
        ("人事科", "科长", "管理七级", ["主持全科工作"], "本科", 2),
        ("人事科", "干事", "管理九级", ["办理入职", "办理社保"], "大专", 3),
    ]
    assert unread == [], "the numbers of rows are nothing that was not understood"


def test_several_posts_in_one_document_each_with_its_table_or_in_the_same() -> None:
    both: Grid = [["岗位名称", "甲岗"], ["职责任务", "做甲事"], ["岗位名称", "乙岗"], ["职责任务", "做乙事"]]
    sheets, _unread = read_sheets(document(both, [["岗位名称", "丙岗"], ["职责任务", "做丙事"]]))
    assert [(one.table, one.row, one.title, one.duties[0].text) for one in sheets] == [
        (1, 1, "甲岗", "做甲事"), (1, 3, "乙岗", "做乙事"), (2, 1, "丙岗", "做丙事")]


def test_what_is_not_understood_is_told_with_table_and_row() -> None:
    sheets, unread = read_sheets(document(
        [["岗位名称", "会计"], ["风险等级", "二级"], ["职责任务", "记账"]],
        [["姓名", "电话"], ["张三", "123"]],
    ))
    assert [one.title for one in sheets] == ["会计"]
    assert [(one.table, one.row, one.text) for one in unread] == [
        (1, 2, "风险等级"), (1, 2, "二级"), (2, 1, "姓名"), (2, 1, "电话"), (2, 2, "张三"), (2, 2, "123")]


def test_standards_that_fit_no_duty_are_not_given_to_any() -> None:
    sheet, unread = read(document([["岗位名称", "会计"], ["职责任务", "1.记账\n2.算账"], ["工作标准", "及时"]]))
    assert duties(sheet) == [("记账", ""), ("算账", "")]
    assert [(one.row, one.text) for one in unread] == [(3, "及时")]


def test_the_only_duty_has_all_standards() -> None:
    sheet, unread = read(document([["岗位名称", "会计"], ["职责任务", "记账"], ["工作标准", "1.日清\n2.月结"]]))
    assert (duties(sheet), unread) == ([("记账", "日清；月结")], [])


def test_a_post_that_reaches_over_several_rows_and_rows_that_are_none() -> None:
    """Below a merged name stand more duties of the same post; a sum at the end is told as not understood."""
    sheet, unread = read(document([
        ["部门名称", "岗位名称", "岗位职责"],
        ["人事科", "科长", "主持工作"],
        ["", "", "审核报表"],
        ["合计", "", "2个"],
    ], merge=[(1, 0, 2, 0), (1, 1, 2, 1)]))  # fmt: skip
    assert (sheet.unit, sheet.title, duties(sheet)) == ("人事科", "科长", [("主持工作", ""), ("审核报表", "")])
    assert [(one.row, one.text) for one in unread] == [(4, "合计"), (4, "2个")]


def test_what_stands_beside_a_duty_is_its_standard_only_where_that_is_said() -> None:
    sheet, unread = read(document([
        ["岗位名称", "会计", None, None],
        ["", "", "", ""],
        ["本表一式两份", None, None, None],
        ["职责任务", "记账", "工作标准", "日清"],
        ["", "算账", "认真", ""],
        ["任职条件", "本科", None, None],
    ], merge=[(3, 0, 4, 0)]))  # fmt: skip
    assert duties(sheet) == [("记账", "日清"), ("算账", "")]
    assert [(one.row, one.text) for one in unread] == [(3, "本表一式两份"), (5, "认真")]


def test_numbers_before_duties_are_no_duties_also_without_heads() -> None:
    sheet, unread = read(document([
        ["岗位名称", "会计", None], ["职责任务", "1", "记账"], ["", "（2）", "算账"],
    ], merge=[(1, 0, 2, 0)]))  # fmt: skip
    assert (duties(sheet), unread) == ([("记账", ""), ("算账", "")], [])


def test_a_standard_beside_no_duty_is_told() -> None:
    sheet, unread = read(document([
        ["岗位名称", "会计", None, None], ["职责任务", "序号", "内容", "工作标准"], ["", "1", "记账", "日清"],
        ["", "2", "", "及时"],
    ], merge=[(1, 0, 3, 0)]))  # fmt: skip
    assert duties(sheet) == [("记账", "日清")]
    assert [(one.row, one.text) for one in unread] == [(4, "2"), (4, "及时")], "the row says nothing"


def test_the_name_of_the_post_may_stand_before_the_table() -> None:
    sheet, unread = read(document([["职责任务", "收付款项"]], before=["岗位名称：出纳", "单位名称：财务科"]))
    assert (sheet.unit, sheet.title, duties(sheet), unread) == ("财务科", "出纳", [("收付款项", "")], [])


def test_labels_below_labels_are_no_heading_of_posts() -> None:
    sheets, unread = read_sheets(document([["单位名称", "岗位名称", "岗位等级"], ["岗位职责", "记账", "算账"]]))
    assert sheets == []
    assert [one.text for one in unread] == ["单位名称", "岗位名称", "岗位等级", "岗位职责", "记账", "算账"]


def test_a_cell_that_continues_the_one_above_says_nothing_anew() -> None:
    _sheet, unread = read(document([["岗位名称", "会计", "甲"], ["风险", "高", ""]], merge=[(0, 2, 1, 2)]))
    assert [(one.row, one.text) for one in unread] == [(1, "甲"), (2, "风险"), (2, "高")]


@pytest.mark.parametrize(("text", "expected"), [
    ("1.一；2.二", ["一", "二"]), ("记账\n算账", ["记账", "算账"]), ("①甲②乙", ["甲", "乙"]),
    ("①甲；②乙", ["甲", "乙"]),
    ("占 1.5 个编制", ["占 1.5 个编制"]), ("1.5 万元以下的支出", ["1.5 万元以下的支出"]),
    ("1、甲，\n续写\n2、乙", ["甲，续写", "乙"]), ("", []),
])  # fmt: skip
def test_items(text: str, expected: list[str]) -> None:
    assert items(text) == expected


# -- files that are none -----------------------------------------------------------------------------------------------


def packed(body: bytes | str, *more: str, name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
        for one in more:
            archive.writestr(one, b"x")
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOMB = f'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">]><w:document {W}><w:t>&a;</w:t></w:document>'


@pytest.mark.parametrize(("data", "words"), [
    (b"", "no Word document"), (b"hello", "no Word document"), (b"PK\x03\x04broken", "no Word document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old .doc"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
    (packed("<a/>", name="xl/workbook.xml"), "no Word document"),
    (packed(f"<w:document {W}/>", "word/vbaProject.bin"), "contains macros"),
    (packed(f"<w:document {W}><w:p/></w:document>"), "holds no table"),
    (packed(BOMB), "no Word document"), (packed(BOMB.encode("utf-16")), "no Word document"),
    (packed(f"<w:document {W}><w:tbl>"), "no Word document"),
    (packed(f'<w:document {W}><w:tbl><w:tr><w:tc><w:gridSpan w:val="many"/></w:tc></w:tr></w:tbl></w:document>'),
     "no Word document"),
    (packed(b" " * ((64 << 20) + 1)), "unpacks to more than 64 MB"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(InputErrors) as refused:
        read_sheets(data)
    assert words in str(refused.value.message)
    assert len(refused.value.problems) == 1


def test_large_files_and_tables_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "SIZE", 1 << 20)
    with pytest.raises(InputErrors, match="larger than 1 MB"):
        read_sheets(b"PK\x03\x04" + b"0" * (1 << 20))
    monkeypatch.setattr(word, "CELLS", 5)
    with pytest.raises(InputErrors, match="more than 5 cells"):
        read_sheets(document([["岗位名称", "会计"], ["a", "b"], ["c", "d"]]))
    monkeypatch.setattr(word, "TABLES", 1)
    with pytest.raises(InputErrors, match="more than 1 tables"):
        read_sheets(document([["岗位名称", "会计"]], [["岗位名称", "会计"]]))


STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
CELL = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


@pytest.mark.parametrize("space", [W, STRICT])
def test_only_the_text_of_the_outer_table_is_read(space: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table within a cell is part of it; drawings, deleted words and what is beyond the longest text are not."""
    inner = f"<w:tbl><w:tr>{CELL.format('2.算账')}</w:tr></w:tbl>"
    drawn = '<d:x xmlns:d="urn:drawing"><d:t>picture</d:t></d:x><w:delText>deleted</w:delText>'
    more = f"<w:tc><w:p><w:r>{drawn}<w:t>1.记账</w:t></w:r></w:p>{inner}<w:p/></w:tc>"
    rows = (f"<w:tr>{CELL.format('岗位名称')}{CELL.format('会计')}</w:tr>"
            f"<w:tr>{CELL.format('职责任务')}{more}</w:tr>")
    data = packed(f"<w:document {space}><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>")
    sheet, unread = read(data)
    assert (sheet.title, duties(sheet), unread) == ("会计", [("记账", ""), ("算账", "")], [])
    monkeypatch.setattr(word, "CHARACTERS", 4)
    sheet, _unread = read(data)
    assert duties(sheet) == [("记账", "")]


def test_what_is_repeated_in_a_cell_that_continues_the_one_above_is_not_read_twice() -> None:
    """Some programs leave the text of the first cell in those merged into it."""
    def cell(said: str, merged: str = "") -> str:
        inside = f'<w:tcPr><w:vMerge w:val="{merged}"/></w:tcPr>' if merged else ""
        return CELL.format(said).replace("<w:tc>", f"<w:tc>{inside}")

    rows = [
        [cell("部门名称"), cell("岗位名称"), cell("岗位职责")],
        [cell("人事科", "restart"), cell("科长", "restart"), cell("主持工作")],
        [cell("人事科", "continue"), cell("科长", "continue"), cell("审核报表")],
    ]
    body = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    sheet, unread = read(packed(f"<w:document {W}><w:body><w:tbl>{body}</w:tbl></w:body></w:document>"))
    assert (sheet.unit, sheet.title, duties(sheet), unread) == (
        "人事科", "科长", [("主持工作", ""), ("审核报表", "")], [])
