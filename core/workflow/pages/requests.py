"""Simple requests: which forms there are, writing one, and one request with the way it takes."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, load
from core.access.declare import access, signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.db.types import Translation
from core.files import links
from core.letters.pages.register import pdf_response
from core.web.blueprints import ModuleBlueprint
from core.web.formats import moment
from core.web.forms import Form, sent_files
from core.web.pages import Page, asked_id, flash, page, redirect_to
from core.workflow import reading, tasks, way
from core.workflow.actions import FORM, SUBMIT, SUBMIT_READ
from core.workflow.forms import attachments, paper, services, showing
from core.workflow.forms import kind as kinds
from core.workflow.forms.words import CATEGORIES, STATES
from core.workflow.models import DRAFT, Submission
from core.workflow.processes import schema
from core.workflow.processes.fields import read_fields

_ = catalogue("workflow")

requests = ModuleBlueprint("requests", __name__, url_prefix="/requests")


@requests.get("/")
@access(SUBMIT_READ)
def index(session: Session, actor: Actor) -> Page:
    """The forms one may fill in, and the requests one may see, the latest first."""
    own = request.args.get("show") != "all"
    before = asked_id("before")
    rows = services.submissions(session, actor, own=own, before=before)
    may_ask = actor.person_id is not None and allowed(session, actor, SUBMIT)
    return page(
        "workflow/requests.html", title=_("Requests"), rows=rows, own=own, states=STATES, categories=CATEGORIES,
        forms=services.kinds(session) if may_ask else [], titled=lambda one: str(Translation(one.title)),
        older=rows[-1].id if len(rows) == services.PAGE else None, first=before is None,
    )


@requests.route("/new/<process>", methods=["GET", "POST"])
@access(SUBMIT)
def new(session: Session, actor: Actor, process: str) -> Page | Response:
    """Fill in a form; who will decide is shown before it is handed in."""
    return _form(session, actor, None, services.kind_named(session, process))


@requests.route("/<id:submission_id>/edit", methods=["GET", "POST"])
@access(SUBMIT)
def edit(session: Session, actor: Actor, submission_id: int) -> Page | Response:
    """Change my draft."""
    found = services.own(session, actor, submission_id)
    return _form(session, actor, found, services.kind_named(session, found.process))


def _like(session: Session, actor: Actor, kind: services.FormKind) -> Submission | None:
    """A request of mine on the same form that the address names, to begin with what it said."""
    number = asked_id("like")
    if number is None:
        return None
    found = services.own(session, actor, number)
    return found if found.process == kind.process else None


def _form(session: Session, actor: Actor, found: Submission | None, kind: services.FormKind) -> Page | Response:
    like = _like(session, actor, kind) if found is None else found
    uploads = attachments.fields_of(kind.fields)
    form = Form(
        schema.schema_of(kind.fields), values=services.refilled(kind, like) if like is not None else None,
        needed=[one.name for one in uploads if one.needed and not attachments.kept_in(found, one.name)],
    )

    def save(values: dict[str, Any]) -> Response:
        stay = {one.name: {int(key) for key in request.form.getlist(f"stay-{one.name}") if key.isdecimal()}
                for one in uploads}  # fmt: skip
        sent = {one.name: sent_files(one.name) for one in uploads}
        files = attachments.taken(session, actor, kind.fields, found, stay, sent)
        one = services.draft(session, actor, found, kind, {**values, **files})
        return redirect_to("requests.show", submission_id=one.id)

    kept = [
        {"name": f"stay-{one.name}", "label": _("{label}: files that stay", label=one.title), "kind": "checks",
         "options": [(each["id"], each["name"]) for each in told], "value": [each["id"] for each in told],
         "required": True}
        for one in uploads if (told := attachments.kept_in(found, one.name))
    ]  # fmt: skip
    back = url_for("requests.show", submission_id=found.id) if found else url_for("requests.index")
    return form.answer(session, lambda: page(
        "workflow/request_form.html", title=kind.title, form=form, back=back, kept=kept, files=bool(uploads),
        crumb=[(_("Requests"), url_for("requests.index"))],
    ), save)  # fmt: skip


@requests.get("/<id:submission_id>")
@access(SUBMIT_READ)
def show(session: Session, actor: Actor, submission_id: int) -> Page:
    """One request: what it says, and the way it takes."""
    found = load(session, actor, SUBMIT_READ, Submission, submission_id)
    own = found.requester_person_id == actor.person_id
    run = tasks.run_of(session, FORM, found)
    task = tasks.answer_of(session, FORM, found)
    return page(
        "workflow/request.html", title=kinds.subject(session, found), found=found,
        crumb=[(_("Requests"), url_for("requests.index"))], lines=kinds.lines(session, found),
        state=STATES[found.state], task=task,
        preview=way.preview(session, FORM, found) if found.state == DRAFT and own else None,
        steps=reading.way_of(session, run, found) if run is not None and found.state != DRAFT else [],
        may_edit=own and found.state == DRAFT, may_drop=own and found.state == DRAFT and run is None,
        may_repeat=own and found.state != DRAFT,
    )  # fmt: skip


@requests.post("/<id:submission_id>/submit")
@access(SUBMIT)
def submit(session: Session, actor: Actor, submission_id: int) -> Response:
    """Hand my request in."""
    services.submit(session, actor, services.own(session, actor, submission_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("requests.show", submission_id=submission_id)


@requests.post("/<id:submission_id>/discard")
@access(SUBMIT)
def discard(session: Session, actor: Actor, submission_id: int) -> Response:
    """Drop my draft."""
    services.discard(session, actor, services.own(session, actor, submission_id))
    flash(_("The draft is dropped."))
    return redirect_to("requests.index")


@requests.post("/<id:submission_id>/again")
@access(SUBMIT)
def again(session: Session, actor: Actor, submission_id: int) -> Response:
    """The same once more, as a new draft; files have to be handed in anew, so that such a form is filled in first."""
    before = services.own(session, actor, submission_id)
    kind = services.kind_named(session, before.process)
    if any(one.needed for one in attachments.fields_of(kind.fields)):
        return redirect_to("requests.new", process=before.process, like=before.id)
    made = services.again(session, actor, before)
    return redirect_to("requests.edit", submission_id=made.id)


@requests.get("/<id:submission_id>/files/<id:file_id>")
@signed_in
def file(session: Session, actor: Actor, submission_id: int, file_id: int) -> Response:
    """A file handed in with a request, for whoever may read the request or is asked about it."""
    one = services.readable(session, actor, submission_id)
    found = attachments.file_of(session, one, file_id)
    return redirect_to(links.path_of(session, actor, found, inline=True))


@requests.get("/<id:submission_id>/paper")
@access(SUBMIT_READ)
def paper_of(session: Session, actor: Actor, submission_id: int) -> Response:
    """One request on A4 with its way."""
    found = load(session, actor, SUBMIT_READ, Submission, submission_id)
    run = tasks.run_of(session, FORM, found)
    names = reading.names(session, {found.requester_person_id})
    printed = paper.Printed(
        str(Translation(found.title)), found.number, reading.company_of(session, found.legal_entity_id),
        names.get(found.requester_person_id, ""), STATES[found.state][0],
        showing.shown(read_fields(found.fields), found.values, found.currency),
        reading.way_of(session, run, found) if run is not None else [], moment, found.amount, found.currency,
    )
    return pdf_response(paper.render(printed), f"{found.number}.pdf")
