"""What jobs tell."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event

_ = catalogue("jobs")


@dataclass(frozen=True, slots=True)
class JobFailed(Event):
    """A job ended without success and is not tried again. ``account_id`` is who asked for it; None: the product."""

    name = "jobs.job_failed"
    title = _("Job failed")
    thing = "job"
    about = "job_id"

    job_id: int
    kind: str
    account_id: int | None


EVENTS: tuple[type[Event], ...] = (JobFailed,)
