"""What people may do with accounts."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("identity")

ACTIONS = (
    ActionDef("identity.account:create", _("Create accounts")),
    ActionDef("identity.account:manage", _("Deactivate accounts and end their sessions")),
)
