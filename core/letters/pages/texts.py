"""The texts of letters: which there are, changing one with its preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.declare import access
from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.house import of
from core.kernel.specs import LetterKind
from core.letters import issuing, templates
from core.letters.actions import CHANGE
from core.letters.filling import Filling
from core.letters.models import LANGUAGES
from core.letters.pages.register import pdf_response
from core.letters.schemas import TextSchema
from core.letters.templates import WrongText
from core.letters.wording import PARTS, WORDS
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("letters")

texts = ModuleBlueprint("letters_texts", __name__, url_prefix="/admin/letters")

_TYPES = {"text": _("text"), "day": _("day"), "month": _("month"), "money": _("amount"), "count": _("number")}


@texts.get("")
@access(CHANGE)
def everything(session: Session, actor: Actor) -> Page:
    """Every kind of letter and which version of its text holds."""
    return page("letters/texts.html", title=_("Texts of letters"), texts=templates.everything(session, actor))


@texts.get("/<kind>")
@access(CHANGE)
def edit(session: Session, actor: Actor, kind: str) -> Page:
    """The text of one kind, with a preview of it."""
    require(session, actor, CHANGE)
    return _form(session, templates.kind_of(session, kind))


@texts.post("/<kind>")
@access(CHANGE)
def change(session: Session, actor: Actor, kind: str) -> Page | Response:
    """Save a text as a new version, or only look at it."""
    require(session, actor, CHANGE)
    found = templates.kind_of(session, kind)
    form = Form(TextSchema)
    looking = request.form.get("do", "")

    def save(values: dict[str, Any]) -> Page | Response:
        parts = {part: values.get(part) or {} for part in PARTS}
        try:
            if looking == "preview":
                templates.checked(session, found, parts)
                return _form(session, found, form, parts)
            if looking in LANGUAGES:
                data = issuing.preview_pdf(session, actor, found, parts, looking)
                return pdf_response(data, f"{found.name}-{looking}.pdf")
            templates.save(session, actor, found, parts, based_on=values["version"])
        except WrongText as error:
            raise ValidationError({part: list(faults) for part, faults in error.faults.items()}) from None
        flash(_("The text is saved. Letters that were issued stay as they are."))
        return redirect_to("letters_texts.edit", kind=found.name)

    return form.answer(session, lambda: _form(session, found, form, _posted(form)), save)


@texts.post("/<kind>/restore")
@access(CHANGE)
def restore(session: Session, actor: Actor, kind: str) -> Response:
    """Go back to the text the program brings along."""
    require(session, actor, CHANGE)
    templates.restore(session, actor, templates.kind_of(session, kind))
    flash(_("The text of the program holds again."))
    return redirect_to("letters_texts.edit", kind=kind)


def _posted(form: Form) -> Mapping[str, Mapping[str, str]]:
    return {part: form[part].value or {} for part in PARTS}


def _form(
    session: Session, kind: LetterKind, form: Form | None = None,
    parts: Mapping[str, Mapping[str, str]] | None = None,
) -> Page:
    now = templates.current(session, kind)
    shown = parts if parts is not None else now.parts
    filling = Filling(kind, templates.samples(session, kind))
    form = form or Form(TextSchema, values={**now.parts, "version": now.version})
    return page(
        "letters/text.html", title=kind.title, kind=kind, form=form, now=now,
        versions=templates.versions(session, kind), fields=_fields(kind),
        sheets=issuing.sheets(filling, shown, clock.today(of(session).config.zone)), number="LK-2026-0001",
        crumb=[(_("Texts of letters"), url_for("letters_texts.everything"))],
        changed=now.parts != templates.brought_along(kind), unsaved=parts is not None and dict(parts) != now.parts,
    )  # fmt: skip


def _fields(kind: LetterKind) -> list[dict[str, Any]]:
    """What may stand in the text, beside it."""
    masked = {group.name: group.title for group in kind.groups}
    found = []
    for name, field in templates.fields_of(kind).items():
        found.append({"name": f"{{{name}}}", "title": field.title, "type": _TYPES[field.type],
                      "group": masked.get(field.group, "")})  # fmt: skip
        if field.type == "money":
            found.append({"name": f"{{{name}{WORDS}}}", "title": field.title, "type": _("in Chinese words"),
                          "group": masked.get(field.group, "")})  # fmt: skip
    return found
