"""What the lists add to the org chart's side panel and to the file of a person: duties, authority and data scope."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.authority import reading, relating
from core.authority.actions import CONFIRM
from core.authority.data_scope import data_scope
from core.authority.readable import readable
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.specs import Fragment
from core.org.models import Assignment, PositionVersion

_MARK = [("authority.list:read", "core_assignment")]


def panel(
    session: Session, actor: Actor, *, day: date, unit_id: int | None = None, position_id: int | None = None,
    person_id: int | None = None,
) -> Fragment | None:
    """Duties, authority, targets and data scope of the chosen position, or the duties of the chosen unit."""
    del person_id
    if position_id is not None:
        sheet = reading.position_sheet(session, position_id, day, readable(session, actor))
        scope = data_scope(sheet, house_of(session).registry.resource_types)
        return Fragment("authority/panel.html", {
            "sheet": sheet, "scope": scope, "position_id": position_id, "day": day,
        })
    if unit_id is not None:
        return Fragment("authority/unit_panel.html", {
            "sheet": reading.unit_sheet(session, unit_id, day, readable(session, actor))
        })
    return None


def person(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """The same for each post somebody holds on a day, his primary post first; of oneself one reads all."""
    posts = session.execute(
        guard.mark(
            select(PositionVersion.position_id, PositionVersion.title)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(Assignment.person_id == person_id, as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id),
            _MARK,
        )
    ).all()
    if not posts:
        return None
    may_read = None if person_id == actor.person_id else readable(session, actor)
    sheets = reading.position_sheets(session, [row.position_id for row in posts], day, may_read, cite=False)
    resources = house_of(session).registry.resource_types
    return Fragment("authority/person.html", {"posts": [
        (row.title, sheets[row.position_id], data_scope(sheets[row.position_id], resources)) for row in posts
    ]})


def relations(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """Whom somebody is related to, for himself and for whoever looks after him."""
    del day
    rows, own = relating.seen(session, actor, of=person_id), person_id == actor.person_id
    may = allowed(session, actor, CONFIRM)
    if not rows and not own and not may:
        return None
    return Fragment("authority/person_relations.html", {
        "rows": rows, "states": relating.STATES, "own": own, "may": may, "person_id": person_id,
    })
