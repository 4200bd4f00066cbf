"""The card of the home page: what waits for me."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.specs import Fragment, Widget
from core.workflow import reading

_ = catalogue("workflow")

#: So many tasks stand on the home page.
SHOWN = 3


def waiting(session: Session, actor: Actor) -> Fragment | None:
    """The oldest that wait for me; stays away where nothing does."""
    found = reading.stored(session, actor.person_id, SHOWN) if actor.person_id is not None else []
    rows = reading.lines(session, found)
    return Fragment("workflow/card.html", {"rows": rows}) if rows else None


WIDGETS = (Widget("workflow.waiting", _("Waiting for me"), waiting, area="main", order=10),)
