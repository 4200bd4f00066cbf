"""What a leave comes to by the plan of the person: which of its days would have been worked."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from attendance.models import LeaveType
from attendance.rules.absent_days import Span, count
from attendance.rules.evaluate import PADDING
from attendance.services.people import people_of
from attendance.services.plan import NO_GROUP, group_matrix, load_plan
from remit.base import Period
from remit.models import Employment
from remit.services import system


def counted_days(
    session: Session, employment: Employment, leave_type: LeaveType, span: Span
) -> list[tuple[date, int]]:
    """The days of a leave that count, with how much of each in hundredths.

    Days that the person's roster and calendar have off do not count, unless the type counts natural days; days outside
    the employment never do. Three statements, whatever the length.
    """
    period = Period(span.first, span.last + timedelta(days=1))
    people = people_of([(employment.id, employment.hired_on, employment.left_on)])
    with system(session, "the plan of somebody who asks for leave is read"):
        plan = load_plan(session, period)
        groups = group_matrix(session, plan, people)[0, PADDING:-PADDING]
    if leave_type.natural or not plan.groups:
        # Without attendance groups nobody has a plan; an office's week is the best that can be said.
        return count(span, [
            employment.hired_on <= day < employment.left_on and (leave_type.natural or day.weekday() < 5)
            for day in span.days()
        ])  # fmt: skip
    shifts = np.array(
        [[day.shift is not None for day in planned[PADDING:-PADDING]] for planned in plan.planned], dtype=np.bool_
    )
    known = groups != NO_GROUP
    return count(span, (known & shifts[np.where(known, groups, 0), np.arange(period.days)]).tolist())
