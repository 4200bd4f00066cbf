"""Who is whose superior on a day, who has a second one, and who must not write about whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.reviews import ANSWER_WRITE
from performance.models import ReviewAnswer
from performance.services.places import Posts, posts_in, units_on
from remit.base import Actor, Period
from remit.models import PositionVersion, dated
from remit.services import allowed_many


@dataclass(frozen=True, slots=True)
class Seat:
    """Whoever works in a unit on a day by his primary post: the reviewed of a cycle."""

    employment_id: int
    person_id: int
    unit_id: int
    position_id: int


@dataclass(frozen=True)
class Line:
    """The line of reporting of a day: the post above each post, and who holds each, whoever holds it mainly first."""

    above: dict[int, int | None]
    holders: dict[int, list[int]]

    def superiors(self, position_id: int, person_id: int) -> list[int]:
        """Everybody above somebody on a post, nearest first; posts that nobody holds are passed over."""
        found: list[int] = []
        seen = {position_id}
        current = self.above.get(position_id)
        while current is not None and current not in seen:
            seen.add(current)
            found += [one for one in self.holders.get(current, ()) if one != person_id and one not in found]
            current = self.above.get(current)
        return found


def _on(session: Session, day: date) -> Posts:
    return posts_in(session, Period(day, day + timedelta(days=1)))


def line_on(session: Session, day: date, posts: Posts | None = None) -> Line:
    """The line of reporting of a day, in three statements however many people there are."""
    posts = posts or _on(session, day)
    holders: dict[int, list[tuple[bool, int]]] = {}
    rows = zip(posts.position.tolist(), posts.primary.tolist(), posts.person.tolist(), strict=True)
    for position, primary, person in rows:
        holders.setdefault(position, []).append((not primary, person))
    versions = select(PositionVersion.position_id, PositionVersion.reports_to_id).where(
        dated.as_of(PositionVersion, day)
    )
    return Line(
        {row[0]: row[1] for row in session.execute(versions)},
        {position: [person for _second, person in sorted(found)] for position, found in holders.items()},
    )


def seats_in(session: Session, unit_id: int, day: date) -> tuple[list[Seat], dict[int, list[int]], Line]:
    """Whoever works in a unit or below it on a day, the further posts of each person, and the line of reporting."""
    posts, below = _on(session, day), units_on(session, day).below(unit_id)
    seats, further = [], dict[int, list[int]]()
    rows = zip(
        posts.employment.tolist(), posts.person.tolist(), posts.unit.tolist(), posts.position.tolist(),
        posts.primary.tolist(), strict=True,
    )  # fmt: skip
    for employment, person, unit, position, primary in rows:
        if not primary:
            further.setdefault(person, []).append(position)
        elif unit in below:
            seats.append(Seat(employment, person, unit, position))
    return seats, further, line_on(session, day, posts)


def superior_of(session: Session, person_id: int, day: date) -> int | None:
    """The superior of somebody by his primary post on a day, if anybody is."""
    posts = _on(session, day)
    mine = posts.position[(posts.person == person_id) & posts.primary].tolist()
    found = line_on(session, day, posts).superiors(mine[0], person_id) if mine else []
    return found[0] if found else None


def may_write(session: Session, asked: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of some writers may write about whom, as (writer, reviewed): the lists say so, and no relation keeps them
    from it. Asked for one writer at a time about all of his.
    """
    of: dict[int, list[int]] = {}
    for writer, person in asked:
        of.setdefault(writer, []).append(person)
    found: set[tuple[int, int]] = set()
    for writer, people in of.items():
        rows = [ReviewAnswer(writer_person_id=writer, person_id=person) for person in people]
        answers = allowed_many(session, stand_in(writer), ANSWER_WRITE, rows)
        found |= {(writer, person) for person, yes in zip(people, answers, strict=True) if yes}
    return found


def stand_in(person_id: int) -> Actor:
    """Somebody as the lists look at him when it is asked whether he could; no account is needed for that."""
    return Actor(kind="person", person_id=person_id, account_id=0)


def nearest(line: Line, seat: Seat, allowed: set[tuple[int, int]]) -> int | None:
    """The nearest superior who may write about somebody."""
    return next((one for one in line.superiors(seat.position_id, seat.person_id) if (one, seat.person_id) in allowed),
                None)  # fmt: skip


def candidates(line: Line, seats: Sequence[Seat]) -> set[tuple[int, int]]:
    """Everybody above each of the reviewed, as (superior, reviewed)."""
    return {(one, seat.person_id) for seat in seats for one in line.superiors(seat.position_id, seat.person_id)}
