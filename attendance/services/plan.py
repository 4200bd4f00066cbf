"""Load what was planned: groups, shifts, calendars, who belonged to which group, who was excused.

Everything is read set-wise, a fixed number of statements for any number of people, and turned into a matrix of people
by days that the pure rules evaluate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import and_, false, select
from sqlalchemy.orm import Session

from attendance.models import Absence, Group, Membership, MonthState, Shift
from attendance.models.group import WEEKDAYS
from attendance.rules.evaluate import PADDING
from attendance.rules.excuses import excused
from attendance.rules.plan import NOWHERE, Ints, Mark, PlannedDay, Slots, build_slots, plan_days
from attendance.rules.shift import DayRules
from attendance.services.people import People
from remit.base import Month, Period
from remit.calendar import DayKind, WorkCalendar, load_calendars
from remit.models import bulk

NO_GROUP = -1


@dataclass(frozen=True)
class Plan:
    """All groups over a run of days, planned. Slot `group index * len(days) + day index` is a day of a group.

    `days` includes `PADDING` days before and after the period. `shift_ids` holds the shift of each slot, 0 for none.
    """

    period: Period
    days: tuple[date, ...]
    groups: tuple[Group, ...]
    calendars: Mapping[str, WorkCalendar]
    planned: tuple[tuple[PlannedDay, ...], ...]
    shift_ids: Ints

    @property
    def default(self) -> int:
        """The index of the group that holds whoever belongs to no other, or `NO_GROUP`."""
        return next((at for at, group in enumerate(self.groups) if group.is_default), NO_GROUP)

    @property
    def rule_sets(self) -> list[tuple[DayRules, list[int]]]:
        """The different rules in force and the indexes of the groups that work by each."""
        found: dict[DayRules, list[int]] = {}
        for at, group in enumerate(self.groups):
            found.setdefault(group.day_rules(), []).append(at)
        return list(found.items())

    def slots(self, rules: DayRules) -> Slots:
        """The slots of all groups under one set of rules, in the order of slot numbers."""
        days, free = [], []
        for group, planned in zip(self.groups, self.planned, strict=True):
            zone, holidays = ZoneInfo(group.zone), statutory(self.calendars.get(group.place))
            days += [(zone, one) for one in planned]
            free += [holidays] * len(planned)
        return build_slots(days, free, rules)


@dataclass(frozen=True)
class Setup:
    """All attendance groups in their manual order, the shifts they work by id, the states of a month by group."""

    groups: Sequence[Group]
    shifts: Mapping[int, Shift]
    states: Mapping[int, MonthState]


def load_setup(session: Session, month: Month | None = None) -> Setup:
    """The groups with their shifts, and how far a month is if one is named: one statement."""
    used = [getattr(Group, name) for name in (*WEEKDAYS, "make_up_id")]
    state = MonthState.month == month.number if month is not None else false()
    statement = (
        select(Group, Shift, MonthState)
        .outerjoin(Shift, Shift.id.in_(used))
        .outerjoin(MonthState, and_(MonthState.group_id == Group.id, state))
        .order_by(Group.order, Group.id)
    )
    groups: dict[int, Group] = {}
    shifts: dict[int, Shift] = {}
    states: dict[int, MonthState] = {}
    for group, shift, found in session.execute(statement):
        groups[group.id] = group
        if shift is not None:
            shifts[shift.id] = shift
        if found is not None:
            states[group.id] = found
    return Setup(list(groups.values()), shifts, states)


def load_plan(session: Session, period: Period, setup: Setup | None = None) -> Plan:
    """The groups of the company over a period, with shifts and calendars: at most two statements."""
    setup = load_setup(session) if setup is None else setup
    groups, shifts = setup.groups, setup.shifts
    first = period.start - timedelta(days=PADDING)
    end = period.end + timedelta(days=PADDING)
    places = {group.place for group in groups if group.place}
    calendars = load_calendars(session, places) if places else {}
    planned: list[tuple[PlannedDay, ...]] = []
    shift_ids: list[int] = []
    for group in groups:
        calendar = calendars.get(group.place)
        planned.append(tuple(plan_days(group.pattern(shifts), marks(calendar), first, end)))
        shift_ids += _shift_ids(group, planned[-1], calendar)
    days = tuple(first + timedelta(days=at) for at in range((end - first).days))
    return Plan(period, days, tuple(groups), calendars, tuple(planned), np.array(shift_ids, dtype=np.int64))


def _shift_ids(group: Group, days: Sequence[PlannedDay], calendar: WorkCalendar | None) -> list[int]:
    week, found = group.week(), []
    for one in days:
        own = week[one.day.weekday()]
        made_up = group.make_up_id if calendar is not None and calendar.is_make_up(one.day) else None
        found.append((own or made_up or 0) if one.shift is not None else 0)
    return found


def marks(calendar: WorkCalendar | None) -> dict[date, Mark]:
    """What a calendar says about its special days, in the words of the pure rules."""
    if calendar is None:
        return {}
    found = {}
    for day, special in calendar.special.items():
        if special.statutory:
            found[day] = Mark.STATUTORY
        elif special.kind is not DayKind.WORKDAY:
            found[day] = Mark.DAY_OFF
        elif day.weekday() in calendar.weekend:
            found[day] = Mark.MAKE_UP
    return found


def statutory(calendar: WorkCalendar | None) -> frozenset[date]:
    """The statutory holidays a calendar knows."""
    return frozenset(day for day, special in calendar.special.items() if special.statutory) if calendar else frozenset()


def group_matrix(session: Session, plan: Plan, people: People) -> Ints:
    """The group index of each person-day, shape (people, days of the plan); `NO_GROUP` outside the employment."""
    matrix = np.full((len(people), len(plan.days)), plan.default, dtype=np.int64)
    index = {group.id: at for at, group in enumerate(plan.groups)}
    first, end = plan.days[0], plan.days[-1] + timedelta(days=1)
    rows = bulk.read_columns(
        session,
        select(Membership.employment_id, Membership.group_id, Membership.valid_from, Membership.valid_to).where(
            Membership.valid_from < end, Membership.valid_to > first, people.among(Membership.employment_id)
        ),
    )
    for row, begin, finish, group_id in people.spans(rows, plan.days[0], len(plan.days), "group_id"):
        matrix[row, begin:finish] = index[group_id]
    ordinals = np.array([day.toordinal() for day in plan.days])
    employed = (ordinals >= people.hired[:, None]) & (ordinals < people.left[:, None])
    matrix[~employed] = NO_GROUP
    return matrix


def slot_matrix(groups: Ints) -> Ints:
    """The slot of each person-day from its group index."""
    days = np.arange(groups.shape[1], dtype=np.int64)
    return np.where(groups == NO_GROUP, NOWHERE, groups * groups.shape[1] + days)


def excuse_matrix(session: Session, period: Period, people: People) -> Ints:
    """Who is excused from which days of the period, as `rules.excuses` puts it: shape (people, days)."""
    matrix = np.zeros((len(people), period.days), dtype=np.int64)
    statement = select(Absence).where(
        Absence.valid_from < period.end, Absence.valid_to > period.start, people.among(Absence.employment_id)
    )
    for absence in session.scalars(statement):
        row = people.row(absence.employment_id)
        if row is not None:
            begin = max(0, (absence.valid_from - period.start).days)
            days = slice(begin, max(0, (absence.valid_to - period.start).days))
            matrix[row, days] = excused(matrix[row, days], absence.excuse, absence.first_half, absence.last_half)
    return matrix
