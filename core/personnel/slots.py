"""What personnel changes add to the pages of others: the card on a person's file."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_beyond_self
from core.base.actor import Actor
from core.kernel.specs import Fragment, Slot
from core.personnel.actions import READ, REQUEST
from core.personnel.services import lists

#: So many of the latest stand on a person's file.
FEW = 5


def of_person(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """The latest changes of a person that the reader may see, and the way to ask for one."""
    del day
    own = actor.person_id == person_id
    rows, _total = lists.search(session, actor, person_id=person_id, size=FEW)
    may_ask = allowed(session, actor, REQUEST) if own else allowed_beyond_self(session, actor, REQUEST)
    if not rows and not may_ask:
        return None
    return Fragment("personnel/of_person.html", {
        "rows": rows, "ask": url_for("personnel.choose", person=None if own else person_id) if may_ask else "",
    })  # fmt: skip


SLOTS = (Slot("org.person", "changes", of_person, order=45, action=READ),)
