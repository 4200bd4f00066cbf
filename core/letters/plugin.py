"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import (
    ActionDef,
    LetterKind,
    NavItem,
    Notification,
    NumberKind,
    ResourceType,
    Slot,
    SuggestedEntry,
    Widget,
)
from core.letters import employment, labels
from core.letters.actions import ACTIONS, CHANGE, READ, RESOURCE_TYPES, SUGGESTED
from core.letters.events import EVENTS
from core.letters.telling import NOTIFICATIONS

_ = catalogue("letters")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Issuing, seeing and revoking letters, changing their texts."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """Letters that were issued are guarded."""
    return RESOURCE_TYPES


@hookimpl
def register_suggested_entries() -> Sequence[SuggestedEntry]:
    """Everybody has his own certificate, personnel issues for others."""
    return SUGGESTED


@hookimpl
def register_numbers() -> Sequence[NumberKind]:
    """The employment certificate is numbered."""
    return employment.NUMBERS


@hookimpl
def register_letters() -> Sequence[LetterKind]:
    """The employment certificate."""
    return employment.KINDS


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """Letters issued and revoked."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Letters are told to whom they are about."""
    return NOTIFICATIONS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The register, issuing, texts, and verification."""
    from core.letters.api import api
    from core.letters.pages import BLUEPRINTS

    return [*BLUEPRINTS, api]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """My letters for everybody, the register and the texts for whom the list names."""
    group = _("Organisation")
    return [
        NavItem(group, _("My letters"), "letters.mine", "file-certificate", order=32, action=READ),
        NavItem(group, _("Letters issued"), "letters.everything", "clipboard-list", order=33, action=READ, others=True),
        NavItem(
            _("Settings"), _("Texts of letters"), "letters_texts.everything", "writing-sign", order=909, action=CHANGE
        ),
    ]


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """One's own certificate, from the home page."""
    from core.letters.slots import WIDGETS

    return WIDGETS


@hookimpl
def register_slots() -> Sequence[Slot]:
    """The letters of a person, on his file."""
    from core.letters.slots import SLOTS

    return SLOTS
