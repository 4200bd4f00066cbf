"""What the reviewed says to a result: seen, agreed, or an appeal that goes to whomever the lists name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.reviews import APPEAL, APPEAL_DECIDE, APPEAL_READ, REVIEW_SIGN
from performance.models import Review, ReviewAppeal, ReviewCycle
from performance.services.places import names_of
from performance.services.reviews.cycles import cycle_of
from performance.services.reviews.forms import form_of
from performance.services.reviews.results import moved
from performance.text import _
from performance.text_reviews import AGREED, APPEALED, CHANGED, KEPT, OPEN, SEEN, SIGNING, TAKEN_BACK
from remit.base import Actor, DomainError, clock
from remit.services import allowed, require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, answer_of, ask


def _signing(session: Session, actor: Actor, review: Review) -> ReviewCycle:
    require(session, actor, REVIEW_SIGN, review)
    session.refresh(review, with_for_update=True)
    cycle = cycle_of(session, review.cycle_id)
    if cycle.state != SIGNING:
        raise DomainError("performance.signing", _("This review is not to be signed now."))
    if clock.today(actor.zone) > cycle.signed_until:
        raise DomainError("performance.too_late", _(
            "It could be signed or contested until {day}.", day=cycle.signed_until))  # fmt: skip
    if review.answer in (AGREED, APPEALED):
        raise DomainError("performance.signed", _("You have answered this review already."))
    return cycle


def sign(session: Session, actor: Actor, review: Review, said: str) -> None:
    """The reviewed signs that he has seen the result, or agrees with it; whoever has seen it may agree or appeal later.

    Raises ``DomainError`` outside the time for it.
    """
    _signing(session, actor, review)
    if said not in (SEEN, AGREED):
        raise DomainError("performance.said", _("Choose one of both answers."), "said")
    review.answer, review.answered_at = said, clock.now()
    session.flush()


def appeal(session: Session, actor: Actor, review: Review, wanted: int, reason: str) -> Run:
    """The reviewed contests the result: which rating (hundredths) he thinks right, and why.

    Raises ``DomainError`` with the field without a reason, off the scale, and outside the time for it.
    """
    cycle = _signing(session, actor, review)
    top = form_of(session, cycle.form_id).top
    told = reason.strip()
    if not told:
        raise DomainError("performance.reason", _("Say why; whoever decides reads it."), "reason")
    if not 100 <= wanted <= 100 * top or wanted == review.final:
        raise DomainError("performance.rating", _(
            "Choose a rating from 1 to {top} that is not the present one.", top=top), "wanted")  # fmt: skip
    with system(session, "an appeal that was taken back before"):
        made = session.scalars(select(ReviewAppeal).where(ReviewAppeal.review_id == review.id)).one_or_none()
        made = made or ReviewAppeal(
            review_id=review.id, person_id=review.person_id, unit_id=review.unit_id,
            legal_entity_id=review.legal_entity_id, manager_person_id=review.manager_person_id,
        )  # fmt: skip
        made.before, made.wanted, made.reason = review.final or 0, wanted, told[:2_000]
        made.state, made.outcome, made.opened_at = OPEN, "", clock.now()
        review.answer, review.answered_at = APPEALED, clock.now()
        session.add(made)
        session.flush()
    return ask(session, actor, APPEAL, made)


def appeals_in(session: Session, actor: Actor, cycle: ReviewCycle) -> Sequence[ReviewAppeal]:
    """The appeals of a cycle that somebody may see, those that wait first."""
    if not allowed(session, actor, APPEAL_READ):
        return []
    with system(session, "which reviews are of a cycle that somebody may see"):
        reviews = session.scalars(select(Review.id).where(Review.cycle_id == cycle.id)).all()
    statement = select(ReviewAppeal).where(ReviewAppeal.review_id.in_(reviews)).order_by(ReviewAppeal.id)
    return sorted(session.scalars(visible(session, actor, APPEAL_READ, statement)), key=lambda one: one.state != OPEN)


# -- the question ------------------------------------------------------------------------------------------------------


def subject(session: Session, row: ReviewAppeal) -> Text:
    """An appeal in one line."""
    return _("Appeal of {name} against a performance review", name=names_of(session, [row.person_id])[row.person_id])


def lines(session: Session, row: ReviewAppeal) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know: the rating, the one asked for, and why."""
    del session
    return [
        (_("Final rating"), written(row.before)), (_("Rating asked for"), written(row.wanted)),
        (_("Reason"), row.reason),
    ]  # fmt: skip


def written(rating: int) -> str:
    """A rating in hundredths as people read it: 430 is 4.30."""
    return f"{rating // 100}.{rating % 100:02d}"


def _link(row: ReviewAppeal) -> str:
    return f"/performance/reviews/{row.review_id}"


def answered(session: Session, actor: Actor, row: ReviewAppeal, answer: Answer) -> None:
    """Change the result or keep it, with the words of whoever decided; the reviewed may appeal anew only where it was
    taken back or sent back."""
    row.state = {
        "approved": CHANGED, "refused": KEPT, "withdrawn": TAKEN_BACK, "returned": TAKEN_BACK, "void": OPEN,
    }[answer]  # fmt: skip
    task = answer_of(session, APPEAL, row)
    row.outcome = (task.comment if task is not None else "")[:400]
    row.settled_at = clock.now() if row.state != OPEN else None
    with system(session, "the review that was contested"):
        review = session.get_one(Review, row.review_id, with_for_update=True)
        if row.state == CHANGED:
            top = form_of(session, cycle_of(session, review.cycle_id).form_id).top
            moved(session, actor, review, row.wanted, row.outcome or row.reason, top)
        elif row.state == TAKEN_BACK:
            review.answer = SEEN
        session.flush()


TASK_KINDS = (
    TaskKind(APPEAL, _("Appeal against a performance review"), APPEAL_DECIDE, subject, lines, _link, answered),
)
