"""The payslip lines of mainland China as formula data, with what they read and what they carry forward.

Amounts in the formulas are yuan, rates are fractions. A contribution base of zero means: not insured this
month; contributions are never prorated by days. Tax is cumulative per withholding agent and tax year, and
the tax month is the month of payment.
"""

from __future__ import annotations

from remit.contracts import Accumulator, Component, ComponentKind, Input, LineGroup, ValueType

_INSURANCE_LAW = "社会保险法 第十二条、第二十三条、第三十五条、第四十四条"
_FUND_LAW = "住房公积金管理条例 第十六条、第十八条"
_WITHHOLDING = "国家税务总局公告2018年第61号 第六条"

_INSURED = "si_base > 0 and not injury_only"


def _share(scheme: str, side: str, fixed: str = "") -> str:
    """Base within its bounds times the rate, to the fen; zero for whom is not insured."""
    base = f"clamp(si_base, si_{scheme}_floor, si_{scheme}_cap)"
    return f"round({base} * si_{scheme}_rate_{side}, 0.01){fixed} if {_INSURED} else 0"


GROUPS = (
    LineGroup("social_insurance", {"zh_CN": "社保", "en": "Insurance"}, 110),
    LineGroup("housing_fund", {"zh_CN": "公积金", "en": "Housing fund"}, 120),
    LineGroup("income_tax", {"zh_CN": "个税", "en": "Tax"}, 130),
)
#: How the code of a deduction begins, and its group.
_GROUP_OF = {"si_": "social_insurance", "hf_": "housing_fund", "tax_": "income_tax"}


def _component(
    order: int, kind: ComponentKind, code: str, zh: str, en: str, formula: str, source: str, type: ValueType = "money"
) -> Component:
    return Component(
        code=code,
        title={"zh_CN": zh, "en": en},
        kind=kind,
        type=type,
        formula=formula,
        legal_source=source,
        order=order,
        group=next((group for start, group in _GROUP_OF.items() if code.startswith(start)), ""),
    )


COMPONENTS = (
    _component(110, "deduction", "si_pension_ee", "养老保险（个人）", "Pension, employee",
               _share("pension", "ee"), _INSURANCE_LAW),
    _component(120, "deduction", "si_medical_ee", "医疗保险（个人）", "Medical insurance, employee",
               _share("medical", "ee", " + si_medical_fixed_ee"), _INSURANCE_LAW),
    _component(130, "deduction", "si_unemployment_ee", "失业保险（个人）", "Unemployment insurance, employee",
               _share("unemployment", "ee"), _INSURANCE_LAW),
    # The fund rounds to a unit that differs by city: count units, round, and turn them into money again.
    _component(140, "deduction", "hf_ee", "住房公积金（个人）", "Housing fund, employee",
               "round(clamp(hf_base, hf_floor, hf_cap) * hf_rate / hf_round_unit, 1) * hf_round_unit"
               " if hf_base > 0 else 0", _FUND_LAW),
    _component(210, "accumulator", "cum_income", "累计收入额", "Cumulative income",
               "ytd_income + gross_taxable", _WITHHOLDING),
    _component(215, "information", "basic_months", "减除费用月数", "Months of basic deduction",
               "12 if flat_60000 else tax_month_number if first_job_in_year else basic_deduction_months",
               f"{_WITHHOLDING}；公告2020年第13号 第一条；公告2020年第19号 第一条", "count"),
    _component(220, "accumulator", "cum_basic", "累计减除费用", "Cumulative basic deduction",
               "basic_deduction_amount * basic_months", _WITHHOLDING),
    _component(225, "information", "basic_period", "本期减除费用", "Basic deduction of this month",
               "cum_basic - ytd_basic", _WITHHOLDING),
    _component(230, "accumulator", "cum_special", "累计专项扣除", "Cumulative special deductions",
               "ytd_special + si_pension_ee + si_medical_ee + si_unemployment_ee + hf_ee", _WITHHOLDING),
    _component(240, "accumulator", "cum_additional", "累计专项附加扣除", "Cumulative special additional deductions",
               "special_additional_cum if known(special_additional_cum)"
               " else ytd_additional + special_additional_month",
               "国发〔2018〕41号；国发〔2022〕8号；国发〔2023〕13号"),
    _component(250, "accumulator", "cum_other", "累计其他扣除", "Cumulative other deductions",
               "ytd_other + other_deductions_month", _WITHHOLDING),
    _component(260, "information", "cum_taxable", "累计应纳税所得额", "Cumulative taxable income",
               "max(cum_income - cum_basic - cum_special - cum_additional - cum_other, 0)", _WITHHOLDING),
    _component(265, "accumulator", "cum_relief", "累计减免税额", "Cumulative tax relief",
               "ytd_relief + tax_relief_month", "个人所得税法 第五条"),
    _component(270, "information", "cum_tax", "累计应纳税额", "Cumulative tax",
               'max(round(bracket(cum_taxable, "iit_annual"), 0.01) - cum_relief, 0)',
               f"{_WITHHOLDING}；预扣率表一"),
    # Never negative: the surplus stays in the cumulation and is absorbed by later months, then by the
    # reconciliation.
    _component(280, "deduction", "tax_period", "个人所得税", "Income tax",
               "max(cum_tax - ytd_tax, 0)", _WITHHOLDING),
    _component(290, "accumulator", "cum_withheld", "累计已预扣税额", "Cumulative tax withheld",
               "ytd_tax + tax_period", _WITHHOLDING),
    # What the employer owes for outlays made on its behalf is no income of the employee; it counts toward nothing.
    _component(300, "earning", "expense_paid_back", "费用报销", "Expenses paid back", "expense_reimbursement",
               "个人所得税法实施条例 第六条；国税发〔1994〕89号 第二条"),
    _component(310, "employer", "si_pension_er", "养老保险（单位）", "Pension, employer",
               _share("pension", "er"), _INSURANCE_LAW),
    _component(320, "employer", "si_medical_er", "医疗保险（单位）", "Medical insurance, employer",
               _share("medical", "er"), _INSURANCE_LAW),
    _component(330, "employer", "si_unemployment_er", "失业保险（单位）", "Unemployment insurance, employer",
               _share("unemployment", "er"), _INSURANCE_LAW),
    _component(340, "employer", "si_injury_er", "工伤保险（单位）", "Work injury insurance, employer",
               "round(clamp(si_base, si_injury_floor, si_injury_cap)"
               " * (injury_rate if known(injury_rate) else si_injury_rate), 0.01) if si_base > 0 else 0",
               "社会保险法 第三十三条、第三十四条；人社部发〔2015〕71号"),
    _component(350, "employer", "hf_er", "住房公积金（单位）", "Housing fund, employer", "hf_ee", _FUND_LAW),
)  # fmt: skip

INPUTS = (
    Input("gross_taxable", {"zh_CN": "本期应税收入", "en": "Taxable income of the month"}, "money", "gross"),
    Input("si_base", {"zh_CN": "社保缴费基数", "en": "Social insurance base"}, "money", "employment"),
    Input("injury_only", {"zh_CN": "仅缴工伤保险", "en": "Work injury insurance only"}, "bool", "employment"),
    Input("hf_base", {"zh_CN": "公积金缴存基数", "en": "Housing fund base"}, "money", "employment"),
    Input("hf_rate", {"zh_CN": "公积金缴存比例", "en": "Housing fund rate"}, "rate", "employment",
          lowest="hf_rate_min", highest="hf_rate_max"),
    Input("injury_rate", {"zh_CN": "核定的工伤保险费率", "en": "Work injury rate set by the agency"}, "rate", "entity",
          default=None),
    Input("tax_month_number", {"zh_CN": "税款所属月份", "en": "Tax month, 1 to 12"}, "count", "period", default=None),
    Input("basic_deduction_months",
          {"zh_CN": "本年度在本单位任职月数", "en": "Months with this employer in the tax year, this one included"},
          "count", "period", default=None),
    Input("first_job_in_year", {"zh_CN": "当年首次入职", "en": "First job in the year"}, "bool", "employment"),
    Input("flat_60000", {"zh_CN": "上年收入不超过6万元直接扣除", "en": "Up to 60,000 last year: deducted at once"},
          "bool", "employment"),
    Input("special_additional_month",
          {"zh_CN": "本期专项附加扣除", "en": "Special additional deductions of the month"}, "money", "deduction"),
    Input("special_additional_cum",
          {"zh_CN": "累计专项附加扣除（扣缴端）", "en": "Cumulative special additional deductions of the tax client"},
          "money", "deduction", default=None),
    Input("other_deductions_month", {"zh_CN": "本期其他扣除", "en": "Other deductions of the month"},
          "money", "deduction"),
    Input("tax_relief_month", {"zh_CN": "本期减免税额", "en": "Tax relief of the month"}, "money", "deduction"),
    Input("expense_reimbursement", {"zh_CN": "随工资发放的报销款", "en": "Expenses paid back with the payroll"},
          "money", "module"),
    Input("ytd_income", {"zh_CN": "上期累计收入额", "en": "Income so far"}, "money", "accumulator"),
    Input("ytd_basic", {"zh_CN": "上期累计减除费用", "en": "Basic deduction so far"}, "money", "accumulator"),
    Input("ytd_special", {"zh_CN": "上期累计专项扣除", "en": "Special deductions so far"}, "money", "accumulator"),
    Input("ytd_additional", {"zh_CN": "上期累计专项附加扣除", "en": "Special additional deductions so far"},
          "money", "accumulator"),
    Input("ytd_other", {"zh_CN": "上期累计其他扣除", "en": "Other deductions so far"}, "money", "accumulator"),
    Input("ytd_relief", {"zh_CN": "上期累计减免税额", "en": "Tax relief so far"}, "money", "accumulator"),
    Input("ytd_tax", {"zh_CN": "上期累计已预扣税额", "en": "Tax withheld so far"}, "money", "accumulator"),
)  # fmt: skip

ACCUMULATORS = tuple(
    Accumulator(code, read, next(part.title for part in COMPONENTS if part.code == code))
    for code, read in (
        ("cum_income", "ytd_income"),
        ("cum_basic", "ytd_basic"),
        ("cum_special", "ytd_special"),
        ("cum_additional", "ytd_additional"),
        ("cum_other", "ytd_other"),
        ("cum_relief", "ytd_relief"),
        ("cum_withheld", "ytd_tax"),
    )
)
