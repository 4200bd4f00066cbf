"""What administration contributes."""

from __future__ import annotations

from collections.abc import Sequence

from core.base.text import catalogue
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef

_ = catalogue("admin")


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and switching modules."""
    return (
        ActionDef("admin.module:read", _("See the modules and their states"), power="read"),
        ActionDef("admin.module:switch", _("Switch modules on and off")),
    )
