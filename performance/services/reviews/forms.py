"""Review forms: drafting one, making it ready, and the sections of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.reviews import FORM_EDIT, FORM_READ
from performance.models import ReviewForm, ReviewSection
from performance.rules.scoring import WHOLE, faults
from performance.services.figures import shown
from performance.text import _
from performance.text_reviews import DRAFT, READY
from remit.base import Actor, DomainError, clock
from remit.services import require, system, visible
from remit.text import Text


def off_the_whole(weights: Sequence[int]) -> Text | None:
    """Where weights are not 100 %: what they add up to and by how much they miss it."""
    missing = faults(weights)
    if not missing:
        return None
    total = shown(WHOLE + missing)
    if missing < 0:
        return _("The weights add up to {total} %, {rest} % less than 100 %.", total=total, rest=shown(-missing))
    return _("The weights add up to {total} %, {rest} % more than 100 %.", total=total, rest=shown(missing))


def draft(session: Session, actor: Actor, form: ReviewForm | None, values: dict[str, Any]) -> ReviewForm:
    """Write a form down, or change a draft: ``code``, ``title``, ``top`` (the best rating), ``legal_entity_id``, and
    ``sections``, each with ``kind``, ``title`` and ``weight`` (millionths).

    A new draft under a ``code`` that is there is its next version. Raises ``DomainError`` with the field where the
    weights of the ratings are not 100 %, and for a version that is ready.
    """
    if form is not None and form.state != DRAFT:
        raise DomainError("performance.form_ready", _("This version is ready; draft the next one."))
    sections = values["sections"]
    ratings = [one["weight"] for one in sections if one["kind"] == "rating"]
    if not ratings or any(weight <= 0 for weight in ratings):
        raise DomainError("performance.weight", _("A form has ratings, each with a weight of more than 0 %."),
                          "sections")  # fmt: skip
    wrong = off_the_whole(ratings)
    if wrong is not None:
        raise DomainError("performance.weights", wrong, "sections")
    code = " ".join(values["code"].split())
    made = form or ReviewForm(
        version=_next(session, code), state=DRAFT, drafted_by_person_id=actor.person_id, created_at=clock.now()
    )
    if form is not None:
        require(session, actor, FORM_EDIT, form)
    with session.no_autoflush:
        made.code, made.title, made.top = code, values["title"], values["top"]
        made.legal_entity_id = values["legal_entity_id"]
        require(session, actor, FORM_EDIT, made)
    session.add(made)
    session.flush()
    for old in sections_of(session, made):
        session.delete(old)
    session.flush()
    session.add_all(
        ReviewSection(
            form_id=made.id, kind=one["kind"], title=one["title"], order=10 * (number + 1),
            weight=one["weight"] if one["kind"] == "rating" else 0,
        ) for number, one in enumerate(sections)
    )  # fmt: skip
    session.flush()
    return made


def _next(session: Session, code: str) -> int:
    with system(session, "the next version of a review form"):
        return (session.scalar(select(func.max(ReviewForm.version)).where(ReviewForm.code == code)) or 0) + 1


def make_ready(session: Session, actor: Actor, form: ReviewForm) -> None:
    """From now on cycles may run with it and nothing of it changes. Raises ``DomainError`` where it is ready."""
    require(session, actor, FORM_EDIT, form)
    session.refresh(form, with_for_update=True)
    if form.state != DRAFT:
        raise DomainError("performance.form_ready", _("This version is ready; draft the next one."))
    form.state = READY
    session.flush()


def sections_of(session: Session, form: ReviewForm) -> Sequence[ReviewSection]:
    """The sections of a form, in order."""
    return session.scalars(
        select(ReviewSection).where(ReviewSection.form_id == form.id)
        .order_by(ReviewSection.order, ReviewSection.id)
    ).all()  # fmt: skip


def listed(session: Session, actor: Actor, *, ready: bool = False) -> Sequence[ReviewForm]:
    """The forms somebody may see, by code, the latest version first; only those that are ready if asked."""
    statement = select(ReviewForm).order_by(ReviewForm.code, ReviewForm.version.desc())
    if ready:
        statement = statement.where(ReviewForm.state == READY)
    return session.scalars(visible(session, actor, FORM_READ, statement)).all()


def form_of(session: Session, form_id: int) -> ReviewForm:
    """The form of a cycle, for whoever may see something of it."""
    with system(session, "the form of a review that somebody may see"):
        return session.get_one(ReviewForm, form_id)


def weights_of(sections: Sequence[ReviewSection]) -> dict[int, int]:
    """The weights of the ratings, by section."""
    return {one.id: one.weight for one in sections if one.kind == "rating"}
