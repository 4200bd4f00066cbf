"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.jobs.actions import READ
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import NavItem
from core.schedules import labels

_ = catalogue("schedules")

labels.attach()


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The list of schedules."""
    from core.schedules.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the schedules, for those who look after the installation."""
    return [NavItem(_("Operation"), _("Schedules"), "schedules.everything", "clock", order=951, action=READ)]
