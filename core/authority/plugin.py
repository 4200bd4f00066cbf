"""What the duty and authority lists contribute."""

from __future__ import annotations

from collections.abc import Sequence

from core.authority.actions import ACTIONS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Reading and importing lists."""
    return ACTIONS
