"""What attendance answers other modules: time worked and missed, per employment, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, not_, select
from sqlalchemy.orm import Session

from attendance.models import CLOSED, DayResult, MonthResult
from attendance.rules.evaluate import FULL_DAY
from attendance.rules.excuses import shares
from attendance.rules.plan import Ints
from attendance.rules.shift import Excuse, Status
from attendance.services.people import employed_during
from remit.base import DomainError, Month, Period
from remit.contracts import Ask, Table
from remit.models import Employment, bulk
from remit.services import system
from remit.text import catalogue, listed

_ = catalogue("attendance")

SOURCE = "attendance"
#: What pay components may take as inputs.
PAY_INPUTS = (
    "ot_workday_minutes", "ot_restday_minutes", "ot_holiday_minutes", "absent_days", "late_minutes", "late_count",
    "unpaid_days", "scheduled_days", "worked_days",
)  # fmt: skip
SHOWN_NUMBERS = 10


def unit_of(code: str) -> str:
    """The unit of a measure: `days` in hundredths, `count` or `minutes`."""
    suffix = code.rpartition("_")[2]
    return {"days": "days", "count": "count"}.get(suffix, "minutes")


def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """Overtime, absence, lateness and days of a closed period, for payroll.

    Pay is built on closed months only: raises `DomainError` (`attendance.not_closed`) when a month of the period is
    not closed for somebody who was asked about. None when nobody asked about was employed in the period.
    """
    with system(session, "attendance answers payroll"):
        people = employed_during(session, ask.period)
        wanted = np.intersect1d(people.ids, ask.ids)
        if not len(wanted):
            return None
        _insist_on_closed(session, ask.period, wanted)
        ids, columns = stored(session, ask.period, PAY_INPUTS)
    mine = np.isin(ids, wanted)
    return _table(ids[mine], {code: column[mine] for code, column in columns.items()})


def months_of(period: Period) -> list[Month]:
    """The calendar months that a period touches."""
    months, month = [], Month.of(period.start)
    while month.start < period.end:
        months.append(month)
        month = month.next()
    return months


def _insist_on_closed(session: Session, period: Period, ids: Ints) -> None:
    waiting = _not_closed(session, period, ids)
    if not waiting.size:
        return
    numbers = session.scalars(
        select(Employment.number).where(Employment.id.in_(waiting[:SHOWN_NUMBERS].tolist())).order_by(Employment.number)
    )
    months = listed(month.title for month in months_of(period))
    raise DomainError(
        "attendance.not_closed",
        _("The attendance of {months} is not closed for {count} person ({numbers}). Close it first.",
          "The attendance of {months} is not closed for {count} people ({numbers}). Close it first.",
          months=months, count=int(waiting.size), numbers=listed(numbers)),
        "month",
    )  # fmt: skip


def _not_closed(session: Session, period: Period, ids: Ints) -> Ints:
    """Those of `ids` for whom some month of their employment within the period is not closed."""
    waiting: list[Ints] = []
    for month in months_of(period):
        overlap = month.period.overlap(period)
        assert overlap is not None
        closed = bulk.read_columns(
            session,
            select(MonthResult.employment_id).where(MonthResult.month == month.number, MonthResult.state == CLOSED),
        )["employment_id"]
        employed = employed_during(session, overlap).ids
        waiting.append(np.setdiff1d(np.intersect1d(ids, employed), closed))
    return np.unique(np.concatenate(waiting))


def stored(session: Session, period: Period, codes: Sequence[str]) -> tuple[Ints, dict[str, Ints]]:
    """Stored measures of everybody over a period: the month rows of a calendar month, else the days summed up."""
    month = Month.of(period.start)
    if month.period == period:
        rows = bulk.read_columns(
            session,
            select(MonthResult.employment_id, *(getattr(MonthResult, code) for code in codes))
            .where(MonthResult.month == month.number)
            .order_by(MonthResult.employment_id),
        )
        return rows.pop("employment_id"), rows
    measures = _day_measures()
    rows = bulk.read_columns(
        session,
        select(
            DayResult.employment_id,
            *(cast(func.sum(measures[code]), BigInteger).label(code) for code in codes),
        )
        .where(DayResult.day >= period.start, DayResult.day < period.end)
        .group_by(DayResult.employment_id)
        .order_by(DayResult.employment_id),
    )
    return rows.pop("employment_id"), rows


def _day_measures() -> dict[str, ColumnElement[Any]]:
    """Each measure of a month as an expression over one day, as `rules.month.total` counts it."""
    day = DayResult

    def when(condition: Any, value: Any = 1) -> ColumnElement[Any]:
        return case((condition, value), else_=0)

    def excused(*kinds: Excuse) -> ColumnElement[Any]:
        return when(day.scheduled, case(shares(*kinds), value=day.excuse, else_=0))

    leave = excused(Excuse.PAID_LEAVE, Excuse.UNPAID_LEAVE)
    waiting = day.status == Status.OPEN
    return {
        "scheduled_days": when(day.scheduled, FULL_DAY),
        "worked_days": when(and_(day.scheduled, not_(waiting)), FULL_DAY - day.absent - leave),
        "planned_minutes": day.planned + 0,
        "worked_minutes": day.worked + 0,
        "late_count": when(day.late > 0),
        "late_minutes": day.late + 0,
        "early_count": when(day.early > 0),
        "early_minutes": day.early + 0,
        "missing_count": when(day.missing_in) + when(day.missing_out),
        "absent_days": day.absent + 0,
        "leave_days": leave,
        "unpaid_days": excused(Excuse.UNPAID_LEAVE),
        "trip_days": excused(Excuse.TRIP),
        "night_minutes": day.night + 0,
        "ot_workday_minutes": day.overtime_workday + 0,
        "ot_restday_minutes": day.overtime_rest + 0,
        "ot_holiday_minutes": day.overtime_holiday + 0,
        "open_days": when(waiting),
    }


def _table(ids: Ints, columns: dict[str, Ints]) -> Table:
    return Table(SOURCE, ids, columns, {code: unit_of(code) for code in columns})
