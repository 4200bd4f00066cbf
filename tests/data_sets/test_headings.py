"""The headings that other programs write are understood: files come as they were exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attendance.columns import PUNCHES
from core.exchange.columns import Sheet, match
from core.org.exchange.sheets import PEOPLE_SHEET
from payroll.exchange import DEDUCTIONS, OPENINGS

pytestmark = pytest.mark.data

ROSTER = {
    "工号": "number", "姓名": "name", "部门": "unit", "职位": "position", "职级": "grade", "证件类型": "identity_kind",
    "证件号": "identity_number", "手机号码": "phone", "员工类型": "kind", "入职日期": "hired_on", "离职日期": "left_on",
    "性别": "sex", "出生日期": "born_on", "工作邮箱": "email", "工资卡开户银行1": "bank_name",
    "工资卡银行账号1": "bank_account", "社保缴纳地区": "contribution_place", "个税扣缴义务人": "withholding_agent",
}  # fmt: skip
TAX_CLIENT = {
    "工号": "number", "*姓名": "name", "*证件类型": "identity_kind", "*证件号码": "identity_number", "*性别": "sex",
    "*出生日期": "born_on", "*任职受雇从业类型": "kind", "手机号码": "phone", "任职受雇从业日期": "hired_on",
    "离职日期": "left_on", "电子邮箱": "email", "开户银行": "bank_name", "银行账号": "bank_account", "职务": "position",
}  # fmt: skip
DAILY = {
    "工号": "number", "日期": "day", "上班1打卡时间": "on_1", "下班1打卡时间": "off_1", "上班2打卡时间": "on_2",
    "下班2打卡时间": "off_2", "上班3打卡时间": "on_3", "下班3打卡时间": "off_3",
}  # fmt: skip
DEDUCTED = {
    "累计子女教育": "children_education", "累计继续教育": "continuing_education", "累计住房贷款利息": "housing_loan",
    "累计住房租金": "housing_rent", "累计赡养老人": "elderly", "累计3岁以下婴幼儿照护": "infant_care",
}  # fmt: skip
OPENED = {
    "累计收入额": "cum_income", "累计减除费用": "cum_basic", "累计专项扣除": "cum_special", "累计其他扣除": "cum_other",
    "累计减免税额": "cum_relief",
}  # fmt: skip


def understood(data: Path, file: str, part: str, sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    """Heading to column, and what is wrong with the row of headings."""
    words = json.loads((data / "cn_headers" / f"{file}.json").read_text(encoding="utf-8"))[part]
    heading = match(sheet, words, 1)
    found = {words[place]: name for name, place in heading.positions.items()}
    return found, [str(one.column) for one in heading.problems]


@pytest.mark.parametrize(("file", "part", "sheet", "wanted"), [
    ("saas_roster", "columns", PEOPLE_SHEET, ROSTER),
    ("iit_personnel", "columns", PEOPLE_SHEET, TAX_CLIENT),
    ("dingtalk_daily", "columns", PUNCHES, DAILY),
    ("wecom_daily", "columns", PUNCHES,
     {"账号": "number", "时间": "stamp", "上班1_打卡时间": "on_1", "下班1_打卡时间": "off_1"}),
    ("saas_roster", "punch", PUNCHES, {"工号": "number", "打卡时间": "stamp", "是否有效": "valid"}),
    ("iit_normal_salary", "columns", DEDUCTIONS, {"工号": "number", **DEDUCTED}),
])  # fmt: skip
def test_a_file_of_these_headings_can_be_imported(
    data: Path, file: str, part: str, sheet: Sheet, wanted: dict[str, str]
) -> None:
    found, wrong = understood(data, file, part, sheet)
    assert wrong == []
    assert found == wanted


@pytest.mark.parametrize(("sheet", "wanted"), [(DEDUCTIONS, DEDUCTED), (OPENINGS, OPENED)])
def test_the_result_of_the_tax_client_is_understood_but_for_the_number_it_lacks(
    data: Path, sheet: Sheet, wanted: dict[str, str]
) -> None:
    found, wrong = understood(data, "iit_result", "columns", sheet)
    assert found == wanted
    assert len(wrong) == sum(column.required for column in sheet.columns)


@pytest.mark.parametrize("part", ["education", "job_history", "punch"])
def test_the_other_sheets_of_a_roster_name_people_alike(data: Path, part: str) -> None:
    found, _wrong = understood(data, "saas_roster", part, PEOPLE_SHEET)
    assert {"工号": "number", "姓名": "name", "部门": "unit", "职位": "position"}.items() <= found.items()
