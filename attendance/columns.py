"""The headings under which other programs write punches, and those of the file of leave balances."""

from __future__ import annotations

from remit.exchange import Column, Sheet
from remit.text import catalogue

_ = catalogue("attendance")

#: One punch a row (raw records of DingTalk, punches of HR programs, plain lists) or one day a row (daily statistics).
PUNCHES = Sheet(
    "punches",
    (
        Column(
            "number", _("Employee number"), required=True,
            aliases=("工号", "员工编号", "员工号", "人员编号", "考勤号码", "编号", "账号", "PIN", "employee no",
                     "emp no", "badge"),
        ),
        Column(
            "stamp", _("Punch time"),
            aliases=("打卡时间", "刷卡时间", "签到时间", "打卡日期时间", "日期时间", "时间", "time", "date time",
                     "timestamp", "userCheckTime", "punch"),
        ),
        Column("day", _("Date"), aliases=("日期", "打卡日期", "考勤日期", "刷卡日期", "day")),
        Column("on_1", _("On duty 1"), aliases=("上班1打卡时间", "上班打卡时间", "check in", "in")),
        Column("off_1", _("Off duty 1"), aliases=("下班1打卡时间", "下班打卡时间", "check out", "out")),
        Column("on_2", _("On duty 2"), aliases=("上班2打卡时间",)),
        Column("off_2", _("Off duty 2"), aliases=("下班2打卡时间",)),
        Column("on_3", _("On duty 3"), aliases=("上班3打卡时间",)),
        Column("off_3", _("Off duty 3"), aliases=("下班3打卡时间",)),
        Column("result", _("Punch result"), aliases=("打卡结果", "考勤结果")),
        Column("valid", _("Counts"), aliases=("是否有效", "valid")),
    ),
)  # fmt: skip

#: What people have left of their leave, one row for each employee, type and year.
BALANCES = Sheet(
    "leave",
    (
        Column(
            "number", _("Employee number"), "code", required=True,
            aliases=("工号", "员工编号", "员工工号", "人员编号", "employee no", "emp no"),
        ),
        Column("type", _("Type of leave"), aliases=("假期类型", "假种", "假期名称", "leave type"), default="annual"),
        Column("year", _("Year"), "int", aliases=("年度", "所属年度"), minimum=2000, maximum=2100),
        Column("days", _("Days left"), "days", aliases=("剩余天数", "余额", "剩余", "期初余额", "days", "balance"),
               maximum=100_000),
        Column("last_day", _("May be taken until"), "date", aliases=("有效期至", "失效日期", "到期日", "expires")),
        Column("since", _("At work since"), "date",
               aliases=("参加工作时间", "参加工作日期", "首次参加工作时间", "工龄起算日", "working since")),
    ),
    key=("number", "type", "year"),
)  # fmt: skip
