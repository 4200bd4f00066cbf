"""When something starts by itself: the working days of a real year, clock changes, and a slow independent cron."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.base.errors import DomainError
from core.base.recurrence import parse

SHANGHAI = ZoneInfo("Asia/Shanghai")


def works(day: date) -> bool:
    """2026 by 国办发明电〔2025〕7号, written out by hand: what is free besides weekends, and the weekends worked."""
    free = [(1, 1, 1, 3), (2, 15, 2, 23), (4, 4, 4, 6), (5, 1, 5, 5), (6, 19, 6, 21), (9, 25, 9, 27), (10, 1, 10, 7)]
    worked = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
    if (day.month, day.day) in worked:
        return True
    return day.weekday() < 5 and not any((m, d) <= (day.month, day.day) <= (n, e) for m, d, n, e in free)


def coming(rule: str, after: str, count: int, zone: ZoneInfo = SHANGHAI) -> list[str]:
    start = datetime.fromisoformat(after).replace(tzinfo=zone)
    found = islice(parse(rule).moments(start, zone, works), count)
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in found]


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        # Spring Festival: worked on Saturday the 14th, free from the 15th to the 23rd.
        ("workdays 18:00", "2026-02-13T18:00", ["02-14 18:00", "02-24 18:00"]),
        ("workday 1 09:00", "2026-09-15T00:00", ["10-08 09:00", "11-02 09:00"]),
        ("workday -1 17:30", "2026-02-01T00:00", ["02-28 17:30", "03-31 17:30"]),
        ("workday 23 09:00", "2026-02-01T00:00", ["02-28 09:00", "03-31 09:00"]),
        # The 10th of October is a Saturday that is worked; the 10th of May a Sunday after a Saturday that is.
        ("day 10 before 09:00", "2026-10-01T00:00", ["10-10 09:00", "11-10 09:00"]),
        ("day 10 before 09:00", "2026-05-01T00:00", ["05-09 09:00", "06-10 09:00"]),
        ("day 10 after 09:00", "2026-05-01T00:00", ["05-11 09:00", "06-10 09:00"]),
        # The 31st of October is a Saturday: put off into November, and still to come on the first of it.
        ("day 31 after 09:00", "2026-11-01T12:00", ["11-02 09:00", "11-30 09:00"]),
        ("day 1 before 09:00", "2026-07-20T00:00", ["07-31 09:00", "09-01 09:00"]),
        ("day -1 before 08:05", "2026-02-01T00:00", ["02-28 08:05", "03-31 08:05"]),
        ("30 2 29 2 *", "2026-02-01T00:00", ["02-29 02:30"]),
        ("0 9 * * 1", "2026-11-24T00:00", ["11-30 09:00", "12-07 09:00"]),
    ],
)
def test_rules_in_a_year_of_china(rule: str, after: str, expected: list[str]) -> None:
    assert coming(rule, after, len(expected)) == expected


def test_the_clock_that_is_put_forward_and_back() -> None:
    """New York 2026: no 02:30 on 8 March, two 01:30 on 1 November."""
    york = ZoneInfo("America/New_York")
    assert coming("30 2 * * *", "2026-03-07T12:00", 2, york) == ["03-08 03:00", "03-09 02:30"]
    assert coming("30 1 * * *", "2026-10-31T12:00", 2, york) == ["11-01 01:30", "11-02 01:30"]
    assert coming("day 8 after 02:30", "2026-03-01T12:00", 1, york) == ["03-09 02:30"]


@pytest.mark.parametrize(
    "text",
    ["", "99 1 * * *", "* * * *", "* * * * * *", "0 0 30 2 *", "@daily", "workday 0 09:00", "workday 24 09:00",
     "workdays 24:00", "workdays", "day 0 before 09:00", "day 32 after 09:00", "day 10 09:00", "day 10 before 9",
     "workday １ 09:00 x"],
)  # fmt: skip
def test_what_is_no_rule_is_said(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.field) == ("schedule.rule", "rule")


def test_rules_are_read_as_people_write_them() -> None:
    assert parse("  Workday   3  9:05 ").text == "workday 3 9:05"
    assert str(parse("workday 3 9:05").words) == "每月第 3 个工作日 09:05"
    assert str(parse("5 4 * * 7").words) == "每周日 04:05"
    assert str(parse("5 4 1-7 * 1").words) == "5 4 1-7 * 1"


def test_a_calendar_without_working_days_is_not_searched_for_ever() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert parse("workdays 09:00").after(start, SHANGHAI, lambda _day: False) is None
    assert parse("day 10 before 09:00").after(start, SHANGHAI, lambda _day: False) is None


numbers = st.one_of(st.just("*"), st.integers(0, 23).map(str), st.integers(2, 11).map(lambda step: f"*/{step}"))


@given(minute=numbers, hour=numbers, weekday=st.one_of(st.just("*"), st.integers(0, 7).map(str)),
       start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # fmt: skip
def test_cron_lines_mean_what_walking_through_the_minutes_finds(
    minute: str, hour: str, weekday: str, start: datetime
) -> None:
    """Minute by minute, for eight days."""
    def fits(told: str, value: int) -> bool:
        return told == "*" or (value % int(told[2:]) == 0 if told.startswith("*/") else int(told) == value)

    moment = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _step in range(8 * 24 * 60):
        if fits(minute, moment.minute) and fits(hour, moment.hour) \
                and (weekday == "*" or int(weekday) % 7 == moment.isoweekday() % 7):  # fmt: skip
            break
        moment += timedelta(minutes=1)
    else:
        assume(False)
    found = parse(f"{minute} {hour} * * {weekday}").after(start.replace(tzinfo=UTC), ZoneInfo("UTC"), works)
    assert found == moment.replace(tzinfo=UTC)


@given(nth=st.integers(-23, 23).filter(bool), month=st.integers(1, 12), free=st.sets(st.integers(1, 31)))
def test_the_nth_working_day_is_found_by_counting(nth: int, month: int, free: set[int]) -> None:
    """One month with any days free: count up from its first day, or down from its last."""
    def is_workday(day: date) -> bool:
        return day.day not in free

    worked = []
    day = date(2026, month, 1)
    while day.month == month:
        if day.day not in free:
            worked.append(day)
        day += timedelta(days=1)
    assume(worked)
    counted = worked if nth > 0 else worked[::-1]
    expected = counted[abs(nth) - 1] if abs(nth) <= len(counted) else counted[-1]
    start = datetime(2026, month, 1, tzinfo=SHANGHAI) - timedelta(seconds=1)
    found = parse(f"workday {nth} 00:00").after(start, SHANGHAI, is_workday)
    assert found is not None
    assert found.astimezone(SHANGHAI).date() == expected
