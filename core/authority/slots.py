"""What the lists add to other pages: the panel of the org chart, its hand-over lines, and a card at home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import reading
from core.base import clock
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import Fragment
from core.org.edges import Edge
from core.org.models import Assignment, PositionVersion

_MARK = [("authority.list:read", "core_assignment")]


def panel(
    session: Session, actor: Actor, *, day: date, unit_id: int | None = None, position_id: int | None = None,
    person_id: int | None = None,
) -> Fragment | None:
    """Duties, authority and targets of the chosen position, or the duties of the chosen unit."""
    del actor, person_id
    if position_id is not None:
        sheet = reading.position_sheet(session, position_id, day)
    elif unit_id is not None:
        sheet = reading.unit_sheet(session, unit_id, day)
    else:
        return None
    return Fragment("authority/panel.html", {"sheet": sheet, "of_unit": position_id is None})


def edges(session: Session, actor: Actor, *, day: date, unit_ids: Sequence[int]) -> list[Edge]:
    """The boundaries among the units shown."""
    del actor
    return reading.edges(session, day, list(unit_ids))


def my_position(session: Session, actor: Actor) -> Fragment | None:
    """The home card: my post, what I must and what I may."""
    if actor.person_id is None:
        return None
    day = clock.today(actor.zone)
    posts = session.execute(
        guard.mark(
            select(PositionVersion.position_id, PositionVersion.title, PositionVersion.grade)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(Assignment.person_id == actor.person_id, as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id),
            _MARK,
        )
    ).all()
    if not posts:
        return None
    position_id, title, grade = posts[0]
    sheet = reading.position_sheet(session, position_id, day)
    return Fragment(
        "authority/my_position.html",
        {"sheet": sheet, "title": title, "grade": grade, "others": [str(t) for _id, t, _grade in posts[1:]]},
    )
