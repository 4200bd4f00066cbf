"""岗位说明书 in Word by pages: sent, shown as they were understood, corrected, and made into posts and drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import access
from core.authority.actions import IMPORT
from core.authority.sheets import confirming, uploads
from core.authority.sheets.word import SIZE
from core.base import clock
from core.base.actor import Actor
from core.base.errors import InputErrors, Problem
from core.base.text import catalogue
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_sheets", __name__, url_prefix="/authority/sheets")

TITLE = _("Job descriptions from Word")


class SendSchema(fields.Schema):
    """The documents are no field that a schema reads."""


class FirstDaySchema(fields.Schema):
    """From when the posts are there."""

    first_day = fields.Day(required=True, metadata={"label": _("First day"), "hint": _(
        "New posts exist from this day on, and the drafts would be in force from it.")})


@blueprint.route("", methods=["GET", "POST"])
@access(IMPORT)
def new(session: Session, actor: Actor) -> Page | Response:
    """Send documents; they are looked into and read, and nothing is made of them yet."""
    form, problems = Form(SendSchema), list[Problem]()

    def save(_values: dict[str, Any]) -> Response:
        sent = [uploads.Sent(name, cast(BinaryIO, one.stream)) for one in request.files.getlist("file")
                if (name := one.filename)]
        try:
            files = uploads.keep(session, actor, sent)
        except InputErrors as refused:
            problems.extend(refused.problems)
            raise
        return redirect_to("authority_sheets.review", file=[file.id for file in files])

    return form.answer(session, lambda: page(
        "authority/sheets_new.html", title=TITLE, error=form.error, problems=problems, size=SIZE >> 20,
        most=uploads.FILES, crumb=_crumb(),
    ), save)  # fmt: skip


@blueprint.route("/review", methods=["GET", "POST"])
@access(IMPORT)
def review(session: Session, actor: Actor) -> Page | Response:
    """What was read, post by post, to correct and to confirm."""
    ids = [int(key) for key in request.args.getlist("file") if key.isdecimal() and len(key) < 19]
    if not ids:
        return redirect_to("authority_sheets.new")
    documents, day = uploads.read(session, actor, ids), clock.today(actor.zone)
    form = Form(FirstDaySchema, values={"first_day": day})
    found = confirming.posts(session, documents, day, request.form if request.method == "POST" else None)
    checked: list[int] = []

    def show() -> Page:
        if not checked:
            checked.append(confirming.check(session, actor, found, day))
        return page(
            "authority/sheets_review.html", title=TITLE, form=form, posts=found, wrong=checked[0],
            left_over=confirming.left_over(documents), documents=[one.file.name for one in documents],
            units=confirming.units(session, actor, day), units_id=confirming.UNITS, crumb=_crumb(),
            counts=_counts(found),
        )  # fmt: skip

    def save(values: dict[str, Any]) -> Page | Response:
        checked.append(confirming.check(session, actor, found, values["first_day"]))
        if request.form.get("do") == "check":
            return show()
        made, rows = confirming.confirm(session, actor, found, documents, values["first_day"])
        flash(_("{posts} made, {drafts} kept.", posts=_("{count} post", "{count} posts", count=len(made.posts)),
                drafts=_("{count} draft", "{count} drafts", count=len(rows))))
        if len(rows) == 1:
            return redirect_to("authority_drafts.show", draft_id=rows[0].id)
        return redirect_to("authority_drafts.index")

    return form.answer(session, show, save)


def _counts(found: Sequence[confirming.Post]) -> dict[str, int]:
    """How many posts are new, are there already, and have cells that were not understood."""
    proposed = [one.proposed for one in found if one.proposed is not None]
    return {
        "posts": len(found), "new": sum(not one.is_there for one in proposed),
        "there": sum(one.is_there for one in proposed), "unread": sum(bool(one.unread) for one in found),
    }


def _crumb() -> list[tuple[Any, str]]:
    return [(_("Duty and authority lists"), url_for("authority.index")),
            (_("Drafts of lists"), url_for("authority_drafts.index"))]
