"""Compute days and months from punches and plan: for one person on a page or for a whole company at a month's end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from attendance.models import Correction, Punch
from attendance.models.leave import APPROVED
from attendance.rules import month as months
from attendance.rules.evaluate import PADDING, DayResults, Punches, evaluate
from attendance.rules.plan import Ints
from attendance.rules.shift import DayRules
from attendance.services.counting import count_overtime
from attendance.services.people import People
from attendance.services.plan import NO_GROUP, Plan, excuse_matrix, group_matrix, load_plan, slot_matrix
from remit.base import Period, clock
from remit.models import bulk


@dataclass(frozen=True)
class Computed:
    """Results of people over a period: arrays of shape (people, days), and their sums per person.

    `group` is the index into `plan.groups` (`NO_GROUP` for no plan), `shift` the id of the shift or 0. The overtime of
    the days is what is paid; `recognised` is how many minutes of each approved request count, by its id.
    """

    people: People
    plan: Plan
    group: Ints
    shift: Ints
    excuses: Ints
    days: DayResults
    totals: months.MonthTotals
    recognised: Mapping[int, int]

    @property
    def dates(self) -> tuple[date, ...]:
        """The days of the columns."""
        return self.plan.days[PADDING : len(self.plan.days) - PADDING]

    @property
    def last_group(self) -> Ints:
        """For each person the group index of the last day that has one, which is where the month belongs."""
        known = self.group != NO_GROUP
        last = known.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
        return np.where(known.any(axis=1), self.group[np.arange(len(self.group)), last], NO_GROUP)


def compute(
    session: Session, plan: Plan, people: People, *, now: int | None = None, asked: bool = True
) -> Computed:
    """Compute people over the period of a plan: four statements, whatever their number.

    Without ``asked`` requests for overtime are not looked at, and overtime is what the punches show: one statement less
    for whoever does not tell of overtime.

    `now` is the present minute since 1970 UTC, by default that of the business clock. The session must be allowed
    to read punches (inside `system`, or for people that the caller found through `visible`).
    """
    groups = group_matrix(session, plan, people)
    excuses = excuse_matrix(session, plan.period, people)
    punches = _punches(session, plan, people)
    matrix = slot_matrix(groups)
    inner = groups[:, PADDING : groups.shape[1] - PADDING]
    moment = now if now is not None else present_minute()
    evaluated = _evaluate(plan, groups, matrix, punches, excuses, moment)
    results, recognised = count_overtime(session, plan, people, inner, evaluated) if asked else (evaluated, {})
    slots = matrix[:, PADDING : matrix.shape[1] - PADDING]
    shift = np.where(inner == NO_GROUP, 0, plan.shift_ids[slots] if len(plan.shift_ids) else 0)
    return Computed(people, plan, inner, shift, excuses, results, months.total(results, excuses), recognised)


def compute_all(
    session: Session, period: Period, people: People, *, now: int | None = None
) -> Iterator[Computed]:
    """Compute many people run by run; the plan is loaded once."""
    plan = load_plan(session, period)
    moment = now if now is not None else present_minute()
    for chunk in people.chunks():
        yield compute(session, plan, chunk, now=moment)


def present_second(zone: str = clock.DEFAULT_ZONE) -> int:
    """The second since 1970 UTC it is for the business: the real time of day, on the business day (`REMIT_DEMO_DATE`).
    """
    now = clock.now().astimezone(ZoneInfo(zone))
    moment = datetime.combine(clock.today(zone), now.time(), ZoneInfo(zone))
    return int(moment.timestamp())


def present_minute(zone: str = clock.DEFAULT_ZONE) -> int:
    """The minute it is for the business, as ``present_second`` has it."""
    return present_second(zone) // 60


def _punches(session: Session, plan: Plan, people: People) -> Punches:
    # Zones reach from 12 hours behind to 14 ahead of UTC, and a shift from one day into the next.
    zero = date(1970, 1, 1)
    low = (plan.days[0] - zero - timedelta(days=2)).days * 86400
    high = (plan.days[-1] - zero + timedelta(days=3)).days * 86400
    wrong = exists().where(Correction.instead_id == Punch.id, Correction.state == APPROVED)
    rows = bulk.read_columns(
        session,
        select(Punch.employment_id, Punch.second).where(
            Punch.second >= low, Punch.second < high, people.among(Punch.employment_id), ~wrong
        ),
    )
    row, known = people.rows(rows["employment_id"])
    return Punches(row[known], rows["second"][known])


def _evaluate(
    plan: Plan, groups: Ints, matrix: Ints, punches: Punches, excuses: Ints, now: int
) -> DayResults:
    """Evaluate under each set of rules that somebody works by and take from each the days it governs."""
    merged: DayResults | None = None
    inner = groups[:, PADDING : groups.shape[1] - PADDING]
    for rules, members in plan.rule_sets:
        governed = np.isin(inner, members)
        if merged is not None and not governed.any():
            continue
        found = evaluate(plan.slots(rules), matrix, punches, rules, now=now, excuses=excuses)
        merged = found if merged is None else _merge(merged, found, governed)
    return merged or evaluate(plan.slots(DayRules()), matrix, punches, DayRules(), now=now, excuses=excuses)


def _merge(one: DayResults, other: DayResults, where: NDArray[np.bool_]) -> DayResults:
    values = {
        field.name: np.where(where, getattr(other, field.name), getattr(one, field.name))
        for field in fields(DayResults)
        if field.name != "unplaced"
    }
    return DayResults(**values, unplaced=min(one.unplaced, other.unplaced))
