"""The whole pack in one value."""

from __future__ import annotations

from functools import lru_cache

from plugins.country_cn.components import ACCUMULATORS, COMPONENTS, GROUPS, INPUTS
from plugins.country_cn.data import DataError, Node, calendar_year, parameters, places, read
from plugins.country_cn.files import file_formats
from plugins.country_cn.identifiers import IDENTIFIERS
from plugins.country_cn.rules.retirement import RetirementGroup
from remit.base import Month
from remit.contracts import Calendar, CalendarDay, Country, KindOfDay, Names, Place

TITLE: Names = {"zh_CN": "中国大陆", "en": "Mainland China"}


def holidays() -> Calendar:
    """The State Council's arrangements as a calendar.

    Only the statutory days of an arrangement are holidays; its other days off are rest days, which is what
    decides between 300 % and 200 % overtime pay.
    """
    document = read("holidays.yaml").only({"meta", "names", "make_up_name", "years"})
    names = {title["zh_CN"]: title for title in (node.names() for node in document["names"].items())}
    make_up = document["make_up_name"].names()
    days: list[CalendarDay] = []
    for year in document["years"].items():
        for node in year["off"].items():
            days.append(_day_off(node, names))
        for node in year["make_up"].items():
            days.append(CalendarDay("CN", node.day(), "workday", statutory=False, name=make_up))
    seen = [day.day for day in days]
    if len(seen) != len(set(seen)):
        raise DataError("holidays.yaml: a day stands in it twice")
    return Calendar(
        place="CN",
        title=TITLE,
        days=tuple(sorted(days, key=lambda day: day.day)),
        years=tuple(calendar_year(node) for node in document["years"].items()),
        zone="Asia/Shanghai",
    )


def _day_off(node: Node, names: dict[str, Names]) -> CalendarDay:
    node.only({"day", "name", "statutory"})
    statutory = node["statutory"].flag()
    kind: KindOfDay = "holiday" if statutory else "rest"
    if node["name"].text() not in names:
        raise node["name"].fail("a holiday that is named in both languages")
    return CalendarDay("CN", node["day"].day(), kind, statutory, names[node["name"].text()])


def retirement_groups() -> dict[str, RetirementGroup]:
    """The groups of the gradual delay of retirement, by code."""
    groups = read("national.yaml")["retirement"]["groups"].items()
    return {
        node["code"].text(): RetirementGroup(
            code=node["code"].text(),
            old_age_months=node["old_age_months"].number("count"),
            from_birth=Month.parse(node["from_birth"].text()),
            step_months=node["step_months"].number("count"),
            cap_delay=node["cap_delay"].number("count"),
        )
        for node in groups
    }


@lru_cache(maxsize=1)
def country() -> Country:
    """Mainland China as payroll and the calendar take it; read from the data files once per process."""
    return Country(
        code="CN",
        title=TITLE,
        currency="CNY",
        components=COMPONENTS,
        parameters=parameters(),
        groups=GROUPS,
        accumulators=ACCUMULATORS,
        identifiers=IDENTIFIERS,
        calendars=(holidays(),),
        files=file_formats(),
        inputs=INPUTS,
        places=(Place("CN", TITLE, ("中国",)), *places()),
    )
