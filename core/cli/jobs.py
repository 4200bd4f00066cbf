"""Jobs on the command line: what waits, runs and failed; stopping one, running one again."""

from __future__ import annotations

from typing import Any

import click

from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.cli.acting import Desk, acting
from core.jobs import control, listing, progress
from core.jobs.models import STATES, JobRow

_ = catalogue("cli")


@click.command("list", help="The latest jobs of everybody.")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only jobs in this state.")
@click.option("--kind", default="", help="Only jobs of this kind, such as files.purge.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@acting
def jobs_list(desk: Desk, states: tuple[str, ...], kind: str, limit: int) -> None:
    """Newest first."""
    with desk.session() as session:
        rows = listing.everybodys(session, desk.actor, states=states, kind=kind, limit=limit)
        told = [_told(desk, row, progress.read(session, row)) for row in rows]
    if not told:
        desk.say(_("There are no such jobs."))
    else:
        desk.table(
            [_("Number"), _("Kind"), _("Status"), _("Progress"), _("Asked at")],
            [[one["id"], one["kind"], one["state"], _far(one), one["asked_at"]] for one in told],
        )
    desk.result(told)


@click.command("show", help="One job with its log.")
@click.argument("number", type=int)
@acting
def jobs_show(desk: Desk, number: int) -> None:
    """What the page of the job shows."""
    with desk.session() as session:
        row = listing.visible_job(session, desk.actor, number)
        one = _told(desk, row, progress.read(session, row))
        log = [(moment, str(from_json(line))) for moment, line in progress.lines(session, row)]
    desk.say(f"{one['id']}  {one['title']}  {one['state']}  {_far(one)}")
    for text in (one["message"], one["error"]):
        if text:
            desk.say(text)
    for moment, line in log:
        desk.say(f"  {moment[:19]}  {line}")
    desk.result({**one, "log": [{"at": moment, "line": line} for moment, line in log]})


@click.command("retry", help="Run a job again that failed or was stopped.")
@click.argument("number", type=int)
@acting
def jobs_retry(desk: Desk, number: int) -> None:
    """It is queued; the server or a worker runs it."""
    with desk.session(write=True) as session:
        control.retry(session, desk.actor, listing.visible_job(session, desk.actor, number))
    desk.say(_("Job {number} is queued again.", number=number))
    desk.result({"id": number, "state": "queued"})


@click.command("cancel", help="Stop a job: a waiting one at once, a running one at its next step.")
@click.argument("number", type=int)
@acting
def jobs_cancel(desk: Desk, number: int) -> None:
    """A job that has ended is left alone, with exit code 1."""
    with desk.session(write=True) as session:
        row = listing.visible_job(session, desk.actor, number)
        control.cancel(session, desk.actor, row)
    desk.say(_("Job {number} is being stopped.", number=number))
    desk.result({"id": number, "state": row.state})


def _told(desk: Desk, row: JobRow, far: progress.Progress) -> dict[str, Any]:
    job = desk.house.registry.jobs().get(row.kind)
    return {
        "id": row.id, "kind": row.kind, "title": str(job.title if job is not None else row.kind), "state": row.state,
        "done": far.done, "total": far.total, "message": str(far.message), "error": str(row.failure or ""),
        "tries": row.tries, "asked_by": row.actor.get("name") or "", "reason": row.reason, "asked_at": row.queued_at,
        "started_at": row.started_at, "finished_at": row.finished_at, "parts": row.parts,
    }  # fmt: skip


def _far(one: dict[str, Any]) -> Text | str:
    return f"{one['done']:,} / {one['total']:,}" if one["total"] else "–"
