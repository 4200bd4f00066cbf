"""The standard of qualification: its versions, one of them with its signatures, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import KIND, STANDARD_DRAFT, STANDARD_READ
from plugins.crm.models import Standard
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.rules import StandardSchema
from plugins.crm.services.facts import FACTS
from plugins.crm.services.places import all_places
from plugins.crm.services.standard import content, judging, signing
from plugins.crm.text import _
from plugins.crm.text_rules import LEVEL_WORDS, STANDARD_STATES
from remit.base import Actor, DomainError, clock
from remit.services import allowed, load
from remit.text import LOCALES
from remit.web import Form, Page, access, flash, page, redirect_to
from remit.workflow import deciding_of

#: Rows to fill in beside those that are there.
_BLANK = 2


@blueprint.get("/standard")
@access(STANDARD_READ)
def standards(session: Session, actor: Actor) -> Page:
    """What is in force today, and all versions."""
    found = signing.versions(session, actor)
    signed = [one for one in found if one.state == judging.SIGNED]
    today = clock.today(actor.zone)
    current = next((one for one in signed if one.effective_from <= today), None)
    return page(
        "crm/standards.html", title=_("Standard of qualification"), rows=found, current=current,
        content=content.read(current.content) if current else None, levels=LEVEL_WORDS, states=STANDARD_STATES,
        may_draft=allowed(session, actor, STANDARD_DRAFT),
    )  # fmt: skip


@blueprint.route("/standard/new", methods=["GET", "POST"])
@access(STANDARD_DRAFT)
def new_standard(session: Session, actor: Actor) -> Page | Response:
    """Write a version; it begins with what the last one says."""
    last = next(iter(signing.versions(session, actor)), None) if allowed(session, actor, STANDARD_READ) else None
    return _form(session, actor, None, last)


@blueprint.route("/standard/<id:standard_id>/edit", methods=["GET", "POST"])
@access(STANDARD_DRAFT)
def edit_standard(session: Session, actor: Actor, standard_id: int) -> Page | Response:
    """Change a draft."""
    found = load(session, actor, STANDARD_DRAFT, Standard, standard_id)
    return _form(session, actor, found, found)


def _form(session: Session, actor: Actor, found: Standard | None, like: Standard | None) -> Page | Response:
    places = [(place.unit_id, str(place.title)) for place in all_places(session)]
    values = {name: getattr(like, name) for name in ("marketing_unit_id", "sales_unit_id")} if like else {}
    form = Form(StandardSchema, values=found or values,
                options={"marketing_unit_id": places, "sales_unit_id": places})  # fmt: skip
    stored: Mapping[str, Any] = like.content if like is not None else {"questions": [], "criteria": []}
    grid = posted() if request.method == "POST" else stored

    def save(given: dict[str, Any]) -> Response:
        try:
            kept = signing.draft(session, actor, found, {**given, **posted()})
        except DomainError as error:
            place = content.place_in_words(error.field or "")
            if not place:
                raise
            raise DomainError(error.code, _("{place}: {text}", place=place, text=error.message)) from error
        return redirect_to("crm.standard", standard_id=kept.id)

    back = url_for("crm.standard", standard_id=found.id) if found else url_for("crm.standards")
    return form.answer(session, lambda: page(
        "crm/standard_form.html", title=_("Change the draft") if found else _("Draft a version"), form=form, back=back,
        crumb=[(_("Standard of qualification"), url_for("crm.standards"))], levels=LEVEL_WORDS, facts=FACTS,
        questions=[*grid["questions"], *({} for _n in range(_BLANK))],
        criteria=[*grid["criteria"], *({} for _n in range(_BLANK))],
    ), save)  # fmt: skip


def posted() -> dict[str, list[dict[str, Any]]]:
    """The rows of a post; a row in which nothing is written is left out."""
    questions = [{"kind": _text(f"q-{n}-kind"), "name": _text(f"q-{n}-name"), "title": _titles(f"q-{n}-title")}
                 for n in range(content.MOST + _BLANK) if f"q-{n}-name" in request.form]  # fmt: skip
    criteria = [
        {"level": _text(f"c-{n}-level"), "formula": _text(f"c-{n}-formula"), "title": _titles(f"c-{n}-title"),
         "evidence": _titles(f"c-{n}-evidence")}
        for n in range(content.MOST + _BLANK) if f"c-{n}-formula" in request.form
    ]  # fmt: skip
    return {
        "questions": [one for one in questions if one["name"] or one["title"]],
        "criteria": [one for one in criteria if one["formula"] or one["title"]],
    }


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()


def _titles(name: str) -> dict[str, str]:
    return {locale: text for locale in LOCALES if (text := _text(f"{name}-{locale}"))}


@blueprint.get("/standard/<id:standard_id>")
@access(STANDARD_READ)
def standard(session: Session, actor: Actor, standard_id: int) -> Page:
    """One version: what it says, and who has signed it."""
    found = load(session, actor, STANDARD_READ, Standard, standard_id)
    may = allowed(session, actor, STANDARD_DRAFT, found) and found.state in ("draft", "refused", "withdrawn")
    units = {place.unit_id: place.title for place in all_places(session)}
    return page(
        "crm/standard.html", title=_("Standard of qualification, version {version}", version=found.version),
        crumb=[(_("Standard of qualification"), url_for("crm.standards"))], found=found, may_edit=may,
        state=STANDARD_STATES[found.state], levels=LEVEL_WORDS, content=content.read(found.content),
        asked=deciding_of(session, KIND, found, draft=found.state == "draft"),
        marketing=units.get(found.marketing_unit_id, "–"), sales=units.get(found.sales_unit_id, "–"),
    )  # fmt: skip


@blueprint.post("/standard/<id:standard_id>/submit")
@access(STANDARD_DRAFT)
def submit_standard(session: Session, actor: Actor, standard_id: int) -> Response:
    """Ask both heads to sign."""
    found = load(session, actor, STANDARD_DRAFT, Standard, standard_id)
    try:
        with session.begin_nested():
            signing.submit(session, actor, found)
    except DomainError as error:
        flash(error.message, "bad")
    else:
        flash(_("Both heads are asked to sign. You are told what becomes of it."))
    return redirect_to("crm.standard", standard_id=standard_id)
