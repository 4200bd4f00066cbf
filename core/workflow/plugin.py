"""What questions and their answers contribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Fragment, NavItem, Notification, Widget
from core.workflow import labels
from core.workflow.events import EVENTS
from core.workflow.telling import NOTIFICATIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

_ = catalogue("workflow")

labels.attach()

#: So many tasks stand on the home page.
_SHOWN = 3


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The inbox, and the page on which one task is decided."""
    from core.workflow.pages import blueprint

    return [blueprint]


@hookimpl
def register_nav() -> Sequence[NavItem]:
    """Approvals stand at the top, for whoever has asked or is asked."""
    return [NavItem(group="", title=_("Approvals"), endpoint="tasks.inbox", icon="inbox", order=10, phone=4)]


@hookimpl
def register_widgets() -> Sequence[Widget]:
    """What waits for me, on the home page."""
    return [Widget("workflow.waiting", _("Waiting for me"), _waiting, area="main", order=10)]


@hookimpl
def register_events() -> Sequence[type[Event]]:
    """A task that waits for somebody, and its answer."""
    return EVENTS


@hookimpl
def register_notifications() -> Sequence[Notification]:
    """Both are told to whom they concern."""
    return NOTIFICATIONS


def _waiting(session: Session, actor: Actor) -> Fragment | None:
    """The oldest that wait for me; stays away where nothing does."""
    from core.workflow import reading

    found = reading.stored(session, actor.person_id, _SHOWN) if actor.person_id is not None else []
    rows = reading.lines(session, found)
    return Fragment("workflow/card.html", {"rows": rows}) if rows else None
