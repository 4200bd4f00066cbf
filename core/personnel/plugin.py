"""What personnel changes contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, NavItem, Notification, ResourceType, Slot, SuggestedEntry, TaskKind
from core.personnel import labels
from core.personnel.actions import ACTIONS, READ, SUGGESTED
from core.personnel.events import EVENTS
from core.personnel.resources import RESOURCE_TYPES
from core.personnel.services.deciding import TASK_KINDS
from core.personnel.telling import NOTIFICATIONS

_ = catalogue("personnel")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Asking, letting go, taking, approving."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Changes are guarded, and looked at from both units."""
    return RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody asks for himself, heads for their people, personnel for anybody."""
    return SUGGESTED


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """A change is decided by whomever the lists name."""
    return TASK_KINDS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Asked for, approved, cancelled."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """The person and the heads of both units are told."""
    return NOTIFICATIONS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Pages and the interface for programs."""
    from core.personnel.api import api
    from core.personnel.pages import blueprint

    return [blueprint, api]


@hookimpl
def register_slots() -> Sequence[Slot]:
    """The card on a person's file."""
    from core.personnel.slots import SLOTS

    return SLOTS


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """One's own changes for everybody, those of others for whom the lists name."""
    title = _("Personnel changes")
    return [NavItem(_("Organisation"), title, "personnel.index", "user-check", order=25, action=READ)]
