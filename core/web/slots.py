"""Slots: named places in a page that other modules add to.

The view fills a place before the page is rendered; the template shows what was filled with ``slot("org.panel")``.
A contribution that fails is left out and reported, and the page stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
import structlog
from flask import Flask, current_app
from markupsafe import Markup

from core.access.calls import allowed_actions
from core.access.decision import Denied
from core.base.actor import Actor
from core.base.errors import NotFound
from core.kernel import state
from core.kernel.house import of as house_of
from core.kernel.specs import Fragment
from core.web.rendering import QueryInTemplate, render

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = structlog.get_logger("remit.web")


def fill(session: Session, actor: Actor, place: str, **context: Any) -> list[Any]:
    """Ask all modules that are on for their contribution to a place: fragments, or data where the place collects data.

    Asked in the order the slots name. Who may not, or has nothing to say, stays away; who fails is logged and noted in
    ``session.info["hook_failures"]``.
    """
    registry = house_of(session).registry
    found: list[Any] = []
    slots = registry.slots(place, state.read(session))
    may = allowed_actions(session, actor, (slot.action for slot in slots if slot.action is not None))
    for slot in slots:
        if slot.action is not None and not may[slot.action]:
            continue
        try:
            with session.begin_nested():
                answer = slot.fill(session, actor, **context)
        except (Denied, NotFound):
            continue
        except Exception:
            owner = registry.owner_of("slots", slot)
            log.exception("slot failed", place=place, slot=slot.name, module=owner)
            session.info.setdefault("hook_failures", []).append((place, owner))
            continue
        if answer is not None:
            found.append(answer)
    return found


@jinja2.pass_context
def slot(context: jinja2.runtime.Context, place: str) -> Markup:
    """The fragments the view filled a place with, rendered; data and places nobody filled show nothing."""
    shared = {name: context.get(name) for name in ("actor", "me", "locale", "theme", "demo_day", "request_path")}
    html = []
    for item in (context.get("slots") or {}).get(place, ()):
        if not isinstance(item, Fragment):
            continue
        try:
            html.append(render(item.template, {**shared, "slots": {}, **item.values}))
        except QueryInTemplate:
            raise
        except Exception:
            if current_app.debug:
                raise
            log.exception("fragment failed", place=place, template=item.template)
    return Markup("".join(html))  # noqa: S704 -- each piece was rendered with autoescape


def setup(app: Flask) -> None:
    """Make ``slot(place)`` known to templates."""
    app.jinja_env.globals["slot"] = slot
