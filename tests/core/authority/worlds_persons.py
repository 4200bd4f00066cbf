"""What random worlds hold about persons: who is related to whom, and what somebody opened in an emergency."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.authority.models import BreakGlass, PersonRelation
from tests.core.authority.reference import OpenRow, RelationRow, World, cited

START, MOVE, CLOSE, END = date(2025, 1, 1), date(2026, 6, 1), date(2026, 9, 1), date(9999, 1, 1)
PEOPLE = 3
#: Open for long, and until lately.
UNTIL = st.sampled_from([*[datetime(9000, 1, 1, tzinfo=UTC)] * 2, datetime(2025, 1, 2, tzinfo=UTC)])

relations = st.builds(
    RelationRow, st.sampled_from([1, 1, 1, 2]), st.integers(1, PEOPLE),
    st.sampled_from(["spouse", "parent", "child", "child", "sibling", "relative", "interest", "interest", "interest"]),
    st.sampled_from([None, 1, 1, 2, 3]), st.booleans(),
    st.sampled_from([START, START, START, MOVE]), st.sampled_from([END, END, END, CLOSE, MOVE + timedelta(days=1)]),
).filter(lambda row: row.person != row.other)


@st.composite
def opened(draw: st.DrawFn, world: World) -> list[OpenRow]:
    """What was opened of the dormant entries, also under hats and by people whose it is not."""
    return [
        OpenRow(draw(st.sampled_from([hat.person, hat.person, 1])), hat.assignment, cited(world, entry), draw(UNTIL))
        for entry in world.entries if entry.glass for hat in world.hats
        if draw(st.integers(0, 3)) in ((1, 2, 3) if entry.position in (None, hat.position) else (1,))
    ]


def write(session: Session, world: World) -> None:
    """The same rows in the database."""
    since = datetime(2025, 1, 1, tzinfo=UTC)
    session.add_all(
        PersonRelation(person_id=r.person, other_id=r.other, kind=r.kind, valid_from=r.start, valid_to=r.end,
                       declared_at=since, declared_by_person_id=r.declared_by,
                       confirmed_at=since if r.confirmed else None)
        for r in world.relations
    )
    session.add_all(
        BreakGlass(person_id=o.person, assignment_id=o.assignment, entry=o.code, list_version=1, reason="-",
                   opened_at=since, until=o.until, review_by=world.day)
        for o in world.opened
    )
