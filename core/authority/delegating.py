"""Letting somebody else decide in one's stead for a time: what may be handed over, handing it over, taking it back.

Only what one holds oneself, by a post of one's own and by an entry that says it may be delegated; never what one holds
by acting or by another delegation. It always ends, and says why. Whoever delegates may still decide himself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import load, require, visible
from core.authority import separating
from core.authority.actions import GIVE, REVOKE, SEE
from core.authority.events import AuthorityDelegated, DelegationRevoked
from core.authority.models import AuthorityEntry, DelegatedEntry, Delegation, PublishedList
from core.authority.reading import EntryLine, entry_line, in_force, unit_titles
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.events.outbox import emit
from core.org.models import Assignment, Person, Position, PositionVersion

_ = catalogue("authority")

#: A quarter at most, in days; whoever is away for longer is stood in for by an acting holder.
MOST_DAYS = 92
#: How long a delegation that has ended is still shown.
PAST = timedelta(days=92)
#: So many people are offered to delegate to.
MOST_OFFERED = 100
_MARK = [(GIVE, "core_assignment"), (GIVE, "core_person")]


@dataclass(frozen=True, slots=True)
class Own:
    """A post of one's own with the entries that may be delegated."""

    assignment_id: int
    position_id: int
    code: str
    title: Translation
    entries: list[EntryLine]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to delegate to; ``stands_in`` for the one who asks, as the organisation says."""

    person_id: int
    name: str
    post: Translation
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A delegation with its names: who handed over which entries of which post to whom."""

    delegation: Delegation
    giver: str
    taker: str
    post: Translation
    post_code: str
    entries: list[EntryLine]
    state: str

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return self.delegation.valid_to - timedelta(days=1)


def own_posts(session: Session, actor: Actor, day: date) -> list[Own]:
    """The actor's posts on a day with what may be delegated of them; posts with nothing are left out."""
    held: Sequence[Any] = session.execute(guard.mark(
        select(Assignment.id, Assignment.position_id, Position.code, PositionVersion.title)
        .join(Position, Position.id == Assignment.position_id)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(
            Assignment.person_id == (actor.person_id or 0), Assignment.kind != "acting", as_of(Assignment, day),
            as_of(PositionVersion, day),
        )
        .order_by(Assignment.is_primary.desc(), Assignment.id),
        _MARK,
    )).all()  # fmt: skip
    lines = _lines(session, [row.position_id for row in held], day)
    found = [Own(row.id, row.position_id, row.code, row.title, lines.get(row.position_id, [])) for row in held]
    return [one for one in found if one.entries]


def _lines(
    session: Session, positions: Collection[int], day: date, *, delegable: bool = True
) -> dict[int, list[EntryLine]]:
    """The grants of posts that are in force on a day, in words, by position."""
    if not positions:
        return {}
    conditions = [AuthorityEntry.delegable.is_(True)] if delegable else []
    rows = session.scalars(
        select(AuthorityEntry).join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(
            in_force(day), AuthorityEntry.position_id.in_(sorted(positions)), AuthorityEntry.effect == "grant",
            *conditions,
        )
        .order_by(AuthorityEntry.id)
    ).all()
    units = unit_titles(session, [row.scope_unit_id for row in rows if row.scope_unit_id is not None], day)
    found: dict[int, list[EntryLine]] = {}
    for row in rows:
        found.setdefault(row.position_id or 0, []).append(entry_line(session, row, units))
    return found


def colleagues(session: Session, actor: Actor, day: date) -> list[Colleague]:
    """Whom the actor would delegate to: who stands in for him, his unit, the posts below, beside and above his own.

    Each once, stand-ins first, at most ``MOST_OFFERED``.
    """
    mine, theirs = aliased(Assignment), aliased(Assignment)
    post, my_post = aliased(PositionVersion), aliased(PositionVersion)
    first = func.max(case((theirs.stands_in_for_id == mine.id, 1), else_=0))
    rows = session.execute(guard.mark(
        select(theirs.person_id, Person.name, post.title, first)
        .select_from(mine)
        .join(my_post, my_post.position_id == mine.position_id)
        .join(theirs, theirs.person_id != mine.person_id)
        .join(post, post.position_id == theirs.position_id)
        .join(Person, Person.id == theirs.person_id)
        .where(
            mine.person_id == (actor.person_id or 0), as_of(mine, day), as_of(my_post, day), as_of(theirs, day),
            as_of(post, day),
            or_(
                theirs.stands_in_for_id == mine.id, post.unit_id == my_post.unit_id,
                post.reports_to_id == mine.position_id, post.position_id == my_post.reports_to_id,
                and_(post.reports_to_id == my_post.reports_to_id, post.is_head),
            ),
        )
        .group_by(theirs.person_id, Person.name, post.title, Person.sort_key)
        .order_by(Person.sort_key, theirs.person_id)
        .limit(MOST_OFFERED),
        _MARK,
    ))  # fmt: skip
    found: dict[int, Colleague] = {}
    for person_id, name, title, stands_in in rows:
        found.setdefault(person_id, Colleague(person_id, name, title, bool(stands_in)))
    return sorted(found.values(), key=lambda one: not one.stands_in)


def delegate(
    session: Session, actor: Actor, *, assignment_id: int, to_person_id: int, codes: Collection[str], first_day: date,
    last_day: date, reason: str, limit_minor: int | None = None, currency: str | None = None,
    unit_id: int | None = None,
) -> Delegation:
    """Hand entries of one of the actor's own posts to somebody, from a day to a day, both included.

    ``limit_minor`` in ``currency`` and ``unit_id`` narrow what the entries allow. Raises ``DomainError`` with the field
    it is about: a post that is not one's own or held by acting, an entry that may not be delegated or is not in force
    on the first day, somebody without a post, oneself, days that lie wrong, more than ``MOST_DAYS``, a limit above that
    of an entry or in another currency, no reason, somebody who would hold what a rule keeps apart.
    """
    held = session.scalars(guard.mark(
        select(Assignment).where(
            Assignment.id == assignment_id, Assignment.person_id == (actor.person_id or 0),
            as_of(Assignment, first_day),
        ),
        _MARK,
    )).one_or_none()  # fmt: skip
    if held is None or held.kind == "acting":
        raise DomainError("delegation.post", _("Only what you hold by a post of your own can be delegated."), "entries")
    _check_days(first_day, last_day)
    if not reason.strip():
        raise DomainError("delegation.reason", _("Say why, such as a leave or a business trip."), "reason")
    _check_taker(session, actor, to_person_id, first_day)
    _check_entries(session, held, codes, first_day, limit_minor, currency)
    made = Delegation(
        from_assignment_id=held.id, from_person_id=held.person_id, to_person_id=to_person_id, limit_minor=limit_minor,
        currency=currency if limit_minor is not None else None, unit_id=unit_id, valid_from=first_day,
        valid_to=last_day + timedelta(days=1), reason=reason.strip(), created_at=clock.now(),
        created_by_account_id=actor.account_id,
    )
    require(session, actor, GIVE, made)
    write(session, made, codes)
    separating.check_delegation(session, made, held.position_id)
    emit(session, AuthorityDelegated(made.id, made.from_person_id, made.to_person_id, first_day, last_day))
    return made


def write(session: Session, made: Delegation, codes: Collection[str]) -> None:
    """Write a delegation with its entries; for a caller who has asked who may: the form, the demo."""
    session.add(made)
    session.flush()
    session.add_all(DelegatedEntry(delegation_id=made.id, code=code) for code in sorted(set(codes)))
    session.flush()


def _check_days(first_day: date, last_day: date) -> None:
    if first_day < clock.today():
        raise DomainError("delegation.days", _("It cannot begin before today."), "first_day")
    if last_day < first_day:
        raise DomainError("delegation.days", _("The last day lies before the first."), "last_day")
    if (last_day - first_day).days >= MOST_DAYS:
        raise DomainError("delegation.days", _(
            "A delegation lasts {count} day at most; for longer somebody is appointed to act.",
            "A delegation lasts {count} days at most; for longer somebody is appointed to act.", count=MOST_DAYS,
        ), "last_day")  # fmt: skip


def _check_taker(session: Session, actor: Actor, person_id: int, day: date) -> None:
    if person_id == actor.person_id:
        raise DomainError("delegation.to", _("You hold it yourself already."), "to")
    posts = select(Assignment.id).where(Assignment.person_id == person_id, as_of(Assignment, day)).limit(1)
    if session.scalars(guard.mark(posts, _MARK)).first() is None:
        raise DomainError("delegation.to", _("Choose somebody who holds a post on that day."), "to")


def _check_entries(
    session: Session, held: Assignment, codes: Collection[str], day: date, limit: int | None, currency: str | None
) -> None:
    rows = {
        row.code: row for row in session.scalars(
            select(AuthorityEntry).join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            .where(
                in_force(day), AuthorityEntry.position_id == held.position_id, AuthorityEntry.effect == "grant",
                AuthorityEntry.delegable.is_(True),
            )
        )
    }
    if not codes:
        raise DomainError("delegation.entries", _("Choose what you delegate."), "entries")
    for code in codes:
        row = rows.get(code)
        if row is None:
            raise DomainError(
                "delegation.entries", _("{code} cannot be delegated on that day.", code=code), "entries"
            )
        if limit is None:
            continue
        if row.currency is not None and row.currency != currency:
            raise DomainError("delegation.limit", _("{code} is limited in {currency}.", code=code,
                                                    currency=row.currency), "limit")  # fmt: skip
        if limit <= 0 or (row.limit_minor is not None and limit > row.limit_minor):
            raise DomainError("delegation.limit", _("The limit lies above your own of {code}, or is none.", code=code),
                              "limit")  # fmt: skip


def revoke(session: Session, actor: Actor, delegation_id: int) -> Delegation:
    """End a delegation at once: whoever gave it takes it back, whoever was given it hands it back.

    One that has ended stays as it is. ``NotFound`` for one that is not the actor's to see.
    """
    row = load(session, actor, REVOKE, Delegation, delegation_id)
    require(session, actor, REVOKE, row)
    if row.revoked_at is None and row.valid_to > clock.today():
        row.revoked_at, row.revoked_by_person_id = clock.now(), actor.person_id
        session.flush()
        emit(session, DelegationRevoked(row.id, row.from_person_id, row.to_person_id, actor.person_id))
    return row


def of_person(session: Session, actor: Actor, person_id: int, *, ended_since: date | None = None) -> list[Given]:
    """What somebody delegated and was delegated, as far as the actor may see it: coming and in force, soonest first.

    With ``ended_since`` those that ended from that day on follow.
    """
    today = clock.today()
    statement = visible(session, actor, SEE, select(Delegation).where(
        or_(Delegation.from_person_id == person_id, Delegation.to_person_id == person_id),
        Delegation.valid_to > (ended_since or today),
    ).order_by(Delegation.valid_from, Delegation.id))  # fmt: skip
    rows = [row for row in session.scalars(statement) if ended_since is not None or row.revoked_at is None]
    return sorted(_named(session, rows, today), key=lambda one: one.state not in ("in force", "coming"))


def _named(session: Session, rows: Sequence[Delegation], today: date) -> list[Given]:
    if not rows:
        return []
    people = {row.from_person_id for row in rows} | {row.to_person_id for row in rows}
    named = guard.mark(select(Person.id, Person.name).where(Person.id.in_(sorted(people))), _MARK)
    names = {key: name for key, name in session.execute(named)}
    posts = {row.id: row for row in session.execute(guard.mark(
        select(Assignment.id, Assignment.position_id, Position.code, PositionVersion.title)
        .join(Position, Position.id == Assignment.position_id)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(Assignment.id.in_({row.from_assignment_id for row in rows}), as_of(PositionVersion, today)),
        _MARK,
    ))}  # fmt: skip
    codes: dict[int, set[str]] = {}
    handed = select(DelegatedEntry).where(DelegatedEntry.delegation_id.in_([row.id for row in rows]))
    for one in session.scalars(handed):
        codes.setdefault(one.delegation_id, set()).add(one.code)
    lines = _lines(session, {post.position_id for post in posts.values()}, today, delegable=False)
    return [
        Given(
            row, names.get(row.from_person_id, ""), names.get(row.to_person_id, ""),
            posts[row.from_assignment_id].title, posts[row.from_assignment_id].code,
            [line for line in lines.get(posts[row.from_assignment_id].position_id, []) if line.code in codes[row.id]],
            _state(row, today),
        )
        for row in rows if row.from_assignment_id in posts
    ]


def _state(row: Delegation, today: date) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_to <= today:
        return "over"
    return "in force" if row.valid_from <= today else "coming"
