"""Calculating a run as a job: however large the company is, no request waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payroll import actions
from payroll.models import Run
from payroll.services import run as runs
from payroll.services.calculation import JOB
from payroll.text import _
from remit.jobs import Job, JobContext
from remit.services import load


def calculate(context: JobContext, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Calculate the run of ``arguments["run"]`` in the name of whoever asked for it."""
    with context.session(write=True) as session:
        run = load(session, context.actor, actions.CALCULATE, Run, int(arguments["run"]))
        runs.calculate(session, context.actor, run, report=context.progress)
        result = {"run": run.id, "slips": run.slip_count, "errors": run.error_count}
        context.complete(session, result)
    return result


JOBS = (Job(JOB, _("Calculate the payroll"), calculate),)
