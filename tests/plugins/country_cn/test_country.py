"""The pack as a whole: its calendar against an independent count, its plugin, its titles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import yaml

from core.calendar.rules import KIND_NAMES, DayKind, SpecialDay, WorkCalendar, working_days_between
from core.contracts.country import Calendar
from core.kernel.loader import load
from plugins.country_cn import country as pack
from plugins.country_cn import data, plugin
from tests.plugins.country_cn.cases import document


def work_calendar(calendar: Calendar) -> WorkCalendar:
    """A country's calendar as the rules use it, without a database."""
    return WorkCalendar(
        place=calendar.place,
        weekend=calendar.weekend,
        special={day.day: SpecialDay(KIND_NAMES[day.kind], day.statutory, day.name) for day in calendar.days},
        complete_years=frozenset(year.year for year in calendar.years if year.complete),
        zone=calendar.zone,
    )


CHINA = work_calendar(pack.holidays())
MONTHS = [(year, month) for year in document()["workdays"] for month in range(1, 13)]


def first(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


@pytest.mark.parametrize(("year", "month"), MONTHS, ids=[f"{year['year']}-{month}" for year, month in MONTHS])
def test_working_days_of_each_month(year: dict[str, Any], month: int) -> None:
    start, end = first(year["year"], month), first(year["year"], month + 1)
    assert working_days_between(CHINA, start, end) == year["workdays_by_month"][month - 1]
    weekdays = np.array([(start + timedelta(days=n)).weekday() < 5 for n in range((end - start).days)])
    paid = CHINA.workdays(start, end) | (CHINA.statutory(start, end) & weekdays)
    assert int(paid.sum()) == year["with_weekday_statutory_by_month"][month - 1]


@pytest.mark.parametrize("year", document()["workdays"], ids=lambda year: str(year["year"]))
def test_thirteen_statutory_days(year: dict[str, Any]) -> None:
    start, end = date(year["year"], 1, 1), date(year["year"] + 1, 1, 1)
    assert int(CHINA.statutory(start, end).sum()) == year["statutory_days"]
    assert int(CHINA.workdays(start, end).sum()) == sum(year["workdays_by_month"])


def test_october_2026() -> None:
    """National Day: three statutory days, four days off by arrangement; Saturday the 10th is worked."""
    kinds = CHINA.kinds(date(2026, 10, 1), date(2026, 10, 12)).tolist()
    holiday, rest, work = DayKind.HOLIDAY, DayKind.REST, DayKind.WORKDAY
    assert kinds == [holiday] * 3 + [rest] * 4 + [work, work, work, rest]
    assert CHINA.is_make_up(date(2026, 10, 10))
    assert CHINA.name(date(2026, 10, 1)) == {"zh_CN": "国庆节", "en": "National Day"}


def test_next_year_is_known_to_be_missing() -> None:
    assert CHINA.missing_year(date(2026, 11, 23)) is None
    assert CHINA.missing_year(date(2026, 12, 1)) == 2027
    assert CHINA.unconfirmed_years(date(2026, 12, 1), date(2027, 2, 1)) == (2027,)
    assert CHINA.kind(date(2027, 1, 1)) is DayKind.HOLIDAY


def test_the_plugin_answers_with_the_pack() -> None:
    answer = plugin.register_country()
    assert answer is pack.country()
    assert (answer.code, answer.currency, plugin.module.name) == ("CN", "CNY", "country_cn")
    assert [place.code for place in answer.places] == ["CN", "CN-BJ", "CN-SH"]
    assert str(plugin.module.title) == "中国大陆"


def test_hook_register_country() -> None:
    """The loader takes the pack, and it is gone while the module is off."""
    registry, _manager = load([], {"country_cn": "plugins.country_cn.plugin"})
    assert registry.modules["country_cn"].problem == ""
    assert registry.countries(frozenset({"country_cn"})) == {"CN": pack.country()}
    assert registry.countries(frozenset()) == {}


@pytest.mark.parametrize("name", ["CN-SH", "cn-sh", "上海", " 上海市 ", "Shanghai", "SHANGHAI"])
def test_places_by_any_name(name: str) -> None:
    found = pack.country().find_place(name)
    assert found is not None
    assert found.code == "CN-SH"


def test_an_unknown_place_is_none() -> None:
    assert pack.country().find_place("天津") is None
    assert pack.country().find_place("") is None


def test_a_holiday_is_named_in_both_languages() -> None:
    raw = {"day": "2026-01-01", "name": "圣诞节", "statutory": "true"}
    with pytest.raises(data.DataError, match="named in both languages"):
        pack._day_off(data.Node(raw, "test"), {})


def test_a_day_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
    meta: {}
    names: [{zh_CN: 元旦, en: New Year}]
    make_up_name: {zh_CN: 补班, en: Make-up workday}
    years: [{year: 2030, complete: true, source: s, confidence: low, make_up: [2030-01-01],
             off: [{day: 2030-01-01, name: 元旦, statutory: true}]}]
    """
    tree = data.Node(yaml.load(text, Loader=yaml.BaseLoader), "holidays.yaml")  # noqa: S506
    monkeypatch.setattr(pack, "read", lambda _name: tree)
    with pytest.raises(data.DataError, match="twice"):
        pack.holidays()


def test_what_an_employee_pays_stands_under_a_heading() -> None:
    """Insurance, housing fund and tax, in this order, between the company's pay and its other deductions."""
    china = pack.country()
    headings = {one.code: one.title["zh_CN"] for one in sorted(china.groups, key=lambda one: one.order)}
    assert list(headings.values()) == ["社保", "公积金", "个税"]
    assert all(100 < one.order < 190 for one in china.groups)
    told = {one.code: headings[one.group] for one in china.components if one.kind == "deduction"}
    assert told == {
        "si_pension_ee": "社保", "si_medical_ee": "社保", "si_unemployment_ee": "社保", "hf_ee": "公积金",
        "tax_period": "个税",
    }
