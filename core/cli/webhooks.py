"""Webhooks on the command line: what is subscribed, a test, sending again."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.base.text import catalogue
from core.cli.acting import Desk, Failed, acting
from core.webhooks import deliveries, subscriptions
from core.webhooks.actions import MANAGE
from core.webhooks.models import FAILED, SENDING, WAITING, Webhook, WebhookDelivery, WebhookState

_ = catalogue("cli")


@click.command("list", help="What is told to other programs, and how it goes.")
@acting
def webhooks_list(desk: Desk) -> None:
    """With how much waits and failed."""
    with desk.session() as session:
        counts = deliveries.counts(session, desk.actor)
        told = [
            _told(webhook, state, counts.get(webhook.id, {}))
            for webhook, state in subscriptions.listed(session, desk.actor)
        ]
    if not told:
        desk.say(_("There are no webhooks."))
    else:
        desk.table(
            [_("Number"), _("Name"), _("State"), _("Waiting"), _("Failed"), _("Address")],
            [[one["id"], one["name"], one["state"], one["waiting"], one["failed"], one["url"]] for one in told],
        )
    desk.result(told)


@click.command("test", help="Send a test to a webhook and say what came of it.")
@click.argument("number", type=int)
@click.option("--wait", "seconds", type=click.IntRange(0, 300), default=30, show_default=True,
              help="How many seconds to wait for the outcome.")  # fmt: skip
@acting
def webhooks_test(desk: Desk, number: int, seconds: int) -> None:
    """The server or a worker sends it."""
    with desk.session(write=True) as session:
        made = deliveries.ping(session, desk.actor, subscriptions.found(session, desk.actor, number, MANAGE))
    row = _outcome(desk, made, seconds)
    result = {"delivery": made, "state": row.state, "status": row.status, "took_ms": row.took_ms,
              "error": str(row.failure or "")}  # fmt: skip
    if row.state == FAILED:
        raise Failed("webhook.test", row.failure)
    if row.state in (WAITING, SENDING):
        desk.say(_("The test is on its way; the server or a worker sends it."))
    else:
        desk.say(_("It answered {status} after {ms} ms.", status=row.status, ms=row.took_ms))
    desk.result(result)


@click.command("redeliver", help="Send again what failed: one delivery, or all since a moment.")
@click.argument("number", type=int)
@click.option("--delivery", type=int, default=None, help="One delivery, whatever became of it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), default=None,
              help="All that failed and happened since then.")  # fmt: skip
@acting
def webhooks_redeliver(desk: Desk, number: int, delivery: int | None, since: datetime | None) -> None:
    """With the ids they had."""
    if delivery is not None and since is not None:
        raise click.UsageError("Name --delivery or --since, not both.")
    with desk.session(write=True) as session:
        webhook = subscriptions.found(session, desk.actor, number, MANAGE)
        if delivery is not None:
            row = deliveries.found(session, desk.actor, webhook, delivery, MANAGE)
            deliveries.redeliver(session, desk.actor, webhook, row)
            count = 1
        elif since is not None:
            moment = since.replace(tzinfo=ZoneInfo(desk.house.config.zone))
            count = deliveries.redeliver_failed(session, desk.actor, webhook, since=moment)
        else:
            raise click.UsageError("Name --delivery or --since.")
    desk.say(_("{count} delivery is sent again.", "{count} deliveries are sent again.", count=count))
    desk.result({"count": count})


def _outcome(desk: Desk, delivery_id: int, seconds: int) -> WebhookDelivery:
    """The test as it stands when it has ended, or the time is over."""
    until = time.monotonic() + seconds
    while True:
        with desk.session(write=True) as session:  # what was read stays readable after a commit
            row = session.get_one(WebhookDelivery, delivery_id)
        if row.state not in (WAITING, SENDING) or time.monotonic() >= until:
            return row
        time.sleep(0.3)


def _told(webhook: Webhook, state: WebhookState, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": webhook.id, "name": webhook.name, "url": webhook.url, "events": webhook.events, "filter": webhook.filter,
        "state": webhook.state, "why": str(webhook.why_paused or ""),
        "waiting": counts.get(WAITING, 0) + counts.get(SENDING, 0), "failed": counts.get(FAILED, 0),
        "succeeded_at": state.succeeded_at.isoformat() if state.succeeded_at else None,
    }
