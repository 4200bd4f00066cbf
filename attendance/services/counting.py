"""What of approved overtime counts, for any number of people and days at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.models import OvertimeRequest
from attendance.models.leave import APPROVED
from attendance.models.overtime import IN_LIEU
from attendance.rules.asking import AskingRules
from attendance.rules.evaluate import DayResults
from attendance.rules.overtime import Approved, recognise
from attendance.rules.plan import Ints
from attendance.services.people import People
from attendance.services.plan import NO_GROUP, Plan


def count_overtime(
    session: Session, plan: Plan, people: People, groups: Ints, days: DayResults
) -> tuple[DayResults, dict[int, int]]:
    """The days with the overtime that is paid, and how many minutes of each approved request count, by its id.

    One statement, whatever the number of people. Overtime that time off compensates is not paid, so it is not in the
    days. What nobody asked for counts as the punches show it, unless the group counts only what was asked for; holidays
    inside a planned shift were ordered by the plan and count in any case. Days to come recognise nothing yet.
    """
    rules = [group.asking_rules() for group in plan.groups]
    wanted = _approved(session, plan, people)
    strict = [at for at, one in enumerate(rules) if one.asked_only]
    if not wanted and not strict:
        return days, {}
    columns = [days.overtime_workday.copy(), days.overtime_rest.copy(), days.overtime_holiday.copy()]
    if strict:
        unasked = np.isin(groups, strict)
        for kind, column in enumerate(columns):
            column[unasked & ~days.scheduled if kind == 2 else unasked] = 0
    found: dict[int, int] = {}
    for cell, requests in wanted.items():
        group = int(groups[cell])
        rule = rules[group] if group != NO_GROUP else AskingRules()
        actual = (int(days.overtime_workday[cell]), int(days.overtime_rest[cell]), int(days.overtime_holiday[cell]))
        told = recognise([_rule(one) for one in requests], actual, rule.counted)
        for column, paid in zip(columns, told.paid, strict=True):
            column[cell] = paid
        found.update(zip((one.id for one in requests), told.parts, strict=True))
    paid_days = replace(days, overtime_workday=columns[0], overtime_rest=columns[1], overtime_holiday=columns[2])
    return paid_days, found


def _rule(one: OvertimeRequest) -> Approved:
    return Approved(one.by_kind, one.compensation == IN_LIEU)


def _approved(session: Session, plan: Plan, people: People) -> dict[tuple[int, int], Sequence[OvertimeRequest]]:
    """The approved requests of people by row and day of the period, the earliest first."""
    period = plan.period
    statement = (
        select(OvertimeRequest)
        .where(
            OvertimeRequest.work_day >= period.start, OvertimeRequest.work_day < period.end,
            OvertimeRequest.state == APPROVED, people.among(OvertimeRequest.employment_id),
        )
        .order_by(OvertimeRequest.starts_at, OvertimeRequest.id)
    )  # fmt: skip
    found: dict[tuple[int, int], list[OvertimeRequest]] = {}
    for one in session.scalars(statement):
        row = people.row(one.employment_id)
        if row is not None:
            found.setdefault((row, (one.work_day - period.start).days), []).append(one)
    return {**found}
