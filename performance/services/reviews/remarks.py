"""Feedback, private praise and notes of talks: writing one, and reading those that are there for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.reviews import REMARK_READ, REMARK_WRITE
from performance.models import Remark
from performance.services.reviews import telling
from performance.services.reviews.superiors import superior_of
from performance.text import _
from performance.text_reviews import FEEDBACK, PRIVATE, REMARKS
from remit.base import Actor, DomainError, clock
from remit.models import Employment
from remit.services import require, system, visible

PAGE = 50
LONGEST = 4_000


def write(session: Session, actor: Actor, values: dict[str, Any]) -> Remark:
    """Write to somebody (``number``): ``kind``, ``day``, ``text``.

    Feedback is read by him and his superior, praise and notes by him, a private line by nobody but the writer. Raises
    ``DomainError`` with the field for oneself, somebody who is not there, and an empty text.
    """
    today = clock.today(actor.zone)
    with system(session, "whom a remark is for"):
        found = session.scalars(select(Employment).where(
            Employment.number == values["number"].strip(), Employment.hired_on <= today, Employment.left_on > today
        )).one_or_none()  # fmt: skip
    if found is None:
        raise DomainError("performance.peer", _("Nobody with this employee number works here."), "number")
    if actor.person_id is None or found.person_id == actor.person_id:
        raise DomainError("performance.own_remark", _("Write to somebody else."), "number")
    text = values["text"].strip()
    if not text:
        raise DomainError("performance.text", _("Write something."), "text")
    kind = values["kind"]
    if kind not in REMARKS:
        raise DomainError("performance.kind", _("Choose one of the kinds."), "kind")
    if values["day"] > today:
        raise DomainError("performance.future_day", _("This day is yet to come."), "day")
    superior = superior_of(session, found.person_id, today) if kind == FEEDBACK else None
    made = Remark(
        kind=kind, writer_person_id=actor.person_id, person_id=found.person_id, day=values["day"], text=text[:LONGEST],
        reader_person_id=None if kind == PRIVATE else found.person_id, written_at=clock.now(),
        superior_person_id=superior if superior != actor.person_id else None,
    )  # fmt: skip
    require(session, actor, REMARK_WRITE, made)
    session.add(made)
    session.flush()
    if made.reader_person_id is not None:
        telling.remarked(session, found.person_id)
    return made


def listed(session: Session, actor: Actor, *, before: int | None = None) -> Sequence[Remark]:
    """What was written to somebody, by him, and about his people as feedback; the latest first, a page of them."""
    statement = select(Remark).order_by(Remark.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(Remark.id < before)
    return session.scalars(visible(session, actor, REMARK_READ, statement)).all()
