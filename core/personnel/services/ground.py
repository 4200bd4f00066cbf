"""What a change stands on: looked at when it is written down, when it is handed in, and once more when it is decided.

Each raises ``DomainError`` with one sentence and the field it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.org.models import Assignment, Employment, Person, PositionVersion
from core.personnel.models import (
    APPROVED,
    CANCELLATION,
    CONCURRENT,
    END_CONCURRENT,
    HIRE,
    PROMOTION,
    RESIGNATION,
    SUBMITTED,
    TERMS,
    TRANSFER,
    PersonnelChange,
)
from core.personnel.services import places

_ = catalogue("personnel")


def insist(session: Session, change: PersonnelChange, *, deciding: bool = False) -> None:
    """Refuse a change that cannot be written as it stands.

    A post without room is refused only where a change is decided and had room when it was handed in: whoever hands it
    in is told and may ask nevertheless.
    """
    if change.kind == CANCELLATION:
        _cancellable(session, change)
        return
    if change.valid_from < clock.today().replace(day=1):
        raise DomainError("personnel.past", _(
            "{day} lies before this month; choose a day of this month or later.", day=_said(change),
        ), _day_field(change))  # fmt: skip
    if change.employment_id is not None and change.kind != HIRE:
        _employed(session, change)
    if change.position_id is not None and change.kind != END_CONCURRENT:
        _post(session, change)
    _OF_KIND[change.kind](session, change)
    if deciding and not change.crowded and (lack := no_room(session, change)) is not None:
        raise DomainError("personnel.filled", _(
            "Meanwhile {position} is filled: {held} people for a headcount of {headcount} on {day}. Choose another "
            "post, or let a place become free first.", position=post_title(session, change), held=lack.held,
            headcount=lack.headcount, day=lack.day,
        ), "position")  # fmt: skip


def no_room(session: Session, change: PersonnelChange) -> places.Room | None:
    """The first day on which the post of a change is held by as many as it is for; None where there is a place."""
    if change.position_id is None or change.kind in (END_CONCURRENT, CANCELLATION):
        return None
    found = places.rooms(
        session, change.position_id, change.valid_from, change.valid_to, besides=change.employment_id
    )
    return next((room for room in found if room.full), None)


def post_title(session: Session, change: PersonnelChange) -> object:
    """What the post of a change is called on its first day."""
    post = places.post_on(session, change.position_id or 0, change.valid_from)
    if post is None and change.position_id is not None:
        post = session.scalars(
            select(PositionVersion).where(PositionVersion.position_id == change.position_id)
            .order_by(PositionVersion.valid_from.desc()).limit(1)
        ).first()
    return post.title if post is not None else "–"


def working_time(session: Session, change: PersonnelChange) -> tuple[int, int]:
    """What all posts come to at most with this change, and the most that the company allows, in hundredths."""
    posts = [] if change.employment_id is None else places.posts_of(session, change.employment_id)
    employment = places.employment(session, change.employment_id) if change.employment_id is not None else None
    end = min(change.valid_to, employment.left_on) if employment is not None else change.valid_to
    besides = places.most_work(posts, change.valid_from, end, main_fte=change.main_fte)
    terms = places.terms_on(session, change.employment_id or 0, change.valid_from)
    return besides + (change.fte or 0), places.bound(session, terms.legal_entity_id if terms is not None else None)


def _said(change: PersonnelChange) -> date:
    return places.last_day(change.valid_from) if _day_field(change) == "last_day" else change.valid_from


def _day_field(change: PersonnelChange) -> str:
    """Whoever leaves or gives something up names his last day."""
    return "last_day" if change.kind in (RESIGNATION, END_CONCURRENT) else "first_day"


def _employed(session: Session, change: PersonnelChange) -> None:
    employment = places.employment(session, change.employment_id or 0)
    day = places.last_day(change.valid_from) if _day_field(change) == "last_day" else change.valid_from
    if not employment.hired_on <= day < employment.left_on:
        raise DomainError("personnel.employed", _(
            "{name} is not employed on {day}; choose a day of the employment.",
            name=places.name_of(session, employment.person_id), day=day,
        ), _day_field(change))  # fmt: skip
    if change.valid_to != FOREVER and change.valid_to > employment.left_on:
        raise DomainError("personnel.employed", _(
            "The employment ends on {day}; nothing can be agreed beyond it.", day=places.last_day(employment.left_on),
        ), "last_day")  # fmt: skip


def _post(session: Session, change: PersonnelChange) -> None:
    post = places.post_on(session, change.position_id or 0, change.valid_from)
    if post is None:
        raise DomainError("personnel.post", _(
            "The post does not exist on {day}; choose another post or a later day.", day=change.valid_from,
        ), "position")  # fmt: skip
    if post.unit_id != change.to_unit_id:
        raise DomainError("personnel.moved", _(
            "Meanwhile {position} belongs to another unit, {unit}; ask anew, so that its head decides.",
            position=post.title, unit=places.unit_title(session, post.unit_id, change.valid_from),
        ), "position")  # fmt: skip


def _hire(session: Session, change: PersonnelChange) -> None:
    taken = session.scalar(places.marked(select(Employment.id).where(Employment.number == change.number)))
    if taken is not None:
        raise DomainError("employment.number", _(
            "The employee number {number} is taken; choose another one.", number=change.number,
        ), "new_number")  # fmt: skip
    if change.identity_number:
        employed = session.execute(places.marked(
            select(Person.name, Employment.number).join(Employment, Employment.person_id == Person.id).where(
                Person.identity_index == change.identity_number, Employment.left_on > change.valid_from
            ).limit(1)
        )).first()  # fmt: skip
        if employed is not None:
            raise DomainError("person.employed", _(
                "Somebody with this identity number is employed already, as {number}; ask for a transfer instead.",
                number=employed.number,
            ), "identity_number")  # fmt: skip


def _transfer(session: Session, change: PersonnelChange) -> None:
    if change.position_id is None:
        raise DomainError("personnel.post", _("Choose the post."), "position")
    _new_post(session, change)


def _new_post(session: Session, change: PersonnelChange) -> None:
    for held in places.posts_of(session, change.employment_id or 0):
        if held.position_id == change.position_id and held.valid_to > change.valid_from:
            raise DomainError("personnel.held", _(
                "{name} holds this post already; choose another one.", name=places.name_of(session, change.person_id),
            ), "position")  # fmt: skip


def _promotion(session: Session, change: PersonnelChange) -> None:
    if change.position_id is None and change.grade is None:
        raise DomainError("personnel.nothing", _("Name the new post, the new grade, or both."), "position")
    if change.position_id is not None:
        _new_post(session, change)
    elif not change.grade_changes:
        raise DomainError("personnel.nothing", _("This grade holds already; name another one."), "grade")


def _concurrent(session: Session, change: PersonnelChange) -> None:
    if change.position_id is None:
        raise DomainError("personnel.post", _("Choose the post."), "position")
    for held in places.posts_of(session, change.employment_id or 0):
        if held.position_id == change.position_id and (
            held.valid_from < change.valid_to and change.valid_from < held.valid_to
        ):
            raise DomainError("personnel.held", _(
                "{name} holds this post already; choose another one.", name=places.name_of(session, change.person_id),
            ), "position")  # fmt: skip
    total, bound = working_time(session, change)
    if total > bound:
        raise DomainError("personnel.working_time", _(
            "All posts together would come to {total} of full working time, and the company allows {bound}; ask for "
            "less, or leave less for the main post.", total=share(total), bound=share(bound),
        ), "share")  # fmt: skip


def _end_concurrent(session: Session, change: PersonnelChange) -> None:
    if ending(session, change) is None:
        raise DomainError("personnel.not_held", _(
            "{name} does not hold this post beside the main one after {day}; look at the file.",
            name=places.name_of(session, change.person_id), day=places.last_day(change.valid_from),
        ), "position")  # fmt: skip


def ending(session: Session, change: PersonnelChange) -> Assignment | None:
    """The further post that a change ends."""
    return next((
        one for one in places.posts_of(session, change.employment_id or 0)
        if one.position_id == change.position_id and not one.is_primary
        and one.valid_from < change.valid_from < one.valid_to
    ), None)  # fmt: skip


def _terms(session: Session, change: PersonnelChange) -> None:
    before = places.terms_on(session, change.employment_id or 0, change.valid_from)
    said = {"kind": change.employment_kind, "contribution_place": change.contribution_place, "grade": change.grade}
    if before is None or all(value is None or value == getattr(before, name) for name, value in said.items()):
        raise DomainError("personnel.nothing", _("Nothing would change; name what is to be otherwise."), "grade")


def _resignation(session: Session, change: PersonnelChange) -> None:
    employment = places.employment(session, change.employment_id or 0)
    if employment.left_on < FOREVER:
        raise DomainError("personnel.leaving", _(
            "The employment ends on {day} already.", day=places.last_day(employment.left_on),
        ), "last_day")  # fmt: skip


def _cancellable(session: Session, change: PersonnelChange) -> None:
    target = session.scalars(
        places.marked(select(PersonnelChange).where(PersonnelChange.id == change.cancels_id))
    ).one_or_none()
    if target is None or target.state != APPROVED:
        raise DomainError("personnel.not_approved", _("Only what was approved can be cancelled."))
    if clock.today() >= target.valid_from:
        raise DomainError("personnel.begun", _(
            "It holds since {day} and cannot be cancelled any more; ask for a new change.", day=target.valid_from,
        ))  # fmt: skip
    other = session.scalar(places.marked(select(PersonnelChange.id).where(
        PersonnelChange.cancels_id == target.id, PersonnelChange.state == SUBMITTED, PersonnelChange.id != change.id
    )))  # fmt: skip
    if other is not None:
        raise DomainError("personnel.twice", _("Somebody has asked to cancel it already."))


def share(hundredths: int) -> str:
    """A share of full working time as people write it: 40 %."""
    return f"{hundredths} %"


_OF_KIND: dict[str, Callable[[Session, PersonnelChange], None]] = {
    HIRE: _hire, TRANSFER: _transfer, PROMOTION: _promotion, CONCURRENT: _concurrent, END_CONCURRENT: _end_concurrent,
    TERMS: _terms, RESIGNATION: _resignation,
}
