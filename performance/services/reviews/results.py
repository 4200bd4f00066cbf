"""Results of reviews: who may read what of one, earlier ones, the KPI score beside it, the board of a cycle."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.reviews import REVIEW_CALIBRATE, REVIEW_LEAD, REVIEW_READ, REVIEW_SIGN
from performance.actions.schemes import SCORE_READ
from performance.models import Review, ReviewAnswer, ReviewAppeal, ReviewCycle, ReviewForm, ReviewMove, Score
from performance.rules.reviewing import PARTS, UNNAMED, distribution, level, third
from performance.services.places import names_of
from performance.services.reviews.forms import form_of, sections_of
from performance.text import _
from performance.text_reviews import CALIBRATING, CLOSED, RUNNING, SIGNING
from remit.base import Actor, DomainError, NotFound, clock, div_round
from remit.services import allowed, require, system, visible

#: A month is the shortest span that scores are kept for; longer ones would count the same months again.
_A_MONTH = 31
TOLD = (SIGNING, CLOSED)


@dataclass
class Result:
    """What somebody may read of a review; ``parts`` are those who wrote, with what they came to by section."""

    rating: int | None = None
    final: int | None = None
    parts: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    moves: list[ReviewMove] = field(default_factory=list)
    appeal: ReviewAppeal | None = None
    points: int | None = None


def review_of(session: Session, actor: Actor, review_id: int) -> tuple[Review, str]:
    """A review with how somebody stands to it: ``own``, ``manager`` or ``reader``. Raises ``NotFound`` for others."""
    with system(session, "a review, before it is asked who may see it"):
        found = session.get(Review, review_id)
    if found is not None:
        if found.person_id == actor.person_id and allowed(session, actor, REVIEW_READ, found):
            return found, "own"
        if found.manager_person_id == actor.person_id and allowed(session, actor, REVIEW_LEAD, found):
            return found, "manager"
        if allowed(session, actor, REVIEW_READ, found):
            return found, "reader"
    raise NotFound("performance.no_review", _("There is no such review, or it is not yours to see."))


def result_of(
    session: Session, actor: Actor, review: Review, cycle: ReviewCycle, stand: str, form: ReviewForm
) -> Result | None:
    """The result of a review for whoever stands to it so; nothing while it is written, and for the reviewed nothing
    before he is told. Whoever wrote for peers or subordinates himself is not told what they came to: taking his own
    away would leave fewer.
    """
    if cycle.state == RUNNING or (stand == "own" and cycle.state not in TOLD) or review.grounds is None:
        return None
    with system(session, "how a result came about that somebody may see"):
        wrote = set(session.scalars(select(ReviewAnswer.part).where(
            ReviewAnswer.review_id == review.id, ReviewAnswer.writer_person_id == (actor.person_id or 0))))
        moves = list(session.scalars(
            select(ReviewMove).where(ReviewMove.review_id == review.id).order_by(ReviewMove.id)))
        appeal = session.scalars(select(ReviewAppeal).where(ReviewAppeal.review_id == review.id)).one_or_none()
    hidden = wrote & UNNAMED
    sections = sections_of(session, form)
    grounds = review.grounds
    parts = [{
        "part": part, "rating": grounds["parts"].get(part),
        "sections": [{
            "title": one.title, "rating": grounds["ratings"][part].get(str(one.id)),
            "texts": grounds["texts"].get(part, {}).get(str(one.id), []),
        } for one in sections],
    } for part in PARTS if part in grounds["ratings"] and part not in hidden]  # fmt: skip
    return Result(
        review.rating, review.final, parts,
        [part for part in PARTS if part in hidden | set(grounds["withheld"])], moves, appeal,
        points_of(session, actor, cycle, [review.employment_id]).get(review.employment_id),
    )  # fmt: skip


def points_of(session: Session, actor: Actor, cycle: ReviewCycle, employments: Collection[int]) -> dict[int, int]:
    """The mean of the monthly KPI scores in the period of a cycle by employment, in hundredths of a point, as far as
    somebody may see them."""
    statement = select(Score).where(
        Score.grain == "person", Score.subject_id.in_(employments), Score.starts_on >= cycle.starts_on,
        Score.ends_on <= cycle.ends_on,
    )  # fmt: skip
    if not allowed(session, actor, SCORE_READ):
        return {}
    found: dict[int, list[int]] = {}
    for one in session.scalars(visible(session, actor, SCORE_READ, statement)):
        if (one.ends_on - one.starts_on).days <= _A_MONTH:
            found.setdefault(one.subject_id, []).append(one.points)
    return {employment: div_round(sum(points), len(points)) for employment, points in found.items()}


def own(session: Session, actor: Actor) -> list[tuple[Review, ReviewCycle]]:
    """Somebody's own reviews, the latest first."""
    return _with_cycles(session, actor, REVIEW_READ, Review.person_id == (actor.person_id or 0))


def led(session: Session, actor: Actor) -> list[tuple[Review, ReviewCycle]]:
    """The reviews that somebody leads in cycles that are not closed, and those of his people before."""
    return _with_cycles(session, actor, REVIEW_LEAD, Review.manager_person_id == (actor.person_id or 0))


def history(session: Session, actor: Actor, review: Review, stand: str) -> list[tuple[Review, ReviewCycle]]:
    """The reviews of the same person in other cycles that are told, for whoever may see this one and may see them;
    whoever leads this one also sees those that he led.
    """
    found = {
        one.id: (one, cycle) for action in ((REVIEW_READ, REVIEW_LEAD) if stand == "manager" else (REVIEW_READ,))
        for one, cycle in _with_cycles(
            session, actor, action, Review.person_id == review.person_id, Review.id != review.id)
        if cycle.state in TOLD
    }  # fmt: skip
    return sorted(found.values(), key=_latest, reverse=True)


def _with_cycles(session: Session, actor: Actor, action: str, *where: Any) -> list[tuple[Review, ReviewCycle]]:
    """The reviews of a kind that an action lets somebody see, the latest first."""
    scoped: Any = visible(session, actor, action, select(Review).where(*where))
    beside = scoped.join(ReviewCycle, ReviewCycle.id == Review.cycle_id).add_columns(ReviewCycle)
    with system(session, "the cycles of reviews that somebody may see"):
        rows = session.execute(beside).all()
    return sorted(((row[0], row[1]) for row in rows), key=_latest, reverse=True)


def _latest(row: tuple[Review, ReviewCycle]) -> tuple[Any, int]:
    return row[1].starts_on, -row[0].id


# -- calibration -------------------------------------------------------------------------------------------------------


@dataclass
class Board:
    """Everybody of a cycle whom somebody calibrates, the best first; ``spread`` counts them by rating, ``boxes`` by
    potential and performance, three of each."""

    rows: list[dict[str, Any]]
    spread: list[int]
    guide: list[int] | None
    boxes: dict[tuple[int, int], list[str]]
    unrated: int


def board(session: Session, actor: Actor, cycle: ReviewCycle, top: int) -> Board:
    """The board of a cycle as far as somebody may calibrate it; his own row is not on it, for he is not told yet."""
    statement = select(Review).where(
        Review.cycle_id == cycle.id, Review.person_id != (actor.person_id or 0)
    ).order_by(Review.final.desc(), Review.id)
    found = session.scalars(visible(session, actor, REVIEW_CALIBRATE, statement)).all()
    names = names_of(session, {one.person_id for one in found})
    points = points_of(session, actor, cycle, [one.employment_id for one in found])
    rated = [one for one in found if one.final is not None]
    rows = [{
        "review": one, "name": names.get(one.person_id, "–"), "points": points.get(one.employment_id),
        "level": level(one.final, top) if one.final is not None else None,
        "moved": one.final != one.rating,
    } for one in (*rated, *(one for one in found if one.final is None))]  # fmt: skip
    boxes: dict[tuple[int, int], list[str]] = {}
    for one in rated:
        if one.potential is not None and one.final is not None:
            boxes.setdefault((one.potential, third(one.final, top)), []).append(names.get(one.person_id, "–"))
    finals = [one.final for one in rated if one.final is not None]
    return Board(rows, distribution(finals, top), _expected(cycle, len(finals)), boxes, len(found) - len(rated))


def _expected(cycle: ReviewCycle, people: int) -> list[int] | None:
    return [div_round(share * people, 1_000_000) for share in cycle.guide] if cycle.guide else None


def move(session: Session, actor: Actor, review: Review, rating: int, reason: str) -> ReviewMove:
    """Move a final rating (hundredths) in calibration, with a reason that is kept with who and when.

    Raises ``DomainError`` with the field off the scale, without a reason, and outside calibration; ``Denied`` for
    oneself and for relatives.
    """
    require(session, actor, REVIEW_CALIBRATE, review)
    session.refresh(review, with_for_update=True)
    with system(session, "the cycle of a review that is calibrated"):
        cycle = session.get_one(ReviewCycle, review.cycle_id)
    if cycle.state != CALIBRATING:
        raise DomainError("performance.calibrating", _("Ratings move only while a cycle is in calibration."))
    return moved(session, actor, review, rating, reason, form_of(session, cycle.form_id).top)


def moved(session: Session, actor: Actor, review: Review, rating: int, reason: str, top: int) -> ReviewMove:
    """Write a move down. Raises ``DomainError`` with the field off the scale and without a reason."""
    if not 100 <= rating <= 100 * top:
        raise DomainError("performance.rating", _("Choose a rating from 1 to {top}.", top=top), "rating")
    told = " ".join(reason.split())
    if not told:
        raise DomainError("performance.reason", _("Say why; it is kept with the rating."), "reason")
    made = ReviewMove(
        review_id=review.id, before=review.final or 0, after=rating, reason=told[:400],
        moved_by_person_id=actor.person_id, moved_at=clock.now(),
    )  # fmt: skip
    review.final = rating
    session.add(made)
    session.flush()
    return made


def set_potential(session: Session, actor: Actor, review: Review, potential: int) -> None:
    """The manager says how much potential he sees, 1 to 3, until calibration ends."""
    require(session, actor, REVIEW_LEAD, review)
    with system(session, "the cycle of a review that is led"):
        cycle = session.get_one(ReviewCycle, review.cycle_id)
    if cycle.state not in (RUNNING, CALIBRATING):
        raise DomainError("performance.potential", _("Potential is given until calibration ends."), "potential")
    if potential not in (1, 2, 3):
        raise DomainError("performance.potential", _("Choose one of the three."), "potential")
    review.potential = potential
    session.flush()


def may_answer(session: Session, actor: Actor, review: Review) -> bool:
    """Whether the reviewed himself may sign and name peers."""
    return review.person_id == actor.person_id and allowed(session, actor, REVIEW_SIGN, review)


def rows_of(session: Session, people: Sequence[Review]) -> dict[int, str]:
    """Names of the reviewed by review."""
    names = names_of(session, {one.person_id for one in people})
    return {one.id: names.get(one.person_id, "–") for one in people}
