"""Notifications for programs, and where mail programs post to when their reader wants no more of a kind."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.declare import public, signed_in
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import catalogue
from core.kernel.house import of
from core.notify import choices, inbox, unsubscribing
from core.notify.schemas import MarkedSchema, MarkSchema, NoticeQuery, NoticesSchema, OffSchema
from core.web.blueprints import ApiBlueprint
from core.web.pages import redirect_to

_ = catalogue("notify")

api = ApiBlueprint("notify_api", __name__, url_prefix="/notifications", description="What the holder was told of")


@api.get("")
@signed_in
@api.arguments(NoticeQuery, location="query")
@api.response(200, NoticesSchema)
def notices(session: Session, actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The notices of the holder of the token, newest first."""
    found = inbox.items(
        session, actor, kind=query["kind"], only_unread=query["unread"], before=query["before"],
        limit=query["limit"] + 1,
    )
    more, found = len(found) > query["limit"], found[: query["limit"]]
    return {
        "items": [
            {"id": one.row.id, "kind": one.row.kind, "subject": str(one.row.title),
             "lines": [str(line) for line in one.row.words], "link": one.row.link, "about": one.row.about,
             "at": one.row.at, "read_at": one.notice.read_at}
            for one in found
        ],
        "unread": session.scalar(select(inbox.unread(choices.own_account(actor)))),
        "next": found[-1].row.id if more else None,
    }  # fmt: skip


@api.post("/read")
@signed_in
@api.arguments(MarkSchema)
@api.response(200, MarkedSchema)
def mark(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, int]:
    """Mark notices as read or unread."""
    return {"changed": inbox.mark(session, actor, body["ids"], read=body["read"])}


@api.post("/off/<token>")
@public("A mail program switches a kind off for its reader, by the signed link in the mail (RFC 8058)")
@api.response(200, OffSchema)
def off(session: Session, actor: Actor, token: str) -> dict[str, list[str]]:
    """Switch the kinds of a mail off, by its signed link alone."""
    del actor
    wish = unsubscribing.read(of(session), token)
    if wish is None:
        raise NotFound("notify.link", _("This link is none of ours, or it was cut short."))
    found = choices.switch_off(session, wish.account_id, wish.kinds, wish.channel)
    return {"off": [kind.name for kind in found]}


@api.get("/off/<token>")
@public("Somebody follows the link in a mail with a browser and is led on to a page")
@api.response(303)
def off_page(session: Session, actor: Actor, token: str) -> Response:
    """Lead on to the page that asks first."""
    del session, actor
    return redirect_to(url_for("notify.off", token=token))
