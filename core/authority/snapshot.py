"""What the engine needs of one day, read once per epoch and day and never changed: lists in force, tree, hats.

A process keeps the latest snapshots; a new epoch (any change of organisation or lists) or a new day makes a new one,
so nothing is ever invalidated, only replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from core.authority import dormant, relations, rules
from core.authority.held import Entry, Handed, Hat, Holder, entry_of
from core.authority.instead import Instead
from core.authority.models import AuthorityEntry, DelegatedEntry, Delegation, PublishedList
from core.authority.rates import table
from core.authority.rates.table import Rates
from core.authority.relations import Relations
from core.authority.rules import Rules
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.org import tree
from core.org.models import Assignment, Position, PositionVersion

_ASSIGNMENT = [("authority.engine", "core_assignment")]
_HANDED = [*_ASSIGNMENT, ("authority.engine", "core_delegation")]

@dataclass(slots=True)
class Lists:
    """Entries of the lists in force, each kept once for all who hold it: by position, of everybody, by account."""

    posts: dict[int, tuple[Entry, ...]] = field(default_factory=dict)
    everybody: tuple[Entry, ...] | None = None
    accounts: dict[int, tuple[Entry, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Snapshot:
    """One epoch and day. Persons are bound to it as they come.

    ``lists`` are the entries that were read so far, kept where the snapshot is shared: a session that changes them
    itself reads them anew for each person. ``made`` keeps what else is made of a snapshot. ``instead`` is a list that
    is supposed to be in force; a ``supposed`` snapshot has the lists as they would be with a draft, and on every post
    somebody who holds that one alone (``drafted.py``).
    """

    epoch: int
    day: date
    nodes: Mapping[int, tree.Node]
    reports_to: Mapping[int, int | None]
    companies: frozenset[int]
    handed: Mapping[int, tuple[Handed, ...]] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    relations: Relations = field(default_factory=Relations)
    rates: Rates = field(default_factory=Rates)
    opened: Mapping[int, Mapping[tuple[int, str], datetime]] = field(default_factory=dict)
    holders: dict[tuple[int | None, int | None], Holder] = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)
    made: dict[Any, Any] = field(default_factory=dict)
    shared: bool = False
    supposed: bool = False
    instead: Instead | None = None

    def reports(self, position_id: int) -> list[int]:
        """The positions that report directly to one."""
        return [position for position, above in self.reports_to.items() if above == position_id]

    def covered(self, node: tree.Node | None, scope: str) -> bool:
        """Whether a scope that starts from a unit covers every unit there is on the day; about people it never does."""
        if node is None:
            return False
        if scope == "company":
            return self.companies == {node.legal_entity_id}
        return scope in ("unit", "subtree") and len(self.nodes) == (1 if scope == "unit" else node.rgt - node.lft)


class Snapshots:
    """The snapshots a house keeps: the latest few, shared by its threads."""

    KEEP = 4

    def __init__(self) -> None:
        self._kept: dict[tuple[int, date], Snapshot] = {}
        self._lock = Lock()

    def of(self, session: Session, epoch: int, day: date) -> Snapshot:
        """The snapshot of an epoch and day, read if it is not there yet."""
        found = self._kept.get((epoch, day))
        if found is None:
            found = read(session, epoch, day)
            found.shared = True
            with self._lock:
                self._kept[epoch, day] = found
                for stale in list(self._kept)[: -self.KEEP]:
                    del self._kept[stale]
        return found


def read(session: Session, epoch: int, day: date) -> Snapshot:
    """Read the tree, the reporting lines and what else counts on a day."""
    lines = session.execute(
        select(PositionVersion.position_id, PositionVersion.reports_to_id).where(as_of(PositionVersion, day))
    )
    nodes = tree.load(session, day)
    companies = frozenset(node.legal_entity_id for node in nodes.values())
    above = {position: superior for position, superior in lines}
    return Snapshot(
        epoch, day, nodes, above, companies, _handed(session, day), rules.read(session, day),
        relations.read(session, day), table.read(session, day), dormant.read(session),
    )


def _handed(session: Session, day: date) -> dict[int, tuple[Handed, ...]]:
    """What is delegated to whom on a day: by holders whose own assignment, not an acting one, is in force."""
    rows = session.execute(
        guard.mark(
            select(Delegation, DelegatedEntry.code, Assignment.position_id, Position.code, PositionVersion.unit_id)
            .join(DelegatedEntry, DelegatedEntry.delegation_id == Delegation.id)
            .join(Assignment, Assignment.id == Delegation.from_assignment_id)
            .join(Position, Position.id == Assignment.position_id)
            .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
            .where(
                as_of(Delegation, day), Delegation.revoked_at.is_(None), as_of(Assignment, day),
                as_of(PositionVersion, day), Assignment.kind != "acting",
                Assignment.person_id == Delegation.from_person_id,
            )
            .order_by(Delegation.id),
            _HANDED,
        )
    )
    codes: dict[int, set[str]] = {}
    found: dict[int, tuple[Delegation, Hat]] = {}
    for one, code, position_id, position_code, unit_id in rows:
        codes.setdefault(one.id, set()).add(code)
        found[one.id] = one, Hat(
            one.from_assignment_id, position_id, position_code, unit_id, "delegated", one.from_person_id, one.id
        )
    handed: dict[int, tuple[Handed, ...]] = {}
    for key, (one, hat) in found.items():
        made = Handed(hat, frozenset(codes[key]), one.limit_minor, one.currency, one.unit_id)
        handed[one.to_person_id] = (*handed.get(one.to_person_id, ()), made)
    return handed


def home(snapshot: Snapshot, hat: Hat | None, entry: Entry) -> tree.Node | None:
    """The unit a scope starts from: the one the entry names, else the holder's own."""
    unit_id = entry.scope_unit_id if entry.scope_unit_id is not None else (hat.unit_id if hat else None)
    return snapshot.nodes.get(unit_id) if unit_id is not None else None


def principal(hat: Hat | None, actor: Actor) -> int | None:
    """The person whom a scope calls himself: who delegated, else the actor."""
    return hat.principal_id if hat is not None and hat.delegation_id is not None else actor.person_id


def bind(session: Session, snapshot: Snapshot, actor: Actor) -> Holder:
    """The hats and entries of an actor, two statements the first time, none after."""
    key = (actor.person_id, actor.account_id)
    found = snapshot.holders.get(key)
    if found is None:
        hats = _hats(session, actor.person_id, snapshot.day) if actor.person_id is not None else ()
        handed = snapshot.handed.get(actor.person_id, ()) if actor.person_id is not None else ()
        entries = _entries(session, snapshot, (*hats, *(one.hat for one in handed)), actor)
        narrowed = [(one.hat, one.narrowed(entry)) for one in handed for entry in entries]
        opened = snapshot.opened.get(actor.person_id or 0, {})
        found = Holder(hats, entries, tuple((hat, entry) for hat, entry in narrowed if entry is not None), opened)
        snapshot.holders[key] = found
    return found


@cache
def _theirs() -> Any:
    """The assignments that others stand in for; an alias takes longer to make than the statement to run."""
    return aliased(Assignment)


def _hats(session: Session, person_id: int, day: date) -> tuple[Hat, ...]:
    theirs = _theirs()
    rows = session.execute(
        guard.mark(
            select(
                Assignment.id, Assignment.position_id, Position.code, PositionVersion.unit_id, Assignment.kind,
                theirs.person_id,
            )
            .outerjoin(theirs, theirs.id == Assignment.stands_in_for_id)
            .join(Position, Position.id == Assignment.position_id)
            .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
            .where(Assignment.person_id == person_id, as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id),
            _ASSIGNMENT,
        )
    )
    return tuple(Hat(*row) for row in rows)


def _entries(session: Session, snapshot: Snapshot, hats: tuple[Hat, ...], actor: Actor) -> tuple[Entry, ...]:
    """Entries of the lists in force for the hats, for everybody who holds a post, and for the account itself."""
    if not hats and actor.account_id is None:
        return ()
    lists = snapshot.lists if snapshot.shared else Lists()
    posts = sorted({hat.position_id for hat in hats})
    missing = [position for position in posts if position not in lists.posts]
    if missing or lists.everybody is None:
        _read(session, snapshot.day, lists, missing, snapshot.instead)
    own = lists.accounts.get(actor.account_id, ()) if actor.account_id is not None else ()
    everybody = lists.everybody or () if hats else ()
    return (*own, *(entry for position in posts for entry in lists.posts[position]), *everybody)


def _read(
    session: Session, day: date, lists: Lists, posts: Sequence[int], instead: Instead | None = None
) -> None:
    """Read the entries of some positions, and unless they are there those of no position, in one statement."""
    concerns = [AuthorityEntry.position_id.in_(posts)] if posts else []
    if lists.everybody is None:
        concerns.append(AuthorityEntry.position_id.is_(None))
    rows = session.execute(
        select(AuthorityEntry, PublishedList.version, Position.code)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
        .where(
            PublishedList.effective_from <= day,
            PublishedList.effective_to > day,
            or_(*concerns), *(instead.others() if instead is not None else ()),
        )
    )
    found: dict[int, list[Entry]] = {position: [] for position in posts}
    of_nobody: dict[int | None, list[Entry]] = {None: []}
    for row, version, position in rows:
        place = of_nobody.setdefault(row.account_id, []) if row.position_id is None else found[row.position_id]
        place.append(entry_of(row, version, position))
    if instead is not None:
        for at, entries in found.items():
            entries.extend(instead.entries.get(at, ()))
        of_nobody[None].extend(instead.entries.get(None, ()))
    lists.posts.update((at, tuple(entries)) for at, entries in found.items())
    if lists.everybody is None:
        lists.accounts = {account: tuple(own) for account, own in of_nobody.items() if account is not None}
        lists.everybody = tuple(of_nobody[None])
