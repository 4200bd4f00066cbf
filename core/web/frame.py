"""What stands round every page: the menu, who is signed in, the demo's day; all of it ready before rendering begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from flask import request, url_for
from werkzeug.routing import BuildError

from core.access.calls import allowed, allowed_beyond_self
from core.base import clock
from core.base.actor import Actor
from core.base.text import current_locale
from core.kernel import state
from core.web import ports, visit
from core.web.slots import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

PRODUCT = "Remit"
#: The places of the frame that modules may add to; they are filled on every whole page.
PLACES = ("shell.top", "shell.account")

log = structlog.get_logger("remit.web")


def values(session: Session | None, actor: Actor, *, whole: bool = True) -> dict[str, Any]:
    """The frame's part of a template's values. Without a session, or for a fragment, there is no menu."""
    web = ports.of()
    preferences = visit.current().preferences
    known = session is not None and actor.signed_in
    asked = session is not None and web.ports.frame is not None
    around = web.ports.frame(session, actor) if asked else ports.Frame(web.house.config.company)  # type: ignore[misc,arg-type]
    return {
        "product": PRODUCT,
        "company": around.company,
        "locale": current_locale(),
        "theme": preferences.theme,
        "demo_day": clock.demo_day(),
        "title": "",
        "crumb": None,
        "actor": actor,
        "me": around.me if known else None,
        "nav": menu(session, actor, around.counts) if session is not None and known and whole else [],
        "slots": {p: fill(session, actor, p) for p in PLACES} if session is not None and known and whole else {},
        "request_path": request.path,
        "sign_in_url": ports.link(web.ports.sign_in_endpoint),
        "sign_out_url": ports.link(web.ports.sign_out_endpoint),
        "preferences_url": ports.link(web.ports.preference_endpoint),
        "unread": around.unread if known else 0,
        "notices_url": ports.link(web.ports.notices_endpoint) if known else None,
        "latest_notices_url": ports.link(web.ports.latest_notices_endpoint) if known else None,
        "bell_url": ports.link(web.ports.bell_endpoint) if known else None,
        "live_inbox": _inbox(actor) if known else "",
        "search_url": ports.link(web.ports.search_endpoint) if actor.signed_in else None,
    }


def _inbox(actor: Actor) -> str:
    """The topic on which the bell hears of what is new; empty where nobody registered it."""
    web = ports.of()
    known = web.ports.inbox_topic in web.house.registry.topics()
    return f"{web.ports.inbox_topic}:{actor.account_id}" if known and actor.account_id is not None else ""


def menu(session: Session, actor: Actor, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The menu of an actor: groups in the order of their first line, each line only for who holds its action, with the
    number that waits for him behind it.
    """
    web = ports.of()
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in web.house.registry.nav(state.read(session)):
        if item.action is not None and not (allowed_beyond_self if item.others else allowed)(
            session, actor, item.action
        ):
            continue
        if item.when is not None and not item.when(session, actor):
            continue
        try:
            url = url_for(item.endpoint)
        except BuildError:
            log.error("a menu line leads nowhere", endpoint=item.endpoint)
            continue
        groups.setdefault(str(item.group), []).append({
            "icon": item.icon, "label": str(item.title), "url": url, "current": False,
            "count": counts.get(item.endpoint), "endpoint": item.endpoint, "phone": item.phone,
            "short": str(item.short or item.title),
        })
    _mark_current([line for lines in groups.values() for line in lines])
    return [{"title": title, "items": lines} for title, lines in groups.items()]


def _mark_current(lines: list[dict[str, Any]]) -> None:
    """The line whose address is the longest beginning of this request's is the current one."""

    def reach(url: str) -> int:
        path = request.path.rstrip("/")
        whole = url.rstrip("/")
        return len(whole) + 1 if path == whole or (whole and path.startswith(f"{whole}/")) else 0

    best = max(lines, key=lambda line: reach(line["url"]), default=None)
    if best is not None and reach(best["url"]):
        best["current"] = True
