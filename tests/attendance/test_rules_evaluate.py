"""Evaluation of days: worked examples with numbers from outside the code, and the slow reference at random."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.rules.evaluate import DayResults, Punches, evaluate, round_minutes
from attendance.rules.month import MEASURES, total
from attendance.rules.plan import Mark, PlannedDay, WeekPattern, build_slots, epoch_minute, plan_days
from attendance.rules.shift import DayKind, DayRules, Excuse, Overtime, Shift, Status
from attendance.rules.windows import drop_repeats
from tests.attendance.reference import RefPerson, RefShift

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LATER = 10**12
OFFICE = Shift(540, 1080, breaks=((720, 780),))
#: Paid leave in the morning, in the afternoon; paid leave and unpaid leave, 112, are the whole day.
MORNING_OFF, AFTERNOON_OFF = 110, 101
EXACT = DayRules(workday=Overtime(1, 1), rest=Overtime(1, 1), holiday=Overtime(1, 1))


def seconds(zone: ZoneInfo, *stamps: str) -> list[int]:
    return [int(datetime.fromisoformat(stamp).replace(tzinfo=zone).timestamp()) for stamp in stamps]


def run(zone, first, shifts, stamps, *, rules=EXACT, holidays=(), now=LATER, excuses=None) -> DayResults:
    """Results of one person over `shifts`, which include one day of padding at either end."""
    free = frozenset(holidays)
    days = []
    for offset, shift in enumerate(shifts):
        day = first + timedelta(days=offset)
        kind = DayKind.HOLIDAY if day in free else DayKind.WORKDAY if shift else DayKind.REST
        days.append((zone, PlannedDay(day, shift, kind)))
    slots = build_slots(days, [free] * len(days), rules)
    matrix = np.arange(len(days), dtype=np.int64)[None, :]
    second = np.array(seconds(zone, *stamps) if stamps and isinstance(stamps[0], str) else stamps, dtype=np.int64)
    if excuses is not None:
        excuses = np.array([excuses], dtype=np.int64)
    return evaluate(slots, matrix, Punches(np.zeros(len(second), dtype=np.int64), second), rules, now=now,
                    excuses=excuses)  # fmt: skip


def minute_of(zone: ZoneInfo, stamp: str) -> int:
    return seconds(zone, stamp)[0] // 60


# -- the examples -------------------------------------------------------------------------------------------------


def test_night_shift_that_runs_into_the_next_shift() -> None:
    """18:00-07:00 on 13 July, in 18:30, out 07:10: 12 h 40 on the 13th, 30 late; the 14th has not begun."""
    shifts = [None, Shift(1080, 1860), Shift(840, 1200), None]
    result = run(SHANGHAI, date(2026, 7, 12), shifts, ["2026-07-13 18:30", "2026-07-14 07:10"],
                 now=minute_of(SHANGHAI, "2026-07-14 08:00"))  # fmt: skip
    assert result.worked[0].tolist() == [760, 0]
    assert result.late[0].tolist() == [30, 0]
    assert result.early[0].tolist() == [0, 0]
    assert result.absent[0].tolist() == [0, 0]
    assert result.status[0].tolist() == [Status.LATE, Status.OPEN]
    assert result.unplaced == 0


def test_night_minutes() -> None:
    """01:00-09:00 with night from 00 to 06 has five hours of night, not thirteen."""
    result = run(SHANGHAI, date(2026, 7, 12), [None, Shift(60, 540, window_before=30), None],
                 ["2026-07-13 01:00", "2026-07-13 09:00"])  # fmt: skip
    assert result.night.tolist() == [[300]]
    assert result.worked.tolist() == [[480]]


@pytest.mark.parametrize(
    ("day", "worked"), [(date(2026, 3, 28), 420), (date(2026, 10, 24), 540), (date(2026, 6, 6), 480)]
)
def test_night_over_a_clock_change(day: date, worked: int) -> None:
    """22:00-06:00 lasts seven hours when the clocks go forward, nine when they go back."""
    following = day + timedelta(days=1)
    shift = Shift(1320, 1800)
    result = run(BERLIN, day - timedelta(days=1), [None, shift, None], [f"{day} 22:00", f"{following} 06:00"])
    assert result.worked.tolist() == [[worked]]
    assert result.late.tolist() == [[0]]
    assert result.early.tolist() == [[0]]
    assert result.status.tolist() == [[Status.NORMAL]]


def test_a_holiday_at_midnight_splits_the_premium_and_not_the_day() -> None:
    """18:00-07:00 into 1 October: one day of attendance, seven hours of it at the holiday rate."""
    result = run(SHANGHAI, date(2026, 9, 29), [None, Shift(1080, 1860), None],
                 ["2026-09-30 18:00", "2026-10-01 07:00"], holidays=[date(2026, 10, 1)])  # fmt: skip
    assert result.worked.tolist() == [[780]]
    assert result.overtime_holiday.tolist() == [[420]]
    assert result.overtime_workday.tolist() == [[0]]


def test_a_plain_day_and_its_window() -> None:
    result = run(SHANGHAI, date(2025, 3, 9), [None, Shift(480, 720, window_before=60, window_after=60), None],
                 ["2025-03-10 08:00", "2025-03-10 12:00"])  # fmt: skip
    assert result.worked.tolist() == [[240]]
    assert result.status.tolist() == [[Status.NORMAL]]


@pytest.mark.parametrize(("method", "worked"), [("span", 390), ("pairs", 270)])
def test_five_punches(method: str, worked: int) -> None:
    """12:00 13:30 14:00 17:00 18:30: 6.5 h from first to last, 4.5 h in pairs, where the odd one never closes."""
    shift = Shift(720, 1110, method=method)  # type: ignore[arg-type]
    stamps = [f"2025-03-10 {at}" for at in ("12:00", "13:30", "14:00", "17:00", "18:30")]
    result = run(SHANGHAI, date(2025, 3, 9), [None, shift, None], stamps)
    assert result.worked.tolist() == [[worked]]
    assert result.missing_out.tolist() == [[method == "pairs"]]


def test_a_punch_after_midnight_belongs_to_the_evening_before() -> None:
    shift = Shift(1380, 1500, window_before=60, window_after=60)
    result = run(SHANGHAI, date(2025, 3, 9), [None, shift, shift, None], ["2025-03-10 23:00", "2025-03-11 01:30"])
    assert result.punches.tolist() == [[2, 0]]
    assert result.worked.tolist() == [[150, 0]]
    assert result.absent.tolist() == [[0, 100]]


def test_repeats_within_a_minute_are_one_gesture() -> None:
    """Sixty seconds are within 60 seconds; sixty-one are a punch of their own."""
    assert drop_repeats(np.zeros(4, np.int64), np.array([0, 60, 61, 122]), 60).tolist() == [True, False, True, True]
    assert drop_repeats(np.array([0, 1]), np.array([5, 5]), 60).tolist() == [True, True]
    twice = ["2026-11-02 08:55:10", "2026-11-02 08:55:40", "2026-11-02 18:00:00", "2026-11-02 18:00:59"]
    result = run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, None], twice)
    assert result.punches.tolist() == [[2]]
    once = run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, None], ["2026-11-02 08:55:10", "2026-11-02 08:55:40"])
    assert once.missing_out.tolist() == [[True]]


def test_missing_punches_are_closed_at_the_plan_and_flagged() -> None:
    """In at 09:30 and never out: counted to 18:00 without the hour of lunch, 7 h 30."""
    result = run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, OFFICE, None], ["2026-11-02 09:30", "2026-11-03 17:00"])
    assert result.missing_out.tolist() == [[True, False]]
    assert result.missing_in.tolist() == [[False, True]]
    assert result.worked.tolist() == [[450, 420]]
    assert result.late.tolist() == [[30, 0]]
    assert result.early.tolist() == [[0, 60]]
    assert result.status.tolist() == [[Status.MISSING, Status.MISSING]]
    strict = DayRules(close_missing=False)
    assert run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, None], ["2026-11-02 09:30"],
               rules=strict).worked.tolist() == [[0]]  # fmt: skip


def test_grace_flexible_hours_and_free_breaks() -> None:
    """Grace forgives up to its minutes and then nothing; flexible hours move the end along with the start."""
    graceful = Shift(540, 1080, grace_in=5, grace_out=5)
    stamps = ["2026-11-02 09:05:59", "2026-11-02 17:55", "2026-11-03 09:06", "2026-11-03 17:54"]
    result = run(SHANGHAI, date(2026, 11, 1), [None, graceful, graceful, None], stamps)
    assert result.late.tolist() == [[0, 6]]
    assert result.early.tolist() == [[0, 6]]
    flexible = Shift(540, 1080, flex_early=60, flex_late=60, break_minutes=60, break_from=360)
    stamps = ["2026-11-02 09:45", "2026-11-02 18:45", "2026-11-03 10:20", "2026-11-03 18:50", "2026-11-04 08:00",
              "2026-11-04 12:00"]  # fmt: skip
    result = run(SHANGHAI, date(2026, 11, 1), [None, flexible, flexible, flexible, None], stamps)
    assert result.late.tolist() == [[0, 20, 0]]
    assert result.early.tolist() == [[0, 10, 300]]
    assert result.worked.tolist() == [[480, 450, 240]]
    assert flexible.core == (600, 1020)


def test_overtime_by_kind_of_day() -> None:
    """Friday to 20:50, Saturday 10:00-15:10, a statutory Sunday 10:00-12:20; half hours on the first two."""
    rules = DayRules(workday=Overtime(minimum=60, unit=30, after=30))
    stamps = ["2026-09-25 08:50", "2026-09-25 20:50", "2026-09-26 10:00", "2026-09-26 15:10", "2026-09-27 10:00",
              "2026-09-27 12:20"]  # fmt: skip
    result = run(SHANGHAI, date(2026, 9, 24), [OFFICE, OFFICE, None, None, None], stamps, rules=rules,
                 holidays=[date(2026, 9, 27)])  # fmt: skip
    assert result.overtime_workday.tolist() == [[120, 0, 0]]
    assert result.overtime_rest.tolist() == [[0, 300, 0]]
    assert result.overtime_holiday.tolist() == [[0, 0, 140]]
    assert result.status.tolist() == [[Status.NORMAL, Status.EXTRA, Status.EXTRA]]


def test_leave_and_trips_excuse_from_punching() -> None:
    result = run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, OFFICE, OFFICE, OFFICE, None], ["2026-11-04 10:00"],
                 excuses=[Excuse.PAID_LEAVE, Excuse.UNPAID_LEAVE, Excuse.TRIP, Excuse.NONE])  # fmt: skip
    assert result.status.tolist() == [[Status.LEAVE, Status.LEAVE, Status.TRIP, Status.ABSENT]]
    assert result.absent.tolist() == [[0, 0, 0, 100]]
    assert result.late.tolist() == [[0, 0, 0, 0]]


def test_a_punch_outside_every_window_is_counted_as_such() -> None:
    result = run(SHANGHAI, date(2026, 11, 1), [OFFICE] * 3, ["2026-11-02 04:30", "2026-11-02 09:00"])
    assert result.unplaced == 1
    assert result.punches.tolist() == [[1]]


def test_punches_of_days_that_are_not_wanted_are_not_counted_as_lost() -> None:
    """Of the day wanted, 2 November, one punch is lost; those of the days around it are not its business."""
    others = ["2026-10-30 09:00", "2026-11-01 04:30", "2026-11-01 09:00", "2026-11-03 09:00", "2026-11-05 18:00"]
    result = run(SHANGHAI, date(2026, 11, 1), [OFFICE] * 3, [*others, "2026-11-02 04:30", "2026-11-02 09:00"])
    assert result.unplaced == 1


@pytest.mark.parametrize("nowhere", [[0], [2], [0, 2]])
def test_whoever_comes_or_goes_loses_the_punches_of_the_days_wanted_alone(nowhere: list[int]) -> None:
    """Two people, the second in no group on the days given: both lose the punch of 2 November and no other."""
    days = [(SHANGHAI, PlannedDay(date(2026, 11, day), OFFICE, DayKind.WORKDAY)) for day in (1, 2, 3)]
    slots = build_slots(days, [frozenset()] * 3, EXACT)
    matrix = np.array([[0, 1, 2], [0, 1, 2]], dtype=np.int64)
    matrix[1, nowhere] = -1
    stamps = seconds(SHANGHAI, "2026-10-30 09:00", "2026-11-02 04:30", "2026-11-05 18:00")
    punches = Punches(np.repeat([0, 1], 3), np.array(stamps * 2, dtype=np.int64))
    assert evaluate(slots, matrix, punches, EXACT, now=LATER).unplaced == 2
    alone = Punches(np.repeat([0], 3), np.array(stamps, dtype=np.int64))
    assert evaluate(slots, matrix[1:], alone, EXACT, now=LATER).unplaced == 1


@pytest.mark.parametrize(
    ("minutes", "rule", "expected"),
    [
        (29, Overtime(30, 30), 0), (30, Overtime(30, 30), 30), (59, Overtime(30, 30), 30),
        (45, Overtime(1, 30, "nearest"), 60), (44, Overtime(1, 30, "nearest"), 30), (31, Overtime(1, 30, "up"), 60),
        (60, Overtime(1, 30, "up"), 60), (0, Overtime(1, 30, "up"), 0),
    ],
)  # fmt: skip
def test_rounding(minutes: int, rule: Overtime, expected: int) -> None:
    assert round_minutes(np.array([minutes]), rule).tolist() == [expected]


def test_overtime_before_the_shift_where_it_counts() -> None:
    """In at 07:20 for 09:00: 100 minutes before it, in half hours 90; elsewhere early is only early."""
    stamps = ["2026-11-02 07:20", "2026-11-02 18:00"]
    early = DayRules(workday=Overtime(before_shift=True))
    assert run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, None], stamps, rules=early).overtime_workday[0, 0] == 90
    assert run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, None], stamps).overtime_workday[0, 0] == 0


def test_a_month_is_the_sum_of_its_days() -> None:
    """Late, absent, on unpaid leave, on a trip, and the last day not over: five scheduled days."""
    stamps = ["2026-11-02 09:20", "2026-11-02 18:00", "2026-11-06 09:00"]
    excuses = [Excuse.NONE, Excuse.NONE, Excuse.UNPAID_LEAVE, Excuse.TRIP, Excuse.NONE]
    days = run(SHANGHAI, date(2026, 11, 1), [None, *[OFFICE] * 5, None], stamps, excuses=excuses,
               now=minute_of(SHANGHAI, "2026-11-06 12:00"))  # fmt: skip
    sums = total(days, np.array([excuses]))
    got = {name: int(getattr(sums, name)[0]) for name in MEASURES}
    assert got == dict.fromkeys(MEASURES, 0) | {
        "scheduled_days": 500, "worked_days": 200, "absent_days": 100, "leave_days": 100, "unpaid_days": 100,
        "trip_days": 100, "open_days": 1, "planned_minutes": 2400, "worked_minutes": 460, "late_count": 1,
        "late_minutes": 20,
    }  # fmt: skip


def test_calendar_makes_the_plan() -> None:
    """National Day 2026: off 1-7 October, three of them by law; Saturday the 10th is worked instead."""
    marks = {date(2026, 10, day): Mark.STATUTORY if day < 4 else Mark.DAY_OFF for day in range(1, 8)}
    marks[date(2026, 10, 10)] = Mark.MAKE_UP
    week = WeekPattern((OFFICE,) * 5 + (None, None), make_up=OFFICE)
    days = plan_days(week, marks, date(2026, 10, 1), date(2026, 11, 1))
    assert sum(plan.shift is not None for plan in days) == 18
    assert [plan.kind for plan in days[:4]] == [DayKind.HOLIDAY] * 3 + [DayKind.REST]
    assert days[9].kind is DayKind.WORKDAY
    shop = WeekPattern((OFFICE,) * 7, follows_calendar=False)
    days = plan_days(shop, marks, date(2026, 10, 1), date(2026, 11, 1))
    assert all(plan.shift is not None for plan in days)
    assert [plan.kind for plan in days[2:4]] == [DayKind.HOLIDAY, DayKind.WORKDAY]


def test_impossible_shifts_are_refused() -> None:
    for start, end in [(1440, 1500), (540, 540), (540, 540 + 1441)]:
        with pytest.raises(ValueError, match="at most 24 hours"):
            Shift(start, end)
    with pytest.raises(ValueError, match="not negative"):
        Shift(540, 1080, grace_in=-1)
    with pytest.raises(ValueError, match="in order"):
        Shift(540, 1080, breaks=((700, 800), (750, 900)))
    with pytest.raises(ValueError, match="seven"):
        WeekPattern((OFFICE,))


def test_nobody_and_nothing() -> None:
    """No people, no plan, no punches: empty results of the right shape."""
    empty = np.zeros(0, dtype=np.int64)
    slots = build_slots([], [], EXACT)
    result = evaluate(slots, np.full((2, 5), -1, dtype=np.int64), Punches(empty, empty), EXACT, now=0)
    assert result.status.shape == (2, 3)
    assert not result.status.any()


# -- against the reference ----------------------------------------------------------------------------------------

ZONES = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")])


@st.composite
def shift_numbers(draw: st.DrawFn) -> dict[str, object]:
    start = draw(st.integers(0, 1439))
    end = start + draw(st.integers(30, 1000))
    cuts = sorted(draw(st.lists(st.integers(start, end), min_size=0, max_size=4, unique=True)))
    breaks = tuple((cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2))
    small = st.integers(0, 90)
    return {
        "start": start, "end": end, "breaks": breaks, "break_minutes": draw(small),
        "break_from": draw(st.integers(0, 400)),
        "grace_in": draw(st.integers(0, 20)), "grace_out": draw(st.integers(0, 20)), "flex_early": draw(small),
        "flex_late": draw(small), "window_before": draw(st.integers(0, 300)),
        "window_after": draw(st.integers(0, 700)), "method": draw(st.sampled_from(["span", "pairs"])),
    }  # fmt: skip


@settings(max_examples=250)
@given(data=st.data())
def test_agrees_with_the_minute_sets(data: st.DataObject) -> None:
    """Random shifts, zones, holidays, clock changes and punches: every figure equals the size of the set."""
    zone = data.draw(ZONES)
    first = data.draw(st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 3, 6), date(2026, 9, 28)]))
    numbers = data.draw(st.lists(st.none() | shift_numbers(), min_size=4, max_size=5))
    shifts = [None if one is None else Shift(**one) for one in numbers]  # type: ignore[arg-type]
    refs = [None if one is None else RefShift(**one) for one in numbers]  # type: ignore[arg-type]
    holidays = {first + timedelta(days=k) for k in data.draw(st.sets(st.integers(-1, 6), max_size=3))}
    zero = epoch_minute(zone, first, 0) * 60
    punches = data.draw(st.lists(st.integers(zero, zero + len(shifts) * 86400), max_size=14))
    bursts = [p + d for p in punches[:4] for d in data.draw(st.lists(st.integers(0, 130), max_size=3))]
    stamps = punches + bursts
    now = data.draw(st.just(LATER) | st.integers(zero // 60, zero // 60 + len(shifts) * 1440))
    close = data.draw(st.booleans())
    night = data.draw(st.sampled_from([(0, 360), (1320, 1440), (0, 0)]))
    after = data.draw(st.sampled_from([0, 30]))
    before = data.draw(st.booleans())
    workday = Overtime(1, 1, after=after, before_shift=before)
    rules = DayRules(night=night, close_missing=close, workday=workday, rest=Overtime(1, 1))
    excuses = [data.draw(st.sampled_from([0, 0, 0, 1, MORNING_OFF, AFTERNOON_OFF, 112])) for _ in shifts[1:-1]]
    got = run(zone, first, shifts, stamps, rules=rules, holidays=holidays, now=now, excuses=excuses)
    person = RefPerson(zone, first, refs, holidays, stamps, night=night, close_missing=close, after=after,
                       before=before, now=now)  # fmt: skip
    for at in range(1, len(shifts) - 1):
        half = {MORNING_OFF: "morning", AFTERNOON_OFF: "afternoon"}.get(excuses[at - 1], "")
        want = person.evaluate(at, excused=bool(excuses[at - 1]) and not half, half=half)
        col = at - 1
        assert got.punches[0, col] == want.punches
        assert got.worked[0, col] == want.worked
        assert got.late[0, col] == want.late
        assert got.early[0, col] == want.early
        assert got.absent[0, col] == want.absent
        assert bool(got.missing_in[0, col]) == (want.missing == "in")
        assert bool(got.missing_out[0, col]) == (want.missing == "out")
        assert got.night[0, col] == want.night
        assert got.overtime_workday[0, col] == want.overtime_workday
        assert got.overtime_rest[0, col] == want.overtime_rest
        assert got.overtime_holiday[0, col] == want.overtime_holiday
        assert (got.status[0, col] == Status.OPEN) == want.open


@settings(max_examples=60)
@given(data=st.data())
def test_people_do_not_leak_into_each_other(data: st.DataObject) -> None:
    """Any subset in any order gives everybody the result he gets alone."""
    week = WeekPattern((Shift(540, 1080), Shift(1080, 1860), None, Shift(840, 1200), Shift(0, 400), None, OFFICE))
    first = date(2026, 11, 1)
    planned = plan_days(week, {}, first, first + timedelta(days=9))
    slots = build_slots([(SHANGHAI, plan) for plan in planned], [frozenset()] * 9, EXACT)
    zero = epoch_minute(SHANGHAI, first, 0) * 60
    people = data.draw(st.lists(st.lists(st.integers(zero, zero + 9 * 86400), max_size=12), min_size=1, max_size=5))
    order = data.draw(st.permutations(range(len(people))))
    matrix = np.tile(np.arange(9, dtype=np.int64), (len(people), 1))
    rows = [(row, second) for row, who in enumerate(order) for second in people[who]]
    together = evaluate(slots, matrix, _punches(rows), EXACT, now=LATER)
    for row, who in enumerate(order):
        alone = evaluate(slots, matrix[:1], _punches([(0, second) for second in people[who]]), EXACT, now=LATER)
        for name in ("status", "worked", "late", "early", "overtime_workday", "first", "last"):
            assert getattr(together, name)[row].tolist() == getattr(alone, name)[0].tolist()


def _punches(rows: list[tuple[int, int]]) -> Punches:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 2)
    return Punches(table[:, 0], table[:, 1])
