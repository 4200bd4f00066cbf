"""What can be allowed about events: to see them, and to replay or skip what failed."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("events")

READ = "events.event:read"
MANAGE = "events.event:manage"

ACTIONS = (
    ActionDef(READ, _("See what was told to modules"), power="read"),
    ActionDef(MANAGE, _("Replay or skip events that failed")),
)
