"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Channel, Job, NavItem, Topic
from core.notify import labels
from core.notify.actions import ACTIONS, READ
from core.notify.channels import CHANNELS
from core.notify.jobs import JOBS
from core.notify.topics import TOPICS

_ = catalogue("notify")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing whether mails arrive."""
    return ACTIONS


@hookimpl
def register_channels() -> Sequence[Channel]:
    """The program itself, and mail."""
    return CHANNELS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Handing over, passing on, clearing away."""
    return JOBS


@hookimpl
def register_topics() -> Sequence[Topic]:
    """What the bell listens to."""
    return TOPICS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The list under the bell, one's own choices, the mails of the installation, and all of it for programs."""
    from core.notify.api import api
    from core.notify.pages import blueprint

    return [blueprint, api]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the mails, for those who look after the installation."""
    return [NavItem(_("Operation"), _("Mails"), "notify.mails", "mail", order=953, action=READ)]
