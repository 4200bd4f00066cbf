"""What can be allowed about what people are told: to see whether it arrives, and to see to it that it does."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("notify")

READ = "notify.delivery:read"
MANAGE = "notify.delivery:manage"

ACTIONS = (
    ActionDef(READ, _("See whether mails arrive"), power="read"),
    ActionDef(MANAGE, _("Test the mail server and confirm addresses")),
)
