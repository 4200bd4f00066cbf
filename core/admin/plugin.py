"""What administration contributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.admin import checkpoints, labels
from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job, NavItem, Notification

_ = catalogue("admin")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and switching modules."""
    return (
        ActionDef("admin.module:read", _("See the modules and their states"), power="read"),
        ActionDef("admin.module:switch", _("Switch modules on and off")),
    )


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Modules and accounts."""
    from core.admin.pages import blueprint

    return [blueprint]


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The state of the audit log leaves the house every morning."""
    return checkpoints.JOBS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """That state."""
    return checkpoints.EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """It is told to whoever may read the log."""
    return checkpoints.NOTIFICATIONS


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The last group of the menu."""
    group = _("Settings")
    return [
        NavItem(group, _("Modules"), "admin.modules", "puzzle", order=900, action="admin.module:read"),
        NavItem(group, _("Accounts"), "admin.accounts", "key", order=910, action="identity.account:manage"),
    ]
