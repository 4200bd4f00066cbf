"""What the organisation contributes."""

from __future__ import annotations

from collections.abc import Sequence

from core.exchange.importing import Exchange
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, ResourceType, SuggestedEntry
from core.org.actions import ACTIONS, SUGGESTED
from core.org.exchange import EXCHANGES
from core.org.resources import RESOURCE_TYPES


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
    """Files of units, positions and people."""
    return EXCHANGES
