"""The board, and the form below it."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.actions import PIN, READ
from plugins.sample.text import _
from remit.base import Actor
from remit.schema import Schema, String
from remit.services import allowed
from remit.web import Form, ModuleBlueprint, Page, access, flash, page, redirect_to

blueprint = ModuleBlueprint("sample", __name__, url_prefix="/sample")


class NoticeSchema(Schema):
    """A notice as it is filled in."""

    code = String(required=True, max_length=40, metadata={"label": _("Code")})
    text = String(required=True, max_length=500, metadata={"label": _("Text")})


@blueprint.get("/notices")
@access(READ)
def board(session: Session, actor: Actor) -> Page:
    """Today's notices."""
    return _board(session, actor, Form(NoticeSchema))


def _board(session: Session, actor: Actor, form: Form) -> Page:
    return page(
        "sample/board.html", {"notices": "notices"}, title=_("Notices"), notices=services.on_the_board(session, actor),
        form=form if allowed(session, actor, PIN) else None,
    )


@blueprint.post("/notices")
@access(PIN)
def pin(session: Session, actor: Actor) -> Page | Response:
    """Pin a notice."""
    form = Form(NoticeSchema)

    def save(values: dict[str, Any]) -> Response:
        services.pin(session, actor, **values)
        flash(_("The notice is pinned."))
        return redirect_to("sample.board")

    return form.answer(session, lambda: _board(session, actor, form), save)
