"""Review cycles: drafting one, opening it for everybody it is about, and taking it from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.reviews import CYCLE_READ, CYCLE_RUN
from performance.models import Review, ReviewAnswer, ReviewAppeal, ReviewCycle
from performance.rules.reviewing import PARTS, UNNAMED
from performance.services.places import units_on
from performance.services.reviews import merging, telling
from performance.services.reviews.forms import form_of, off_the_whole
from performance.services.reviews.superiors import Line, candidates, may_write, nearest, seats_in
from performance.text import _
from performance.text_reviews import (
    ASKED,
    CALIBRATING,
    CLOSED,
    CYCLE_STATES,
    DRAFT,
    GIVEN,
    OPEN,
    READY,
    RUNNING,
    SIGNING,
)
from remit.base import Actor, DomainError, clock
from remit.services import require, system, visible

#: The last days of a cycle, in the order in which they come.
DEADLINES = ("self_until", "peers_until", "manager_until", "calibrated_until", "signed_until")
_FIXED = ("code", "legal_entity_id", "unit_id", "form_id", "starts_on", "ends_on", "counted_on",
          *(f"{part}_weight" for part in PARTS))  # fmt: skip


def draft(session: Session, actor: Actor, cycle: ReviewCycle | None, values: dict[str, Any]) -> ReviewCycle:
    """Write a cycle down, or change it: ``code``, ``title``, ``unit_id``, ``form_id``, period, ``counted_on``, the
    deadlines, the weights of those who write (millionths) and ``guide`` (millionths by rating, or nothing).

    Of one that runs only title, deadlines and guide change. Raises ``DomainError`` with the field where weights are not
    100 %, days are out of order, or the form is not ready.
    """
    made = cycle or ReviewCycle(state=DRAFT, drafted_by_person_id=actor.person_id, created_at=clock.now())
    if made.state == CLOSED:
        raise DomainError("performance.cycle_closed", _("This cycle is finished; nothing of it changes any more."))
    if made.state != DRAFT:
        values = {name: getattr(made, name) for name in _FIXED} | {
            name: told for name, told in values.items() if name not in _FIXED
        }
    _check(session, values, made.state)
    values["legal_entity_id"] = units_on(session, values["counted_on"]).entity_of(values["unit_id"])
    if cycle is not None:
        require(session, actor, CYCLE_RUN, cycle)
    with session.no_autoflush:
        for name in (*_FIXED, *DEADLINES, "title", "guide"):
            setattr(made, name, values.get(name))
        made.code = " ".join(made.code.split())
        require(session, actor, CYCLE_RUN, made)
    with system(session, "the code of a cycle is its own"):
        twin = session.scalar(select(ReviewCycle.id).where(ReviewCycle.code == made.code, ReviewCycle.id != made.id))
    if twin is not None:
        raise DomainError("performance.cycle_code", _("There is a cycle with this code already."), "code")
    session.add(made)
    session.flush()
    return made


def _check(session: Session, values: dict[str, Any], state: str) -> None:
    if values["starts_on"] >= values["ends_on"]:
        raise DomainError("performance.period", _("The period ends before it begins."), "ends_on")
    if not values["starts_on"] <= values["counted_on"]:
        raise DomainError("performance.counted", _("Choose a day in the period or after it."), "counted_on")
    days: list[date] = [values[name] for name in DEADLINES]
    for name, before, day in zip(DEADLINES[1:], days, days[1:], strict=False):
        if day < before:
            raise DomainError("performance.deadlines", _("This deadline lies before the one above it."), name)
    wrong = off_the_whole([values[f"{part}_weight"] for part in PARTS])
    if wrong is not None:
        raise DomainError("performance.weights", wrong, "self_weight")
    if not values["manager_weight"]:
        raise DomainError("performance.manager", _("The manager always counts: give a weight of more than 0 %."),
                          "manager_weight")  # fmt: skip
    form = form_of(session, values["form_id"])
    if state == DRAFT and form.state != READY:
        raise DomainError("performance.form", _("Choose a form that is ready."), "form_id")
    guide = values.get("guide")
    if guide is not None:
        wrong = off_the_whole(guide)
        if len(guide) != form.top or wrong is not None:
            raise DomainError("performance.guide", wrong or _(
                "A guide distribution has a share for each rating, {count} in all.", count=form.top), "guide")


def open_(session: Session, actor: Actor, cycle: ReviewCycle) -> int:
    """Open a draft: whoever works in the unit on the day is reviewed, and everybody who writes is asked; returns how
    many are reviewed.

    The manager is the nearest superior whom no relation keeps from it. Raises ``DomainError`` where nobody works there.
    """
    require(session, actor, CYCLE_RUN, cycle)
    _move(session, cycle, DRAFT, RUNNING)
    cycle.opened_at = clock.now()
    seats, further, line = seats_in(session, cycle.unit_id, cycle.counted_on)
    if not seats:
        raise DomainError("performance.nobody", _("Nobody works in this unit on that day."))
    allowed = may_write(session, candidates(line, seats))
    reviews = [
        Review(
            cycle_id=cycle.id, employment_id=seat.employment_id, person_id=seat.person_id, unit_id=seat.unit_id,
            legal_entity_id=cycle.legal_entity_id, manager_person_id=nearest(line, seat, allowed),
        ) for seat in seats
    ]  # fmt: skip
    with system(session, "the reviews of a cycle are opened"):
        session.add_all(reviews)
        session.flush()
        asked = _asked(session, cycle, reviews, further, line)
        session.add_all(asked)
        session.flush()
    for part, name in (("self", "self_until"), ("manager", "manager_until"), ("upward", "peers_until")):
        people = {one.writer_person_id for one in asked if one.part == part}
        telling.to_write(session, people, getattr(cycle, name), f"{cycle.id}:{part}")
    return len(reviews)


def _asked(
    session: Session, cycle: ReviewCycle, reviews: Sequence[Review], further: dict[int, list[int]], line: Line
) -> list[ReviewAnswer]:
    """Everybody who writes from the beginning; each writes once about a person."""
    wanted: list[tuple[str, int, Review]] = []
    by_person = {one.person_id: one for one in reviews}
    for one in reviews:
        if cycle.self_weight:
            wanted.append(("self", one.person_id, one))
        if one.manager_person_id is not None:
            wanted.append(("manager", one.manager_person_id, one))
        if cycle.matrix_weight:
            for position in further.get(one.person_id, ()):
                wanted += [("matrix", other, one) for other in line.superiors(position, one.person_id)[:1]]
        manager = by_person.get(one.manager_person_id or 0)
        if cycle.upward_weight and manager is not None:
            wanted.append(("upward", one.person_id, manager))
    allowed = may_write(session, {(writer, one.person_id) for part, writer, one in wanted})
    found: dict[tuple[int, int], ReviewAnswer] = {}
    for part, writer, one in wanted:
        if (writer, one.person_id) in allowed:
            found.setdefault((one.id, writer), ReviewAnswer(
                review_id=one.id, part=part, writer_person_id=writer, person_id=one.person_id, state=ASKED))
    return list(found.values())


def _move(session: Session, cycle: ReviewCycle, before: str, after: str) -> None:
    session.refresh(cycle, with_for_update=True)
    if cycle.state != before:
        raise DomainError("performance.cycle_state", _(
            "This cycle stands at “{state}” meanwhile.", state=CYCLE_STATES[cycle.state][0]))  # fmt: skip
    cycle.state = after


def calibrate(session: Session, actor: Actor, cycle: ReviewCycle) -> None:
    """End the writing: nothing is handed in any more, and what everybody comes to is worked out at once.

    Only now, and of all together: a rating that changed with each answer would tell who wrote last.
    """
    require(session, actor, CYCLE_RUN, cycle)
    _move(session, cycle, RUNNING, CALIBRATING)
    merging.work_out(session, cycle)
    session.flush()


def tell(session: Session, actor: Actor, cycle: ReviewCycle) -> None:
    """End calibration: the reviewed see their results and sign or appeal. Raises ``DomainError`` where somebody has no
    rating yet."""
    require(session, actor, CYCLE_RUN, cycle)
    _move(session, cycle, CALIBRATING, SIGNING)
    with system(session, "everybody of a cycle has a rating"):
        missing = session.scalar(
            select(func.count()).select_from(Review).where(Review.cycle_id == cycle.id, Review.final.is_(None))
        )
        people = session.scalars(select(Review.person_id).where(Review.cycle_id == cycle.id)).all()
    if missing:
        raise DomainError("performance.unrated", _(
            "{count} person has no rating yet; calibration gives one.",
            "{count} people have no rating yet; calibration gives them one.", count=missing))  # fmt: skip
    cycle.told_at = clock.now()
    telling.result(session, people, cycle.signed_until, f"{cycle.id}:result")
    session.flush()


def close(session: Session, actor: Actor, cycle: ReviewCycle) -> None:
    """Finish a cycle. Raises ``DomainError`` while an appeal waits."""
    require(session, actor, CYCLE_RUN, cycle)
    _move(session, cycle, SIGNING, CLOSED)
    with system(session, "no appeal of a cycle waits"):
        waiting = session.scalar(
            select(func.count()).select_from(ReviewAppeal).join(Review, Review.id == ReviewAppeal.review_id)
            .where(Review.cycle_id == cycle.id, ReviewAppeal.state == OPEN)
        )
    if waiting:
        raise DomainError("performance.appeals", _(
            "{count} appeal waits to be decided.", "{count} appeals wait to be decided.", count=waiting))
    cycle.closed_at = clock.now()
    session.flush()


def remind(session: Session, actor: Actor, cycle: ReviewCycle) -> None:
    """Tell everybody who still owes an answer, once a day. Who that is, is not told to whoever reminds."""
    require(session, actor, CYCLE_RUN, cycle)
    if cycle.state != RUNNING:
        raise DomainError("performance.cycle_state", _("Nothing is being written in this cycle."))
    with system(session, "who still owes an answer"):
        people = session.scalars(
            select(ReviewAnswer.writer_person_id).join(Review, Review.id == ReviewAnswer.review_id)
            .where(Review.cycle_id == cycle.id, ReviewAnswer.state == ASKED).distinct()
        ).all()
    today = clock.today(actor.zone)
    telling.to_write(session, people, cycle.manager_until, f"{cycle.id}:remind:{today}")


def listed(session: Session, actor: Actor) -> Sequence[ReviewCycle]:
    """The cycles somebody may see, the latest first."""
    statement = select(ReviewCycle).order_by(ReviewCycle.starts_on.desc(), ReviewCycle.id.desc())
    return session.scalars(visible(session, actor, CYCLE_READ, statement)).all()


def cycle_of(session: Session, cycle_id: int) -> ReviewCycle:
    """The cycle of a review, for whoever may see something of it."""
    with system(session, "the cycle of a review that somebody may see"):
        return session.get_one(ReviewCycle, cycle_id)


def progress(session: Session, cycle: ReviewCycle) -> list[tuple[str, int, int]]:
    """Of each part whose writers are no secret: how many answers are in, and of how many."""
    statement = (
        select(ReviewAnswer.part, ReviewAnswer.state, func.count())
        .join(Review, Review.id == ReviewAnswer.review_id)
        .where(Review.cycle_id == cycle.id, ReviewAnswer.part.not_in(UNNAMED))
        .group_by(ReviewAnswer.part, ReviewAnswer.state)
    )
    found: dict[str, list[int]] = {}
    with system(session, "how far a cycle has come"):
        for part, state, count in session.execute(statement):
            sums = found.setdefault(part, [0, 0])
            sums[0] += count if state == GIVEN else 0
            sums[1] += count
    return [(part, *found[part]) for part in PARTS if part in found]  # type: ignore[misc]


__all__ = [
    "DEADLINES", "calibrate", "close", "cycle_of", "draft", "listed", "open_", "progress", "remind", "tell",
]  # fmt: skip
