"""What the organisation contributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.exchange.importing import Exchange
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, NavItem, ResourceType, SuggestedEntry
from core.org import labels
from core.org.actions import ACTIONS, SUGGESTED
from core.org.exchange import EXCHANGES
from core.org.resources import RESOURCE_TYPES

_ = catalogue("org")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing the chart and people, importing, revealing."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """People, employments, terms and assignments are guarded."""
    return RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody sees the chart and the people of the company; files stay masked."""
    return SUGGESTED


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    """Files of units, positions, quotas and people."""
    return EXCHANGES


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The chart, people and files, the staffing plan."""
    from core.org import quota_pages
    from core.org.api import api
    from core.org.pages import blueprint

    return [blueprint, quota_pages.blueprint, api]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """Chart and people; the staffing plan for those who keep it, others reach it from the chart."""
    group = _("Organisation")
    return [
        NavItem(group, _("Org chart"), "org.index", "sitemap", order=10, action="org.chart:read"),
        NavItem(group, _("People"), "org.people", "users", order=20, action="person.record:read"),
        NavItem(group, _("Staffing plan"), "org_quotas.index", "clipboard-list", order=30, action="org.unit:import"),
    ]
