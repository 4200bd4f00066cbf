"""Sum days up to a month: one row of whole numbers per person."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from attendance.rules.evaluate import FULL_DAY, DayResults
from attendance.rules.excuses import share
from attendance.rules.plan import Ints
from attendance.rules.shift import Excuse, Status


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """A month per person, each an array over people.

    `scheduled_days`, `worked_days`, `absent_days`, `leave_days`, `unpaid_days` and `trip_days` count hundredths of
    days; `*_count` and `missing_count` count occasions; `open_days` whole days without a result; all others are
    minutes. A scheduled day is worked unless it was missed, taken off or is still open; a business trip is work. Half a
    day of leave is half a day here and half a day of work.
    `unpaid_days` is unpaid leave alone: what absence without leave costs is a question of pay policy.
    """

    scheduled_days: Ints
    worked_days: Ints
    planned_minutes: Ints
    worked_minutes: Ints
    late_count: Ints
    late_minutes: Ints
    early_count: Ints
    early_minutes: Ints
    missing_count: Ints
    absent_days: Ints
    leave_days: Ints
    unpaid_days: Ints
    trip_days: Ints
    night_minutes: Ints
    ot_workday_minutes: Ints
    ot_restday_minutes: Ints
    ot_holiday_minutes: Ints
    open_days: Ints


#: Names in a fixed order, for tables and files.
MEASURES: tuple[str, ...] = tuple(field.name for field in fields(MonthTotals))


def total(days: DayResults, excuses: Ints) -> MonthTotals:
    """The totals over the days of each person; `excuses` has the shape of the results."""

    def count(mask: NDArray[np.bool_]) -> Ints:
        return np.asarray(mask.sum(axis=1), dtype=np.int64)

    scheduled = days.scheduled

    def excused(*kinds: Excuse) -> Ints:
        return np.where(scheduled, share(excuses, *kinds), 0)

    leave = excused(Excuse.PAID_LEAVE, Excuse.UNPAID_LEAVE)
    waiting = days.status == Status.OPEN
    absent = days.absent.sum(axis=1)
    worked = np.where(scheduled & ~waiting, FULL_DAY - leave, 0)
    return MonthTotals(
        scheduled_days=count(scheduled) * FULL_DAY,
        worked_days=worked.sum(axis=1) - absent,
        planned_minutes=days.planned.sum(axis=1),
        worked_minutes=days.worked.sum(axis=1),
        late_count=count(days.late > 0),
        late_minutes=days.late.sum(axis=1),
        early_count=count(days.early > 0),
        early_minutes=days.early.sum(axis=1),
        missing_count=count(days.missing_in) + count(days.missing_out),
        absent_days=absent,
        leave_days=leave.sum(axis=1),
        unpaid_days=excused(Excuse.UNPAID_LEAVE).sum(axis=1),
        trip_days=excused(Excuse.TRIP).sum(axis=1),
        night_minutes=days.night.sum(axis=1),
        ot_workday_minutes=days.overtime_workday.sum(axis=1),
        ot_restday_minutes=days.overtime_rest.sum(axis=1),
        ot_holiday_minutes=days.overtime_holiday.sum(axis=1),
        open_days=count(waiting),
    )
