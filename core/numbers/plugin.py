"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, NavItem, NumberAsk
from core.numbers import labels, services
from core.numbers.actions import ACTIONS, CHANGE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("numbers")

labels.attach()


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Changing patterns."""
    return ACTIONS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The list of numbered documents."""
    from core.numbers.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """The way to the patterns, for those who look after the installation."""
    return [
        NavItem(_("Settings"), _("Numbers"), "numbers.everything", "list-details", order=908, action=CHANGE),
    ]


@hookimpl(trylast=True)
def choose_number(session: Session, ask: NumberAsk) -> str | None:
    """The next number of the house's own series, unless a module has a scheme of its own."""
    return services.take(session, ask)
