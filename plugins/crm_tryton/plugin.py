"""What the bridge to Tryton brings to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plugins.crm_tryton import actions, jobs, labels, nav
from plugins.crm_tryton.text import _
from remit.specs import ActionDef, Job, Module, NavItem, ResourceType, SuggestedEntry, hookimpl

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from remit.demo import Demo

module = Module(name="crm_tryton", title=_("Bridge to Tryton"), package="plugins.crm_tryton", version="0.1.0")
labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and setting up connections."""
    return actions.ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Connections are guarded."""
    return actions.RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """What marketing and sales usually may."""
    return actions.SUGGESTED


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The pages of connections."""
    from plugins.crm_tryton.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The connections, for whom the list names."""
    return nav.NAV


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Leads are exchanged by themselves."""
    return jobs.JOBS


@hookimpl
def give_demo(session: Session, demo: Demo) -> None:
    """A connection to a server that is not there yet."""
    from plugins.crm_tryton.demo import give_demo as give

    give(session, demo)
