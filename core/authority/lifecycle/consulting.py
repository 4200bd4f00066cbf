"""Asking the units that the boundaries of a draft name: their heads agree, or object and say why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.actions import IMPORT
from core.authority.document import ListDraft
from core.authority.events import ListAnswered, ListConsulted
from core.authority.lifecycle.models import ANSWERS, ListConsultation, ListDraftRow
from core.authority.routing import head_of
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.events.outbox import emit
from core.org.models import Assignment, PositionVersion, Unit, UnitVersion

_ = catalogue("authority")

_MARK = [(IMPORT, "core_assignment")]
WORDS: dict[str | None, tuple[Text, str]] = {
    "agree": (_("Agrees"), "ok"), "object": (_("Objects"), "bad"), None: (_("No answer yet"), "warn"),
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a unit was asked and answered; ``may_answer`` for its head. ``row`` is None before it is asked."""

    unit_id: int
    title: str
    row: ListConsultation | None
    headed: bool
    may_answer: bool

    @property
    def answer(self) -> str | None:
        """Agree, object, or None."""
        return self.row.answer if self.row is not None else None

    @property
    def state(self) -> tuple[Text, str]:
        """The answer in words, and how it is coloured."""
        if self.row is None:
            return _("Not asked yet"), ""
        return WORDS[self.row.answer]


def named(draft: ListDraft) -> list[str]:
    """The codes of the units, other than its own, that the boundaries of a draft name."""
    units = {boundary.lead for boundary in draft.boundaries}
    units.update(unit for boundary in draft.boundaries for unit in boundary.support)
    return sorted(units - {draft.unit})


def heads(session: Session, units: Collection[int], day: date) -> dict[int, list[int]]:
    """The persons who head units on a day, by unit: whoever holds the post of the head, or acts for it."""
    rows = session.execute(
        select(PositionVersion.unit_id, PositionVersion.position_id, PositionVersion.is_head,
               PositionVersion.reports_to_id)
        .where(PositionVersion.unit_id.in_(units), as_of(PositionVersion, day))
        .order_by(PositionVersion.is_head.desc(), PositionVersion.order, PositionVersion.position_id)
    ).all()  # fmt: skip
    posts = {unit: head_of([row for row in rows if row.unit_id == unit]) for unit in units}
    held = session.execute(guard.mark(
        select(Assignment.position_id, Assignment.person_id).where(
            Assignment.position_id.in_([post for post in posts.values() if post is not None]), as_of(Assignment, day)
        ).order_by(Assignment.id), _MARK,
    )).all()  # fmt: skip
    return {unit: [row.person_id for row in held if row.position_id == post] for unit, post in posts.items()}


def ask(session: Session, row: ListDraftRow, draft: ListDraft) -> list[ListConsultation]:
    """Ask every unit that the boundaries name. Raises ``DomainError`` where they name none but the list's own."""
    codes = named(draft)
    if not codes:
        raise DomainError("list.consultation", _("No boundary of this list names another unit; nobody has to be "
                                                 "asked."))
    units = session.scalars(select(Unit.id).where(Unit.code.in_(codes)).order_by(Unit.code)).all()
    made = [ListConsultation(draft_id=row.id, unit_id=unit, asked_at=clock.now()) for unit in units]
    session.add_all(made)
    row.state = "consulting"
    session.flush()
    emit(session, ListConsulted(row.id, row.version, row.effective_from))
    return made


def answer(session: Session, actor: Actor, row: ListDraftRow, unit_id: int, given: str, words: str) -> None:
    """Keep what the head of a unit answers; a later answer takes the place of an earlier one.

    Raises ``NotFound`` for whoever does not head a unit that was asked, and ``DomainError`` with the field for an
    answer that is none, for an objection without words, and for a draft that nobody is asked about any more.
    """
    found = session.scalar(select(ListConsultation).where(
        ListConsultation.draft_id == row.id, ListConsultation.unit_id == unit_id
    ))  # fmt: skip
    mine = actor.person_id is not None and actor.person_id in heads(
        session, [unit_id], clock.today(actor.zone)).get(unit_id, ())
    if found is None or not mine:
        raise NotFound("not_found", _("You are not asked about this draft."))
    if row.state != "consulting":
        raise DomainError("list.consultation", _("Nobody is asked about this draft any more."))
    if given not in ANSWERS:
        raise DomainError("list.consultation", _("Choose whether you agree."), "answer")
    if given == "object" and not words.strip():
        raise DomainError("list.consultation", _("Say what you object to."), "words")
    found.answer, found.words, found.answered_at = given, words.strip()[:1000], clock.now()
    found.answered_by_account_id, found.answered_by_person_id = actor.account_id, actor.person_id
    session.flush()
    emit(session, ListAnswered(row.id, unit_id, given))


def opinions(session: Session, actor: Actor, row: ListDraftRow, draft: ListDraft) -> list[Opinion]:
    """Every unit that is or has to be asked, with its answer."""
    day = clock.today(actor.zone)
    kept = {one.unit_id: one for one in session.scalars(
        select(ListConsultation).where(ListConsultation.draft_id == row.id))}
    wanted = select(Unit.id, UnitVersion.title).outerjoin(
        UnitVersion, (UnitVersion.unit_id == Unit.id) & as_of(UnitVersion, day))
    rows: Sequence[tuple[int, object]] = [
        (unit, title) for unit, title in session.execute(
            wanted.where(Unit.id.in_(kept) if kept else Unit.code.in_(named(draft))).order_by(Unit.code))
    ]
    leading = heads(session, [unit for unit, _title in rows], day) if rows else {}
    return [
        Opinion(
            unit, str(title or "–"), kept.get(unit), bool(leading.get(unit)),
            row.state == "consulting" and unit in kept and actor.person_id is not None
            and actor.person_id in leading.get(unit, ()),
        )
        for unit, title in rows
    ]


def open_of(found: Sequence[Opinion]) -> list[Opinion]:
    """Units that object or have not answered."""
    return [one for one in found if one.answer != "agree"]
