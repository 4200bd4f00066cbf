"""What the heads of marketing delegated in the demo company: a trip that has begun, a leave that is coming."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import delegating
from core.authority.models import Delegation
from core.base import clock
from core.db.dated import as_of
from core.db.guard import system
from core.org.models import Assignment, Position

if TYPE_CHECKING:
    from core.contracts.demo import Demo

#: Post whose holder delegates, post of the delegate, entries, limit in fen, first and last day from today, reason.
HANDED = (
    ("MKT-DIR", "ACQ-HEAD", ("A1",), 5_000_000, 0, 4, "出差：华东渠道走访"),
    ("ACQ-HEAD", "MKT-DIR", ("A1",), None, 7, 11, "年假"),
)


def write(session: Session, demo: Demo) -> None:
    """Write them by the service, from the posts of the story."""
    with system(session, "delegations of the demo company"):
        for giver, taker, codes, limit, first, last, reason in HANDED:
            held, other = _held(session, giver, demo), _held(session, taker, demo)
            if held is None or other is None:
                continue
            delegating.write(session, Delegation(
                from_assignment_id=held.id, from_person_id=held.person_id, to_person_id=other.person_id,
                limit_minor=limit, currency="CNY" if limit else None,
                valid_from=demo.today + timedelta(days=first), valid_to=demo.today + timedelta(days=last + 1),
                reason=reason, created_at=clock.now(),
            ), codes)  # fmt: skip


def _held(session: Session, code: str, demo: Demo) -> Assignment | None:
    return session.scalars(
        select(Assignment).join(Position, Position.id == Assignment.position_id)
        .where(Position.code == code, as_of(Assignment, demo.today)).order_by(Assignment.id)
    ).first()
