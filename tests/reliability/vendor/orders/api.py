"""Placing orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from orders import work
from remit.base import Actor
from remit.schema import Integer, Schema
from remit.services import require
from remit.web import ApiBlueprint, access

blueprint = ApiBlueprint("orders_api", __name__, url_prefix="/orders", description="Orders")


class OrderSchema(Schema):
    """An order."""

    number = Integer(required=True)


@blueprint.post("")
@access("orders.order:place")
@blueprint.arguments(OrderSchema)
@blueprint.response(201, OrderSchema)
def place(session: Session, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Place an order; the answer says that it is committed."""
    require(session, actor, "orders.order:place")
    work.place(session, actor, data["number"])
    return data
