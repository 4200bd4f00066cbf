"""Evaluate a month, close it, reopen it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Delete, delete, func, select, update
from sqlalchemy.orm import Session

from attendance.actions import CLOSE, REOPEN
from attendance.events import MonthClosed, MonthReopened
from attendance.models import CLOSED, OPEN, DayResult, Group, MonthResult, MonthState
from attendance.rules.evaluate import DayResults
from attendance.rules.month import MEASURES
from attendance.rules.plan import Ints
from attendance.services.compute import Computed, compute_all
from attendance.services.overtime.settling import settle
from attendance.services.people import employed_during
from attendance.services.plan import NO_GROUP
from attendance.services.setup import ensure_default_group
from remit.base import Actor, DomainError, Month, clock
from remit.calendar import load_calendars
from remit.events import emit
from remit.models import Employment, bulk
from remit.services import check, record_bulk, require, system
from remit.specs import Change
from remit.text import Text, catalogue, listed

_ = catalogue("attendance")

SHOWN_NUMBERS = 10
_LOCK = 0x415454
_DAY_COLUMNS = tuple(name.name for name in fields(DayResults) if name.name not in ("unplaced",))


@dataclass
class MonthReport:
    """What evaluating or closing a month found.

    `groups` are those whose results were written. `totals` sums the measures over all people (days in hundredths);
    `warnings` are sentences for HR: what is missing, and what was taken as it is. `unplaced` punches lie outside
    every shift's window; `without_group` are employee numbers nobody planned for.
    """

    month: Month
    groups: list[str] = field(default_factory=list)
    people: int = 0
    days: int = 0
    open_days: int = 0
    unplaced: int = 0
    without_group: list[str] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    warnings: list[Text] = field(default_factory=list)


#: Told how far a long computation is: people done, people in all.
Progress = Callable[[int, int], None]


def evaluate_month(
    session: Session, actor: Actor, month: Month, *, groups: Sequence[Group] | None = None,
    progress: Progress | None = None,
) -> MonthReport:  # fmt: skip
    """Compute the month of the groups (by default all that are open) and store days and sums in place of the old.

    Set-wise: a handful of statements for every 8,000 people. Groups that are closed keep their results.
    """
    require(session, actor, CLOSE)
    with system(session, "attendance of a month is computed"):
        states = _states(session, month)
        ensure_default_group(session)
        wanted = _open_groups(session, states, groups)
        report = _evaluate(session, month, wanted, progress)
        for group in wanted:
            _state(session, month, group, states).computed_at = clock.now()
    return report


def close_month(
    session: Session, actor: Actor, month: Month, *, groups: Sequence[Group] | None = None,
    progress: Progress | None = None,
) -> MonthReport:  # fmt: skip
    """Evaluate a month and freeze it, so that payroll can build on it.

    Refused with `DomainError` while days are not over yet, or when there is nothing to close. Missing punches and
    absences do not keep a month open: they are named in the report, and the month closes as HR decided.
    """
    require(session, actor, CLOSE)
    with system(session, "attendance of a month is closed"):
        states = _states(session, month)
        ensure_default_group(session)
        wanted = _open_groups(session, states, groups)
        if not wanted:
            message = _("The attendance of {month} is closed already.", month=month.title)
            raise DomainError("attendance.closed", message, "month")
        report = _evaluate(session, month, wanted, progress)
        if report.open_days:
            raise DomainError("attendance.not_over", _not_over(month, report.open_days), "month")
        settle(session, actor, days=month.period)
        now = clock.now()
        for group in wanted:
            state = _state(session, month, group, states)
            state.state, state.computed_at, state.closed_at, state.closed_by = CLOSED, now, now, actor.account_id
            state.people = _people_of(session, month, group)
        session.flush()
        _set_state(session, month, wanted, CLOSED)
        report.warnings = _warnings(session, month, wanted, report)
        emit(session, MonthClosed(month, len(wanted)))
    return report


def reopen_month(
    session: Session, actor: Actor, month: Month, *, reason: str, groups: Sequence[Group] | None = None
) -> list[str]:
    """Open a closed month again; returns the codes of the groups. Other modules may object.

    Raises `DomainError` without a reason, when nothing is closed, or when a module objects, as payroll does once a
    run that used the month is locked.
    """
    require(session, actor, REOPEN)
    if not reason.strip():
        raise DomainError("attendance.reason", _("Say why the month is reopened."), "reason")
    with system(session, "attendance of a month is reopened"):
        states = _states(session, month)
        wanted = [
            group for group in (groups if groups is not None else session.scalars(select(Group).order_by(Group.order)))
            if group.id in states and states[group.id].state == CLOSED
        ]  # fmt: skip
        if not wanted:
            message = _("The attendance of {month} is not closed.", month=month.title)
            raise DomainError("attendance.open", message, "month")
        for group in wanted:
            state = states[group.id]
            check(session, actor, Change(REOPEN, state, {"month": month, "period": month.period}))
            state.state, state.reopened_at, state.reopened_by = OPEN, clock.now(), actor.account_id
            state.reopen_reason = reason.strip()
        session.flush()
        _set_state(session, month, wanted, OPEN)
        emit(session, MonthReopened(month, len(wanted)))
    return [group.code for group in wanted]


# -- evaluation -----------------------------------------------------------------------------------------------------


def _not_over(month: Month, count: int) -> Text:
    return _(
        "{month} is not over yet: {count} workday has no result. Close it when the last shift has ended.",
        "{month} is not over yet: {count} workdays have no result. Close it when the last shift has ended.",
        month=month.title, count=count,
    )  # fmt: skip


def _evaluate(
    session: Session, month: Month, groups: Sequence[Group], progress: Progress | None
) -> MonthReport:
    """Compute everybody, store those whose month belongs to one of the groups."""
    report = MonthReport(month, groups=[group.code for group in groups])
    wanted = [group.id for group in groups]
    _forget(session, month, wanted)
    stored = bulk.read_columns(
        session, select(MonthResult.employment_id, MonthResult.state).where(MonthResult.month == month.number)
    )
    closed = stored["employment_id"][stored["state"] == CLOSED]
    elsewhere = stored["employment_id"][stored["state"] == OPEN]
    sums = dict.fromkeys(MEASURES, 0)
    people, done = employed_during(session, month.period), 0
    for found in compute_all(session, month.period, people):
        group_ids = np.array([*(group.id for group in found.plan.groups), 0], dtype=np.int64)[found.last_group]
        rows = np.isin(group_ids, wanted) & ~np.isin(found.people.ids, closed)
        _forget_people(session, month, found.people.ids[rows & np.isin(found.people.ids, elsewhere)].tolist())
        _add_to(report, session, found, rows, sums)
        _store(session, month, found, group_ids, rows)
        done += len(found.people)
        if progress is not None:
            progress(done, len(people))
    report.totals = sums
    if report.people:
        record_bulk(session, MonthResult.__tablename__, f"attendance:{month}", report.people, "", action=CLOSE)
    return report


def _add_to(
    report: MonthReport, session: Session, found: Computed, rows: NDArray[np.bool_], sums: dict[str, int]
) -> None:
    report.people += int(rows.sum())
    report.days += int((found.group[rows] != NO_GROUP).sum())
    report.open_days += int(found.totals.open_days[rows].sum())
    report.unplaced += found.days.unplaced
    for name in MEASURES:
        sums[name] += int(getattr(found.totals, name)[rows].sum())
    lost = found.people.ids[found.last_group == NO_GROUP].tolist()
    if lost:
        named = select(Employment.number).where(Employment.id.in_(lost[:SHOWN_NUMBERS])).order_by(Employment.number)
        report.without_group += list(session.scalars(named))


def _store(
    session: Session, month: Month, found: Computed, group_ids: Ints, rows: NDArray[np.bool_]
) -> None:
    cells = (found.group != NO_GROUP) & rows[:, None]
    person, day = np.nonzero(cells)
    groups = np.array([group.id for group in found.plan.groups], dtype=np.int64)
    dates = np.array(found.dates, dtype="datetime64[D]")
    columns = {name: getattr(found.days, name)[cells] for name in _DAY_COLUMNS}
    bulk.write_columns(
        session,
        DayResult,
        {
            **columns,
            "employment_id": found.people.ids[person],
            "day": dates[day],
            "group_id": groups[found.group[cells]],
            "excuse": found.excuses[cells],
        },
    )
    bulk.write_columns(
        session,
        MonthResult,
        {
            "employment_id": found.people.ids[rows],
            "month": month.number,
            "group_id": group_ids[rows],
            "state": OPEN,
            **{name: getattr(found.totals, name)[rows] for name in MEASURES},
        },
    )


def _forget(session: Session, month: Month, groups: Sequence[int]) -> None:
    """Remove the results of these groups before they are written anew; closed ones stay."""
    mine = (MonthResult.month == month.number, MonthResult.state == OPEN, MonthResult.group_id.in_(groups))
    people = select(MonthResult.employment_id).where(*mine)
    _delete(session, delete(DayResult).where(*_in_month(month), DayResult.employment_id.in_(people)))
    _delete(session, delete(MonthResult).where(*mine))


def _forget_people(session: Session, month: Month, employment_ids: Sequence[int]) -> None:
    """Remove what was computed for people while they belonged to another group."""
    if employment_ids:
        _delete(session, delete(DayResult).where(*_in_month(month), DayResult.employment_id.in_(employment_ids)))
        mine = (MonthResult.month == month.number, MonthResult.employment_id.in_(employment_ids))
        _delete(session, delete(MonthResult).where(*mine))


def _in_month(month: Month) -> tuple[ColumnElement[bool], ...]:
    return DayResult.day >= month.period.start, DayResult.day < month.period.end


def _delete(session: Session, statement: Delete) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


# -- states ---------------------------------------------------------------------------------------------------------


def _states(session: Session, month: Month) -> dict[int, MonthState]:
    """The states of a month by group, locked, so that two people cannot close and reopen at once.

    Before a month is first closed there is no row to lock; hence a lock on its number, held until the commit. SQLite
    has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, month.number)))
    statement = select(MonthState).where(MonthState.month == month.number).with_for_update()
    return {state.group_id: state for state in session.scalars(statement)}


def _state(session: Session, month: Month, group: Group, states: dict[int, MonthState]) -> MonthState:
    found = states.get(group.id)
    if found is None:
        found = states[group.id] = MonthState(month=month.number, group_id=group.id, state=OPEN, people=0)
        session.add(found)
    return found


def _open_groups(
    session: Session, states: dict[int, MonthState], groups: Sequence[Group] | None
) -> list[Group]:
    every = list(groups) if groups is not None else list(session.scalars(select(Group).order_by(Group.order)))
    return [group for group in every if group.id not in states or states[group.id].state == OPEN]


def _set_state(session: Session, month: Month, groups: Sequence[Group], state: str) -> None:
    session.execute(
        update(MonthResult)
        .where(MonthResult.month == month.number, MonthResult.group_id.in_([group.id for group in groups]))
        .values(state=state)
        .execution_options(synchronize_session=False)
    )


def _people_of(session: Session, month: Month, group: Group) -> int:
    return session.scalar(
        select(func.count()).select_from(MonthResult).where(
            MonthResult.month == month.number, MonthResult.group_id == group.id
        )
    ) or 0  # fmt: skip


# -- what HR should know --------------------------------------------------------------------------------------------


def _warnings(session: Session, month: Month, groups: Sequence[Group], report: MonthReport) -> list[Text]:
    found: list[Text] = []
    if report.totals["missing_count"]:
        found.append(_("{count} missing punch was taken as it is.", "{count} missing punches were taken as they are.",
                       count=report.totals["missing_count"]))  # fmt: skip
    if report.totals["absent_days"]:
        days = report.totals["absent_days"] // 100
        found.append(_("{count} day is absence without leave.", "{count} days are absence without leave.", count=days))
    if report.unplaced:
        found.append(_("{count} punch lies outside every shift and belongs to no day.",
                       "{count} punches lie outside every shift and belong to no day.",
                       count=report.unplaced))  # fmt: skip
    if report.without_group:
        found.append(
            _("Without attendance group and therefore without attendance: {numbers}.",
              numbers=listed(report.without_group[:SHOWN_NUMBERS]))
        )  # fmt: skip
    places = {group.place for group in groups if group.place}
    calendars = load_calendars(session, places) if places else {}
    unsure = [place for place, known in calendars.items() if known.unconfirmed_years(month.start, month.period.end)]
    for place in sorted(unsure):
        found.append(
            _("The holiday arrangement of {year} is not known for {place}; days were counted by weekends.",
              year=month.year, place=place)
        )  # fmt: skip
    return found
