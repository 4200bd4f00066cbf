"""Bank and tax files: columns, cells, totals, and what stops them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.base.errors import InputErrors
from core.base.text import use_locale
from core.contracts.filing import FileFormat, FilingRow, PaymentRow
from plugins.country_cn import data, files
from plugins.country_cn.country import country

#: The 29 titles of the tax client's template, in its order.
TAX_COLUMNS = (
    "工号 *姓名 *证件类型 *证件号码 本期收入 本期免税收入 基本养老保险费 基本医疗保险费 失业保险费 住房公积金 "
    "累计子女教育 累计继续教育 累计住房贷款利息 累计住房租金 累计赡养老人 累计3岁以下婴幼儿照护 累计个人养老金 "
    "企业(职业)年金 商业健康保险 税延养老保险 公务交通费用 通讯费用 律师办案费用 西藏附加减除费用 其他 "
    "准予扣除的捐赠额 减免税额 协定减免 备注"
)


def layout(code: str) -> FileFormat:
    return next(file for file in country().files if file.code == code)


PAYMENTS = [
    PaymentRow(1, "陈静", "6222600260001072444", "中国工商银行上海徐汇支行", 1_615_500, "2026年10月工资"),
    PaymentRow(2, "刘洋", "6225880212345678", "招商银行上海分行", 809, ""),
]


def test_general_bank_file() -> None:
    table = layout("bank_generic").rows(PAYMENTS)
    assert table.text_rows() == [
        ["序号", "户名", "账号", "开户行", "金额", "备注"],
        ["1", "陈静", "6222600260001072444", "中国工商银行上海徐汇支行", "16155.00", "2026年10月工资"],
        ["2", "刘洋", "6225880212345678", "招商银行上海分行", "8.09", ""],
    ]
    assert (table.count, table.total) == (2, 1_616_309)


def test_accounts_are_text_and_amounts_are_money() -> None:
    kinds = {column.code: column.kind for column in layout("bank_generic").columns}
    assert kinds == {
        "number": "count",
        "name": "text",
        "account": "text",
        "bank": "text",
        "amount": "money",
        "note": "text",
    }


def test_cmb_bank_file() -> None:
    file = layout("bank_cmb")
    lines = file.rows(PAYMENTS).text_rows()
    assert lines[0] == ["账号", "户名", "金额", "注释"]
    assert lines[1] == ["6222600260001072444", "陈静", "16155.00", "2026年10月工资"]
    text = "\r\n".join(file.separator.join(line) for line in lines)
    assert text.encode(file.encoding) == text.encode("gbk")  # what a GBK reader expects, byte for byte


def test_a_rare_character_does_not_stop_the_file() -> None:
    """䶮 is not in GBK; the superset writes it, and the bank answers for its own name list."""
    file = layout("bank_cmb")
    lines = file.rows([replace(PAYMENTS[0], name="李䶮")]).text_rows()
    assert lines[1][1].encode(file.encoding).decode("gb18030") == "李䶮"


def problems(refusal: pytest.ExceptionInfo[InputErrors]) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, str(problem.message)) for problem in refusal.value.problems]


def test_every_problem_of_a_bank_file_is_named() -> None:
    rows = [
        PAYMENTS[0],
        replace(PAYMENTS[1], account=" ", amount=0),
        PaymentRow(3, "", "6222600260001072444", "", 5),
    ]
    with use_locale("zh_CN"), pytest.raises(InputErrors) as refusal:
        layout("bank_generic").rows(rows)
    with use_locale("zh_CN"):
        assert problems(refusal) == [
            (2, "账号", "刘洋 缺少银行账号。"),
            (2, "金额", "刘洋 的金额未大于 0。"),
            (3, "户名", "缺少户名。"),
            (3, "开户行", "#3 缺少开户行。"),
            (3, "账号", "#3 的账号已登记在 陈静 名下。"),
        ]
        assert all(str(problem.remedy) for problem in refusal.value.problems)


def test_a_bank_file_that_asks_no_bank_needs_none() -> None:
    assert layout("bank_cmb").rows([replace(PAYMENTS[0], bank="")]).count == 1


def test_an_empty_bank_file_is_refused() -> None:
    with use_locale("en"), pytest.raises(InputErrors, match="The bank file was not written") as refusal:
        layout("bank_generic").rows([])
    assert len(refusal.value.problems) == 1


FILING = FilingRow(
    employee_number="0007",
    name="陈静",
    id_kind="resident_id",
    id_number="11010519491231002X",
    amounts={
        "gross_taxable": 3_000_000,
        "exempt_income_month": 5_000,
        "si_pension_ee": 240_000,
        "si_medical_ee": 60_300,
        "si_unemployment_ee": 15_000,
        "hf_ee": 360_000,
        "additional_children_education": 2_000_000,
        "tax_period": 54_741,
    },
)


def test_tax_file() -> None:
    table = layout("tax_salary").rows([FILING])
    header, line = table.text_rows()
    assert " ".join(header) == TAX_COLUMNS
    assert len(header) == 29
    shown = {title: cell for title, cell in zip(header, line, strict=True) if cell}
    assert shown == {
        "工号": "0007",
        "*姓名": "陈静",
        "*证件类型": "居民身份证",
        "*证件号码": "11010519491231002X",
        "本期收入": "30050.00",
        "本期免税收入": "50.00",
        "基本养老保险费": "2400.00",
        "基本医疗保险费": "603.00",
        "失业保险费": "150.00",
        "住房公积金": "3600.00",
        "累计子女教育": "20000.00",
    }
    assert (table.count, table.total) == (1, 3_005_000)


def test_a_zero_declaration_writes_zeros_only_where_the_client_wants_them() -> None:
    header, line = layout("tax_salary").rows([replace(FILING, amounts={})]).text_rows()
    zeros = [title for title, cell in zip(header, line, strict=True) if cell == "0.00"]
    assert zeros == ["本期收入", "基本养老保险费", "基本医疗保险费", "失业保险费", "住房公积金"]


def test_every_problem_of_a_tax_file_is_named() -> None:
    rows = [
        FILING,
        replace(FILING, employee_number="0008"),
        replace(FILING, name=" ", id_number="", id_kind="library_card"),
        replace(FILING, id_number="E12345678", id_kind="passport", amounts={"gross_taxable": -1, "hf_ee": -2}),
    ]
    with use_locale("en"), pytest.raises(InputErrors) as refusal:
        layout("tax_salary").rows(rows)
    with use_locale("en"):
        assert problems(refusal) == [
            (2, "*证件号码", "陈静 stands in the file twice."),
            (3, "*姓名", "The name is missing."),
            (3, "*证件号码", "The document number of 0007 is missing."),
            (3, "*证件类型", "The tax client does not know the document kind library_card."),
            (4, "本期收入", "本期收入 of 陈静 is negative."),
            (4, "住房公积金", "住房公积金 of 陈静 is negative."),
        ]


def test_an_empty_tax_file_is_refused() -> None:
    with use_locale("en"), pytest.raises(InputErrors, match="The tax file was not written"):
        layout("tax_salary").rows([])


def test_the_file_knows_every_document_that_identifies_a_person() -> None:
    known = set(data.read("file_formats.yaml")["id_kinds"].mapping())
    assert known == {item.kind for item in country().identifiers} - {"uscc", "bank_card", "mobile"}


@pytest.mark.parametrize(
    ("key", "value"), [("purpose", "fax"), ("columns", [{"header": "a", "code": "b", "kind": "c"}])]
)
def test_layouts_are_read_strictly(key: str, value: object) -> None:
    raw = dict(data.read("file_formats.yaml")["formats"].items()[0].mapping()) | {key: value}
    with pytest.raises(data.DataError):
        files._format(data.Node(raw, "test"), {})
