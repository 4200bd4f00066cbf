"""What people may do with the lists themselves."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("authority")

ACTIONS = (
    ActionDef("authority.list:read", _("Read the duty and authority lists"), power="read"),
    ActionDef("authority.list:import", _("Import a published duty and authority list")),
)
