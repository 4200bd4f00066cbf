"""Webhooks for programs: subscriptions, what was sent, sending again; addresses that receive and what they received."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.declare import access
from core.base.actor import Actor
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from core.webhooks import deliveries, endpoints, schemas, subscriptions
from core.webhooks.actions import ENDPOINT_MANAGE, ENDPOINT_READ, MANAGE, READ
from core.webhooks.models import DELIVERY_STATES, Webhook, WebhookDelivery, WebhookEndpoint, WebhookReceipt

blueprint = ApiBlueprint(
    "webhooks_api", __name__, url_prefix="/webhooks", description="Webhook subscriptions and incoming webhooks"
)

ONE = "/subscriptions/<id:webhook_id>"


class DeliveryQuery(PageQuery):
    """A page of the log, of one state where asked."""

    state = fields.Choice({name: name for name in DELIVERY_STATES}, load_default="")


# -- subscriptions -------------------------------------------------------------------------------------------------


@blueprint.get("/subscriptions")
@access(READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(schemas.SubscriptionOut))
def subscribed(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """All subscriptions."""
    require(session, actor, READ)
    return paginate(session, select(Webhook), [Webhook.id], **query)


@blueprint.post("/subscriptions")
@access(MANAGE)
@blueprint.arguments(schemas.SubscriptionSchema)
@blueprint.response(201, schemas.SubscriptionMade)
def subscribe(session: Session, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Subscribe an address to events; the secret is told this once."""
    webhook, secret = subscriptions.create(session, actor, **data)
    return {**_told(webhook), "secret": secret}


@blueprint.get(ONE)
@access(READ)
@blueprint.response(200, schemas.SubscriptionOut)
def subscription(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """One subscription."""
    return subscriptions.found(session, actor, webhook_id)


@blueprint.put(ONE)
@access(MANAGE)
@blueprint.arguments(schemas.SubscriptionSchema)
@blueprint.response(200, schemas.SubscriptionOut)
def change(session: Session, actor: Actor, data: dict[str, Any], webhook_id: int) -> Webhook:
    """Change a subscription."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    return subscriptions.change(session, actor, webhook, **data)


@blueprint.delete(ONE)
@access(MANAGE)
@blueprint.response(204)
def remove(session: Session, actor: Actor, webhook_id: int) -> None:
    """Delete a subscription with its log."""
    subscriptions.remove(session, actor, subscriptions.found(session, actor, webhook_id, MANAGE))


@blueprint.post(f"{ONE}/pause")
@access(MANAGE)
@blueprint.response(200, schemas.SubscriptionOut)
def pause(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """Send nothing until it is resumed."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    subscriptions.pause(session, actor, webhook)
    return webhook


@blueprint.post(f"{ONE}/resume")
@access(MANAGE)
@blueprint.arguments(schemas.ResumeIn)
@blueprint.response(200, schemas.Count)
def resume(session: Session, actor: Actor, data: dict[str, Any], webhook_id: int) -> dict[str, int]:
    """Send again; tells how many deliveries were kept meanwhile, which are sent or, without ``missed``, skipped."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    return {"count": subscriptions.resume(session, actor, webhook, missed=data["missed"])}


@blueprint.post(f"{ONE}/secret")
@access(MANAGE)
@blueprint.arguments(schemas.RotateIn)
@blueprint.response(201, schemas.SecretOut)
def rotate(session: Session, actor: Actor, data: dict[str, Any], webhook_id: int) -> dict[str, Any]:
    """A new secret; the old one signs beside it for a while."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    secret = subscriptions.rotate(session, actor, webhook, overlap=timedelta(hours=data["overlap_hours"]))
    return {"secret": secret, "old_until": webhook.old_until}


@blueprint.post(f"{ONE}/ping")
@access(MANAGE)
@blueprint.response(202, schemas.DeliveryOut)
def ping(session: Session, actor: Actor, webhook_id: int) -> WebhookDelivery:
    """Send a test."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    made = deliveries.ping(session, actor, webhook)
    return deliveries.found(session, actor, webhook, made, MANAGE)


# -- what was sent -------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/deliveries")
@access(READ)
@blueprint.arguments(DeliveryQuery, location="query")
@blueprint.response(200, page_of(schemas.DeliveryOut))
def log(session: Session, actor: Actor, query: dict[str, Any], webhook_id: int) -> KeysetPage:
    """The deliveries of a subscription, the oldest first."""
    webhook = subscriptions.found(session, actor, webhook_id)
    statement = deliveries.statement(webhook, state=query.pop("state"))
    return paginate(session, statement, [WebhookDelivery.id], **query)


@blueprint.post(f"{ONE}/deliveries/<id:delivery_id>/redeliver")
@access(MANAGE)
@blueprint.response(202, schemas.DeliveryOut)
def redeliver(session: Session, actor: Actor, webhook_id: int, delivery_id: int) -> WebhookDelivery:
    """Send one delivery again, with the same id."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    row = deliveries.found(session, actor, webhook, delivery_id, MANAGE)
    return deliveries.redeliver(session, actor, webhook, row)


@blueprint.post(f"{ONE}/redeliver")
@access(MANAGE)
@blueprint.arguments(schemas.SinceIn)
@blueprint.response(202, schemas.Count)
def redeliver_failed(session: Session, actor: Actor, data: dict[str, Any], webhook_id: int) -> dict[str, int]:
    """Send again all that failed or was skipped and happened since a moment."""
    webhook = subscriptions.found(session, actor, webhook_id, MANAGE)
    return {"count": deliveries.redeliver_failed(session, actor, webhook, since=data["since"])}


# -- what is received ----------------------------------------------------------------------------------------------


@blueprint.get("/endpoints")
@access(ENDPOINT_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(schemas.EndpointOut))
def receiving(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """All addresses that receive."""
    require(session, actor, ENDPOINT_READ)
    found = paginate(session, select(WebhookEndpoint), [WebhookEndpoint.id], **query)
    return KeysetPage([_endpoint(one) for one in found.items], found.next)


@blueprint.post("/endpoints")
@access(ENDPOINT_MANAGE)
@blueprint.arguments(schemas.EndpointSchema)
@blueprint.response(201, schemas.EndpointMade)
def receive(session: Session, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Make an address for what a module takes; the secret is told this once."""
    endpoint, secret = endpoints.create(session, actor, **data)
    return {**_endpoint(endpoint), "secret": secret}


@blueprint.get("/endpoints/<id:endpoint_id>/receipts")
@access(ENDPOINT_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(schemas.ReceiptOut))
def received(session: Session, actor: Actor, query: dict[str, Any], endpoint_id: int) -> KeysetPage:
    """What an address received, the oldest first."""
    endpoint = endpoints.found(session, actor, endpoint_id)
    statement: Any = select(WebhookReceipt).where(WebhookReceipt.endpoint_id == endpoint.id)
    return paginate(session, statement, [WebhookReceipt.id], **query)


@blueprint.post("/endpoints/<id:endpoint_id>/receipts/<id:receipt_id>/replay")
@access(ENDPOINT_MANAGE)
@blueprint.response(202, schemas.ReceiptOut)
def replay(session: Session, actor: Actor, endpoint_id: int, receipt_id: int) -> WebhookReceipt:
    """Handle again what was received."""
    endpoint = endpoints.found(session, actor, endpoint_id, ENDPOINT_MANAGE)
    return endpoints.replay(session, actor, endpoint, receipt_id)


def _told(webhook: Webhook) -> dict[str, Any]:
    names = ("id", "name", "url", "events", "filter", "state", "paused_at", "why_paused", "created_at")
    return {name: getattr(webhook, name) for name in names}


def _endpoint(row: WebhookEndpoint) -> dict[str, Any]:
    names = ("id", "name", "kind", "is_on", "created_at")
    return {"path": f"/hooks/{row.key}", **{name: getattr(row, name) for name in names}}
