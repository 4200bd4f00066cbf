"""Pages of documents: all by their end, one's own, one with its versions, and the forms."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_actions, require
from core.access.declare import access, signed_in
from core.audit.actions import READ as READ_LOG
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.documents import kinds as all_kinds
from core.documents.actions import CHANGE, EXPORT, HOLD, IMPORT, OPEN, READ
from core.documents.export import workbook
from core.documents.forms import FactsSchema, NewSchema
from core.documents.labels import ENTITIES
from core.documents.models import Document
from core.documents.services import keeping, lists, things
from core.documents.slots import expiry, shown
from core.files import links, names, sniff, thumbnails
from core.files.models import QUARANTINED, REFUSED
from core.kernel.house import of
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("documents")

blueprint = ModuleBlueprint("documents", __name__, url_prefix="/documents")

SHOWS = ("expiring", "expired", "missing", "all")
CHOOSE = names.choosable(keeping.ACCEPT)
XLSX = sniff.XLSX


# -- lists -----------------------------------------------------------------------------------------------------------


@blueprint.get("/")
@access(READ)
def index(session: Session, actor: Actor) -> Page:
    """All documents by the day they end: soon, ended, missing, all."""
    show, kind = request.args.get("show", "expiring"), request.args.get("kind", "")
    may_missing = lists.may_see_missing(session, actor)
    show = show if show in SHOWS and (show != "missing" or may_missing) else "expiring"
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    known = all_kinds.kinds(session)
    kind = kind if kind in known else ""
    counts = lists.counts(session, actor)
    rows: list[Any] = []
    if show == "missing":
        lacks, total = lists.missing(session, actor, kind=kind, page=number)
        rows = [{"lack": one, "url": url_for("org.person", person_id=one.person_id),
                 "add": _add_url(session, actor, one)} for one in lacks]
    else:
        found, total = lists.search(session, actor, show=show, kind=kind, page=number)  # type: ignore[arg-type]
        rows = [shown(row) for row in found]
    first = (number - 1) * lists.PAGE
    if may_missing:
        counts["missing"] = total if show == "missing" and not kind else lists.missing(session, actor)[1]
    words = {"expiring": _("Ending soon"), "expired": _("Ended"), "missing": _("Missing"), "all": _("All")}

    def turn(to: int) -> str:
        return url_for("documents.index", show=show, page=to, kind=kind or None)

    return page(
        "documents/index.html", {"documents": "documents"}, title=_("Documents"), show=show, rows=rows, kind=kind,
        kinds=[(name, one.title) for name, one in known.items()],
        choices=[
            {"label": _("{what} ({count})", what=words[one], count=counts[one]) if one in counts else words[one],
             "url": url_for("documents.index", show=one, kind=kind or None), "current": one == show}
            for one in SHOWS if one != "missing" or may_missing
        ],
        first=first + 1, last=first + len(rows), total=total, previous=turn(number - 1) if number > 1 else "",
        next=turn(number + 1) if first + len(rows) < total else "",
        export=url_for("documents.table", show=show, kind=kind)
        if show != "missing" and allowed(session, actor, EXPORT) else "",
        imports=url_for("exchange.new", name="documents") if allowed(session, actor, IMPORT) else "",
        add=url_for("documents.choose") if allowed(session, actor, CHANGE) else "",
    )


def _add_url(session: Session, actor: Actor, lack: lists.Lack) -> str:
    if not allowed(session, actor, CHANGE):
        return ""
    return url_for("documents.new", entity="person", entity_id=lack.person_id, kind=lack.kind.name)


@blueprint.get("/documents.xlsx")
@access(EXPORT)
def table(session: Session, actor: Actor) -> Response:
    """The list as a workbook, numbers masked; it can be imported again."""
    show = request.args.get("show", "all")
    wanted: lists.Show = "expiring" if show == "expiring" else "expired" if show == "expired" else "all"
    data = workbook(session, actor, wanted, request.args.get("kind", ""))
    return Response(
        data, mimetype=XLSX, headers={"Content-Disposition": "attachment; filename=documents.xlsx"}
    )


@blueprint.get("/mine")
@signed_in
def mine(session: Session, actor: Actor) -> Page:
    """One's own documents."""
    rows = lists.of_thing(session, actor, "person", actor.person_id) if actor.person_id is not None else []
    return page("documents/mine.html", title=_("My documents"), rows=[shown(row) for row in rows])


# -- one document ----------------------------------------------------------------------------------------------------


@blueprint.get("/<id:document_id>")
@access(READ)
def show(session: Session, actor: Actor, document_id: int) -> Page:
    """What is known about a document, with its versions."""
    return _shown(session, actor, keeping.find(session, actor, document_id))


def _shown(
    session: Session, actor: Actor, document: Document, *, number: str = "", complaint: str = "", about: str = "",
    error: Any = None,
) -> Page:
    kind = all_kinds.kind_of(session, document.kind)
    own = keeping.is_own(actor, document)
    may = allowed_actions(session, actor, (OPEN, kind.write, HOLD), document)
    may_open, may_change = may[OPEN], may[kind.write]
    kept = keeping.versions(session, document)
    opened = {file.id for _version, file in kept if may_open and (own or links.recorded(session, file))}
    small = thumbnails.of(session, list(opened))
    left = lists.days_left(document)
    thing = keeping.thing(session, actor, document.entity, document.entity_id)
    text, colour = expiry(left)
    return page(
        "documents/show.html", title=kind.title, document=document, kind=kind, own=own, number=number,
        chip=text, chip_kind=colour, thing=_name(session, document.entity, thing),
        thing_url=url_for("org.person", person_id=document.person_id) if document.person_id else "",
        may_open=may_open, may_change=may_change, may_hold=may[HOLD],
        complaint=complaint, about=about, error=error, choose=CHOOSE,
        size=of(session).config.upload_limit_bytes >> 20,
        looks=url_for("audit.thing", object_type="core_document", object_id=document.id)
        if allowed(session, actor, READ_LOG) else "",
        versions=[
            {
                "version": version, "file": file, "waits": file.state == QUARANTINED, "refused": file.state == REFUSED,
                "show": links.path_of(session, actor, file, inline=True) if file.id in opened else "",
                "inline": file.content_type in sniff.INLINE,
                "save": links.path_of(session, actor, file) if file.id in opened else "",
                "small": links.path_of(session, actor, small[file.id], inline=True) if file.id in small else "",
            }
            for version, file in kept
        ],
        status=422 if complaint or error else 200,
    )


def _name(session: Session, entity: str, thing: Any) -> Any:
    found = things.names(session, entity, [thing.id]) if entity in things.ENTITIES else {}
    return found.get(thing.id) or getattr(thing, "name", None) or getattr(thing, "number", None) or thing.code


@blueprint.post("/<id:document_id>/number")
@access(READ)
def number(session: Session, actor: Actor, document_id: int) -> Page:
    """The number in clear; who, when and what for is recorded."""
    document = keeping.find(session, actor, document_id)
    try:
        told = keeping.reveal_number(session, actor, document, request.form.get("purpose", ""))
    except DomainError as refused:
        if refused.code != "reveal.purpose":
            raise
        return _shown(session, actor, document, complaint=str(refused), about="number")
    return _shown(session, actor, document, number=told)


@blueprint.post("/<id:document_id>/versions/<id:version>/open")
@access(READ)
def open_version(session: Session, actor: Actor, document_id: int, version: int) -> Page | Response:
    """Open a version, or save it; who, when and what for is recorded, and the links work for some minutes."""
    document = keeping.find(session, actor, document_id)
    file = keeping.version(session, document, version)
    try:
        keeping.open_version(session, actor, document, file, request.form.get("purpose", ""))
    except DomainError as refused:
        if refused.code != "reveal.purpose":
            raise
        return _shown(session, actor, document, complaint=str(refused), about=str(version))
    if keeping.is_own(actor, document):
        return redirect_to(links.path_of(session, actor, file, inline=True))
    return redirect_to("documents.show", document_id=document.id)


# -- writing ---------------------------------------------------------------------------------------------------------


@blueprint.get("/new")
@access(CHANGE)
def choose(session: Session, actor: Actor) -> Page:
    """On whom or what the new document is to be kept."""
    found = things.choices(session, actor)
    return page(
        "documents/choose.html", title=_("New document"), groups=[(ENTITIES[entity], found[entity]) for entity in found]
    )


@blueprint.route("/new/<entity>/<id:entity_id>", methods=["GET", "POST"])
@access(READ)
def new(session: Session, actor: Actor, entity: str, entity_id: int) -> Page | Response:
    """Add a document to somebody or something, with its file."""
    thing = keeping.thing(session, actor, entity, entity_id)
    offered = keeping.offered(session, actor, entity, thing)
    form = Form(NewSchema, values={"kind": request.args.get("kind", "")}, options={
        "kind": [("", _("Choose")), *((name, kind.title) for name, kind in offered.items())]})  # fmt: skip

    def show_form(error: Any = None) -> Page:
        return page(
            "documents/new.html", title=_("New document"), form=form, thing=_name(session, entity, thing),
            choose=CHOOSE, size=of(session).config.upload_limit_bytes >> 20, error=error, back=_back(entity, entity_id),
        )

    def save(values: dict[str, Any]) -> Response:
        kind = offered.get(values.pop("kind"))
        if kind is None:
            raise DomainError("document.kind", _("Choose what kind of document it is."), "kind")
        document = keeping.create(session, actor, kind, thing, **values)
        sent = _sent()
        if sent is not None:
            keeping.add_version(session, actor, document, sent[0], name=sent[1])
        flash(_("The document was added."))
        return redirect_to("documents.show", document_id=document.id)

    refused: list[DomainError] = []
    return form.answer(session, lambda: show_form(refused[0].message if refused else None), _noting(save, refused))


def _noting(save: Any, refused: list[DomainError]) -> Any:
    """Remember a refusal of the file, which is no field of the schema."""

    def run(values: dict[str, Any]) -> Any:
        try:
            return save(values)
        except DomainError as error:
            if error.field == "file":
                refused.append(error)
            raise

    return run


def _back(entity: str, entity_id: int) -> str:
    return url_for("org.person", person_id=entity_id) if entity == "person" else url_for("documents.index")


def _sent() -> tuple[BinaryIO, str] | None:
    """The file that was sent, chosen or taken with the camera, as stream and name; None when there is none."""
    for name in ("file", "photo"):
        sent = request.files.get(name)
        if sent is not None and sent.filename:
            return cast(BinaryIO, sent.stream), sent.filename
    return None


@blueprint.route("/<id:document_id>/edit", methods=["GET", "POST"])
@access(READ)
def edit(session: Session, actor: Actor, document_id: int) -> Page | Response:
    """Change what stands on a document; an empty number leaves it as it is."""
    document = keeping.find(session, actor, document_id)
    kind = all_kinds.kind_of(session, document.kind)
    require(session, actor, kind.write, document)  # nobody is shown a form that he may not send
    form = Form(FactsSchema, values={
        "number": None, "issued_on": document.issued_on, "expires_on": document.expires_on, "note": document.note})

    def save(values: dict[str, Any]) -> Response:
        keeping.change(session, actor, document, **values)
        return redirect_to("documents.show", document_id=document.id)

    return form.answer(
        session,
        lambda: page(
            "documents/edit.html", title=kind.title, form=form, document=document, kind=kind,
            crumb=[(kind.title, url_for("documents.show", document_id=document.id))],
        ),
        save,
    )


@blueprint.post("/<id:document_id>/versions")
@access(READ)
def add(session: Session, actor: Actor, document_id: int) -> Page | Response:
    """Add a file as the newest version."""
    document = keeping.find(session, actor, document_id)
    sent = _sent()
    try:
        if sent is None:
            raise DomainError("file.missing", _("Choose a file."), "file")
        with session.begin_nested():
            keeping.add_version(session, actor, document, sent[0], name=sent[1])
    except DomainError as refused:
        if refused.field != "file":
            raise
        session.refresh(document)
        return _shown(session, actor, document, error=refused.message)
    flash(_("The new version is there."))
    return redirect_to("documents.show", document_id=document.id)


@blueprint.post("/<id:document_id>/hold")
@access(HOLD)
def hold(session: Session, actor: Actor, document_id: int) -> Response:
    """Hold it back from deletion, or release it."""
    document = keeping.find(session, actor, document_id)
    keeping.hold(session, actor, document, request.form.get("held") == "1")
    return redirect_to("documents.show", document_id=document_id)


@blueprint.post("/<id:document_id>/remove")
@access(READ)
def remove(session: Session, actor: Actor, document_id: int) -> Response:
    """Delete it with all its versions."""
    document = keeping.find(session, actor, document_id)
    back = _back(document.entity, document.entity_id)
    try:
        with session.begin_nested():
            keeping.remove(session, actor, document)
    except DomainError as refused:
        if refused.code != "document.held":
            raise
        flash(refused.message, "bad")
        return redirect_to("documents.show", document_id=document_id)
    flash(_("The document was deleted."))
    return redirect_to(back)

