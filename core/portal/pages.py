"""The home page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.access.decision import Denied
from core.access.declare import signed_in
from core.base import clock
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import Fragment, Widget
from core.web import slots
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("portal")

blueprint = ModuleBlueprint("portal", __name__)
log = structlog.get_logger("remit.portal")

AREAS = ("today", "main", "side")


@blueprint.get("/")
@signed_in
def home(session: Session, actor: Actor) -> Page:
    """Today, what waits, one's own pay and post: the cards of core and of the modules that are on."""
    areas: dict[str, list[Fragment]] = {area: [] for area in AREAS}
    for widget in of(session).registry.widgets(state.read(session)):
        filled = fill(session, actor, widget)
        if filled is not None:
            areas[widget.area].append(filled)
    if not areas["main"] and len(areas["side"]) > 1:
        areas["main"].append(areas["side"].pop())  # so that the columns are about as long as each other
    return page(
        "portal/home.html", title=_("Home"), greeting=greeting(actor), today=clock.today(actor.zone),
        lines=slots.fill(session, actor, "home.greeting"),
        slots={f"home.{area}": found for area, found in areas.items()},
        empty=not any(areas.values()),
    )


def fill(session: Session, actor: Actor, widget: Widget) -> Fragment | None:
    """One card; one that fails or is not for the actor stays away and the page stands."""
    if widget.action is not None and not allowed(session, actor, widget.action):
        return None
    try:
        with session.begin_nested():
            return widget.fill(session, actor)
    except (Denied, NotFound):
        return None
    except Exception:
        log.exception("widget failed", widget=widget.name)
        return None


def greeting(actor: Actor) -> Text:
    """Good morning, afternoon or evening, by the clock of the actor's zone."""
    hour = clock.now().astimezone(ZoneInfo(actor.zone)).hour
    if hour < 12:
        return _("Good morning, {name}", name=actor.name)
    if hour < 18:
        return _("Good afternoon, {name}", name=actor.name)
    return _("Good evening, {name}", name=actor.name)
