"""How far a job is, for any page that waits for one, and calling it off."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.jobs import control, progress
from core.jobs.queue import own_job
from core.kernel.house import of
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, flash, local_path, page, redirect_to

_ = catalogue("jobs")

blueprint = ModuleBlueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<id:job_id>")
@signed_in
def show(session: Session, actor: Actor, job_id: int) -> Page | Response:
    """A job's progress. A page that waits for it includes ``jobs/progress.html``, which asks here every second.

    ``?next=/path`` is where the reader goes when the job has ended, whatever came of it.
    """
    row = own_job(session, actor, job_id)
    after = local_path(request.args.get("next"))
    if row.ended and after:
        return redirect_to(after)
    job = of(session).registry.jobs().get(row.kind)
    return page(
        "jobs/show.html", {f"job-{job_id}": "progress"}, title=job.title if job is not None else row.kind, row=row,
        progress=progress.read(session, row), after=after,
        error=row.failure,
    )


@blueprint.post("/<id:job_id>/cancel")
@signed_in
def cancel(session: Session, actor: Actor, job_id: int) -> Response:
    """Call a job off."""
    control.cancel(session, actor, own_job(session, actor, job_id))
    flash(_("The job is being stopped."))
    return redirect_to(local_path(request.form.get("next")) or f"/jobs/{job_id}")
