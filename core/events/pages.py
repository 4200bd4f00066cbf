"""Events: what was told, to whom it got, and what is held up."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.events import control
from core.events.actions import MANAGE, READ
from core.events.models import FAILED, PENDING
from core.kernel.house import of
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("events")

blueprint = ModuleBlueprint("events", __name__, url_prefix="/admin/events")

PAGE = 50
SHOWN: dict[str, tuple[Text, str]] = {
    "all": (_("All"), ""), "waiting": (_("On the way"), PENDING), "failed": (_("Failed"), FAILED),
}  # fmt: skip


@blueprint.get("")
@access(READ)
def everything(session: Session, actor: Actor) -> Page:
    """The latest events, and those that did not get through."""
    chosen = request.args.get("show", "all")
    state, name = SHOWN.get(chosen, SHOWN["all"])[1], request.args.get("name", "")
    before = request.args.get("before", type=int)
    found = control.told(session, actor, state=state, name=name, before=before, limit=PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    counts = control.counts(session, actor)
    return page(
        "events/everything.html", title=_("Events"), rows=[_line(session, one) for one in found], name=name,
        names=[(one, _title(session, one)) for one in control.names(session, actor)], chosen=chosen,
        choices=[
            {"label": label, "url": url_for("events.everything", show=word, name=name or None),
             "current": word == chosen, "count": counts.get(state) if state else None}
            for word, (label, state) in SHOWN.items()
        ],
        may_manage=allowed(session, actor, MANAGE),
        older=url_for("events.everything", show=chosen, name=name or None, before=found[-1].event.id) if more else "",
    )  # fmt: skip


@blueprint.post("/<id:event_id>/<handler>/replay")
@access(MANAGE)
def replay(session: Session, actor: Actor, event_id: int, handler: str) -> Response:
    """Try a delivery that failed again."""
    require(session, actor, MANAGE)
    control.replay(session, actor, event_id, handler)
    flash(_("It is tried again."))
    return redirect_to("events.everything", show="failed")


@blueprint.post("/<id:event_id>/<handler>/skip")
@access(MANAGE)
def skip(session: Session, actor: Actor, event_id: int, handler: str) -> Response:
    """Leave a delivery out."""
    require(session, actor, MANAGE)
    control.skip(session, actor, event_id, handler, reason=request.form.get("reason", ""))
    flash(_("It is left out; what waited behind it goes on."))
    return redirect_to("events.everything", show="failed")


def _line(session: Session, one: control.Told) -> dict[str, Any]:
    failed = [delivery for delivery in one.deliveries if delivery.state == FAILED]
    waits = [delivery for delivery in one.deliveries if delivery.state == PENDING]
    return {
        "event": one.event, "title": _title(session, one.event.name), "facts": _facts(one.event.payload),
        "who": one.event.actor or _("The system"), "failed": failed, "waits": waits,
        "behind": {delivery.handler: control.behind(session, delivery) for delivery in failed},
        "done": len(one.deliveries) - len(failed) - len(waits),
    }


def _facts(payload: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in payload.items() if value is not None)


def _title(session: Session, name: str) -> Text | str:
    event = of(session).registry.events().get(name)
    return event.title if event is not None else name
