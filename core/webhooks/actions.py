"""What can be allowed about webhooks: to look at them, and to set them up, pause them and send again."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("webhooks")

READ = "webhooks.subscription:read"
MANAGE = "webhooks.subscription:manage"
ENDPOINT_READ = "webhooks.endpoint:read"
ENDPOINT_MANAGE = "webhooks.endpoint:manage"

ACTIONS = (
    ActionDef(READ, _("See webhook subscriptions and what was sent"), power="read"),
    ActionDef(MANAGE, _("Set up webhook subscriptions, pause them and send again")),
    ActionDef(ENDPOINT_READ, _("See incoming webhooks and what was received"), power="read"),
    ActionDef(ENDPOINT_MANAGE, _("Set up incoming webhooks and handle again what was received")),
)
