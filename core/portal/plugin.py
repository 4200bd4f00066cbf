"""What the portal contributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import NavItem, Widget

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

_ = catalogue("portal")


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The home page."""
    from core.portal.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """Home stands first, above all groups."""
    return [NavItem(group="", title=_("Home"), endpoint="portal.home", icon="home", order=0, phone=1)]


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """The steps of the month, put together from what the modules contribute."""
    from core.portal.month import WIDGETS

    return WIDGETS


@hookimpl(trylast=True)
def choose_landing(session: Session, actor: Actor) -> str | None:
    """Everybody lands on his home page unless a module knows better."""
    del session, actor
    return "portal.home"
