"""Read attendance for pages and commands: a person's month, a day with its punches, the sheet of many people.

A closed month is read as it was stored; an open one is computed at the moment for the people shown, so that what a
page says is never older than the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from attendance.actions import DAYS
from attendance.models import (
    CLOSED,
    Correction,
    DayResult,
    Group,
    MonthResult,
    MonthState,
    Punch,
    PunchLine,
    PunchPlace,
    Source,
)
from attendance.models.leave import APPROVED
from attendance.rules.asking import AskingRules
from attendance.rules.evaluate import NO_PUNCH
from attendance.rules.month import MEASURES
from attendance.rules.plan import epoch_minute
from attendance.services.compute import Computed, compute
from attendance.services.people import People, employed_during, people_of
from attendance.services.plan import NO_GROUP, Setup, load_plan, load_setup
from remit.base import Actor, Month, Period
from remit.models import Employment, Person, guard
from remit.services import system, visible

PAGE = 50


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of somebody as pages show it; minutes, `first` and `last` from the local midnight of the day or None.

    `scheduled` tells a workday of the person from a day off, `planned` how long it is; `status` is a `Status`, `kind`
    a `DayKind`.
    """

    day: date
    status: int
    kind: int
    scheduled: bool
    planned: int
    first: int | None
    last: int | None
    worked: int
    late: int
    early: int
    absent: int
    missing: int
    night: int
    overtime: int


@dataclass(frozen=True)
class MonthView:
    """A month of an employment: its days in order (those it was employed on), the sums, and whether it is closed."""

    employment_id: int
    month: Month
    closed: bool
    days: Mapping[date, DayView]
    totals: Mapping[str, int]


@dataclass(frozen=True)
class SheetRow:
    """One line of the sheet."""

    employment_id: int
    number: str
    name: str
    view: MonthView


@dataclass(frozen=True)
class Sheet:
    """A page of the month sheet: people by row. `total` counts everybody the reader may see."""

    month: Month
    rows: Sequence[SheetRow]
    total: int
    page: int
    groups: Sequence[Group] = ()
    states: Mapping[int, MonthState] = field(default_factory=dict)


def own_employments(session: Session, actor: Actor, period: Period) -> list[Employment]:
    """The employments of whoever asks that fall into a period, the newest first: everybody's own affair."""
    if actor.person_id is None:
        return []
    statement = (
        select(Employment)
        .where(
            Employment.person_id == actor.person_id, Employment.hired_on < period.end, Employment.left_on > period.start
        )
        .order_by(Employment.hired_on.desc())
    )
    with system(session, "somebody looks at his own attendance"):
        return list(session.scalars(statement))


def month_views(session: Session, month: Month, employment_ids: Sequence[int]) -> dict[int, MonthView]:
    """The months of some employments, by id. The caller has made sure that the reader may see them."""
    if not employment_ids:
        return {}
    with system(session, "the attendance of people the reader may see is shown"):
        people = employed_during(session, month.period, employment_ids)
        return _views(session, month, people, load_setup(session, month))


@dataclass(frozen=True)
class OwnDays:
    """One's own days of a period, one's newest employment in it, and the rules of its group on a day of it."""

    employment: Employment
    days: Mapping[date, DayView]
    computed: Computed

    def rules(self, day: date) -> AskingRules | None:
        """What holds for web punches and requests on a day; None where one belongs to no group."""
        row = self.computed.people.row(self.employment.id)
        group = self.computed.group[row, self.computed.dates.index(day)]
        return self.computed.plan.groups[group].asking_rules() if group != NO_GROUP else None


def own_days(session: Session, actor: Actor, period: Period) -> OwnDays | None:
    """One's own days of a period as they are at the moment, closed months too; None for who is not employed in it.

    Their overtime is what the punches show.
    """
    found = own_employments(session, actor, period)
    if not found:
        return None
    people = people_of((one.id, one.hired_on, one.left_on) for one in found)
    with system(session, "somebody looks at his own attendance"):
        computed = compute(session, load_plan(session, period), people, asked=False)
    days = {day: view for row in range(len(people)) for day, view in _live_days(computed, row).items()}
    return OwnDays(found[0], days, computed)


def sheet(
    session: Session, actor: Actor, month: Month, *, page: int = 1, name: str = "", action: str = DAYS
) -> Sheet:
    """A page of the month sheet of everybody whose attendance the reader may see, in the order of numbers.

    `name` narrows it to employee numbers that begin with it and to names and pinyin that hold it.
    """
    period = month.period
    everybody: Any = select(
        Employment.id, Employment.number, Employment.hired_on, Employment.left_on, func.count().over().label("total")
    ).where(Employment.hired_on < period.end, Employment.left_on > period.start)
    # The name stands beside attendance that the reader may see, so it needs no entry of its own.
    statement = visible(session, actor, action, everybody).add_columns(Person.name)
    statement = guard.mark(statement.join(Person, Person.id == Employment.person_id), [(action, "core_person")])
    if name:
        statement = statement.where(
            Employment.number.startswith(name, autoescape=True)
            | Person.name.contains(name, autoescape=True)
            | Person.sort_key.contains(name.casefold(), autoescape=True)
        )
    found = session.execute(statement.order_by(Employment.number).offset((page - 1) * PAGE).limit(PAGE)).all()
    setup = load_setup(session, month)
    views: dict[int, MonthView] = {}
    if found:
        people = people_of((row.id, row.hired_on, row.left_on) for row in found)
        with system(session, "the attendance of people the reader may see is shown"):
            views = _views(session, month, people, setup)
    rows = [SheetRow(row.id, row.number, row.name, views[row.id]) for row in found if row.id in views]
    return Sheet(month, rows, found[0].total if found else 0, page, setup.groups, setup.states)


def _views(session: Session, month: Month, people: People, setup: Setup) -> dict[int, MonthView]:
    views: dict[int, MonthView] = {}
    if any(state.state == CLOSED for state in setup.states.values()):
        views = _stored(session, month, people, setup.groups)
        people = people.take(~np.isin(people.ids, list(views)))
    if len(people):
        views |= _live(compute(session, load_plan(session, month.period, setup), people), month)
    return views


@dataclass(frozen=True, slots=True)
class PunchView:
    """A punch as pages show it: its local time and zone, who delivered it (``web``, ``correction``, a terminal's kind),
    where it was made for one from the web, the correction it came of, and whether another one replaced it.
    """

    id: int
    at: datetime
    zone: str
    source: str
    whereabouts: str
    distance: int | None
    correction_id: int | None
    replaced: bool


def punches_of(session: Session, employment_id: int, day: date) -> list[PunchView]:
    """The punches around a day as their own clocks show them: from its midnight to noon of the next."""
    low = epoch_minute(ZoneInfo("Asia/Shanghai"), day, -720) * 60
    made, wrong = aliased(Correction), aliased(Correction)
    statement = (
        select(Punch, Source.kind, PunchPlace.whereabouts, PunchPlace.distance, made.id, wrong.id)
        .join(PunchLine, PunchLine.id == Punch.line_id).join(Source, Source.id == PunchLine.source_id)
        .outerjoin(PunchPlace, PunchPlace.punch_id == Punch.id).outerjoin(made, made.punch_id == Punch.id)
        .outerjoin(wrong, (wrong.instead_id == Punch.id) & (wrong.state == APPROVED))
        .where(Punch.employment_id == employment_id, Punch.second >= low, Punch.second < low + 3 * 86400)
        .order_by(Punch.second, Punch.id)
    )  # fmt: skip
    with system(session, "the punches of somebody the reader may see are shown"):
        rows = session.execute(statement).all()
    first, seen, found = datetime.combine(day, datetime.min.time()), set(), []
    for punch, source, whereabouts, distance, correction, replaced in rows:
        at = punch.at.astimezone(ZoneInfo(punch.zone))
        if punch.id not in seen and first <= at.replace(tzinfo=None) < first + timedelta(hours=36):
            seen.add(punch.id)
            found.append(PunchView(punch.id, at, punch.zone, source, whereabouts or "", distance, correction,
                                   replaced is not None))  # fmt: skip
    return found


def name_of(session: Session, employment: Employment) -> str:
    """The name of an employee whose attendance the reader may see."""
    with system(session, "a name stands beside attendance that the reader may see"):
        return session.scalar(select(Person.name).where(Person.id == employment.person_id)) or ""


def names_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Numbers and names of employments whose attendance the reader may see, one statement."""
    if not ids:
        return {}
    statement = select(Employment.id, Employment.number, Person.name).join(Person, Person.id == Employment.person_id)
    with system(session, "names stand beside attendance that the reader may see"):
        rows = session.execute(statement.where(Employment.id.in_(sorted(set(ids)))))
        return {key: (number, name) for key, number, name in rows}


def _live(found: Computed, month: Month) -> dict[int, MonthView]:
    views = {}
    for row, employment_id in enumerate(found.people.ids.tolist()):
        totals = {name: int(getattr(found.totals, name)[row]) for name in MEASURES}
        views[employment_id] = MonthView(employment_id, month, False, _live_days(found, row), totals)
    return views


def _live_days(found: Computed, row: int) -> dict[date, DayView]:
    zones = [ZoneInfo(group.zone) for group in found.plan.groups]
    days = {}
    for col, day in enumerate(found.dates):
        group = int(found.group[row, col])
        if group != NO_GROUP:
            days[day] = _live_day(found, row, col, day, zones[group])
    return days


def _live_day(found: Computed, row: int, col: int, day: date, zone: ZoneInfo) -> DayView:
    results = found.days
    cell = (row, col)
    overtime = results.overtime_workday[cell] + results.overtime_rest[cell] + results.overtime_holiday[cell]
    missing = int(results.missing_in[cell]) + int(results.missing_out[cell])
    return DayView(
        day, int(results.status[cell]), int(results.kind[cell]), bool(results.scheduled[cell]),
        int(results.planned[cell]), wall_minute(int(results.first[cell]), day, zone),
        wall_minute(int(results.last[cell]), day, zone),
        int(results.worked[cell]), int(results.late[cell]), int(results.early[cell]), int(results.absent[cell]),
        missing, int(results.night[cell]), int(overtime),
    )  # fmt: skip


def _stored(session: Session, month: Month, people: People, groups: Sequence[Group]) -> dict[int, MonthView]:
    ids = people.ids.tolist()
    results = session.scalars(
        select(MonthResult).where(
            MonthResult.month == month.number, MonthResult.employment_id.in_(ids), MonthResult.state == CLOSED
        )
    ).all()
    zones = {group.id: ZoneInfo(group.zone) for group in groups}
    days: dict[int, dict[date, DayView]] = {}
    rows = session.scalars(
        select(DayResult)
        .where(
            DayResult.employment_id.in_([one.employment_id for one in results]),
            DayResult.day >= month.period.start, DayResult.day < month.period.end,
        )
        .order_by(DayResult.day)
    ) if results else ()  # fmt: skip
    for row in rows:
        zone = zones[row.group_id]
        days.setdefault(row.employment_id, {})[row.day] = DayView(
            row.day, row.status, row.kind, row.scheduled, row.planned, wall_minute(row.first, row.day, zone),
            wall_minute(row.last, row.day, zone), row.worked, row.late, row.early, row.absent,
            row.missing_in + row.missing_out, row.night,
            row.overtime_workday + row.overtime_rest + row.overtime_holiday,
        )  # fmt: skip
    return {
        one.employment_id: MonthView(
            one.employment_id, month, True, days.get(one.employment_id, {}),
            {name: getattr(one, name) for name in MEASURES},
        )
        for one in results
    }  # fmt: skip


def wall_minute(minute: int, day: date, zone: ZoneInfo) -> int | None:
    """What a wall clock showed at a minute since 1970 UTC, counted from midnight of `day`; None for no punch."""
    if minute == NO_PUNCH:
        return None
    wall = datetime.fromtimestamp(minute * 60, zone).replace(tzinfo=None)
    return int((wall - datetime.combine(day, datetime.min.time())).total_seconds()) // 60
