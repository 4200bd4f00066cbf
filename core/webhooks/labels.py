"""What the audit log calls webhooks."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.webhooks.models import ACTIVE, PAUSED, Webhook, WebhookEndpoint

_ = catalogue("webhooks")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    secrets = {
        "secret": _("Secret"), "old_secret": _("Old secret"), "old_until": _("Old secret until"),
        "created_at": _("Made at"),
    }
    describe(Webhook, _("Webhook subscription"), {
        "name": _("Name"), "url": _("Address"), "events": _("Events"), "filter": _("Filter"), "state": _("Status"),
        "paused_at": _("Paused at"), "paused_why": _("Why it is paused"), "created_by": _("Made by"), **secrets,
    }, ids={"created_by": "core_account"}, values={"state": {ACTIVE: _("Active"), PAUSED: _("Paused")}})  # fmt: skip
    describe(WebhookEndpoint, _("Incoming webhook"), {
        "key": _("Key"), "kind": _("What is received"), "name": _("Name"), "is_on": _("Switched on"), **secrets,
    })  # fmt: skip
