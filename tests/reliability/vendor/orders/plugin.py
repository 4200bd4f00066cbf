"""What orders contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orders import work
from remit.events import Event, Handler
from remit.jobs import Job
from remit.notify import Notification
from remit.specs import ActionDef, Module, hookimpl
from remit.text import catalogue

_ = catalogue("orders")

module = Module("orders", _("Orders"), "orders", "1.0")


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Placing orders."""
    return [ActionDef("orders.order:place", _("Place orders"))]


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """For programs."""
    from orders.api import blueprint

    return [blueprint]


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Work on orders, whole and in parts."""
    return work.JOBS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Orders that were placed."""
    return [work.Placed]


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """Two that hear of each order."""
    return work.HANDLERS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Whoever placed an order is told of some."""
    return work.NOTIFICATIONS
