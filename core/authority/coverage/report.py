"""The coverage report of a day as one reader may see it, and accepting what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.authority.coverage import (
    balance,
    delegated,
    entries,
    gaps,
    groups,
    lines,
    matters,
    posts,
    reading,
    separated,
    staffing,
    structure,
)
from core.authority.coverage.finding import Finding
from core.authority.coverage.models import CoverageAcceptance
from core.authority.coverage.world import OF_UNITS, Held, PostRow, World
from core.authority.readable import READ as READ_LISTS
from core.authority.readable import readable
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.db.dated import as_of
from core.org.models import Unit, UnitVersion
from core.org.resources import Place

_ = catalogue("authority")

READ = reading.READ
ACCEPT = "authority.coverage:accept"
KEEP = "authority.list:import"

#: An acceptance is looked at again after a year at the latest, as lists are.
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding with what was decided about it; ``accepted`` is None where nobody accepted it or the time is over.

    ``lapsed`` is the last day of an acceptance that is over.
    """

    finding: Finding
    accepted: CoverageAcceptance | None = None
    lapsed: date | None = None


def findings(session: Session, actor: Actor, day: date, unit: Unit | None = None) -> list[Finding]:
    """All findings of a day, serious ones first, of the units whose lists the actor may read.

    With a unit only those of it and below. A finding that tells of several units is shown to who may read them all;
    what is about the whole installation to who may read everything. Raises ``Denied`` without
    ``authority.coverage:read``, and ``NotFound`` for a unit that is not there on the day or not his to read.
    """
    require(session, actor, READ)
    world = reading.read(session, day)
    may = _readable(session, actor, day)
    within = _within(world, may, unit, day)
    shown = frozenset(one for one in may if one is not None and (within is None or one in within))
    found = [
        _as_read(one, may) for one in analyse(replace(world, shown=shown))
        if one.units <= may and (within is None or one.units & within)
    ]
    return sorted(found, key=lambda one: one.order)


def analyse(world: World) -> Iterator[Finding]:
    """Every family over one world, each finding with the position that would put it right."""
    keepers = [
        one for one in world.speaking_of(world.grants, KEEP)
        if one.entry.position_id is not None and world.carriers(one)
    ]
    for found in chain(
        posts.unheld(world, reading.AHEAD), posts.unmatched(world), posts.over_quota(world),
        structure.of_grades(world), staffing.beyond(world), matters.unclear(world),
        gaps.of_amounts(world), separated.together(world), balance.unbalanced(world), entries.undeclared(world),
        entries.idle(world), delegated.idle(world), lines.broken(world), groups.open_to_many(world),
    ):
        yield found if found.owner is not None else replace(found, owner=_keeper(world, keepers, found))


def _keeper(world: World, keepers: Sequence[Held], found: Finding) -> PostRow | None:
    """The position that publishes the list a finding is about; the one with the least reach."""
    reaching = [
        one for one in keepers
        if one.entry.scope == "all" or (found.unit is not None and world.reaches(one, found.unit))
    ]
    narrow = sorted(reaching, key=lambda one: (OF_UNITS.index(one.entry.scope), one.post.code))
    return narrow[0].post if narrow else None


def _readable(session: Session, actor: Actor, day: date) -> frozenset[int | None]:
    """The units whose lists and findings an actor may read; None among them stands for the whole installation."""
    rows = session.scalars(
        select(UnitVersion.unit_id).where(
            as_of(UnitVersion, day), readable(session, actor, UnitVersion),
            readable(session, actor, UnitVersion, action=READ),
        )
    )
    everything = all(allowed(session, actor, action, Place()) for action in (READ_LISTS, READ))
    return frozenset(rows) | (frozenset({None}) if everything else frozenset())


def unit_named(session: Session, code: str, day: date) -> Unit | None:
    """The unit of a code, None for no code; ``NotFound`` in the words for a unit that is not the reader's to see."""
    if not code:
        return None
    found = session.scalars(select(Unit).where(Unit.code == code)).one_or_none()
    if found is None:
        raise _unseen(day)
    return found


def _unseen(day: date) -> NotFound:
    return NotFound("not_found", _("There is no such unit on {day}, or it is not yours to see.", day=day))


def _within(world: World, may: frozenset[int | None], unit: Unit | None, day: date) -> frozenset[int] | None:
    if unit is None:
        return None
    here = world.units.get(unit.id)
    if here is None or here.id not in may:
        raise _unseen(day)
    return frozenset(one.id for one in world.units.values() if here.lft <= one.lft < here.rgt)


def _as_read(found: Finding, may: frozenset[int | None]) -> Finding:
    """Without the rungs that stand in lists the reader may not read, nor an owner of a unit he may not read."""
    steps = tuple(
        step for step in found.steps if step.entry.list_unit_id in may and step.post.unit_id in may
    )
    owner = found.owner if found.owner is not None and found.owner.unit_id in may else None
    return found if (steps, owner) == (found.steps, found.owner) else replace(found, steps=steps, owner=owner)


# -- accepting -------------------------------------------------------------------------------------------------------


def reported(session: Session, found: Sequence[Finding], day: date) -> list[Reported]:
    """Some findings with the acceptances of a day."""
    kept = {row.finding_key: row for row in session.scalars(select(CoverageAcceptance))}

    def of(one: Finding) -> Reported:
        row = kept.get(one.key)
        if row is None:
            return Reported(one)
        return Reported(one, row) if row.until >= day else Reported(one, lapsed=row.until)

    return [of(one) for one in found]


def find(session: Session, actor: Actor, day: date, key: str) -> Finding:
    """The finding of a key, as far as the actor may read it; ``NotFound`` otherwise."""
    found = next((one for one in findings(session, actor, day) if one.key == key), None)
    if found is None:
        raise NotFound("not_found", _("There is no such finding on {day}, or it is not yours to see.", day=day))
    return found


def may_accept(session: Session, actor: Actor, found: Finding) -> bool:
    """Whether an actor may accept a finding; for buttons."""
    return allowed(session, actor, ACCEPT, _place(found))


def accept(
    session: Session, actor: Actor, day: date, key: str, *, reason: str, until: date
) -> CoverageAcceptance:
    """Live with a finding up to and including a day, for a reason; accepting it again replaces both.

    Raises ``NotFound`` for a finding that is not there, ``Denied`` without ``authority.coverage:accept`` where it is,
    and ``DomainError`` for no reason, a day that is over, or one more than a year ahead.
    """
    found = find(session, actor, day, key)
    require(session, actor, ACCEPT, _place(found))
    if not reason.strip():
        raise DomainError("coverage.reason", _("Write why this is accepted; whoever reads the list asks."), "reason")
    if not day <= until <= day + LONGEST:
        raise DomainError(
            "coverage.until",
            _("An acceptance ends between {first} and {last}; accept it again when the day has come.", first=day,
              last=day + LONGEST),
            "until",
        )
    row = _row(session, key)
    if row is None:
        row = CoverageAcceptance(finding_key=key)
        session.add(row)
    row.unit_id = found.unit.id if found.unit is not None else None
    row.message, row.reason, row.until = str(found.message)[:1000], reason.strip()[:500], until
    row.accepted_at, row.accepted_by, row.account_id = clock.now(), actor.name, actor.account_id
    session.flush()
    return row


def reopen(session: Session, actor: Actor, day: date, key: str) -> None:
    """Take an acceptance back; ``NotFound`` where there is none, ``Denied`` as for accepting."""
    found = find(session, actor, day, key)
    require(session, actor, ACCEPT, _place(found))
    row = _row(session, key)
    if row is None:
        raise NotFound("not_found", _("This finding is not accepted."))
    session.delete(row)
    session.flush()


def _row(session: Session, key: str) -> CoverageAcceptance | None:
    return session.scalars(select(CoverageAcceptance).where(CoverageAcceptance.finding_key == key)).one_or_none()


def _place(found: Finding) -> Place:
    return Place() if found.unit is None else Place(found.unit.id, found.unit.legal_entity_id)
