"""The file of values of figures."""

from __future__ import annotations

from performance.actions.figures import VALUE_IMPORT
from performance.services import importing
from performance.text import _
from remit.exchange import Column, Exchange, Sheet

VALUES = Sheet(
    "kpi-values",
    (
        Column("code", _("Code of the figure"), "code", required=True, aliases=("指标编码", "指标", "kpi", "code")),
        Column("day", _("A day of the period"), "date", required=True,
               aliases=("日期", "期间", "月份", "day", "month", "date")),
        Column("unit", _("Code of the unit"), "code", aliases=("部门编码", "部门", "unit"), default=""),
        Column("number", _("Employee number"), "code", aliases=("工号", "员工编号", "employee no"), default=""),
        Column("value", _("Value"), required=True, aliases=("实际值", "数值", "完成值", "actual", "value")),
        Column("evidence", _("Evidence"), required=True, aliases=("依据", "数据来源", "evidence", "source")),
    ),
    key=("code", "day", "unit", "number"),
)  # fmt: skip

EXCHANGES = (
    Exchange("kpi-values", _("Values of figures"), VALUES, VALUE_IMPORT, importing.plan_values, importing.apply),
)
