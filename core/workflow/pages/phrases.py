"""The phrases one keeps for comments: adding, wording anew, ordering, removing."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.schemas import fields
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import phrases as services
from core.workflow.pages.desk import blueprint

_ = catalogue("workflow")


class PhraseSchema(fields.Schema):
    """One phrase."""

    text = fields.String(required=True, max_length=services.LONGEST, metadata={"label": _("Phrase"), "span": True})


class ChangedPhraseSchema(PhraseSchema):
    """One phrase, and what it was before."""

    old = fields.String(required=True, max_length=services.LONGEST, metadata={"kind": "hidden"})


@blueprint.route("/phrases", methods=["GET", "POST"])
@signed_in
def phrases(session: Session, actor: Actor) -> Page | Response:
    """My phrases, and one more."""
    form = Form(PhraseSchema)

    def save(values: dict[str, Any]) -> Response:
        services.add(session, actor, values["text"])
        return redirect_to("tasks.phrases")

    return form.answer(session, lambda: page(
        "workflow/phrases.html", title=_("My phrases"), crumb=[(_("Approvals"), url_for("tasks.inbox"))], form=form,
        texts=services.mine(session, actor), most=services.MOST, own=services.changed(session, actor),
    ), save)  # fmt: skip


@blueprint.route("/phrases/<id:number>", methods=["GET", "POST"])
@signed_in
def change_phrase(session: Session, actor: Actor, number: int) -> Page | Response:
    """Word one of my phrases anew; ``number`` is its place."""
    texts = services.mine(session, actor)
    if number > len(texts):
        raise NotFound("phrase.gone", _("This phrase is not in your list any more."))
    form = Form(ChangedPhraseSchema, values={"text": texts[number - 1], "old": texts[number - 1]})

    def save(values: dict[str, Any]) -> Response:
        services.change(session, actor, values["old"], values["text"])
        return redirect_to("tasks.phrases")

    back = url_for("tasks.phrases")
    return form.answer(session, lambda: page(
        "workflow/phrase_form.html", title=_("Change a phrase"), form=form, back=back, crumb=[(_("My phrases"), back)],
    ), save)  # fmt: skip


@blueprint.post("/phrases/move")
@signed_in
def move_phrase(session: Session, actor: Actor) -> Response:
    """Move one a place up or down."""
    services.move(session, actor, request.form.get("text", ""), up=request.form.get("to") == "up")
    return redirect_to("tasks.phrases")


@blueprint.post("/phrases/remove")
@signed_in
def remove_phrase(session: Session, actor: Actor) -> Response:
    """Take one off the list."""
    services.remove(session, actor, request.form.get("text", ""))
    return redirect_to("tasks.phrases")


@blueprint.post("/phrases/restore")
@signed_in
def restore_phrases(session: Session, actor: Actor) -> Response:
    """Those that ship, instead of mine."""
    services.restore(session, actor)
    flash(_("You have the phrases that ship again."))
    return redirect_to("tasks.phrases")
