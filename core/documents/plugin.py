"""What documents contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.documents import labels
from core.documents.actions import ACTIONS, READ, SUGGESTED
from core.documents.events import EVENTS
from core.documents.exchange import EXCHANGES
from core.documents.jobs import JOBS
from core.documents.kinds import SHIPPED
from core.documents.resources import RESOURCE_TYPES
from core.documents.telling import NOTIFICATIONS
from core.exchange.importing import Exchange
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, DocumentKind, Job, NavItem, Notification, ResourceType, Slot, SuggestedEntry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.contracts.demo import Demo

_ = catalogue("documents")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing, opening, changing, holding."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Documents are guarded."""
    return RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody sees his own, personnel those of the company."""
    return SUGGESTED


@hookimpl
def register_document_kinds() -> Sequence[DocumentKind]:
    """What every company keeps."""
    return SHIPPED


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Added, ending, ended."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Documents that end are told to whose they are."""
    return NOTIFICATIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Reminders and the end of retention."""
    return JOBS


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Numbers and ends from a file."""
    return EXCHANGES


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Pages and the interface for programs."""
    from core.documents.api import api
    from core.documents.pages import blueprint

    return [blueprint, api]


@hookimpl
def register_slots() -> Sequence[Slot]:
    """The card on a person's file."""
    from core.documents.slots import SLOTS

    return SLOTS


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """All documents for those who look after them, one's own for everybody."""
    group = _("Organisation")
    return [
        NavItem(group, _("Documents"), "documents.index", "id-badge-2", order=30, action=READ, others=True),
        NavItem(group, _("My documents"), "documents.mine", "file-text", order=31, action=READ),
    ]


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """Contracts, cards and a licence."""
    from core.documents import demo_company

    demo_company.write(session, demo)
