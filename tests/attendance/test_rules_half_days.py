"""Half a day excused: where a shift is divided, and what is asked of the other half."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from attendance.rules.excuses import excused, halves, shares
from attendance.rules.month import total
from attendance.rules.shift import Excuse, Shift, Status
from tests.attendance.test_rules_evaluate import AFTERNOON_OFF, MORNING_OFF, OFFICE, SHANGHAI, run


def test_half_a_day_of_leave_asks_for_the_other_half() -> None:
    """Nine to six with lunch at noon: the morning off asks for one to six, the afternoon off for nine to noon."""
    stamps = ["2026-11-02 12:58", "2026-11-02 18:00", "2026-11-03 13:20", "2026-11-03 17:50", "2026-11-04 09:10",
              "2026-11-04 12:00", "2026-11-05 08:55", "2026-11-05 11:40"]  # fmt: skip
    codes = [MORNING_OFF, MORNING_OFF, AFTERNOON_OFF, AFTERNOON_OFF, MORNING_OFF, 112, 133, 103]
    result = run(SHANGHAI, date(2026, 11, 1), [None, *[OFFICE] * 8, None], stamps, excuses=codes)
    assert result.late.tolist() == [[0, 20, 10, 0, 0, 0, 0, 0]]
    assert result.early.tolist() == [[0, 10, 0, 20, 0, 0, 0, 0]]
    assert result.absent.tolist() == [[0, 0, 0, 0, 50, 0, 0, 50]]
    assert result.worked.tolist() == [[300, 270, 170, 165, 0, 0, 0, 0]]
    assert result.status.tolist() == [[
        Status.HALF_LEAVE, Status.LATE_EARLY, Status.LATE, Status.EARLY, Status.ABSENT, Status.LEAVE, Status.TRIP,
        Status.ABSENT,
    ]]  # fmt: skip
    sums = total(result, np.array([codes]))
    got = {name: int(getattr(sums, name)[0]) for name in ("worked_days", "absent_days", "leave_days", "unpaid_days",
                                                          "trip_days", "scheduled_days")}  # fmt: skip
    # Eight days: two halves of leave less worked each of four, half absent twice, one of leave, one of trips.
    assert got == {"worked_days": 350, "absent_days": 100, "leave_days": 350, "unpaid_days": 50, "trip_days": 150,
                   "scheduled_days": 800}  # fmt: skip


def test_who_works_on_through_half_a_day_of_leave_has_no_overtime_before_the_shift_is_over() -> None:
    stamps = ["2026-11-02 09:00", "2026-11-02 15:00", "2026-11-03 09:00", "2026-11-03 19:00"]
    result = run(SHANGHAI, date(2026, 11, 1), [None, OFFICE, OFFICE, None], stamps, excuses=[AFTERNOON_OFF] * 2)
    assert result.overtime_workday.tolist() == [[0, 60]]


@pytest.mark.parametrize(
    ("shift", "midday"),
    [
        (OFFICE, (720, 780)), (Shift(1320, 1800), (1560, 1560)),
        (Shift(480, 1020, breaks=((500, 520), (600, 615), (720, 750))), (720, 750)),
        (Shift(480, 1020, breaks=((500, 520),)), (750, 750)),
    ],
)  # fmt: skip
def test_where_a_shift_is_divided(shift: Shift, midday: tuple[int, int]) -> None:
    assert shift.midday == midday


def test_a_half_that_is_excused_keeps_the_other_as_it_was() -> None:
    none, paid, trip = (np.array([int(one)]) for one in (Excuse.NONE, Excuse.PAID_LEAVE, Excuse.TRIP))
    morning = excused(none, Excuse.UNPAID_LEAVE, last=1)
    assert halves(excused(morning, Excuse.TRIP, first=2))[1] == trip
    assert excused(morning, Excuse.UNPAID_LEAVE, first=2).tolist() == [Excuse.UNPAID_LEAVE]
    assert excused(paid, Excuse.TRIP).tolist() == [Excuse.TRIP]
    assert shares(Excuse.UNPAID_LEAVE) == {2: 100, 102: 50, 112: 50, 120: 50, 121: 50, 123: 50, 132: 50}
