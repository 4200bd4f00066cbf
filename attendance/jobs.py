"""What attendance does by itself every night: leave whose time is over expires, overtime that is over is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.services.leave.grants import expire
from attendance.services.overtime.settling import settle
from remit.base import Actor, clock
from remit.jobs import Job, JobContext
from remit.text import catalogue

_ = catalogue("attendance")


def expire_leave(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write off leave that can no longer be taken, also of the days on which this did not run."""
    del arguments
    with context.session(write=True) as session:
        result = expire(session, clock.today())
        context.complete(session, result)
    return result


def settle_overtime(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Count the approved overtime of days that are over, and give the time off it is compensated with."""
    del arguments
    with context.session(write=True) as session:
        result = settle(session, Actor.system("approved overtime of days that are over is counted"))
        context.complete(session, result)
    return result


JOBS = (
    Job("attendance.expire_leave", _("Expire leave"), expire_leave, schedule="15 1 * * *", at_most=1),
    Job("attendance.settle_overtime", _("Count overtime"), settle_overtime, schedule="45 5 * * *", at_most=1),
)
