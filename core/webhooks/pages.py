"""Pages about what is told to other programs: subscriptions, their log, setting them up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base import clock
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.webhooks import deliveries, filters, sending, subscriptions
from core.webhooks.actions import MANAGE, READ
from core.webhooks.models import DONE, FAILED, PAUSED, PING, SENDING, SKIPPED, WAITING, Webhook
from core.webhooks.schemas import RotateSchema, SinceSchema, SubscriptionSchema

_ = catalogue("webhooks")

blueprint = ModuleBlueprint("webhooks", __name__, url_prefix="/admin/webhooks")

PAGE = 50
SHOWN: dict[str, tuple[Text, str]] = {
    "all": (_("All"), ""), "waiting": (_("On the way"), WAITING), "failed": (_("Failed"), FAILED),
    "done": (_("Arrived"), DONE),
}  # fmt: skip
#: What the chips of deliveries say.
STATES: dict[str, tuple[Text, str]] = {
    WAITING: (_("On the way"), "warn"), SENDING: (_("Being sent"), "info"), DONE: (_("Arrived"), "ok"),
    FAILED: (_("Failed"), "bad"), SKIPPED: (_("Skipped"), ""),
}  # fmt: skip
KINDS = {"count": _("number"), "bool": _("true or false"), "text": _("text"), "day": _("day, as 20261123"),
         "month": _("month, as 202611")}  # fmt: skip


@blueprint.get("")
@access(READ)
def everything(session: Session, actor: Actor) -> Page:
    """All subscriptions and how they go."""
    counts = deliveries.counts(session, actor)
    rows = [
        {"webhook": webhook, "state": state, "counts": counts.get(webhook.id, {}), "events": _events(session, webhook)}
        for webhook, state in subscriptions.listed(session, actor)
    ]
    return page("webhooks/everything.html", title=_("Webhooks"), rows=rows, may_manage=allowed(session, actor, MANAGE))


@blueprint.route("/new", methods=["GET", "POST"])
@access(MANAGE)
def new(session: Session, actor: Actor) -> Page:
    """Subscribe an address; the answer shows the secret, this once."""
    require(session, actor, MANAGE)
    form = Form(SubscriptionSchema, options={"events": subscriptions.choices(session)})

    def save(values: dict[str, Any]) -> Page:
        webhook, secret = subscriptions.create(session, actor, **values)
        session.flush()
        return _show(session, actor, webhook, secret=secret)

    return form.answer(session, lambda: _form(session, form, _("New webhook")), save)


@blueprint.get("/<id:webhook_id>")
@access(READ)
def show(session: Session, actor: Actor, webhook_id: int) -> Page:
    """One subscription with its log."""
    return _show(session, actor, subscriptions.found(session, actor, webhook_id))


@blueprint.route("/<id:webhook_id>/edit", methods=["GET", "POST"])
@access(MANAGE)
def edit(session: Session, actor: Actor, webhook_id: int) -> Page | Response:
    """Change a subscription."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    choices = subscriptions.choices(session)
    gone = [(one, one) for one in webhook.events if one not in dict(choices)]
    form = Form(SubscriptionSchema, values=webhook, options={"events": [*choices, *gone]})

    def save(values: dict[str, Any]) -> Response:
        subscriptions.change(session, actor, webhook, **values)
        flash(_("The webhook is changed."))
        return redirect_to("webhooks.show", webhook_id=webhook.id)

    return form.answer(session, lambda: _form(session, form, _("Change {name}", name=webhook.name), webhook), save)


@blueprint.post("/<id:webhook_id>/ping")
@access(MANAGE)
def ping(session: Session, actor: Actor, webhook_id: int) -> Response:
    """Send a test."""
    deliveries.ping(session, actor, subscriptions.found(session, actor, webhook_id, MANAGE))
    flash(_("A test is on its way; the log below shows what came of it."))
    return redirect_to("webhooks.show", webhook_id=webhook_id)


@blueprint.post("/<id:webhook_id>/pause")
@access(MANAGE)
def pause(session: Session, actor: Actor, webhook_id: int) -> Response:
    """Send nothing for now."""
    subscriptions.pause(session, actor, subscriptions.found(session, actor, webhook_id, MANAGE))
    flash(_("It is paused; what happens meanwhile is kept."))
    return redirect_to("webhooks.show", webhook_id=webhook_id)


@blueprint.post("/<id:webhook_id>/resume")
@access(MANAGE)
def resume(session: Session, actor: Actor, webhook_id: int) -> Response:
    """Send again, with or without what was kept."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    missed = request.form.get("missed") == "1"
    kept = subscriptions.resume(session, actor, webhook, missed=missed)
    if missed:
        flash(_("It goes on; {count} delivery is sent now.", "It goes on; {count} deliveries are sent now.",
                count=kept))  # fmt: skip
    else:
        flash(_("It goes on; {count} delivery is left out.", "It goes on; {count} deliveries are left out.",
                count=kept))  # fmt: skip
    return redirect_to("webhooks.show", webhook_id=webhook_id)


@blueprint.post("/<id:webhook_id>/secret")
@access(MANAGE)
def rotate(session: Session, actor: Actor, webhook_id: int) -> Page:
    """A new secret, shown on the answer, this once."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    form = Form(RotateSchema, values={"hours": "24"})

    def save(values: dict[str, Any]) -> Page:
        secret = subscriptions.rotate(session, actor, webhook, overlap=timedelta(hours=int(values["hours"])))
        return _show(session, actor, webhook, secret=secret)

    return form.answer(session, lambda: _show(session, actor, webhook, rotating=form), save)


@blueprint.post("/<id:webhook_id>/end-old-secret")
@access(MANAGE)
def end_old(session: Session, actor: Actor, webhook_id: int) -> Response:
    """End the old secret now."""
    subscriptions.end_old(session, actor, subscriptions.found(session, actor, webhook_id, MANAGE))
    flash(_("The old secret signs no more."))
    return redirect_to("webhooks.show", webhook_id=webhook_id)


@blueprint.post("/<id:webhook_id>/delete")
@access(MANAGE)
def delete(session: Session, actor: Actor, webhook_id: int) -> Response:
    """Delete a subscription with its log."""
    subscriptions.remove(session, actor, subscriptions.found(session, actor, webhook_id, MANAGE))
    flash(_("The webhook is deleted."))
    return redirect_to("webhooks.everything")


@blueprint.post("/<id:webhook_id>/redeliver")
@access(MANAGE)
def redeliver_failed(session: Session, actor: Actor, webhook_id: int) -> Page | Response:
    """Send again all that failed since a day."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    form = Form(SinceSchema)

    def save(values: dict[str, Any]) -> Response:
        since = datetime.combine(values["since"], time(), ZoneInfo(actor.zone))
        count = deliveries.redeliver_failed(session, actor, webhook, since=since)
        flash(_("{count} delivery is sent again.", "{count} deliveries are sent again.", count=count))
        return redirect_to("webhooks.show", webhook_id=webhook_id)

    return form.answer(session, lambda: _show(session, actor, webhook, since=form), save)


@blueprint.get("/<id:webhook_id>/deliveries/<id:delivery_id>")
@access(READ)
def delivery(session: Session, actor: Actor, webhook_id: int, delivery_id: int) -> Page:
    """One delivery: what was sent, and every try."""
    webhook = subscriptions.found(session, actor, webhook_id)
    row = deliveries.found(session, actor, webhook, delivery_id)
    return page(
        "webhooks/delivery.html", title=_title(session, row.event), row=row, webhook=webhook, states=STATES,
        tries=deliveries.tries(session, actor, row), body=json.dumps(json.loads(sending.body_of(row)), indent=2),
        may_redeliver=allowed(session, actor, MANAGE) and row.state not in (WAITING, SENDING),
        crumb=[(_("Webhooks"), url_for("webhooks.everything")),
               (webhook.name, url_for("webhooks.show", webhook_id=webhook.id))],
    )  # fmt: skip


@blueprint.post("/<id:webhook_id>/deliveries/<id:delivery_id>/redeliver")
@access(MANAGE)
def redeliver(session: Session, actor: Actor, webhook_id: int, delivery_id: int) -> Response:
    """Send one delivery again."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    deliveries.redeliver(session, actor, webhook, deliveries.found(session, actor, webhook, delivery_id, MANAGE))
    flash(_("It is sent again, with the same id."))
    return redirect_to("webhooks.delivery", webhook_id=webhook_id, delivery_id=delivery_id)


# -- pieces ----------------------------------------------------------------------------------------------------------


def _show(
    session: Session, actor: Actor, webhook: Webhook, *, secret: str = "", rotating: Form | None = None,
    since: Form | None = None,
) -> Page:  # fmt: skip
    chosen = request.args.get("show", "all")
    state = SHOWN.get(chosen, SHOWN["all"])[1]
    before = request.args.get("before", type=int)
    found = list(deliveries.latest(session, actor, webhook, state=state, before=before, limit=PAGE + 1))
    more, found = len(found) > PAGE, found[:PAGE]
    here: dict[str, Any] = {"webhook_id": webhook.id}
    counts = deliveries.counts(session, actor).get(webhook.id, {})
    return page(
        "webhooks/show.html", {"log": "log"}, title=webhook.name, webhook=webhook, secret=secret,
        problem=subscriptions.problem_of(session, webhook), paused=webhook.state == PAUSED,
        events=_events(session, webhook), states=STATES, counts=counts,
        old_signs=len(subscriptions.secrets_of(webhook, clock.now())) > 1,
        rows=[{"row": row, "title": _title(session, row.event)} for row in found],
        moving=any(row.state in (WAITING, SENDING) for row in found) and webhook.state != PAUSED,
        choices=[
            {"label": label, "url": url_for("webhooks.show", show=word, **here), "current": word == chosen,
             "count": _count(counts, name) if name else None}
            for word, (label, name) in SHOWN.items()
        ],
        chosen=chosen, may_manage=allowed(session, actor, MANAGE),
        rotating=rotating or Form(RotateSchema, values={"hours": "24"}),
        since=since or Form(SinceSchema, values={"since": clock.now().astimezone(ZoneInfo(actor.zone)).date()}),
        older=url_for("webhooks.show", show=chosen, before=found[-1].id, **here) if more else "",
        crumb=[(_("Webhooks"), url_for("webhooks.everything"))],
    )  # fmt: skip


def _count(counts: Mapping[str, int], state: str) -> int:
    return sum(counts.get(one, 0) for one in ((WAITING, SENDING) if state == WAITING else (state,)))


def _form(session: Session, form: Form, title: Text, webhook: Webhook | None = None) -> Page:
    known = subscriptions.known_events(session)
    return page(
        "webhooks/edit.html", title=title, form=form, kinds=KINDS,
        fields=[(event.title, name, _readable(event)) for name, event in sorted(known.items())],
        back=url_for("webhooks.show", webhook_id=webhook.id) if webhook else url_for("webhooks.everything"),
        crumb=[(_("Webhooks"), url_for("webhooks.everything"))],
    )


def _readable(event: Any) -> list[tuple[str, Text]]:
    return [(name, KINDS[kind]) for name, kind in filters.readable([event]).items() if name != filters.EVENT]


def _events(session: Session, webhook: Webhook) -> list[Text | str]:
    words = dict(subscriptions.choices(session))
    return [words.get(one, one) for one in webhook.events]


def _title(session: Session, name: str) -> Text | str:
    if name == PING:
        return _("Test")
    event = subscriptions.all_events(session).get(name)
    return event.title if event is not None else name
