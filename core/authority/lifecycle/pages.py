"""Pages of drafts: kept from a file, checked, asked about, published; and signing for what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import access, signed_in
from core.audit import history
from core.authority import reading
from core.authority.actions import IMPORT
from core.authority.document import ListDraft, parse
from core.authority.lifecycle import consulting, drafts, signing
from core.authority.lifecycle.models import ListDraftRow
from core.authority.replay import replay
from core.authority.workbook import from_workbook
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, Problem
from core.base.text import Text, catalogue
from core.exchange.unpack import OLE_MAGIC, ZIP_MAGIC
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.headers import disposition
from core.web.pages import Page, flash, page, redirect_to
from core.web.slots import fill

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_drafts", __name__, url_prefix="/authority/drafts")

#: A list is read and signed by people; a larger file is none.
LARGEST = 8 * 1024 * 1024


class PublishSchema(fields.Schema):
    """Why a draft is published although not every unit agrees."""

    reason = fields.String(load_default="", max_length=400, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True,
        "hint": _("Needed where a unit objects or has not answered; it is kept with the version.")})


class AnswerSchema(fields.Schema):
    """What the head of a unit answers."""

    answer = fields.String(required=True, metadata={"label": _("Answer"), "span": True})
    words = fields.String(load_default="", max_length=1000, metadata={
        "label": _("In words"), "kind": "textarea", "span": True, "hint": _("Needed where you object.")})


@blueprint.get("")
@access(IMPORT)
def index(session: Session, actor: Actor) -> Page:
    """The drafts of the lists one looks after."""
    rows = drafts.kept(session, actor)
    units = [row.unit_id for row in rows if row.unit_id is not None]
    return page(
        "authority/drafts.html", title=_("Drafts of lists"), rows=rows, states=drafts.STATES,
        units=reading.unit_titles(session, units, clock.today(actor.zone)),
        authors=history.names(session, {row.author_account_id for row in rows if row.author_account_id}),
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(IMPORT)
def new(session: Session, actor: Actor) -> Page | Response:
    """Keep a file as a draft."""
    return _upload(lambda draft: drafts.keep(session, actor, draft), _("Keep a draft"))


@blueprint.route("/<id:draft_id>/change", methods=["GET", "POST"])
@access(IMPORT)
def change(session: Session, actor: Actor, draft_id: int) -> Page | Response:
    """Put another file in place of what a draft says."""
    row = drafts.load(session, actor, draft_id)

    def save(draft: ListDraft) -> ListDraftRow:
        drafts.change(session, actor, row, draft)
        return row

    return _upload(save, _("Change the draft"), row)


def _upload(save: Any, title: Text, row: ListDraftRow | None = None) -> Page | Response:
    problems: list[Problem] = []
    error: Text | str = ""
    if request.method == "POST":
        try:
            kept = save(_read())
            return redirect_to("authority_drafts.show", draft_id=kept.id)
        except InputErrors as refused:
            problems, error = list(refused.problems), refused.message
        except DomainError as refused:
            if refused.code.startswith("denied"):
                raise
            error = refused.message
    return page(
        "authority/draft_new.html", title=title, error=error, problems=problems, row=row,
        status=422 if error else 200, crumb=[(_("Drafts of lists"), url_for("authority_drafts.index"))],
    )


def _read() -> ListDraft:
    """The list in the file that was sent. Raises ``DomainError`` and ``InputErrors`` with what is wrong with it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise DomainError("list.draft", _("Choose a file."), "file")
    data = sent.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DomainError("list.draft", _("A list has at most {size} MB.", size=LARGEST >> 20), "file")
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return from_workbook(data, source=sent.filename).draft
    try:
        return parse(data.decode("utf-8-sig").replace("\r\n", "\n"), source=sent.filename)
    except UnicodeDecodeError:
        raise DomainError("list.draft", _("This is not UTF-8 text."), "file") from None


@blueprint.get("/<id:draft_id>")
@signed_in
def show(session: Session, actor: Actor, draft_id: int) -> Page:
    """A draft: what is wrong with it, what its expectations come to, what the units say."""
    return _shown(session, actor, drafts.load(session, actor, draft_id))


@blueprint.get("/<id:draft_id>/past")
@signed_in
def past(session: Session, actor: Actor, draft_id: int) -> Page:
    """The decisions of last quarter as the draft would have had them: a part of its page, which may take a while."""
    row = drafts.load(session, actor, draft_id)
    draft, may = drafts.content(row), drafts.may_look_back(session, actor, row)
    wrong = may and bool(drafts.problems(session, draft))
    return page(
        "authority/draft_past.html", {"draft-past": "past"}, title=_("Decisions of last quarter"), row=row, may=may,
        wrong=wrong, replay=replay(session, actor, draft) if may and not wrong else None,
        crumb=[(_("Drafts of lists"), url_for("authority_drafts.index")),
               (_("draft of version {version}", version=row.version),
                url_for("authority_drafts.show", draft_id=row.id))],
    )  # fmt: skip


def _publishing(*, insist: bool = False) -> Form:
    """``insist``: a unit has not agreed, so that ``drafts.release`` wants to know why."""
    return Form(PublishSchema, needed=("reason",) if insist else ())


def _answering() -> Form:
    return Form(AnswerSchema, options={"answer": [("agree", _("I agree")), ("object", _("I object"))]})


def _shown(
    session: Session, actor: Actor, row: ListDraftRow, *, form: Form | None = None, answer: Form | None = None,
    wrong: Sequence[Problem] = (),
) -> Page:
    draft = drafts.content(row)
    opened, live = row.state in drafts.OPEN, row.state in drafts.LIVE
    problems = drafts.problems(session, draft) if live else []
    found = consulting.opinions(session, actor, row, draft)
    day = clock.today(actor.zone)
    units = [row.unit_id] if row.unit_id is not None else []
    left, may_keep = consulting.open_of(found), drafts.may_keep(session, actor, row)
    title: Text | str = reading.unit_titles(session, units, day).get(row.unit_id or 0, "–") if units else _(
        "Everybody who holds a post")
    mine = [one for one in found if one.may_answer]
    return page(
        "authority/draft.html", title=_("{unit}, draft of version {version}", unit=title, version=row.version),
        row=row, state=drafts.STATES[row.state], problems=problems, opinions=found, mine=mine,
        left=left, results=drafts.results(session, draft) if live else [], opened=opened, live=live,
        trial=drafts.on_trial(session, actor, row) if may_keep else None,
        may_keep=may_keep, form=form or _publishing(insist=bool(left)), answer=answer or _answering(), wrong=wrong,
        by=history.names(session, {row.author_account_id} if row.author_account_id else set()),
        slots={"authority.draft": fill(session, actor, "authority.draft", draft_id=row.id)},
        crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@blueprint.get("/<id:draft_id>/list.yaml")
@signed_in
def file(session: Session, actor: Actor, draft_id: int) -> Response:
    """The text of a draft."""
    row = drafts.load(session, actor, draft_id)
    response = Response(row.text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = disposition(f"draft-{row.id}.yaml")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<id:draft_id>/consult")
@access(IMPORT)
def consult(session: Session, actor: Actor, draft_id: int) -> Page | Response:
    """Ask the units that the boundaries name."""
    row = drafts.load(session, actor, draft_id)
    drafts.consult(session, actor, row)
    flash(_("The heads of these units are asked."))
    return redirect_to("authority_drafts.show", draft_id=row.id)


@blueprint.post("/<id:draft_id>/units/<id:unit_id>")
@signed_in
def answer(session: Session, actor: Actor, draft_id: int, unit_id: int) -> Page | Response:
    """What the head of a unit says of a draft."""
    row, form = drafts.load(session, actor, draft_id), _answering()

    def save(values: dict[str, Any]) -> Response:
        consulting.answer(session, actor, row, unit_id, values["answer"], values["words"])
        flash(_("Your answer is kept."))
        return redirect_to("authority_drafts.show", draft_id=draft_id)

    return form.answer(session, lambda: _shown(session, actor, row, answer=form), save)


@blueprint.post("/<id:draft_id>/publish")
@access(IMPORT)
def publish(session: Session, actor: Actor, draft_id: int) -> Page | Response:
    """Publish a draft, by all the rules of publishing."""
    row = drafts.load(session, actor, draft_id)
    left = consulting.open_of(consulting.opinions(session, actor, row, drafts.content(row)))
    form = _publishing(insist=bool(left))
    wrong: list[Problem] = []

    def save(values: dict[str, Any]) -> Response:
        try:
            made = drafts.release(session, actor, row, values["reason"])
        except InputErrors as refused:
            wrong.extend(refused.problems)
            raise
        flash(_("Version {version} is published, in force from {day}.", version=made.version,
                day=made.effective_from))
        return redirect_to("authority_drafts.show", draft_id=draft_id)

    return form.answer(session, lambda: _shown(session, actor, row, form=form, wrong=wrong), save)


@blueprint.post("/<id:draft_id>/trial")
@access(IMPORT)
def try_out(session: Session, actor: Actor, draft_id: int) -> Response:
    """Let a draft run beside the list in force."""
    made = drafts.try_out(session, actor, drafts.load(session, actor, draft_id))
    flash(_("The draft is on trial from now on."))
    return redirect_to("authority_shadow.show", shadow_id=made.id)


@blueprint.post("/<id:draft_id>/withdraw")
@access(IMPORT)
def withdraw(session: Session, actor: Actor, draft_id: int) -> Response:
    """Give a draft up."""
    row = drafts.load(session, actor, draft_id)
    drafts.withdraw(session, actor, row)
    flash(_("The draft is given up."))
    return redirect_to("authority_drafts.show", draft_id=row.id)


@blueprint.post("/signatures/<id:list_id>")
@signed_in
def sign(session: Session, actor: Actor, list_id: int) -> Response:
    """Sign for a version of a list that names a post of mine."""
    one = signing.sign(session, actor, list_id)
    flash(_("You have signed for version {version}.", version=one.version))
    return redirect_to("authority.mine")


@blueprint.post("/signatures/<id:list_id>/withdraw")
@signed_in
def unsign(session: Session, actor: Actor, list_id: int) -> Response:
    """Withdraw what I signed for today."""
    signing.unsign(session, actor, list_id)
    flash(_("Your signature is withdrawn; the version waits for it again."))
    return redirect_to("authority.mine")
