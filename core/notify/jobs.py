"""What notifications do in the background: planning, handing over, passing on, clearing away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.jobs.context import JobContext
from core.jobs.groups import enqueue_group
from core.jobs.queue import enqueue
from core.kernel.specs import Job
from core.notify import delivering, escalating, mails, planning, smtp
from core.notify.models import NotificationRow
from core.notify.outgoing import Undelivered
from core.notify.people import addressees
from core.notify.telling import SEND, SENDER

_ = catalogue("notify")

KEEP = timedelta(days=180)
PART, SENT = "notify.send_part", "notify.sent"


def send(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find what is due, of one notification or of all, and ask for the jobs that hand it over."""
    with context.session(write=True) as session:
        keys = planning.hold_due(session, notification_id=args.get("notification"))
        parts = planning.parts(keys)
        if len(parts) == 1:
            enqueue(session, SENDER, PART, parts[0])
        elif parts:
            enqueue_group(session, SENDER, PART, parts, then=SENT, args={})
        result = {"messages": len(keys), "jobs": len(parts)}
        context.complete(session, result)
    return result


def send_part(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hand over a few hundred messages; how each ended stands with it."""
    keys, done = planning.keys_of(args), 0

    def progress(number: int) -> None:
        nonlocal done
        done += number
        context.progress(done, len(keys))

    return dict(delivering.deliver(context.house, keys, progress))


def sent(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add up how the messages of a large telling ended."""
    del args
    with context.session(write=True) as session:
        result: dict[str, int] = {}
        for part in context.parts(session):
            for state, number in part.items():
                result[state] = result.get(state, 0) + int(number)
        context.complete(session, result)
    return result


def escalate(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Pass on what nobody read in time."""
    del args
    with context.session(write=True) as session:
        result = {"passed_on": escalating.escalate(session)}
        context.complete(session, result)
    return result


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove what was told half a year ago, read or not."""
    del args
    with context.session(write=True) as session:
        gone = session.execute(delete(NotificationRow).where(NotificationRow.at < clock.now() - KEEP))
        result = {"removed": gone.rowcount}  # type: ignore[attr-defined]
        context.complete(session, result)
    return result


def test_mail(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mail to who asked, to try the server; what the server says ends the job."""
    del args
    with context.session() as session:
        reader = addressees(session, [context.actor.account_id or 0]).get(context.actor.account_id or 0)
    reason = smtp.missing(context.house)
    if reason is not None:
        raise DomainError("mail.missing", reason)
    if reader is None or not reader.email:
        raise DomainError("mail.address", _("There is no address in your file to send it to."))
    try:
        mails.send_test(context.house, reader, reader.email)
    except Undelivered as error:
        raise DomainError("mail.undelivered", error.reason) from None
    return {"sent": 1}


JOBS = (
    Job(SEND, _("Find messages that are due"), send, tries=10),
    Job(PART, _("Hand over messages"), send_part, tries=10, at_most=4, outside=True),
    Job(SENT, _("Messages handed over"), sent),
    Job(planning.ESCALATE, _("Pass on what was not read"), escalate, at_most=1),
    Job(mails.TEST_JOB, _("Test of the mail server"), test_mail, tries=1, outside=True),
    Job("notify.purge", _("Remove old notifications"), purge, schedule="40 3 * * *", at_most=1),
)
