"""What starts by itself: reminders every morning, the end of retention every night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.documents.services import reminders, retention
from core.kernel.specs import Job

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("documents")


def remind(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell of documents that end."""
    del args
    with context.session(write=True) as session:
        result = reminders.remind(session)
        context.complete(session, result)
    return result


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Delete documents that nobody has to keep any more."""
    del args
    with context.session(write=True) as session:
        result = {"removed": retention.purge(session)}
        context.complete(session, result)
    return result


JOBS = (
    Job("documents.remind", _("Tell of documents that end"), remind, schedule="0 7 * * *", at_most=1),
    Job("documents.purge", _("Delete documents whose retention is over"), purge, schedule="40 3 * * *", at_most=1),
)
