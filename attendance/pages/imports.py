"""Importing punches in the browser: choose a file, read the report of the dry run, import, read what was rejected."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.actions import IMPORT
from attendance.models import Import, PunchLine, Source
from attendance.models.punch import DELIVERIES
from attendance.pages.blueprint import blueprint
from attendance.rules.attlog import Reason
from attendance.services import importing
from attendance.text import known_sentence, reason, remedy
from remit import files
from remit.base import Actor, DomainError, Month, NotFound, Problem
from remit.files import File
from remit.services import require, system
from remit.text import Text, catalogue
from remit.web import Page, access, flash, page, redirect_to

_ = catalogue("attendance")

KIND = "attendance.punches"
SHOWN = 200
LATEST = 10


@blueprint.get("/import")
@access(IMPORT)
def choose(session: Session, actor: Actor) -> Page:
    """The form, and what was imported lately."""
    return _form(session, actor)


@blueprint.post("/import")
@access(IMPORT)
def upload(session: Session, actor: Actor) -> Page | Response:
    """Keep the file and show what importing it would do. No punch is written."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _form(session, actor, error=_("Choose a file."))
    data = sent.stream.read()
    try:
        report = importing.import_punches(session, actor, data, name=sent.filename, dry_run=True)
        kept = files.put(session, actor, data, name=sent.filename, kind=KIND)
    except DomainError as refused:
        return _form(session, actor, error=refused.message)
    return page(
        "attendance/report.html", title=_("Import punches"), file=kept, report=report,
        problems=report.problems[:SHOWN], figures=_figures(report),
        closed=[(Month.parse(month), count) for month, count in report.closed.items()],
    )  # fmt: skip


@blueprint.post("/import/<id:file_id>")
@access(IMPORT)
def run(session: Session, actor: Actor, file_id: int) -> Response:
    """Import the file that was looked at."""
    kept = session.get(File, file_id)
    if kept is None or kept.kind != KIND or kept.created_by != actor.account_id:
        raise NotFound("attendance.file", _("The file is no longer there. Choose it again."))
    report = importing.import_punches(session, actor, files.read_file(session, kept), name=kept.name)
    files.delete(session, kept)
    if report.import_id is None:
        flash(known_sentence(report.lines), "info")
        return redirect_to("attendance.choose")
    flash(_("{count} punch was imported.", "{count} punches were imported.", count=report.accepted))
    return redirect_to("attendance.delivery", import_id=report.import_id)


@blueprint.get("/import/<id:import_id>/report")
@access(IMPORT)
def delivery(session: Session, actor: Actor, import_id: int) -> Page:
    """What became of a delivery, and its rejected lines."""
    require(session, actor, IMPORT)
    found = session.get(Import, import_id)
    if found is None:
        raise NotFound("attendance.import", _("There is no such import."))
    source = session.get(Source, found.source_id)
    with system(session, "the lines of a delivery that were rejected are shown"):
        lines = session.scalars(
            select(PunchLine)
            .where(PunchLine.import_id == import_id, PunchLine.reason.is_not(None))
            .order_by(PunchLine.number)
            .limit(SHOWN)
        ).all()
    problems = [
        Problem(reason(Reason(line.reason)), row=line.number, value=line.raw.strip()[:80],
                remedy=remedy(Reason(line.reason)))
        for line in lines if line.reason
    ]  # fmt: skip
    return page(
        "attendance/delivery.html", title=_("Import punches"), delivery=found, source=source, problems=problems,
        figures=[
            {"label": _("Lines"), "value": f"{found.lines:,}"},
            {"label": _("Accepted"), "value": f"{found.accepted:,}"},
            {"label": _("Known before"), "value": f"{found.repeated:,}"},
            {"label": _("Rejected"), "value": f"{found.rejected:,}"},
        ],
    )  # fmt: skip


def _form(session: Session, actor: Actor, error: Text | str | None = None) -> Page:
    require(session, actor, IMPORT)
    latest = session.scalars(
        select(Import).join(Source, Source.id == Import.source_id).where(Source.kind.in_(DELIVERIES))
        .order_by(Import.id.desc()).limit(LATEST)
    ).all()  # fmt: skip
    return page(
        "attendance/import.html", title=_("Import punches"), latest=latest, error=error,
        status=422 if error is not None else 200,
    )  # fmt: skip


def _figures(report: importing.Report) -> list[dict[str, object]]:
    return [
        {"label": _("Lines"), "value": f"{report.lines:,}"},
        {"label": _("To be imported"), "value": f"{report.accepted:,}",
         "note": _("{count} person", "{count} people", count=report.people)},
        {"label": _("Known before"), "value": f"{report.repeated:,}"},
        {"label": _("Rejected"), "value": f"{report.rejected:,}"},
    ]  # fmt: skip
