"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.jobs.actions import ACTIONS, READ
from core.jobs.events import EVENTS
from core.jobs.jobs import JOBS
from core.jobs.telling import NOTIFICATIONS
from core.jobs.topics import TOPICS
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job, NavItem, Notification, Topic

_ = catalogue("jobs")


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and managing the jobs of everybody."""
    return ACTIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Removing old job records."""
    return JOBS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Jobs that failed."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """A job that failed is told to who asked for it."""
    return NOTIFICATIONS


@hookimpl
def register_topics() -> Sequence[Topic]:
    """How far a job is, and the list of all."""
    return TOPICS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Progress of a job, and the list of all."""
    from core.jobs.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the jobs of everybody, for those who look after the installation."""
    return [NavItem(_("Operation"), _("Jobs"), "jobs.everybody", "list-check", order=950, action=READ)]
