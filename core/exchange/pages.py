"""Pages for importing: choose a file, read the report of the dry run, import, read what was done, take it back."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed_actions, require
from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.exchange import importing
from core.exchange.columns import accepted_titles
from core.exchange.export import Heading, template, to_csv
from core.exchange.importing import Exchange, exchange_of, own_import, report_of
from core.exchange.models import CHECKED, CHECKING, DONE, Import
from core.exchange.undo import undo
from core.files.sniff import CSV, XLSX
from core.jobs.models import JobRow
from core.jobs.progress import Progress
from core.jobs.progress import read as progress_of
from core.web.blueprints import ModuleBlueprint
from core.web.headers import disposition
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("exchange")

blueprint = ModuleBlueprint("exchange", __name__, url_prefix="/imports")

#: Problems on one page of the report; all of them are in the file to download.
PAGE = 200


@blueprint.get("/")
@signed_in
def index(session: Session, actor: Actor) -> Page:
    """What the reader may import, and what he imported lately."""
    everything = importing.exchanges(session)
    may = allowed_actions(session, actor, (exchange.action for exchange in everything))
    mine = [exchange for exchange in everything if may[exchange.action]]
    titles = {exchange.name: exchange.title for exchange in everything}
    return page(
        "exchange/index.html", title=_("Imports"), exchanges=mine,
        imports=[{"record": one, "title": titles.get(one.kind, one.kind)}
                 for one in importing.own_imports(session, actor)],
    )


@blueprint.get("/new/<name>")
@signed_in
def new(session: Session, actor: Actor, name: str) -> Page:
    """The form for one kind of file, with the columns it may hold."""
    return _form(_exchange(session, actor, name))


@blueprint.post("/new/<name>")
@signed_in
def receive(session: Session, actor: Actor, name: str) -> Page | Response:
    """Keep the file, check it and show the report. Nothing of it is written yet."""
    exchange = _exchange(session, actor, name)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _form(exchange, error=_("Choose a file."))
    chosen = [option.name for option in exchange.options if request.form.get(option.name)]
    try:
        stream = cast(BinaryIO, sent.stream)
        record = importing.upload(session, actor, exchange, stream, name=sent.filename, options=chosen)
    except DomainError as refused:
        return _form(exchange, error=refused.message, chosen=chosen)
    return redirect_to("exchange.show", import_id=record.id)


@blueprint.get("/new/<name>/template.xlsx")
@signed_in
def blank(session: Session, actor: Actor, name: str) -> Response:
    """An empty workbook with the right headings."""
    exchange = _exchange(session, actor, name)
    return _download(template(exchange.sheet, title=exchange.title), f"{exchange.title}.xlsx", XLSX)


@blueprint.get("/<id:import_id>")
@signed_in
def show(session: Session, actor: Actor, import_id: int) -> Page | Response:
    """The report of an import; while a job works on it, how far it is."""
    record = own_import(session, actor, import_id)
    job = session.get(JobRow, record.job_id) if record.job_id is not None else None
    working = job is not None and not job.ended
    here = url_for("exchange.show", import_id=import_id)
    if not working and _asks_for_progress():
        return redirect_to(here)
    report = report_of(record)
    first = max(0, request.args.get("from", 0, type=int))
    return page(
        "exchange/show.html", {"import-progress": "progress"},
        title=_exchange_title(session, record), crumb=[(_("Imports"), url_for("exchange.index"))],
        record=record, report=report, counts=_counts(record), problems=report.problems[first:first + PAGE],
        first=first, size=PAGE, working=working, job=job, here=here,
        progress=progress_of(session, job) if job is not None and working else Progress(),
        writing=working and job is not None and job.kind == importing.JOB,
        ready=record.state == CHECKED and not working, undoable=record.state == DONE,
    )


@blueprint.post("/<id:import_id>/start")
@signed_in
def start(session: Session, actor: Actor, import_id: int) -> Response:
    """Import the checked file for good."""
    importing.start(session, actor, own_import(session, actor, import_id))
    return redirect_to("exchange.show", import_id=import_id)


@blueprint.post("/<id:import_id>/undo")
@signed_in
def take_back(session: Session, actor: Actor, import_id: int) -> Response:
    """Take an import back, unless somebody changed its rows since."""
    record = own_import(session, actor, import_id)
    try:
        count = undo(session, actor, record)
    except DomainError as refused:
        session.rollback()
        flash(refused.message, "bad")
    else:
        flash(_("{count} row was put back.", "{count} rows were put back.", count=count))
    return redirect_to("exchange.show", import_id=import_id)


@blueprint.get("/<id:import_id>/problems.csv")
@signed_in
def problems(session: Session, actor: Actor, import_id: int) -> Response:
    """All problems as a file to work through."""
    record = own_import(session, actor, import_id)
    headings = [Heading(title) for title in (_("Row"), _("Column"), _("Value"), _("Problem"), _("Remedy"))]
    rows = [
        (one.row, one.column, one.value, str(one.message), str(one.remedy) if one.remedy is not None else None)
        for one in report_of(record).problems
    ]
    return _download(to_csv(headings, rows), f"{record.file_name}-{_('problems')}.csv", CSV)


def _exchange(session: Session, actor: Actor, name: str) -> Exchange:
    exchange = exchange_of(session, name)
    require(session, actor, exchange.action)
    return exchange


def _exchange_title(session: Session, record: Import) -> Any:
    found = [exchange.title for exchange in importing.exchanges(session) if exchange.name == record.kind]
    return found[0] if found else record.kind


def _form(exchange: Exchange, *, error: Any = None, chosen: list[str] | None = None) -> Page:
    columns = [
        {"title": column.title, "required": column.required, "accepted": accepted_titles(column)}
        for column in exchange.sheet.columns
    ]
    return page(
        "exchange/new.html", title=exchange.title, crumb=[(_("Imports"), url_for("exchange.index"))],
        exchange=exchange, columns=columns, error=error, chosen=chosen or [],
        size=exchange.limits.size >> 20, status=422 if error is not None else 200,
    )


def _counts(record: Import) -> list[dict[str, Any]]:
    labels = {
        "rows": _("Rows read"), "new": _("New"), "changed": _("Changed"), "closed": _("Closed"),
        "unchanged": _("Unchanged"),
    }
    if record.state == CHECKING:
        return []
    return [
        {"label": label, "value": f"{record.counts[name]:,}"} for name, label in labels.items() if name in record.counts
    ]


def _asks_for_progress() -> bool:
    return "import-progress" in request.headers.get("HX-Target", "")


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(io.BytesIO(content), mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response
