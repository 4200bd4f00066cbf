"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.events.actions import ACTIONS, READ
from core.events.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job, NavItem

_ = catalogue("events")


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing events and freeing what is held up."""
    return ACTIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Removing old events."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The list of events."""
    from core.events.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the events, for those who look after the installation."""
    return [NavItem(_("Operation"), _("Events"), "events.everything", "bolt", order=952, action=READ)]
