"""Jobs for the tests of the pool, registered as a module beside the trial company."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from core.base.errors import DomainError
from core.base.text import catalogue
from core.jobs.context import JobContext
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Job, Module
from tests.core.exchange.trial import TrialUnit, count_up

_ = catalogue("work")

module = Module("work", _("Work"), "tests.core.jobs", "1.0")


def slow(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reports until somebody stops it or its time is over."""
    until = time.monotonic() + float(args.get("seconds", 30))
    done = 0
    while time.monotonic() < until:
        done += 1
        context.progress(done, 1000, _("Working"))
        time.sleep(0.02)
    with context.session(write=True) as session:
        session.add(TrialUnit(code=str(args.get("code", "slow"))))
        context.complete(session, {"done": done})
    return {"done": done}


def refuse(context: JobContext, args: Mapping[str, Any]) -> None:
    del context, args
    raise DomainError("work.no", _("This cannot be done."))


def fail(context: JobContext, args: Mapping[str, Any]) -> None:
    with context.session(write=True) as session:
        session.add(TrialUnit(code=str(args["code"])))
        session.flush()
        raise ZeroDivisionError("secret detail")


def plain(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leaves the end to the pool."""
    context.progress(5, 5)
    return {"thread": threading.current_thread().name, "actor": context.actor.account_id, **args}


def usurped(context: JobContext, args: Mapping[str, Any]) -> None:
    """Meanwhile it is given up and taken by another worker."""
    del args
    from sqlalchemy import update

    from core.jobs.models import JobRow

    with context.session(write=True) as session:
        session.execute(update(JobRow).where(JobRow.id == context.job_id).values(worker="another", tries=2))
    with context.session(write=True) as session:
        session.add(TrialUnit(code="must not stay"))
        context.complete(session)


@hookimpl
def register_jobs() -> Sequence[Job]:
    runs = {"slow": slow, "refuse": refuse, "fail": fail, "plain": plain, "usurped": usurped, "count": count_up}
    return [Job(f"work.{name}", _("Work"), run) for name, run in runs.items()]
