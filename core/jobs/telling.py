"""What jobs tell people: that one of theirs failed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import Text, catalogue
from core.jobs.events import JobFailed
from core.kernel.house import of
from core.kernel.specs import Message, Notification, Recipients

_ = catalogue("jobs")


def _asked_for_it(session: Session, event: JobFailed) -> Recipients:
    del session
    return Recipients(accounts=[event.account_id] if event.account_id is not None else [])


def _what_failed(session: Session, event: JobFailed) -> Message:
    job = of(session).registry.jobs().get(event.kind)
    title: Text | str = job.title if job is not None else event.kind
    return Message(
        _("“{job}” did not succeed", job=title),
        (_("You asked for it, and nothing of it was kept. Its page says why, and runs it again."),),
        f"/jobs/{event.job_id}", _("Look at the job"),
    )


NOTIFICATIONS = (
    Notification(
        "jobs.job_failed", _("A job of mine failed"), _("Work in the background"), on=JobFailed.name,
        to=_asked_for_it, tell=_what_failed,
    ),
)
