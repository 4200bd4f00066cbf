"""What attendance does by itself: leave whose time is over expires every night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.services.leave.grants import expire
from remit.base import clock
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


JOBS = (Job("attendance.expire_leave", _("Expire leave"), expire_leave, schedule="15 1 * * *", at_most=1),)
