"""What identity contributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.identity import labels
from core.identity.actions import ACTIONS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Managing accounts."""
    return ACTIONS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Signing in and one's own account."""
    from core.identity.pages import blueprint

    return [blueprint]
