"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Handler, Job, NavItem, Notification
from core.webhooks import labels
from core.webhooks.actions import ACTIONS, ENDPOINT_READ, READ
from core.webhooks.events import EVENTS
from core.webhooks.jobs import JOBS
from core.webhooks.spreading import HANDLERS
from core.webhooks.telling import NOTIFICATIONS

_ = catalogue("webhooks")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and setting up webhooks, in both directions."""
    return ACTIONS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Subscriptions that were paused and resumed, what could not be handled."""
    return EVENTS


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """Every event, for those who have subscribed to it."""
    return HANDLERS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """A webhook that is paused is told to who set it up."""
    return NOTIFICATIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Sending, handling, tidying up."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The pages of both directions, the interface for programs, the address that receives."""
    from core.webhooks import api, door, incoming_pages, pages

    return [pages.blueprint, incoming_pages.blueprint, api.blueprint, door.blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the webhooks, for those who look after the installation."""
    return [
        NavItem(_("Operation"), _("Webhooks"), "webhooks.everything", "send", order=954, action=READ),
        NavItem(_("Operation"), _("Incoming webhooks"), "webhooks_in.everything", "inbox", order=955,
                action=ENDPOINT_READ),
    ]  # fmt: skip
