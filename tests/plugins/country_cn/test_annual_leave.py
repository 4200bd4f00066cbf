"""Statutory annual leave: the official examples, the edges of the law, and a slow count of days at random."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.country_cn.leave import annual_leave, entitlements
from plugins.country_cn.rules.annual_leave import months_later, whole_years
from remit.base import FOREVER, Period
from remit.contracts import UNKNOWN, LeaveAsk
from tests.plugins.country_cn.cases import of_kind

LAW = annual_leave()
LONG_AGO = date(2019, 5, 6)


@pytest.mark.parametrize("case", of_kind("annual_leave_days"), ids=lambda case: str(case["id"]))
def test_official_examples(case: Any) -> None:
    given_days = case["input"]
    assert LAW.share(given_days["days"], given_days["entitlement"] * 100) == int(case["expect"]) * 100


def test_the_joiner_of_april_and_the_leaver_of_june() -> None:
    """The same two as people: ten days a year, here from 1 April on (275 days), here until 30 June (181 days)."""
    since = date(2014, 3, 1)
    assert LAW.entitlement(2026, since, date(2026, 4, 1), FOREVER) == 700
    assert LAW.entitlement(2026, since, date(2020, 1, 1), date(2026, 7, 1)) == 400


@pytest.mark.parametrize(
    ("since", "days"),
    [
        # 第三条: from one year 5, from ten 10, from twenty 15; reached on the last day of the year still counts.
        (date(2025, 1, 1), 5), (date(2017, 1, 1), 5), (date(2016, 12, 31), 10), (date(2016, 1, 1), 10),
        (date(2007, 1, 1), 10), (date(2006, 12, 31), 15), (date(1990, 6, 1), 15),
    ],
)  # fmt: skip
def test_days_by_cumulative_years(since: date, days: int) -> None:
    assert LAW.entitlement(2026, since, date(2025, 1, 1), FOREVER) == days * 100


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (date(2026, 1, 1), 0),  # twelve months are over on 1 January 2027
        (date(2025, 12, 31), 0),  # one calendar day remains: 1 / 365 x 5
        (date(2025, 7, 1), 2),  # from 1 July on, 184 days: 184 / 365 x 5 = 2.5
        (date(2025, 2, 1), 4),
    ],
)
def test_the_first_twelve_months(since: date, days: int) -> None:
    assert LAW.entitlement(2026, since, since, FOREVER) == days * 100


@pytest.mark.parametrize(
    ("since", "sick", "personal", "days"),
    [
        (LONG_AGO, 59, 0, 5), (LONG_AGO, 60, 0, 0), (date(2010, 1, 1), 89, 0, 10), (date(2010, 1, 1), 90, 0, 0),
        (date(2000, 1, 1), 119, 0, 15), (date(2000, 1, 1), 120, 0, 0), (LONG_AGO, 0, 19, 5), (LONG_AGO, 0, 20, 0),
    ],
)  # fmt: skip
def test_whoever_was_ill_or_away_for_long_has_none(since: date, sick: int, personal: int, days: int) -> None:
    assert LAW.entitlement(2026, since, since, FOREVER, sick=sick * 100, personal=personal * 100) == days * 100


def test_outside_of_the_employment_there_is_none() -> None:
    assert LAW.entitlement(2026, LONG_AGO, date(2027, 1, 1), FOREVER) == 0
    assert LAW.entitlement(2026, LONG_AGO, LONG_AGO, date(2026, 1, 1)) == 0


@given(
    since=st.dates(date(1985, 1, 1), date(2026, 12, 31)), hired=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    length=st.integers(1, 2500), year=st.integers(2021, 2028),
)  # fmt: skip
def test_it_is_a_count_of_calendar_days(since: date, hired: date, length: int, year: int) -> None:
    """Day by day: here, and twelve months of work are over; the tier is that of the last such day."""
    left = hired + timedelta(days=length)
    found = LAW.entitlement(year, since, hired, left)
    days = [date(year, 1, 1) + timedelta(days=at) for at in range(366 if year % 4 == 0 else 365)]
    entitled = [
        day for day in days
        if hired <= day < left and (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day) >= 12
    ]  # fmt: skip
    if not entitled:
        assert found == 0
        return
    last = entitled[-1]
    worked = last.year - since.year - ((last.month, last.day) < (since.month, since.day))
    yearly = 15 if worked >= 20 else 10 if worked >= 10 else 5
    assert found == (yearly if len(entitled) == len(days) else min(yearly, len(entitled) * yearly // 365)) * 100


def test_years_and_months_at_the_end_of_february() -> None:
    leap = date(2024, 2, 29)
    assert (whole_years(leap, date(2025, 2, 28)), whole_years(leap, date(2025, 3, 1))) == (0, 1)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 3, 1)
    assert months_later(date(2024, 12, 31), 2) == date(2025, 3, 1)
    assert months_later(date(2024, 11, 30), 1) == date(2024, 12, 30)
    assert months_later(date(2024, 10, 31), 1) == date(2024, 12, 1)


def asked(countries: list[str], since: list[int], year: int = 2026) -> LeaveAsk:
    size = len(countries)
    column = np.zeros(size, dtype=np.int64)
    hired = column + date(2020, 1, 1).toordinal()
    return LeaveAsk(
        np.arange(1, size + 1, dtype=np.int64), Period(date(year, 1, 1), date(year + 1, 1, 1)), date(year, 1, 1),
        np.array(since, dtype=np.int64), hired, column + FOREVER.toordinal(), column, column, countries,
    )  # fmt: skip


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    known = date(2014, 3, 1).toordinal()
    table = entitlements(asked(["CN", "SG", "CN"], [known, known, UNKNOWN]))
    assert table is not None
    assert (table.ids.tolist(), table.columns["annual"].tolist(), table.units) == ([1], [1000], {"annual": "days"})
    assert entitlements(asked(["SG"], [known])) is None
    assert entitlements(asked(["CN"], [known], year=2007)) is None


def test_a_question_with_columns_of_different_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        asked(["CN", "CN"], [UNKNOWN])
