"""Emergencies: opening a dormant entry of one's own list for some hours, ending it early, and looking at it afterwards.

Whoever opens it says why; his superiors and whoever keeps the lists are told at once, it ends by itself, and within
three days a superior says that he has looked at what was decided by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.calls import load, require, visible
from core.audit.models import AuditEntry
from core.authority.actions import EMERGENCIES, OPEN, REVIEW
from core.authority.events import EmergencyOpened
from core.authority.held import Entry, Hat
from core.authority.models import AuthorityEntry, BreakGlass, PublishedList
from core.authority.reading import EntryLine, entry_line, in_force, unit_titles
from core.authority.snapshot import Snapshot, bind
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db import guard
from core.events.outbox import emit
from core.org.models import Person, Position

_ = catalogue("authority")

#: Within so many days it is looked at again.
REVIEW_DAYS = 3
#: So much is shown of what was opened, and of what was done by it.
MOST, MOST_DEEDS = 50, 100
_PEOPLE = [(EMERGENCIES, "core_person")]
_AUDIT = [(REVIEW, AuditEntry.__tablename__)]


@dataclass(frozen=True, slots=True)
class Dormant:
    """A dormant entry one holds under a hat; ``until`` while it is open."""

    assignment_id: int
    citation: str
    hours: int
    line: EntryLine
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Something that was opened, with who did; ``deeds`` is what was done by it, where that was asked for."""

    row: BreakGlass
    name: str
    state: str
    deeds: Sequence[AuditEntry] = ()


def held(session: Session, actor: Actor) -> list[tuple[Hat, Entry]]:
    """The dormant entries under the hats by which they are held, those that are open included."""
    snapshot: Snapshot = session.info["authority"].snapshot(session, actor)
    holder = bind(session, snapshot, actor)
    return [
        (hat, entry) for entry in holder.entries if entry.break_hours is not None for hat in holder.hats
        if entry.position_id == hat.position_id and (entry.by_acting or hat.kind != "acting")
    ]


def until(session: Session, actor: Actor) -> datetime | None:
    """Until when the last of what the actor has opened is open; None where nothing is. It takes no statement."""
    snapshot: Snapshot = session.info["authority"].snapshot(session, actor)
    found = [moment for moment in snapshot.opened.get(actor.person_id or 0, {}).values() if moment > clock.now()]
    return max(found, default=None)


def own(session: Session, actor: Actor) -> list[Dormant]:
    """What the actor may open, and has open."""
    mine = held(session, actor)
    if not mine:
        return []
    snapshot: Snapshot = session.info["authority"].snapshot(session, actor)
    open_ = snapshot.opened.get(actor.person_id or 0, {})
    rows = _rows(session, {entry.position_id for _hat, entry in mine}, snapshot.day)
    units = unit_titles(session, [row.scope_unit_id for row in rows.values() if row.scope_unit_id], snapshot.day)
    return [
        Dormant(
            hat.assignment_id, entry.code, entry.break_hours or 0, entry_line(session, rows[entry.code], units),
            moment if (moment := open_.get((hat.assignment_id, entry.code))) and moment > clock.now() else None,
        )
        for hat, entry in mine if entry.code in rows
    ]


def _rows(session: Session, posts: set[int | None], day: date) -> dict[str, AuthorityEntry]:
    found = session.execute(
        select(Position.code, AuthorityEntry).join(AuthorityEntry, AuthorityEntry.position_id == Position.id)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(in_force(day), AuthorityEntry.position_id.in_(posts), AuthorityEntry.break_hours.is_not(None))
    )
    return {f"{code}.{row.code}": row for code, row in found}


def open_up(session: Session, actor: Actor, *, assignment_id: int, citation: str, reason: str) -> BreakGlass:
    """Wake a dormant entry of one's own for as long as the list says.

    Raises ``DomainError`` with the field it is about: what is not one's own, what is open already, no reason;
    ``Denied`` without ``authority.emergency:open``.
    """
    found = [entry for hat, entry in held(session, actor)
             if (hat.assignment_id, entry.code) == (assignment_id, citation)]
    if not found or actor.person_id is None:
        raise DomainError("emergency.entry", _("This is not on your list for emergencies."), "what")
    if len(reason.strip()) < 10:
        message = _("Say what has happened, in a sentence: it is told and looked at.")
        raise DomainError("emergency.reason", message, "reason")
    snapshot: Snapshot = session.info["authority"].snapshot(session, actor)
    if snapshot.opened.get(actor.person_id, {}).get((assignment_id, citation), clock.NEVER) > clock.now():
        raise DomainError("emergency.open", _("It is open already."), "what")
    now, entry = clock.now(), found[0]
    made = BreakGlass(
        person_id=actor.person_id, account_id=actor.account_id, assignment_id=assignment_id, entry=citation,
        list_version=entry.list_version, reason=reason.strip()[:500], opened_at=now,
        until=now + timedelta(hours=entry.break_hours or 0),
        review_by=clock.today(actor.zone) + timedelta(days=REVIEW_DAYS),
    )
    require(session, actor, OPEN, made)
    session.add(made)
    session.flush()
    emit(session, EmergencyOpened(made.id, made.person_id, citation, made.until))
    return made


def close(session: Session, actor: Actor, number: int) -> None:
    """End what one opened before its time; nothing is undone. ``NotFound`` for what is not one's own or is over."""
    row = load(session, actor, EMERGENCIES, BreakGlass, number)
    if row.person_id != actor.person_id or row.until <= clock.now():
        raise NotFound("not_found", _("There is nothing open here."))
    require(session, actor, OPEN, row)
    row.until = clock.now()
    session.flush()


def review(session: Session, actor: Actor, number: int, words: str) -> None:
    """Say that one has looked at what was decided by it, and what follows.

    ``DomainError`` without a word, while it is open, and for what was looked at already; ``Denied`` for one's own.
    """
    row = load(session, actor, EMERGENCIES, BreakGlass, number)
    require(session, actor, REVIEW, row)
    if row.until > clock.now():
        raise DomainError("emergency.open", _("It is still open; look at it when it has ended."))
    if row.reviewed_at is not None:
        raise DomainError("emergency.reviewed", _("Somebody has looked at it already."))
    if not words.strip():
        raise DomainError("emergency.review", _("Say what you found."), "words")
    row.reviewed_at, row.review = clock.now(), words.strip()[:500]
    row.reviewed_by_account_id, row.reviewed_by_person_id = actor.account_id, actor.person_id
    session.flush()


def seen(session: Session, actor: Actor) -> list[Opened]:
    """What was opened, as far as the actor may see it, what waits for a look first, then the latest."""
    statement = select(BreakGlass).order_by(BreakGlass.reviewed_at.is_not(None), BreakGlass.id.desc()).limit(MOST)
    rows: Sequence[BreakGlass] = session.scalars(visible(session, actor, EMERGENCIES, statement)).all()
    names = _names(session, {row.person_id for row in rows})
    day = clock.today(actor.zone)
    return [Opened(row, names.get(row.person_id, "–"), _state(row, day)) for row in rows]


def show(session: Session, actor: Actor, number: int) -> Opened:
    """One of them with every decision that cites it; ``NotFound`` for what is not the actor's to see."""
    row = load(session, actor, EMERGENCIES, BreakGlass, number)
    deeds = session.scalars(guard.mark(
        select(AuditEntry).where(
            AuditEntry.entry == row.entry, AuditEntry.at >= row.opened_at, AuditEntry.at <= row.until,
            or_(AuditEntry.person_id == row.person_id, AuditEntry.account_id == (row.account_id or -1)),
        ).order_by(AuditEntry.id).limit(MOST_DEEDS),
        _AUDIT,
    )).all()  # fmt: skip
    name = _names(session, {row.person_id}).get(row.person_id, "–")
    return Opened(row, name, _state(row, clock.today(actor.zone)), deeds)


def _state(row: BreakGlass, day: date) -> str:
    if row.until > clock.now():
        return "open"
    return "reviewed" if row.reviewed_at is not None else "late" if row.review_by < day else "waits"


def _names(session: Session, people: set[int]) -> dict[int, str]:
    if not people:
        return {}
    rows = session.execute(guard.mark(select(Person.id, Person.name).where(Person.id.in_(sorted(people))), _PEOPLE))
    return {key: name for key, name in rows}
