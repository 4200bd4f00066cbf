"""How documents are numbered: the kinds, their patterns, and changing one."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.declare import access
from core.base.actor import Actor
from core.base.text import catalogue
from core.numbers import services
from core.numbers.actions import CHANGE
from core.numbers.schemas import PatternSchema
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("numbers")

blueprint = ModuleBlueprint("numbers", __name__, url_prefix="/admin/numbers")

#: What may stand in a pattern, each with its meaning.
PARTS = (
    ("{entity}", _("Code of the company; each company then counts by itself")),
    ("{year}", _("Year of issue; numbers then begin at 1 each year")),
    ("{number}", _("Running number")),
    ("{number:04}", _("Running number with at least four digits")),
)


@blueprint.get("")
@access(CHANGE)
def everything(session: Session, actor: Actor) -> Page:
    """Every kind of numbered document, with its next number."""
    return page("numbers/everything.html", title=_("Numbers of documents"), kinds=services.kinds(session, actor))


@blueprint.get("/<name>")
@access(CHANGE)
def edit(session: Session, actor: Actor, name: str) -> Page:
    """The pattern of one kind."""
    return _form(session, actor, name)


@blueprint.post("/<name>")
@access(CHANGE)
def change(session: Session, actor: Actor, name: str) -> Page | Response:
    """Change the pattern of one kind."""
    require(session, actor, CHANGE)
    form = Form(PatternSchema)

    def save(values: dict[str, Any]) -> Response:
        services.change(session, actor, name, values.get("pattern") or "")
        flash(_("The pattern is changed. Numbers that were given stay as they are."))
        return redirect_to("numbers.everything")

    return form.answer(session, lambda: _form(session, actor, name, form), save)


def _form(session: Session, actor: Actor, name: str, form: Form | None = None) -> Page:
    found = services.one(session, actor, name)
    return page(
        "numbers/edit.html", title=found.kind.title, found=found, parts=PARTS,
        form=form or Form(PatternSchema, values={"pattern": found.pattern.text}),
        crumb=[(_("Numbers of documents"), url_for("numbers.everything"))],
    )
