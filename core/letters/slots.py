"""What letters add to other pages: a person's letters on his file, and one's own certificate at home."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_beyond_self
from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.specs import Fragment, Slot, Widget
from core.letters import register, templates
from core.letters.actions import ISSUE, READ

_ = catalogue("letters")

#: So many of the latest stand on a person's file.
FEW = 5


def of_person(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """The latest letters about a person, and the way to issue another."""
    del day
    own = actor.person_id == person_id
    found, total = register.search(session, actor, person_id=person_id, size=FEW)
    kinds = [
        kind for kind in templates.kinds(session)
        if (allowed(session, actor, kind.action) if own else allowed_beyond_self(session, actor, kind.action))
    ]
    if not found and not kinds:
        return None
    return Fragment("letters/of_person.html", {
        "letters": found, "total": total, "kinds": kinds, "person_id": person_id, "own": own,
    })  # fmt: skip


def my_letters(session: Session, actor: Actor) -> Fragment | None:
    """The letters one may have at once."""
    if actor.person_id is None:
        return None
    kinds = [kind for kind in templates.kinds(session) if allowed(session, actor, kind.action)]
    return Fragment("letters/my_letters.html", {"kinds": kinds}) if kinds else None


SLOTS = (Slot("org.person", "letters", of_person, action=READ, order=60),)
WIDGETS = (Widget("letters.mine", _("My letters"), my_letters, area="side", order=50, action=ISSUE),)
