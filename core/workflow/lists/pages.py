"""On the page of a draft: who would decide that it is published, asking for it, and how that stands."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.access.declare import access
from core.authority.actions import IMPORT
from core.authority.lifecycle import consulting, drafts
from core.authority.lifecycle.models import ListDraftRow
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.kernel.specs import Fragment, Slot
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import flash, redirect_to
from core.workflow import reading, records, tasks, way
from core.workflow.lists import asking

_ = catalogue("workflow")

blueprint = ModuleBlueprint("list_publications", __name__, url_prefix="/authority/drafts")


class AskSchema(fields.Schema):
    """Why a draft should be published although not every unit agrees."""

    why = fields.String(load_default="", max_length=400, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True,
        "hint": _("Needed where a unit objects or has not answered; it is kept with the version.")})


@blueprint.post("/<id:draft_id>/ask")
@access(IMPORT)
def ask(session: Session, actor: Actor, draft_id: int) -> Response:
    """Ask that a draft is published; what speaks against it is said on the page of the draft."""
    row = drafts.load(session, actor, draft_id)
    try:
        with session.begin_nested():
            asking.ask(session, actor, row, request.form.get("why", ""))
    except Denied:
        raise
    except DomainError as refused:
        flash(refused.message, "bad")
    else:
        flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("authority_drafts.show", draft_id=draft_id)


def _form(session: Session, actor: Actor, row: ListDraftRow) -> Form:
    """The form, which wants to know why where a unit has not agreed."""
    left = consulting.open_of(consulting.opinions(session, actor, row, drafts.content(row)))
    return Form(AskSchema, needed=("why",) if left else ())


def of_draft(session: Session, actor: Actor, *, draft_id: int) -> Fragment | None:
    """The card beside a draft: while it is open, who would decide; once it was asked, the way of the question."""
    row = session.get_one(ListDraftRow, draft_id)
    one = asking.last(session, draft_id)
    run = tasks.run_of(session, asking.LISTS, one) if one is not None else None
    if row.state in drafts.OPEN and drafts.may_keep(session, actor, row):
        return Fragment("workflow/list_ask.html", {
            "form": _form(session, actor, row), "url": url_for("list_publications.ask", draft_id=draft_id),
            "preview": _preview(session, actor, row), "steps": [], "task": None,
        })  # fmt: skip
    if one is None or run is None or row.state == "withdrawn":
        return None
    return Fragment("workflow/list_ask.html", {
        "form": None, "preview": None, "steps": reading.way_of(session, run, one),
        "task": tasks.answer_of(session, asking.LISTS, one),
    })  # fmt: skip


def _preview(session: Session, actor: Actor, row: ListDraftRow) -> way.Preview | None:
    """Who would decide; nothing where the module of the question or the place of the list is gone."""
    try:
        records.kind_named(session, asking.LISTS)
        return way.preview(session, asking.LISTS, asking.wish(session, actor, row))
    except DomainError:
        return None


SLOTS = (Slot("authority.draft", "publication", of_draft, order=10),)
