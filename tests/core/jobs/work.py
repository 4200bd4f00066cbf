"""Jobs for the tests of the pool, registered as a module beside the trial company."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.base.errors import DomainError
from core.base.text import catalogue
from core.jobs.context import JobContext
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import LATER, URGENT, Job, Module
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


def busy(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Finds a full disk as often as it is told to."""
    if context.tries <= int(args["times"]):
        raise OSError(28, "no space left: /secret/path")
    return {"tries": context.tries}


def flood(context: JobContext, args: Mapping[str, Any]) -> None:
    for number in range(int(args["lines"])):
        context.log(_("Line {number}", number=number) if number % 2 else f"{number} " + "x" * 2_000)


def hang(context: JobContext, args: Mapping[str, Any]) -> None:
    """Does not report, and writes when it is long over its time."""
    time.sleep(float(args["seconds"]))
    with context.session(write=True) as session:
        session.add(TrialUnit(code="too late"))
        context.complete(session)


def part(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Writes its row; fails as long as the file it is told of is there."""
    if "unless" in args and Path(args["unless"]).exists():
        raise DomainError("work.part", _("This part cannot be done."))
    with context.session(write=True) as session:
        session.add(TrialUnit(code=f"part {args['number']}"))
        result = {"number": args["number"]}
        context.complete(session, result)
    return result


def join(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    del args
    with context.session(write=True) as session:
        result = {"numbers": [one["number"] for one in context.parts(session)]}
        session.add(TrialUnit(code="joined"))
        context.complete(session, result)
    return result


_running = threading.Semaphore(0)


def crowded(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Says how many of its kind run beside it."""
    del args
    _running.release()
    time.sleep(0.2)
    beside = _running._value
    _running.acquire()
    return {"beside": beside}


@hookimpl
def register_jobs() -> Sequence[Job]:
    runs = {
        "slow": slow, "refuse": refuse, "fail": fail, "plain": plain, "usurped": usurped, "count": count_up,
        "flood": flood, "part": part, "join": join,
    }
    return [
        *(Job(f"work.{name}", _("Work"), run) for name, run in runs.items()),
        Job("work.busy", _("Work"), busy, wait=timedelta(seconds=20)),
        Job("work.hang", _("Work"), hang, time_limit=timedelta(seconds=0.3)),
        Job("work.crowded", _("Work"), crowded, at_most=2),
        Job("work.urgent", _("Work"), plain, priority=URGENT),
        Job("work.later", _("Work"), plain, priority=LATER),
    ]
