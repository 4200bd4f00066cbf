"""Feedback, praise and notes of talks."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.reviews import REMARK_READ, REMARK_WRITE
from performance.pages.blueprint import blueprint
from performance.schemas_reviews import RemarkSchema
from performance.services.places import names_of
from performance.services.reviews import remarks as services
from performance.text import _
from performance.text_reviews import REMARKS
from remit.base import Actor, clock
from remit.services import allowed
from remit.web import Form, Page, access, flash, page, redirect_to


@blueprint.get("/remarks")
@access(REMARK_READ)
def remarks(session: Session, actor: Actor) -> Page:
    """What was written to one, by one, and as feedback about one's people."""
    return _page(session, actor, Form(RemarkSchema, values={"day": clock.today(actor.zone), "kind": "feedback"}))


@blueprint.post("/remarks")
@access(REMARK_WRITE)
def write_remark(session: Session, actor: Actor) -> Page | Response:
    """Write to somebody."""
    form = Form(RemarkSchema)

    def save(told: dict[str, Any]) -> Response:
        services.write(session, actor, told)
        flash(_("It is kept."))
        return redirect_to("performance.remarks")

    return form.answer(session, lambda: _page(session, actor, form), save)


def _page(session: Session, actor: Actor, form: Form) -> Page:
    before = request.args.get("before", "")
    found = services.listed(session, actor, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    names = names_of(session, {one.writer_person_id for one in found} | {one.person_id for one in found})
    return page(
        "performance/remarks.html", title=_("Feedback and talks"), form=form,
        may_write=allowed(session, actor, REMARK_WRITE), rows=[{
            "kind": REMARKS[one.kind], "text": one.text, "day": one.day, "from": names.get(one.writer_person_id, "–"),
            "to": names.get(one.person_id, "–"), "readers": _readers(one.reader_person_id, one.superior_person_id),
        } for one in found],
        older=url_for("performance.remarks", before=found[-1].id) if len(found) == services.PAGE else "",
    )  # fmt: skip


def _readers(reader: int | None, superior: int | None) -> Any:
    """Who reads it, in words."""
    if reader is None:
        return _("nobody but the writer")
    return _("both of them and the superior") if superior is not None else _("both of them")
