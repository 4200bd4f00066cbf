"""The story of Lingke: its days, the accounts through which it is told, and the letters that were issued."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.base.period import Month
from core.demo.telling import DATA, Story, StoryAccount

SEED = 20261123
TODAY = date(2026, 11, 23)
FOUNDED = date(2019, 3, 1)
CLOSED = (Month(2026, 8), Month(2026, 9), Month(2026, 10))
OPEN = Month(2026, 11)
PLACES: dict[str, tuple[str, str | None, str]] = {"SH": ("LK", "CN-SH", "310101"), "BJ": ("BJ", "CN-BJ", "110101")}
#: Who keeps the duty and authority lists, and the list that says so.
KEEPER, KEEPERS_LIST, COMMON_LIST = "wangfang", "HRD", "everybody"
BANKS = ("招商银行上海张江支行", "中国工商银行北京中关村支行", "中国建设银行上海分行")


#: Letters that were issued: by whom, about whom, language, purpose, addressee.
LETTERS = (
    ("chenjing", "LK014", "zh_CN", "", ""),
    ("wangfang", "LK017", "both", "办理申根签证", ""),
    ("wangfang", "LK025", "zh_CN", "子女入学", "上海市浦东新区教育局"),
    ("wangfang", "LK011", "en", "a rental contract", ""),
)
#: One of them had a wrong purpose: about whom, and why it was revoked.
REVOKED_LETTER = ("LK025", "用途填写有误，另行开具")


#: The trainee of engineering stays for good; somebody of marketing wants to join sales two days a week.
CHANGES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("wangfang", "terms", {
        "employee": "LK062", "first_day": date(2027, 1, 1), "employment_kind": "regular",
        "reason": "实习期满，考核合格，转为正式员工",
    }, "luoyi"),
    ("zhoulei", "concurrent", {
        "employee": "LK025", "position": "SAL-RES", "share": 40, "main_share": 60, "first_day": date(2026, 12, 1),
        "last_day": date(2027, 5, 31), "reason": "希望每周两天参与销售部的客户调研，把投放线索和客户需求对上",
    }, ""),
)  # fmt: skip


ACCOUNTS = (
    StoryAccount(
        "wangfang", "LK006",
        "人力资源总监：复核工资，维护权责清单",
        "HR director: reviews the payroll, keeps the lists",
    ),
    StoryAccount(
        "maxin", "LK017",
        "薪酬专员：考勤封账，核算工资",
        "Payroll specialist: closes attendance, computes pay",
    ),
    StoryAccount("xumei", "LK002", "财务经理：审批工资批次", "Finance manager: approves payroll runs"),
    StoryAccount("helin", "LK009", "出纳：发放工资", "Cashier: pays the wages"),
    StoryAccount("luoyi", "LK001", "总经理：审批重大事项", "General manager: decides what is large"),
    StoryAccount(
        "linan", "LK007",
        "市场总监：推广支出不超过 10 万元",
        "Marketing director: promotion up to CNY 100,000",
    ),
    StoryAccount(
        "chenjing", "LK014",
        "线索获取组组长：投放不超过 1 万元，9 月 16 日调薪",
        "Lead acquisition: advertising up to CNY 10,000; a raise on 16 September",
    ),
    StoryAccount("tangxue", "LK013", "品牌推广组组长", "Head of the brand group"),
    StoryAccount("zhoulei", "LK025", "投放专员：申请投放", "Advertising specialist: asks for advertising"),
    StoryAccount("zhangwei", "LK005", "销售总监", "Sales director"),
    StoryAccount("gaofei", "LK011", "线索跟进组组长", "Head of the lead follow-up group"),
    StoryAccount(
        "liuyang", "LK020",
        "销售代表：查看本人考勤和工资条",
        "Sales representative: his own attendance and payslips",
    ),
    StoryAccount("wuhao", "LK012", "客户维护组组长", "Head of the customer care group"),
    StoryAccount("sunyu", "LK016", "财务会计", "Accountant"),
)

LINGKE = Story(
    kind="company", folder=DATA, today=TODAY, founded=FOUNDED, mail="lingke.example", places=PLACES, banks=BANKS,
    accounts=ACCOUNTS, keeper=KEEPER, from_product=(KEEPERS_LIST, COMMON_LIST), closed=CLOSED, open=OPEN,
    letters=LETTERS, revoked=REVOKED_LETTER, acting=(("LK012", "SAL-RES", date(2026, 9, 1)),), changes=CHANGES,
)
table, lists = LINGKE.table, LINGKE.lists
