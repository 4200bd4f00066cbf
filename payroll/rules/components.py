"""The pay components a company starts with, as data; it may change, add and end them later.

An agreed component has an amount per employment; what of it falls due in the month stands in the input
``<code>_due``. Amounts in formulas are yuan. Overtime and absence follow 劳动法 第四十四条 and 人社部发〔2025〕2号:
a day is a month's wage by 21.75, an hour a day's by 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from remit.contracts import LineGroup

Kind = Literal["earning", "deduction", "employer", "information"]


@dataclass(frozen=True, slots=True)
class StartingComponent:
    """A component as it is written when payroll is set up."""

    code: str
    zh: str
    en: str
    formula: str
    order: int
    agreed: bool = False
    prorated: bool = True
    kind: Kind = "earning"
    source: str = ""
    group: str = ""


#: The headings of the company's own components; a country pack adds its own.
GROUPS: tuple[LineGroup, ...] = (
    LineGroup("base", {"zh_CN": "基本工资", "en": "Base pay"}, 10),
    LineGroup("performance", {"zh_CN": "绩效", "en": "Performance"}, 20),
    LineGroup("allowances", {"zh_CN": "津贴", "en": "Allowances"}, 30),
    LineGroup("overtime", {"zh_CN": "加班", "en": "Overtime"}, 40),
    LineGroup("absence", {"zh_CN": "缺勤", "en": "Absence"}, 50),
    LineGroup("other_earning", {"zh_CN": "其他应发", "en": "Other pay"}, 90),
    LineGroup("other_deduction", {"zh_CN": "其他扣款", "en": "Other deductions"}, 190),
)

_LABOUR = "劳动法 第四十四条；人社部发〔2025〕2号"

STARTING: tuple[StartingComponent, ...] = (
    StartingComponent("base_pay", "基本工资", "Base pay", "base_pay_due", 10, agreed=True, group="base"),
    StartingComponent("position_pay", "岗位工资", "Position pay", "position_pay_due", 20, agreed=True,
                      group="base"),
    StartingComponent("performance_pay", "绩效工资", "Performance pay", "performance_pay_due", 30, agreed=True,
                      group="performance"),
    StartingComponent("collaboration_bonus", "协同奖励", "Collaboration bonus", "collaboration_reward", 35,
                      group="performance"),
    StartingComponent("performance_bonus", "绩效奖金", "Performance bonus",
                      "round(month_wage * performance_bonus_rate, 0.01)", 36, group="performance"),
    StartingComponent("allowance", "津贴", "Allowance", "allowance_due", 40, agreed=True, group="allowances"),
    StartingComponent("phone_allowance", "通讯补贴", "Phone allowance", "phone_allowance_due", 45, agreed=True,
                      prorated=False, group="allowances"),
    StartingComponent(
        "overtime_pay", "加班工资", "Overtime pay",
        "round(month_wage * (ot_workday_minutes * 1.5 + ot_restday_minutes * 2 + ot_holiday_minutes * 3)"
        " / (21.75 * 480), 0.01)", 50, source=_LABOUR, group="overtime",
    ),
    StartingComponent(
        "absence_pay", "缺勤扣款", "Absence",
        "-min(round(month_wage * (absent_days + unpaid_days) / 21.75, 0.01), month_due)", 60,
        source="人社部发〔2025〕2号", group="absence",
    ),
)  # fmt: skip

#: Time that other modules may report, code to unit; without them all of it is zero.
TIME_INPUTS: Mapping[str, Literal["minutes", "days", "count"]] = {
    "ot_workday_minutes": "minutes",
    "ot_restday_minutes": "minutes",
    "ot_holiday_minutes": "minutes",
    "absent_days": "days",
    "unpaid_days": "days",
    "late_minutes": "minutes",
    "late_count": "count",
    "scheduled_days": "days",
    "worked_days": "days",
}

#: What other modules may give: amounts in minor units, rates in millionths of the pay that a formula names. What reads
#: one is no line of a run for which nobody gave it.
GIVEN_AMOUNTS = ("collaboration_reward", "performance_bonus_rate")

#: The highest agreed amount of a month, in minor units: bounded so that formulas stay inside 64 bits.
LARGEST_AMOUNT = 10**9
