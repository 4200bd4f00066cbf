"""Writing for reviews: what waits for somebody, handing an answer in, naming peers and confirming them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.reviews import ANSWER_READ, ANSWER_WRITE, REVIEW_LEAD, REVIEW_SIGN
from performance.models import Review, ReviewAnswer, ReviewCycle
from performance.rules.reviewing import worth
from performance.services.places import names_of, posts_in
from performance.services.reviews import telling
from performance.services.reviews.cycles import cycle_of
from performance.services.reviews.forms import form_of, sections_of, weights_of
from performance.services.reviews.superiors import may_write
from performance.text import _
from performance.text_reviews import ASKED, GIVEN, NAMED, RUNNING
from remit.base import Actor, DomainError, Period, clock
from remit.models import Employment
from remit.services import allowed, require, system, visible

LONGEST = 2_000
#: Whose deadline counts for which part.
_UNTIL = {
    "self": "self_until", "peer": "peers_until", "upward": "peers_until", "manager": "manager_until",
    "matrix": "manager_until",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody writes: about whom, in which cycle, until when."""

    answer: ReviewAnswer
    cycle: ReviewCycle
    name: str
    until: date


def until(cycle: ReviewCycle, part: str) -> date:
    """The last day on which a part may be written."""
    found: date = getattr(cycle, _UNTIL[part])
    return found


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """What somebody has to write in cycles that run, what is missing first, then by deadline."""
    statement = select(ReviewAnswer).where(
        ReviewAnswer.writer_person_id == (actor.person_id or 0), ReviewAnswer.state != NAMED
    )
    mine = session.scalars(visible(session, actor, ANSWER_READ, statement)).all()
    with system(session, "the cycles of what one has to write oneself"):
        rows = session.execute(
            select(Review.id, ReviewCycle).join(ReviewCycle, ReviewCycle.id == Review.cycle_id)
            .where(Review.id.in_([one.review_id for one in mine]), ReviewCycle.state == RUNNING)
        )  # fmt: skip
        cycles: dict[int, ReviewCycle] = {row[0]: row[1] for row in rows}
    names = names_of(session, {one.person_id for one in mine})
    found = [
        Waiting(one, cycles[one.review_id], names.get(one.person_id, "–"), until(cycles[one.review_id], one.part))
        for one in mine if one.review_id in cycles
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.answer.state == GIVEN, one.until, one.answer.id))


def give(session: Session, actor: Actor, answer: ReviewAnswer, values: dict[int, Any]) -> None:
    """Hand an answer in: a whole rating or a text by section. It may be changed until the deadline.

    Raises ``DomainError`` with the field (``s<section>``) for a rating that is missing or off the scale, and once the
    deadline is over; ``Denied`` for a relative of the reviewed.
    """
    if not allowed(session, actor, ANSWER_WRITE, answer):
        # Insisting writes a yes into the audit log, which would tell who wrote and when; a no may stand there.
        require(session, actor, ANSWER_WRITE, answer)
    with system(session, "the review that an answer is for"):
        session.refresh(answer, with_for_update=True)
        cycle = cycle_of(session, session.get_one(Review, answer.review_id).cycle_id)
    if answer.state == NAMED or cycle.state != RUNNING:
        raise DomainError("performance.not_asked", _("This review is not being written."))
    last = until(cycle, answer.part)
    if clock.today(actor.zone) > last:
        raise DomainError("performance.too_late", _("It could be written until {day}.", day=last))
    form = form_of(session, cycle.form_id)
    sections = sections_of(session, form)
    content: dict[str, Any] = {}
    for one in sections:
        told = values.get(one.id)
        if one.kind == "rating":
            if not isinstance(told, int) or not 1 <= told <= form.top:
                raise DomainError("performance.rating", _("Choose a rating from 1 to {top}.", top=form.top),
                                  f"s{one.id}")  # fmt: skip
            content[str(one.id)] = told
        elif told and told.strip():
            content[str(one.id)] = told.strip()[:LONGEST]
    weights = weights_of(sections)
    with system(session, "an answer is handed in, of which the log keeps nothing"):
        answer.content, answer.state = content, GIVEN
        answer.rating = worth({one: content[str(one)] for one in weights}, weights)
        session.flush()


# -- peers -------------------------------------------------------------------------------------------------------------


def name_peer(session: Session, actor: Actor, review: Review, number: str) -> ReviewAnswer:
    """Name a peer by employee number: the reviewed does, and his manager confirms; named by the manager he is asked at
    once.

    Raises ``DomainError`` with the field ``number`` for the reviewed himself, his manager, somebody who writes already,
    is not there, or is kept from it by a relation.
    """
    by_manager = actor.person_id is not None and actor.person_id == review.manager_person_id
    require(session, actor, REVIEW_LEAD if by_manager else REVIEW_SIGN, review)
    cycle = _running(session, review)
    with system(session, "the peer that is named, and who writes already"):
        peer = session.scalars(select(Employment).where(
            Employment.number == number.strip(), Employment.hired_on <= cycle.counted_on,
            Employment.left_on > cycle.counted_on,
        )).one_or_none()  # fmt: skip
        writers = {one.writer_person_id for one in session.scalars(
            select(ReviewAnswer).where(ReviewAnswer.review_id == review.id))}  # fmt: skip
    if peer is None:
        raise DomainError("performance.peer", _("Nobody with this employee number works here."), "number")
    if peer.person_id == review.person_id:
        raise DomainError("performance.own_peer", _("Nobody is a peer of himself; name somebody else."), "number")
    names = names_of(session, {peer.person_id, review.person_id})
    if peer.person_id == review.manager_person_id or peer.person_id in writers:
        raise DomainError("performance.writes_already", _(
            "{name} writes for this review already.", name=names[peer.person_id]), "number")  # fmt: skip
    if not may_write(session, [(peer.person_id, review.person_id)]):
        raise DomainError("performance.kept_from_it", _(
            "{name} steps back from what concerns {other} and does not review them; name somebody else.",
            name=names[peer.person_id], other=names[review.person_id]), "number")  # fmt: skip
    made = ReviewAnswer(
        review_id=review.id, part="peer", writer_person_id=peer.person_id, person_id=review.person_id, state=NAMED
    )
    with system(session, "a peer is named"):
        session.add(made)
        session.flush()
        if by_manager:
            _ask(session, made, cycle)
    return made


def confirm_peer(session: Session, actor: Actor, review: Review, answer_id: int, *, ask: bool) -> None:
    """The manager confirms a named peer, who is asked from then on, or leaves him out.

    Only before he is asked: who may still be left out later would be known not to have written.
    """
    require(session, actor, REVIEW_LEAD, review)
    cycle = _running(session, review)
    with system(session, "a peer that was named"):
        found = session.scalars(select(ReviewAnswer).where(
            ReviewAnswer.id == answer_id, ReviewAnswer.review_id == review.id, ReviewAnswer.part == "peer",
            ReviewAnswer.state == NAMED,
        ).with_for_update()).one_or_none()  # fmt: skip
        if found is None:
            raise DomainError("performance.peer_asked", _("This peer is asked already."))
        if ask:
            _ask(session, found, cycle)
        else:
            session.delete(found)
        session.flush()


def _ask(session: Session, answer: ReviewAnswer, cycle: ReviewCycle) -> None:
    answer.state = ASKED
    telling.to_write(session, [answer.writer_person_id], cycle.peers_until, f"{cycle.id}:peer")


def _running(session: Session, review: Review) -> ReviewCycle:
    cycle = cycle_of(session, review.cycle_id)
    if cycle.state != RUNNING:
        raise DomainError("performance.not_asked", _("This review is not being written."))
    return cycle


def peers_of(session: Session, review: Review) -> list[tuple[int, str, bool]]:
    """The peers of a review for the reviewed and his manager: id, name, whether he is asked. Nothing says who wrote."""
    with system(session, "the peers of a review that somebody may see"):
        rows = session.execute(
            select(ReviewAnswer.id, ReviewAnswer.writer_person_id, ReviewAnswer.state == NAMED)
            .where(ReviewAnswer.review_id == review.id, ReviewAnswer.part == "peer")
        ).all()  # fmt: skip
    names = names_of(session, {row[1] for row in rows})
    return sorted(((row[0], names.get(row[1], "–"), not row[2]) for row in rows), key=lambda row: row[1])


def colleagues(session: Session, review: Review, day: date) -> Sequence[tuple[str, str]]:
    """Employee numbers and names to choose peers from: whoever works in the same unit, for a list to pick from."""
    posts = posts_in(session, Period(day, day + timedelta(days=1)))
    near = posts.where((posts.unit == review.unit_id) & posts.primary & (posts.person != review.person_id))
    names = names_of(session, near.person.tolist())
    with system(session, "employee numbers of colleagues to choose from"):
        rows = session.execute(select(Employment.number, Employment.person_id).where(
            Employment.id.in_(near.employment.tolist())).order_by(Employment.number))  # fmt: skip
        return [(number, names.get(person, "–")) for number, person in rows]
