"""What stands under the bell: the list, the latest of it for the frame, reading and following."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.notify import inbox
from core.notify.pages.blueprint import blueprint
from core.web.formats import day_text
from core.web.pages import Page, flash, local_path, page, redirect_to
from core.web.visit import after_response

_ = catalogue("notify")

PAGE = 50
LATEST = 8


@blueprint.get("/notifications")
@signed_in
def everything(session: Session, actor: Actor) -> Page:
    """The reader's notices, by day."""
    kind, shown, before = request.args.get("kind", ""), request.args.get("show", "all"), _before()
    found = inbox.items(session, actor, kind=kind, only_unread=shown == "unread", before=before, limit=PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    counts = inbox.counts(session, actor)
    fresh = sum(unread for _number, unread in counts.values())
    return page(
        "notify/everything.html", {"notices": "notices"}, title=_("Notifications"), days=_by_day(session, actor, found),
        unread=fresh, kind=kind, shown=shown, any=bool(counts),
        kinds=[(name, _title(session, name)) for name in sorted(counts)],
        choices=[
            {"label": label, "url": url_for("notify.everything", show=name, kind=kind or None),
             "current": shown == name, "count": fresh if name == "unread" else None}
            for name, label in (("all", _("All")), ("unread", _("Unread")))
        ],
        here=request.full_path.rstrip("?"),
        older=url_for("notify.everything", show=shown, kind=kind or None, before=found[-1].row.id) if more else "",
    )  # fmt: skip


@blueprint.get("/notifications/latest")
@signed_in
def latest(session: Session, actor: Actor) -> Page:
    """What the bell opens: the latest unread ones, then the others."""
    found = sorted(inbox.items(session, actor, limit=LATEST), key=lambda one: not one.unread)
    return page(
        "notify/latest.html", title=_("Notifications"), rows=[_line(session, one) for one in found],
        unread=any(one.unread for one in found),
    )


@blueprint.get("/notifications/bell")
@signed_in
def bell(session: Session, actor: Actor) -> Page:
    """The bell alone, for a page that is open while something happens."""
    del session, actor
    return page("notify/bell.html", title=_("Notifications"))


@blueprint.get("/notifications/<id:notification_id>/open")
@signed_in
def follow(session: Session, actor: Actor, notification_id: int) -> Response:
    """Where a notice leads; it is read by that."""
    found = inbox.one(session, actor, notification_id)
    if found.unread:
        after_response(session, lambda write: inbox.mark(write, actor, [notification_id], read=True))
    return redirect_to(local_path(found.row.link) or url_for("notify.everything"))


@blueprint.post("/notifications/<id:notification_id>/read")
@signed_in
def read(session: Session, actor: Actor, notification_id: int) -> Response:
    """Mark one as read."""
    inbox.one(session, actor, notification_id)
    inbox.mark(session, actor, [notification_id], read=True)
    return _back()


@blueprint.post("/notifications/<id:notification_id>/unread")
@signed_in
def unread(session: Session, actor: Actor, notification_id: int) -> Response:
    """Keep one for later."""
    inbox.one(session, actor, notification_id)
    inbox.mark(session, actor, [notification_id], read=False)
    return _back()


@blueprint.post("/notifications/read")
@signed_in
def read_all(session: Session, actor: Actor) -> Response:
    """Mark all as read."""
    count = inbox.mark(session, actor, None, read=True)
    flash(_("{count} notification is marked as read.", "{count} notifications are marked as read.", count=count))
    return _back()


def _before() -> int | None:
    return request.args.get("before", type=int)


def _back() -> Response:
    return redirect_to(local_path(request.form.get("next")) or url_for("notify.everything"))


def _by_day(session: Session, actor: Actor, found: list[inbox.Item]) -> list[dict[str, Any]]:
    """Notices under the day they came on, the unread ones of a day first."""
    zone = ZoneInfo(actor.zone)
    days = groupby(found, key=lambda one: one.row.at.astimezone(zone).date())
    return [
        {"day": day_text(day), "rows": [_line(session, one) for one in sorted(ones, key=lambda one: not one.unread)]}
        for day, ones in days
    ]


def _line(session: Session, one: inbox.Item) -> dict[str, Any]:
    return {
        "id": one.row.id, "title": one.row.title, "lines": one.row.words, "at": one.row.at, "unread": one.unread,
        "kind": _title(session, one.row.kind), "instead_of": one.instead_of, "link": one.row.link,
        "button": one.row.button, "passed_on": one.notice.escalated_at,
    }


def _title(session: Session, kind: str) -> Text | str:
    found = of(session).registry.notifications().get(kind)
    return found.title if found is not None else kind
