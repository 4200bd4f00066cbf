"""Jobs for the tests of workers behind a broker."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.base.text import catalogue
from core.jobs.context import JobContext
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import LATER, URGENT, Job, Module
from tests.core.exchange.trial import TrialUnit

_ = catalogue("work")

module = Module("work", _("Work"), "tests.core.broker", "1.0")


def mark(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Writes its row."""
    with context.session(write=True) as session:
        session.add(TrialUnit(code=str(args["code"])))
        result = {"process": os.getpid(), **args}
        context.complete(session, result)
    return result


def gate(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reports until a file is there, then writes its row."""
    until = time.monotonic() + 60
    done = 0
    while not Path(args["file"]).exists() and time.monotonic() < until:
        done += 1
        context.progress(done, None)
        time.sleep(0.02)
    return mark(context, args)


def deaf(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Never reports."""
    time.sleep(float(args["seconds"]))
    return mark(context, args)


def busy(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Finds a full disk as often as it is told to."""
    if context.tries <= int(args["times"]):
        raise OSError(28, "no space left")
    return mark(context, args)


def crowded(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Says how many of its kind run beside it, by files in a folder."""
    own = Path(args["folder"]) / str(context.job_id)
    own.touch()
    time.sleep(0.15)
    beside = len(list(own.parent.iterdir()))
    own.unlink()
    return {"beside": beside}


def join(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    del args
    with context.session(write=True) as session:
        result = {"codes": [one["code"] for one in context.parts(session)]}
        session.add(TrialUnit(code="joined"))
        context.complete(session, result)
    return result


@hookimpl
def register_jobs() -> Sequence[Job]:
    return [
        Job("work.mark", _("Work"), mark),
        Job("work.gate", _("Work"), gate),
        Job("work.deaf", _("Work"), deaf),
        Job("work.join", _("Work"), join),
        Job("work.busy", _("Work"), busy, wait=timedelta(seconds=0.2)),
        Job("work.hang", _("Work"), deaf, time_limit=timedelta(seconds=1)),
        Job("work.crowded", _("Work"), crowded, at_most=2),
        Job("work.urgent", _("Work"), mark, priority=URGENT),
        Job("work.later", _("Work"), mark, priority=LATER),
    ]
