"""Schedules on the command line: what starts by itself and when."""

from __future__ import annotations

from typing import Any

import click

from core.base.text import catalogue
from core.cli.acting import Desk, acting
from core.schedules import services

_ = catalogue("cli")


@click.command("list", help="What starts by itself, and when next.")
@acting
def schedules_list(desk: Desk) -> None:
    """In the order of the page."""
    with desk.session() as session:
        told = [_told(plan) for plan in services.plans(session, desk.actor)]
    desk.table(
        [_("Job"), _("Time"), _("Next"), _("Last")],
        [
            [one["kind"], one["words"], _("paused") if one["paused"] else next(iter(one["next"]), "–"),
             one["last"] or "–"]
            for one in told
        ],
    )  # fmt: skip
    desk.result(told)


@click.command("run", help="Start a scheduled job now; its schedule goes on as before.")
@click.argument("kind")
@acting
def schedules_run(desk: Desk, kind: str) -> None:
    """It is queued; the server or a worker runs it."""
    with desk.session(write=True) as session:
        row = services.run_now(session, desk.actor, kind)
        session.flush()
        number = row.id
    desk.say(_("Job {number} is queued.", number=number))
    desk.result({"id": number, "kind": kind, "state": "queued"})


@click.command("set", help="Change when a scheduled job starts, or let it rest.")
@click.argument("kind")
@click.option("--at", "rule", help='The new rule: "30 2 * * *", "workday 3 09:00", "day 10 before 09:00".')
@click.option("--pause/--resume", "pause", default=None, help="Let it rest, or go on.")
@click.option("--reset", is_flag=True, help="Take the changed time back.")
@acting
def schedules_set(desk: Desk, kind: str, rule: str | None, pause: bool | None, reset: bool) -> None:
    """What is not named stays."""
    with desk.session(write=True) as session:
        found = services.plan(session, desk.actor, kind, count=0)
        kept = "" if reset else rule if rule is not None else found.rule.text if found.changed else ""
        paused = found.paused if pause is None else pause
        told = _told(services.change(session, desk.actor, kind, rule=kept, paused=paused))
    when = _("paused") if told["paused"] else told["words"]
    desk.say(_("{kind}: {when}", kind=kind, when=when))
    desk.result(told)


def _told(plan: services.Plan) -> dict[str, Any]:
    return {
        "kind": plan.job.name, "title": str(plan.job.title), "rule": plan.rule.text, "words": str(plan.rule.words),
        "changed": plan.changed, "paused": plan.paused, "next": [moment.isoformat() for moment in plan.coming],
        "last": plan.last_at.isoformat() if plan.last_at else None,
        "job": plan.last.id if plan.last else None, "state": plan.last.state if plan.last else None,
    }  # fmt: skip
