"""What questions and their answers contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import (
    ActionDef,
    Handler,
    NavItem,
    Notification,
    NumberKind,
    ResourceType,
    Slot,
    SuggestedEntry,
    TaskKind,
    Widget,
)
from core.workflow import labels, reading
from core.workflow.actions import ACTIONS, EDIT, NUMBER, REPAIR, RESOURCE_TYPES, SUBMIT_READ, SUGGESTED
from core.workflow.events import EVENTS
from core.workflow.forms.kind import TASK_KINDS
from core.workflow.lists import asking
from core.workflow.starting import HANDLERS
from core.workflow.telling import NOTIFICATIONS
from core.workflow.widgets import WIDGETS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.contracts.demo import Demo

_ = catalogue("workflow")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing, mending and answering what runs; writing and publishing processes."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Runs are seen by whom they concern and by whom the lists let see them."""
    return (*RESOURCE_TYPES, asking.RESOURCE_TYPE)


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody sees his own, personnel those of the company."""
    return SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The inbox, requests and processes, for people and for programs."""
    from core.workflow import api, pages
    from core.workflow.lists import pages as list_pages

    return [*pages.BLUEPRINTS, list_pages.blueprint, *api.BLUEPRINTS]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """Approvals stand at the top, for whoever has asked or is asked."""
    return [NavItem(group="", title=_("Approvals"), endpoint="tasks.inbox", icon="inbox", order=10, phone=4,
                    count=reading.number),
            NavItem(group="", title=_("Requests"), endpoint="requests.index", icon="send", order=11,
                    action=SUBMIT_READ),
            NavItem(group=_("Settings"), title=_("Stuck requests"), endpoint="stuck.index", icon="alert-circle",
                    order=904, action=REPAIR),
            NavItem(group=_("Settings"), title=_("Processes"), endpoint="processes.index", icon="git-branch",
                    order=905, action=EDIT)]  # fmt: skip


@hookimpl
def register_task_kinds() -> Sequence[TaskKind]:
    """Simple requests on forms of the organisation's own, and drafts of lists."""
    return (*TASK_KINDS, *asking.TASK_KINDS)


@hookimpl
def register_slots() -> Sequence[Slot]:
    """Asking for publication, on the page of a draft of a list."""
    from core.workflow.lists.pages import SLOTS

    return SLOTS


@hookimpl
def register_numbers() -> Sequence[NumberKind]:
    """Simple requests are numbered by company and year."""
    return [NumberKind(NUMBER, _("Simple request"), "{entity}-SQ-{year}-{number:05}")]


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """What waits for me, on the home page."""
    return WIDGETS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """A task that waits for somebody, and its answer."""
    return EVENTS


@hookimpl
def register_handlers() -> Sequence[Handler]:
    """Any event may start a process, where one in force says so."""
    return HANDLERS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Both are told to whom they concern."""
    return NOTIFICATIONS


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """Forms of the demo company, and two requests."""
    from core.workflow import demo as story

    story.write(session, demo)
