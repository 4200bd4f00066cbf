"""The periodic removal of job rows that nobody asks about any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from core.base import clock
from core.base.text import catalogue
from core.jobs.context import JobContext
from core.jobs.models import JobRow
from core.kernel.specs import Job

_ = catalogue("jobs")

KEEP = timedelta(days=180)


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove jobs that ended half a year ago; what they did stands in the audit log."""
    del args
    with context.session(write=True) as session:
        gone = session.execute(delete(JobRow).where(JobRow.finished_at < clock.now() - KEEP))
        result = {"removed": gone.rowcount}  # type: ignore[attr-defined]
        context.complete(session, result)
    return result


JOBS = (Job("jobs.purge", _("Remove old job records"), purge, schedule="20 3 * * *", at_most=1),)
