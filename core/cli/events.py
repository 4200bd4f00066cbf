"""Events on the command line: what was told, and freeing what is held up."""

from __future__ import annotations

from typing import Any

import click

from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.events import control
from core.events.models import STATES

_ = catalogue("cli")


@click.command("list", help="What was told to modules, newest first.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only events with a delivery in this state.")
@click.option("--name", default="", help="Only events of this name.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@acting
def events_list(desk: Desk, state: str | None, name: str, limit: int) -> None:
    """With the state of every delivery."""
    with desk.session() as session:
        told = [_told(one) for one in control.told(session, desk.actor, state=state or "", name=name, limit=limit)]
    if not told:
        desk.say(_("There are no such events."))
    else:
        desk.table(
            [_("Number"), _("Event"), _("About"), _("At"), _("Deliveries")],
            [
                [one["id"], one["name"], one["about"], one["at"][:19],
                 " ".join(f"{each['handler']}:{each['state']}" for each in one["deliveries"]) or "–"]
                for one in told
            ],
        )  # fmt: skip
    desk.result(told)


@click.command("replay", help="Deliver an event again that a handler failed on.")
@click.argument("number", type=int)
@click.argument("handler")
@acting
def events_replay(desk: Desk, number: int, handler: str) -> None:
    """What waited behind it follows by itself."""
    with desk.session(write=True) as session:
        control.replay(session, desk.actor, number, handler)
    desk.say(_("Event {number} is delivered to {handler} again.", number=number, handler=handler))
    desk.result({"id": number, "handler": handler, "state": "pending"})


@click.command("skip", help="Leave out an event that a handler failed on, so that what waits behind it goes on.")
@click.argument("number", type=int)
@click.argument("handler")
@click.option("--reason", required=True, help="Why it may be left out; it is kept.")
@acting
def events_skip(desk: Desk, number: int, handler: str, reason: str) -> None:
    """For good."""
    with desk.session(write=True) as session:
        control.skip(session, desk.actor, number, handler, reason=reason)
    desk.say(_("Event {number} is left out for {handler}.", number=number, handler=handler))
    desk.result({"id": number, "handler": handler, "state": "skipped"})


def _told(one: control.Told) -> dict[str, Any]:
    return {
        "id": one.event.id, "name": one.event.name, "about": one.event.aggregate, "payload": one.event.payload,
        "at": one.event.at.isoformat(), "by": one.event.actor,
        "deliveries": [
            {"handler": each.handler, "state": each.state, "tries": each.tries, "error": str(each.failure or "")}
            for each in one.deliveries
        ],
    }  # fmt: skip
