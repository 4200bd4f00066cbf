"""The jobs behind the import page: checking a large upload, and importing it for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.base import clock
from core.base.errors import InputErrors
from core.base.text import catalogue
from core.exchange.importing import (
    CHECK_JOB,
    JOB,
    Prepared,
    dry_run,
    exchange_of,
    identifiers_of,
    kept_file,
    own_import,
    prepare,
    report_of,
    run,
    store_report,
)
from core.exchange.models import FAILED
from core.files.service import read_file
from core.jobs.context import JobContext
from core.kernel.specs import Job

_ = catalogue("exchange")


def run_check(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check a large upload and store the report of the dry run."""
    import_id = int(args["import"])
    prepared = _prepared(context, import_id)
    with context.session(write=True) as session:
        record = own_import(session, context.actor, import_id)
        outcome = dry_run(session, context.actor, prepared)
        store_report(record, outcome)
        result = {"import": import_id, "state": outcome.state}
        context.complete(session, result)
    return result


def run_import(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read and check the upload, then plan and write in one transaction, and mark the job done in it."""
    import_id = int(args["import"])
    prepared = _prepared(context, import_id)
    try:
        with context.session(write=True) as session:
            record = own_import(session, context.actor, import_id)
            outcome = run(session, context.actor, prepared, report=context.progress, record=record)
            result = {"import": import_id, "counts": dict(outcome.counts), "state": outcome.state}
            context.complete(session, result)
            return result
    except InputErrors as refused:
        with context.session(write=True) as session:
            record = own_import(session, context.actor, import_id)
            record.finished_at = clock.now()
            count = max(len(refused.problems), prepared.problem_count)
            failed = replace(report_of(record), state=FAILED, problems=refused.problems, problem_count=count)
            store_report(record, failed)
        raise


def _prepared(context: JobContext, import_id: int) -> Prepared:
    with context.session() as session:
        record = own_import(session, context.actor, import_id)
        exchange = exchange_of(session, record.kind)
        identifiers = identifiers_of(session)
        options = record.options
        name, data = record.file_name, read_file(session, kept_file(session, record))
    return prepare(
        exchange, data, name=name, identifiers=identifiers, options=options, report=context.progress
    )


JOBS = (Job(CHECK_JOB, _("Check a file"), run_check), Job(JOB, _("Import a file"), run_import),)
