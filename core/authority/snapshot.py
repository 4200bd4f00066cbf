"""What the engine needs of one day, read once per epoch and day and never changed: lists in force, tree, hats.

A process keeps the latest snapshots; a new epoch (any change of organisation or lists) or a new day makes a new one,
so nothing is ever invalidated, only replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.authority.models import AuthorityEntry, PublishedList
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.org import tree
from core.org.models import Assignment, Position, PositionVersion

_ASSIGNMENT = [("authority.engine", "core_assignment")]

EVERYBODY = "ALL"
ANY_ACTION = "*"
#: Ways to have a part in a decision that nothing in the program asks about yet.
STEPS = ("propose", "cosign", "review")


def matches(pattern: str, action: str) -> bool:
    """Whether the action an entry is written for names a key."""
    if pattern == action:
        return True
    noun, _colon, verb = action.partition(":")
    own_noun, _colon, own_verb = pattern.partition(":")
    module, _dot, thing = noun.partition(".")
    own_module, _dot, own_thing = own_noun.partition(".")
    return own_verb == verb and own_module in ("*", module) and own_thing in ("*", thing)


@dataclass(frozen=True, slots=True)
class Hat:
    """One route by which a person holds a position's authority; hats never mix inside one decision."""

    assignment_id: int
    position_id: int
    position_code: str
    unit_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An authority entry as the engine uses it. ``code`` is the citation, such as ``MKT-ACQ-H.A1``."""

    code: str
    list_version: int
    position_id: int | None
    effect: str
    action: str
    title: Translation
    scope: str
    scope_unit_id: int | None
    limit_minor: int | None
    currency: str | None
    cap_minor: int | None
    cap_period: str | None
    conditions: Mapping[str, Any] | None
    power: str
    by_acting: bool
    bootstrap: bool
    of_account: bool

    def covers(self, action: str, power: str) -> bool:
        """Whether the entry speaks of an action; wildcards are ``module.*:verb`` and ``*.noun:verb``.

        The bootstrap entry covers everything but the reveal of masked fields. To propose, co-sign or review is not to
        decide: such an entry is kept, and permits nothing.
        """
        if self.effect == "grant" and self.power in STEPS:
            return False
        if self.bootstrap and self.action == ANY_ACTION:
            return power != "reveal"
        return matches(self.action, action)


@dataclass(frozen=True, slots=True)
class Holder:
    """All hats and entries of one actor on one day."""

    hats: tuple[Hat, ...]
    entries: tuple[Entry, ...]

    def routes(self, action: str, power: str, effect: str) -> list[tuple[Hat | None, Entry]]:
        """Each (hat, entry) by which the actor has to do with an action.

        An entry for everybody is held under each hat, one of the installation's first account under none.
        """
        found: list[tuple[Hat | None, Entry]] = []
        for entry in self.entries:
            if entry.effect != effect or not entry.covers(action, power):
                continue
            if entry.of_account:
                found.append((None, entry))
                continue
            found.extend(
                (hat, entry)
                for hat in self.hats
                if entry.position_id in (None, hat.position_id) and (entry.by_acting or hat.kind != "acting")
            )
        return found


@dataclass(slots=True)
class Snapshot:
    """One epoch and day. Persons are bound to it as they come."""

    epoch: int
    day: date
    nodes: Mapping[int, tree.Node]
    reports_to: Mapping[int, int | None]
    companies: frozenset[int]
    holders: dict[tuple[int | None, int | None], Holder] = field(default_factory=dict)

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
            with self._lock:
                self._kept[epoch, day] = found
                for stale in list(self._kept)[: -self.KEEP]:
                    del self._kept[stale]
        return found


def read(session: Session, epoch: int, day: date) -> Snapshot:
    """Read the tree and the reporting lines of a day."""
    lines = session.execute(
        select(PositionVersion.position_id, PositionVersion.reports_to_id).where(as_of(PositionVersion, day))
    )
    nodes = tree.load(session, day)
    companies = frozenset(node.legal_entity_id for node in nodes.values())
    return Snapshot(epoch, day, nodes, {position: above for position, above in lines}, companies)


def home(snapshot: Snapshot, hat: Hat | None, entry: Entry) -> tree.Node | None:
    """The unit a scope starts from: the one the entry names, else the holder's own."""
    unit_id = entry.scope_unit_id if entry.scope_unit_id is not None else (hat.unit_id if hat else None)
    return snapshot.nodes.get(unit_id) if unit_id is not None else None


def bind(session: Session, snapshot: Snapshot, actor: Actor) -> Holder:
    """The hats and entries of an actor, two statements the first time, none after."""
    key = (actor.person_id, actor.account_id)
    found = snapshot.holders.get(key)
    if found is None:
        hats = _hats(session, actor.person_id, snapshot.day) if actor.person_id is not None else ()
        found = Holder(hats, _entries(session, hats, actor, snapshot.day))
        snapshot.holders[key] = found
    return found


def _hats(session: Session, person_id: int, day: date) -> tuple[Hat, ...]:
    rows = session.execute(
        guard.mark(
            select(
                Assignment.id, Assignment.position_id, Position.code, PositionVersion.unit_id, Assignment.kind
            )
            .join(Position, Position.id == Assignment.position_id)
            .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
            .where(Assignment.person_id == person_id, as_of(Assignment, day), as_of(PositionVersion, day))
            .order_by(Assignment.is_primary.desc(), Assignment.id),
            _ASSIGNMENT,
        )
    )
    return tuple(Hat(*row) for row in rows)


def _entries(session: Session, hats: tuple[Hat, ...], actor: Actor, day: date) -> tuple[Entry, ...]:
    """Entries of the lists in force for the hats, for everybody who holds a post, and for the account itself."""
    concerns = [AuthorityEntry.account_id == actor.account_id] if actor.account_id is not None else []
    if hats:
        concerns.append(AuthorityEntry.position_id.in_(sorted({hat.position_id for hat in hats})))
        concerns.append(AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None))
    if not concerns:
        return ()
    rows = session.execute(
        select(AuthorityEntry, PublishedList.version, Position.code)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
        .where(
            PublishedList.effective_from <= day,
            PublishedList.effective_to > day,
            or_(*concerns),
        )
    )
    return tuple(
        Entry(
            code=f"{position or EVERYBODY}.{row.code}",
            list_version=version,
            position_id=row.position_id,
            effect=row.effect,
            action=row.action,
            title=row.title,
            scope=row.scope,
            scope_unit_id=row.scope_unit_id,
            limit_minor=row.limit_minor,
            currency=row.currency,
            cap_minor=row.cap_minor,
            cap_period=row.cap_period,
            conditions=row.conditions,
            power=row.power,
            by_acting=row.by_acting,
            bootstrap=row.bootstrap,
            of_account=row.account_id is not None,
        )
        for row, version, position in rows
    )
