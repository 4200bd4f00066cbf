"""The sheets of posts as files to print: of one post, of all posts of a unit, and one's own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.declare import access, signed_in
from core.authority.asked import asked_day
from core.authority.paper.content import Sheet, sheets_of, the_sheet
from core.authority.readable import READ, readable
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import in_order
from core.org.models import Assignment, PositionVersion
from core.web.blueprints import ModuleBlueprint
from core.web.headers import disposition

_ = catalogue("authority")

blueprint = ModuleBlueprint("authority_papers", __name__, url_prefix="/authority")


@blueprint.get("/positions/<id:position_id>/sheet.pdf")
@access(READ)
def post(session: Session, actor: Actor, position_id: int) -> Response:
    """The sheet of a post on a day, of the lists the reader may read."""
    sheet = the_sheet(session, position_id, asked_day(actor), readable(session, actor))
    return _pdf([sheet], sheet.code)


@blueprint.get("/mine/<id:position_id>/sheet.pdf")
@signed_in
def mine(session: Session, actor: Actor, position_id: int) -> Response:
    """The sheet of a post that one holds oneself, all of it."""
    day = asked_day(actor)
    held = session.scalar(
        guard.mark(
            select(Assignment.id).where(
                Assignment.person_id == (actor.person_id or 0), Assignment.position_id == position_id,
                as_of(Assignment, day),
            ).limit(1),
            [(READ, "core_assignment")],
        )
    )
    if held is None:
        raise NotFound("not_found", _("This is no post that you hold on {day}.", day=day))
    sheet = the_sheet(session, position_id, day)
    return _pdf([sheet], sheet.code)


@blueprint.get("/units/<id:unit_id>/sheets.pdf")
@access(READ)
def unit(session: Session, actor: Actor, unit_id: int) -> Response:
    """The sheets of all posts of a unit on a day, one after another, of the lists the reader may read."""
    day = asked_day(actor)
    posts = session.scalars(
        select(PositionVersion.position_id)
        .where(PositionVersion.unit_id == unit_id, as_of(PositionVersion, day))
        .order_by(PositionVersion.order, in_order(PositionVersion.title))
    ).all()
    sheets = sheets_of(session, posts, day, readable(session, actor))
    if not sheets:
        raise NotFound("not_found", _("Nothing is published for the posts of this unit on {day}, or it is not yours to "
                                      "read.", day=day))
    return _pdf(sheets, sheets[0].unit)


def _pdf(sheets: Sequence[Sheet], name: str) -> Response:
    from core.authority.paper.drawing import render  # fonts take their time to load, and most pages draw nothing

    response = Response(render(sheets), mimetype="application/pdf")
    response.headers["Content-Disposition"] = disposition(f"{sheets[0].title}-{name}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response
