"""What this module does by itself: leads are looked after every quarter of an hour of the working day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.crm.services.arriving.overdue import by_rules
from plugins.crm.services.following.sweeping import sweep
from plugins.crm.services.guard.watching import watch
from plugins.crm.services.leads.history import moment
from plugins.crm.text import _
from remit.base import clock
from remit.jobs import Job, JobContext


def look_after_leads(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring back what was put off, remind, tell heads, and take leads back that nobody has touched in time."""
    del arguments
    with context.session(write=True) as session:
        result = sweep(session, moment(), clock.today(), by_rules).told()
        context.complete(session, result)
    return result


def guard_spending(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Look whether a campaign has become too dear, and tell both heads."""
    del arguments
    with context.session(write=True) as session:
        result = {"alarms": watch(session, clock.today())}
        context.complete(session, result)
    return result


JOBS = (
    Job("crm.look_after_leads", _("Look after leads"), look_after_leads, schedule="*/15 * * * *", at_most=1),
    Job("crm.guard_spending", _("Watch what campaigns cost"), guard_spending, schedule="30 7 * * *", at_most=1),
)
