"""Kinds of days, working days and working minutes, against counting day by day and minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar.rules import (
    OFFICE_HOURS,
    DayKind,
    SpecialDay,
    WorkCalendar,
    add_working_days,
    add_working_minutes,
    working_days_between,
    working_minutes,
)

days = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))
specials = st.dictionaries(
    st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 3, 31)),
    st.builds(SpecialDay, st.sampled_from(DayKind), st.booleans()),
    max_size=40,
)
calendars = st.builds(
    WorkCalendar,
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset[int]()]),
    special=specials,
)
near = st.dates(min_value=date(2025, 12, 1), max_value=date(2026, 4, 30))

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 10, 2) + timedelta(days=n) for n in range(4))
#: Friday is a holiday, Sunday is worked instead.
MOVED = WorkCalendar(
    special={
        FRIDAY: SpecialDay(DayKind.HOLIDAY, statutory=True, name={"en": "Festival"}),
        SUNDAY: SpecialDay(DayKind.WORKDAY, name={"en": "Make-up workday"}),
    },
    complete_years=frozenset({2026}),
    zone="Asia/Shanghai",
)


@given(calendars, near, st.integers(0, 120))
def test_kinds_of_a_range_equal_each_day_s(calendar: WorkCalendar, start: date, length: int) -> None:
    inside = [start + timedelta(days=n) for n in range(length)]
    end = start + timedelta(days=length)
    assert calendar.kinds(start, end).tolist() == [calendar.kind(day) for day in inside]
    assert calendar.kinds(start, end).dtype == np.int8
    assert calendar.statutory(start, end).tolist() == [calendar.is_statutory(day) for day in inside]
    assert calendar.workdays(start, end).tolist() == [calendar.is_workday(day) for day in inside]


@given(days)
def test_without_special_days_the_weekday_decides(day: date) -> None:
    assert WorkCalendar().is_workday(day) is (day.isoweekday() <= 5)
    assert not WorkCalendar().is_make_up(day)
    assert WorkCalendar().name(day) == {}


def test_holidays_and_make_up_workdays() -> None:
    assert MOVED.kinds(FRIDAY, MONDAY + timedelta(days=1)).tolist() == [
        DayKind.HOLIDAY,
        DayKind.REST,
        DayKind.WORKDAY,
        DayKind.WORKDAY,
    ]
    assert MOVED.is_make_up(SUNDAY)
    assert not MOVED.is_make_up(MONDAY)
    assert MOVED.is_statutory(FRIDAY)
    assert MOVED.name(FRIDAY) == {"en": "Festival"}
    assert MOVED.kinds(FRIDAY, FRIDAY).tolist() == []


@given(calendars, near, near)
def test_working_days_between_counts_each_day(calendar: WorkCalendar, start: date, end: date) -> None:
    low, high = sorted((start, end))
    counted = sum(calendar.is_workday(low + timedelta(days=n)) for n in range((high - low).days))
    assert working_days_between(calendar, start, end) == (counted if start <= end else -counted)


@given(calendars, near, st.integers(-60, 60))
def test_adding_working_days_is_the_inverse_of_counting(calendar: WorkCalendar, day: date, count: int) -> None:
    found = add_working_days(calendar, day, count)
    assert calendar.is_workday(found)
    one = timedelta(days=1)
    if count > 0:
        assert working_days_between(calendar, day + one, found + one) == count
    elif count < 0:
        assert working_days_between(calendar, found, day) == -count
    else:
        assert found >= day
        assert working_days_between(calendar, day, found) == 0


def test_adding_working_days_over_a_moved_weekend() -> None:
    thursday = FRIDAY - timedelta(days=1)
    assert add_working_days(MOVED, thursday, 1) == SUNDAY
    assert add_working_days(MOVED, thursday, 2) == MONDAY
    assert add_working_days(MOVED, FRIDAY, 0) == SUNDAY
    assert add_working_days(MOVED, MONDAY, -2) == thursday


def test_a_calendar_without_working_days_is_refused() -> None:
    idle = WorkCalendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="no working days"):
        add_working_days(idle, MONDAY, 1)
    with pytest.raises(ValueError, match="no working hours"):
        add_working_minutes(idle, datetime(2026, 10, 5, tzinfo=UTC), 1)
    with pytest.raises(ValueError, match="no working hours"):
        add_working_minutes(MOVED, datetime(2026, 10, 5, tzinfo=UTC), 1, hours=())


def slow_minutes(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """One minute after the other."""
    zone, count, moment = ZoneInfo(calendar.zone), 0, start
    while moment < end:
        local = moment.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if calendar.is_workday(local.date()) and any(opens <= minute < closes for opens, closes in OFFICE_HOURS):
            count += 1
        moment += timedelta(minutes=1)
    return count


moments = st.datetimes(min_value=datetime(2026, 9, 30), max_value=datetime(2026, 10, 8)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(moments, st.integers(-60, 6_000))
def test_working_minutes_equal_counting_each(start: datetime, length: int) -> None:
    end = start + timedelta(minutes=length)
    assert working_minutes(MOVED, start, end) == slow_minutes(MOVED, start, end)


@given(moments, st.integers(1, 3_000))
def test_a_deadline_lies_so_many_minutes_ahead(start: datetime, minutes: int) -> None:
    deadline = add_working_minutes(MOVED, start, minutes)
    assert deadline.tzinfo is UTC
    assert working_minutes(MOVED, start, deadline) == minutes
    assert working_minutes(MOVED, start, deadline - timedelta(minutes=1)) == minutes - 1


def test_a_deadline_in_the_reader_s_words() -> None:
    """Thursday 17:30: half an hour that day, three on the worked Sunday's morning, half an hour after the break."""
    shanghai = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 10, 1, 17, 30, tzinfo=shanghai)
    assert add_working_minutes(MOVED, start, 4 * 60) == datetime(2026, 10, 4, 13, 30, tzinfo=shanghai)


def test_night_hours_over_the_change_to_summer_time() -> None:
    """22:00 to midnight and midnight to 06:00: on the night to 29 March 2026 Berlin has one hour less."""
    berlin = WorkCalendar(weekend=frozenset(), zone="Europe/Berlin")
    zone = ZoneInfo("Europe/Berlin")
    hours = ((0, 6 * 60), (22 * 60, 24 * 60))
    start, end = datetime(2026, 3, 28, 22, tzinfo=zone), datetime(2026, 3, 29, 6, tzinfo=zone)
    assert working_minutes(berlin, start, end, hours) == 7 * 60
    assert add_working_minutes(berlin, start, 7 * 60, hours) == end


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 6, 1), 2025),
    ],
)
def test_a_missing_notice_is_reported_in_time(today: date, missing: int | None) -> None:
    assert MOVED.missing_year(today) == missing


def test_years_whose_count_may_change() -> None:
    assert MOVED.unconfirmed_years(date(2026, 1, 1), date(2027, 1, 1)) == ()
    assert MOVED.unconfirmed_years(date(2025, 12, 31), date(2027, 1, 2)) == (2025, 2027)
