"""The files of payroll: agreed salaries with contribution bases, openings of the tax year, deductions."""

from __future__ import annotations

from payroll import actions
from payroll.rules.components import LARGEST_AMOUNT, STARTING
from payroll.services import importing
from payroll.text import _
from remit.exchange import Column, Exchange, Sheet
from remit.text import Text

NUMBER = Column(
    "number", _("Employee number"), "code", required=True,
    aliases=("工号", "员工编号", "员工工号", "人员编号", "employee no", "emp no"),
)
FROM = Column("valid_from", _("Valid from"), "date", aliases=("生效日期", "开始日期", "起始日期", "from", "from date"))
UNTIL = Column("valid_to", _("Valid to"), "date", aliases=("失效日期", "结束日期", "截止日期", "to", "to date"))

_TITLES: dict[str, tuple[Text, tuple[str, ...]]] = {
    "base_pay": (_("Base pay"), ("基本工资", "月薪", "底薪", "薪资", "salary", "base salary")),
    "position_pay": (_("Position pay"), ("岗位工资",)),
    "performance_pay": (_("Performance pay"), ("绩效工资", "绩效")),
    "allowance": (_("Allowance"), ("津贴", "补贴", "餐补")),
    "phone_allowance": (_("Phone allowance"), ("通讯补贴", "话补")),
}

SALARIES = Sheet(
    "salaries",
    (
        NUMBER, FROM, UNTIL,
        *(
            Column(start.code, _TITLES[start.code][0], "money", aliases=_TITLES[start.code][1], maximum=LARGEST_AMOUNT)
            for start in STARTING if start.agreed
        ),
        Column("si_base", _("Social insurance base"), "money", aliases=("社保基数", "社保缴费基数"), maximum=10**10),
        Column("hf_base", _("Housing fund base"), "money", aliases=("公积金基数", "公积金缴存基数"), maximum=10**10),
        Column("hf_rate", _("Housing fund rate"), "rate", aliases=("公积金比例", "公积金缴存比例"), maximum=1_000_000),
        Column("injury_only", _("Work injury insurance only"), "bool", aliases=("仅缴工伤", "仅缴工伤保险")),
        Column("injury_rate", _("Work injury rate"), "rate", aliases=("工伤保险费率", "工伤费率"), maximum=1_000_000),
    ),
    key=("number", "valid_from"),
)  # fmt: skip

_DEDUCTIONS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "children_education": (_("Children's education"), ("子女教育", "累计子女教育")),
    "continuing_education": (_("Continuing education"), ("继续教育", "累计继续教育")),
    "housing_loan": (_("Housing loan interest"), ("住房贷款利息", "累计住房贷款利息")),
    "housing_rent": (_("Housing rent"), ("住房租金", "累计住房租金")),
    "elderly": (_("Support of the elderly"), ("赡养老人", "累计赡养老人")),
    "infant_care": (_("Care of infants under three"), ("3岁以下婴幼儿照护", "累计3岁以下婴幼儿照护", "婴幼儿照护")),
    "serious_illness": (_("Serious illness"), ("大病医疗",)),
    "personal_pension": (_("Personal pension"), ("个人养老金",)),
}

#: What the kinds of special additional deductions are called.
KINDS = {name: title for name, (title, _aliases) in _DEDUCTIONS.items()}

DEDUCTIONS = Sheet(
    "deductions",
    (
        NUMBER, FROM, UNTIL,
        Column("tax_month", _("Tax month (first day)"), "date", aliases=("税款所属期", "税款所属月份", "税款所属期起")),
        *(
            Column(name, title, "money", aliases=aliases, maximum=10**10)
            for name, (title, aliases) in _DEDUCTIONS.items()
        ),
    ),
    key=("number", "valid_from", "tax_month"),
)  # fmt: skip

_OPENINGS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "cum_income": (_("Cumulative income"), ("累计收入额", "累计收入")),
    "cum_basic": (_("Cumulative basic deduction"), ("累计减除费用",)),
    "cum_special": (_("Cumulative special deductions"), ("累计专项扣除",)),
    "cum_additional": (_("Cumulative special additional deductions"), ("累计专项附加扣除",)),
    "cum_other": (_("Cumulative other deductions"), ("累计其他扣除",)),
    "cum_relief": (_("Cumulative tax relief"), ("累计减免税额",)),
    "cum_withheld": (_("Cumulative tax withheld"), ("累计已预扣税额", "累计已缴税额", "累计已预缴税额")),
}

OPENINGS = Sheet(
    "openings",
    (
        NUMBER,
        Column("tax_year", _("Tax year"), "int", required=True, aliases=("纳税年度", "年度"), minimum=2019,
               maximum=9998),
        Column("through_month", _("Through month"), "int", required=True, aliases=("截至月份", "截止月份"), minimum=1,
               maximum=12),
        *(
            Column(name, title, "money", aliases=aliases, maximum=10**11)
            for name, (title, aliases) in _OPENINGS.items()
        ),
    ),
    key=("number", "tax_year"),
)  # fmt: skip

EXCHANGES = (
    Exchange("salaries", _("Salaries"), SALARIES, actions.SALARY_IMPORT, importing.plan_salaries, importing.apply),
    Exchange(
        "deductions", _("Special additional deductions"), DEDUCTIONS, actions.DEDUCTION_IMPORT,
        importing.plan_deductions, importing.apply,
    ),
    Exchange(
        "openings", _("Opening totals of the tax year"), OPENINGS, actions.OPENING_IMPORT, importing.plan_openings,
        importing.apply,
    ),
)  # fmt: skip
