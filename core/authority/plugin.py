"""What the duty and authority lists contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.authority import labels, panel, slots
from core.authority.actions import ACTIONS, RELATIONS, SUGGESTED
from core.authority.events import EVENTS
from core.authority.menu import NAV
from core.authority.rates.exchange import EXCHANGES
from core.authority.resources import RESOURCE_TYPES
from core.authority.telling import NOTIFICATIONS
from core.base.text import catalogue
from core.exchange.importing import Exchange
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Change, NavItem, Notification, ResourceType, Slot, SuggestedEntry, Widget

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.contracts.demo import Demo

_ = catalogue("authority")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Reading and importing lists."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Delegations and mitigations are guarded."""
    return RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody reads the lists."""
    return SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """My list, the organisation's lists from every side, on paper, as templates, as drafts, from Word and on trial,
    what they leave open and keep apart, delegations, relations between persons, emergencies, and exchange rates.
    """
    from core.authority.apart import apart
    from core.authority.away import away
    from core.authority.browse.pages import blueprint as browse
    from core.authority.coverage.api import api
    from core.authority.coverage.pages import blueprint as coverage
    from core.authority.emergencies import emergencies
    from core.authority.lifecycle.pages import blueprint as drafts
    from core.authority.pages import blueprint
    from core.authority.paper.pages import blueprint as papers
    from core.authority.rates.pages import blueprint as rates
    from core.authority.related import related
    from core.authority.shadow.pages import blueprint as shadow
    from core.authority.sheets.pages import blueprint as sheets
    from core.authority.starters.pages import blueprint as starters

    return [
        blueprint, browse, papers, starters, drafts, sheets, away, apart, related, emergencies, shadow, coverage, rates,
        api,
    ]


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Exchange rates from a spreadsheet."""
    return EXCHANGES


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """A list that was published."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """It is told to who holds the posts it names."""
    return NOTIFICATIONS


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The lists stand with the organisation."""
    return NAV


@hookimpl
def register_slots() -> Sequence[Slot]:
    """The panel and the hand-over lines of the org chart, the posts of a person and whom he is related to, and
    a sign above every page while something is open for an emergency.
    """
    return [
        Slot("org.panel", "authority", panel.panel, order=20, action="authority.list:read"),
        Slot("org.person", "authority", panel.person, order=20, action="authority.list:read"),
        Slot("org.person", "authority_relations", panel.relations, order=60, action=RELATIONS),
        Slot("shell.top", "authority_emergency", slots.emergency),
        Slot("org.edges", "authority", slots.edges, action="authority.list:read"),
    ]


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A trip and a leave for which authority was delegated."""
    from core.authority import demo_company

    demo_company.write(session, demo)


@hookimpl
def check_change(session: Session, change: Change) -> None:
    """Nobody is appointed to what rules keep apart from what he holds."""
    from core.authority import separating

    separating.check_appointment(session, change)


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """My post on the home page."""
    return [Widget("authority.my_position", _("My post"), slots.my_position, area="side", order=50)]
