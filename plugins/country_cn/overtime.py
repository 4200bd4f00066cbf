"""What the Labour Law says of overtime."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import cast

from plugins.country_cn.data import Node, read
from remit.contracts import OvertimeDay, OvertimeLaw

CODE = "CN"
#: Kind of day -> the dated value that holds its rate.
_RATES: dict[OvertimeDay, str] = {
    "workday": "overtime_workday_rate", "restday": "overtime_rest_rate", "holiday": "overtime_holiday_rate",
}  # fmt: skip


def _value(code: str, unit: str, day: date) -> int | None:
    """A dated value of the whole country on a day; None before it began."""
    for one in read("national.yaml")["values"].items():
        ends = one.get("to")
        if one["code"].text() == code and one["from"].start() <= day and (ends is None or day < ends.end()):
            return one["value"].number(unit)
    return None


def _kinds(node: Node) -> frozenset[OvertimeDay]:
    found = [one.text() for one in node.items()]
    if not set(found) <= set(_RATES):
        raise node.fail("kinds of day")
    return frozenset(cast("list[OvertimeDay]", found))


@lru_cache(maxsize=64)
def overtime_law(country: str, day: date) -> OvertimeLaw | None:
    """The law of mainland China on a day; None elsewhere and before 1995."""
    node = read("national.yaml")["overtime"].only(
        {"source", "confidence", "from", "day_minutes", "day_kinds", "month_kinds", "in_lieu"}
    )
    node["confidence"].confidence()
    if country != CODE or day < node["from"].day():
        return None
    rates = {kind: rate for kind, code in _RATES.items() if (rate := _value(code, "rate", day)) is not None}
    return OvertimeLaw(
        CODE, rates, _kinds(node["in_lieu"]), node["day_minutes"].number("minutes"), _kinds(node["day_kinds"]),
        _value("overtime_month_limit", "minutes", day), _kinds(node["month_kinds"]), node["source"].text(),
    )  # fmt: skip
