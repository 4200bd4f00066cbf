"""How far a job is, for any page that waits for one; stopping it, running it again; the jobs of everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.declare import access, signed_in
from core.base import clock
from core.base.actor import Actor
from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.jobs import control, listing, progress
from core.jobs.actions import MANAGE, READ
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, WAITING, JobRow
from core.kernel import state
from core.kernel.house import of
from core.kernel.registry import CORE
from core.web.blueprints import ModuleBlueprint
from core.web.health import broker_of
from core.web.pages import Page, flash, local_path, page, redirect_to

_ = catalogue("jobs")

blueprint = ModuleBlueprint("jobs", __name__)

PAGE = 50
#: The choices above the list, and the states each shows.
SHOWN: dict[str, tuple[Text, tuple[str, ...]]] = {
    "all": (_("All"), ()), "waiting": (_("Waiting"), (QUEUED, WAITING)), "running": (_("Running"), (RUNNING,)),
    "failed": (_("Failed"), (FAILED,)), "ended": (_("Ended"), (DONE, CANCELLED)),
}  # fmt: skip


@blueprint.get("/admin/jobs")
@access(READ)
def everybody(session: Session, actor: Actor) -> Page:
    """The jobs of everybody: what waits, runs, failed."""
    chosen = request.args.get("show", "all")
    states = SHOWN.get(chosen, SHOWN["all"])[1]
    before = request.args.get("before", type=int)
    kind = request.args.get("kind", "")
    found = list(listing.everybodys(session, actor, states=states, kind=kind, before=before, limit=PAGE + 1))
    more, found = len(found) > PAGE, found[:PAGE]
    counts = listing.counts(session, actor)
    return page(
        "jobs/everybody.html", {"jobs": "jobs"}, title=_("Jobs"), rows=[_line(session, row) for row in found],
        choices=[
            {"label": label, "url": url_for("jobs.everybody", show=name, kind=kind or None), "current": name == chosen,
             "count": sum(counts.get(one, 0) for one in states) if states else None}
            for name, (label, states) in SHOWN.items()
        ],
        kinds=[(name, _title(session, name)) for name in listing.kinds(session, actor)], kind=kind, chosen=chosen,
        moving=any(not row.ended for row in found),
        # A page of older jobs stands still while one reads it.
        follow="" if before is not None else url_for("jobs.everybody", show=chosen, kind=kind or None),
        older=url_for("jobs.everybody", show=chosen, kind=kind or None, before=found[-1].id) if more else "",
        broker=broker_of(of(session)),
    )  # fmt: skip


@blueprint.get("/jobs/<id:job_id>")
@signed_in
def show(session: Session, actor: Actor, job_id: int) -> Page | Response:
    """A job's progress. A page that waits for it includes ``jobs/progress.html``, which asks here every second.

    ``?next=/path`` is where the reader goes when the job has ended, whatever came of it.
    """
    row = listing.visible_job(session, actor, job_id)
    after = local_path(request.args.get("next"))
    if row.ended and after:
        return redirect_to(after)
    manages = row.account_id == actor.account_id or allowed(session, actor, MANAGE)
    return page(
        "jobs/show.html", {f"job-{job_id}": "progress"}, title=_title(session, row.kind), row=row,
        progress=progress.read(session, row), after=after, error=row.failure, facts=_facts(session, row),
        log=_log(session, row),
        parts=listing.parts(session, row), off=_module_that_is_off(session, row),
        may_stop=manages and not row.ended,
        may_run_again=manages and row.state in (FAILED, CANCELLED) and row.group_id is None,
        crumb=[(_("Jobs"), url_for("jobs.everybody"))] if allowed(session, actor, READ) else [],
    )


@blueprint.post("/jobs/<id:job_id>/cancel")
@signed_in
def cancel(session: Session, actor: Actor, job_id: int) -> Response:
    """Call a job off."""
    control.cancel(session, actor, listing.visible_job(session, actor, job_id))
    flash(_("The job is being stopped."))
    return redirect_to(local_path(request.form.get("next")) or f"/jobs/{job_id}")


@blueprint.post("/jobs/<id:job_id>/retry")
@signed_in
def retry(session: Session, actor: Actor, job_id: int) -> Response:
    """Run a job again that failed or was stopped."""
    control.retry(session, actor, listing.visible_job(session, actor, job_id))
    flash(_("The job is queued again."))
    return redirect_to(f"/jobs/{job_id}")


def asked_by(row: JobRow) -> Text | str:
    """Who asked for a job: a name, or the product itself."""
    return str(row.actor.get("name") or "") if row.actor.get("kind") == "person" else _("The system")


def _line(session: Session, row: JobRow) -> dict[str, Any]:
    ended = row.finished_at or (clock.now() if row.started_at else None)
    took = (ended - row.started_at).total_seconds() if ended and row.started_at else None
    return {"row": row, "title": _title(session, row.kind), "who": asked_by(row), "took": took,
            "progress": progress.read(session, row)}  # fmt: skip


def _title(session: Session, kind: str) -> Text | str:
    job = of(session).registry.jobs().get(kind)
    return job.title if job is not None else kind


def _facts(session: Session, row: JobRow) -> list[tuple[Text, Any]]:
    """What stands beside the progress: who asked why, and how often it was tried."""
    job = of(session).registry.jobs().get(row.kind)
    tries = _("{tries} of {most}", tries=row.tries, most=job.tries) if job is not None else row.tries
    found: list[tuple[Text, Any]] = [(_("Asked for by"), asked_by(row))]
    if row.reason:
        found.append((_("Reason"), row.reason))
    return [*found, (_("Number"), row.id), (_("Tries"), tries)]


def _log(session: Session, row: JobRow) -> list[dict[str, Any]]:
    return [
        {"at": datetime.fromisoformat(moment), "line": from_json(line)} for moment, line in progress.lines(session, row)
    ]


def _module_that_is_off(session: Session, row: JobRow) -> Text | str | None:
    """What a waiting job waits for when its module is off, or gone."""
    if row.state != QUEUED:
        return None
    registry = of(session).registry
    job = registry.jobs().get(row.kind)
    if job is None:
        return row.kind.partition(".")[0]
    owner = registry.owner_of("jobs", job)
    if owner == CORE or owner in state.read(session):
        return None
    manifest = registry.modules[owner].manifest
    return manifest.title if manifest is not None else owner
