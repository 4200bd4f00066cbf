"""The plain rows a coverage report is found from, and the few questions every family asks them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from core.authority.held import STEPS, matches
from core.authority.rules import Rule
from core.db.types import Translation
from core.kernel.specs import ActionDef, ResourceType
from core.org.quotas import Quota

#: Scopes whose reach is a set of units; the others are about people.
OF_UNITS = ("unit", "subtree", "company", "all")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on the day, with its numbers in the tree."""

    id: int
    code: str
    title: Translation
    parent_id: int | None
    legal_entity_id: int
    lft: int
    rgt: int


@dataclass(frozen=True, slots=True)
class PostRow:
    """A position on the day."""

    id: int
    code: str
    title: Translation
    unit_id: int
    reports_to_id: int | None
    headcount: int
    is_head: bool
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class HoldRow:
    """Somebody holding a position during ``[start, end)``; ``fte`` in hundredths."""

    person_id: int
    position_id: int
    kind: str
    fte: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class EmployedRow:
    """An employment on the day."""

    person_id: int
    number: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty; without a position it is that of the unit whose list it stands in."""

    list_unit_id: int | None
    code: str
    position_id: int | None
    text: Translation
    raci: str
    matter: str | None


@dataclass(frozen=True, slots=True)
class KpiRow:
    """What a position is assessed by, and the duty it names."""

    list_unit_id: int | None
    code: str
    position_id: int
    duty_code: str | None


@dataclass(frozen=True, slots=True, eq=False)
class EntryRow:
    """An authority entry as it is written; ``of_account`` is one of the first account instead of a position.

    Two rows that say the same are two entries.
    """

    list_unit_id: int | None
    code: str
    position_id: int | None
    effect: str
    action: str
    scope: str
    scope_unit_id: int | None = None
    limit_minor: int | None = None
    currency: str | None = None
    cap_minor: int | None = None
    cap_period: str | None = None
    split: tuple[str, int] | None = None
    conditions: Mapping[str, str] | None = None
    power: str = "decide"
    duty_code: str | None = None
    delegable: bool = False
    by_acting: bool = True
    of_account: bool = False
    needs_second: int | None = None

    @property
    def grants(self) -> bool:
        """Whether it lets somebody do something; a step before a decision does not."""
        return self.effect == "grant" and self.power not in STEPS


@dataclass(frozen=True, slots=True)
class BoundaryRow:
    """A boundary and the units on its other side."""

    list_unit_id: int | None
    code: str
    matter: str
    lead_unit_id: int
    support: frozenset[int | None]


@dataclass(frozen=True, slots=True)
class HandedRow:
    """A delegation in force: of a position that the giver holds in a way (``kind``), to whom, until when.

    ``giver`` and ``taker`` are employee numbers; ``unit_id`` is the unit it is narrowed to, with those below.
    """

    position_id: int
    kind: str
    giver: str
    taker_id: int
    taker: str
    last_day: date
    codes: frozenset[str]
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class MitigationRow:
    """Somebody whom a rule, named by its citation, lets pass during ``[start, end)``; ``number`` is his employment."""

    rule: str
    person_id: int
    number: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Held:
    """An entry in the hands of a position; one for everybody is in the hands of each."""

    entry: EntryRow
    post: PostRow


@dataclass(frozen=True)
class World:
    """All rows of a day. ``holds`` reach as far ahead as vacancies are looked for.

    ``shown`` are the units a report is for, None for all of them: what holds in many units is told of these alone.
    """

    day: date
    units: Mapping[int, UnitRow]
    posts: Mapping[int, PostRow]
    holds: Sequence[HoldRow] = ()
    employed: Sequence[EmployedRow] = ()
    duties: Sequence[DutyRow] = ()
    kpis: Sequence[KpiRow] = ()
    entries: Sequence[EntryRow] = ()
    boundaries: Sequence[BoundaryRow] = ()
    handed: Sequence[HandedRow] = ()
    #: What modules that are on declare.
    actions: Mapping[str, ActionDef] = field(default_factory=dict)
    resources: Mapping[str, ResourceType] = field(default_factory=dict)
    shown: frozenset[int] | None = None
    rules: Sequence[Rule] = ()
    #: Those that are in force on the day or begin later.
    mitigations: Sequence[MitigationRow] = ()
    #: What approved staffing plans allow on the day.
    quotas: Sequence[Quota] = ()
    #: Since when somebody holds a position without a break, where that began before ``HoldRow.start``.
    since: Mapping[tuple[int, int], date] = field(default_factory=dict)

    # -- who ------------------------------------------------------------------------------------------------------

    @cached_property
    def holds_of(self) -> Mapping[int, list[HoldRow]]:
        """By position, whoever holds it on the day or later."""
        found: dict[int, list[HoldRow]] = {}
        for hold in self.holds:
            found.setdefault(hold.position_id, []).append(hold)
        return found

    def held_on(self, position_id: int, day: date) -> list[HoldRow]:
        """Who holds a position on a day, whoever acts for it included."""
        return [hold for hold in self.holds_of.get(position_id, ()) if hold.start <= day < hold.end]

    @cached_property
    def holding(self) -> frozenset[int]:
        """Whoever holds a position on the day."""
        return frozenset(hold.person_id for hold in self.holds if hold.start <= self.day < hold.end)

    @cached_property
    def heads(self) -> Mapping[int, list[PostRow]]:
        """The heads of each unit."""
        found: dict[int, list[PostRow]] = {}
        for post in self.posts.values():
            if post.is_head:
                found.setdefault(post.unit_id, []).append(post)
        return found

    def carriers(self, held: Held) -> frozenset[int]:
        """The persons who hold an entry of a position today."""
        return frozenset(
            hold.person_id for hold in self.held_on(held.post.id, self.day)
            if held.entry.by_acting or hold.kind != "acting"
        )

    # -- where ----------------------------------------------------------------------------------------------------

    def home(self, entry: EntryRow, post: PostRow | None) -> UnitRow | None:
        """The unit a scope starts from: the one the entry names, else that of the position."""
        unit_id = entry.scope_unit_id if entry.scope_unit_id is not None else (post.unit_id if post else None)
        return self.units.get(unit_id) if unit_id is not None else None

    def reaches(self, held: Held, unit: UnitRow) -> bool:
        """Whether an entry covers all that belongs to a unit; scopes about people cover no unit."""
        entry = held.entry
        if entry.scope == "all":
            return True
        home = self.home(entry, held.post)
        if home is None or entry.scope not in OF_UNITS:
            return False
        if entry.scope == "company":
            return home.legal_entity_id == unit.legal_entity_id
        return home.id == unit.id if entry.scope == "unit" else home.lft <= unit.lft < home.rgt

    @cached_property
    def _in_order(self) -> tuple[list[int], list[int]]:
        """Left numbers of the tree in order, and the units they belong to."""
        ordered = sorted((unit.lft, unit.id) for unit in self.units.values())
        return [lft for lft, _unit_id in ordered], [unit_id for _lft, unit_id in ordered]

    def reach(self, held: Held) -> Iterable[int]:
        """All units that an entry ``reaches``, by id, found without looking at the others where that can be."""
        home = self.home(held.entry, held.post)
        if held.entry.scope == "subtree" and home is not None:
            numbers, ids = self._in_order
            return ids[bisect_left(numbers, home.lft):bisect_left(numbers, home.rgt)]
        if held.entry.scope == "unit" and home is not None:
            return (home.id,)
        return [unit.id for unit in self.units.values() if self.reaches(held, unit)]

    def whole(self, held: Held) -> bool:
        """Whether an entry covers every unit of the day, as actions about the whole installation need it."""
        return held.entry.scope == "all" or (
            bool(self.units) and all(self.reaches(held, unit) for unit in self.units.values())
        )

    def above(self, unit: UnitRow) -> list[UnitRow]:
        """The unit and those above it, nearest first."""
        line: list[UnitRow] = []
        here: UnitRow | None = unit
        while here is not None and here not in line:
            line.append(here)
            here = self.units.get(here.parent_id) if here.parent_id is not None else None
        return line

    def tops(self, units: Iterable[UnitRow]) -> list[tuple[UnitRow, int]]:
        """Some units as those that lie highest among them, each with how many of the others lie below it."""
        left = sorted(units, key=lambda unit: unit.lft)
        chosen = {unit.id for unit in left}
        found: list[tuple[UnitRow, int]] = []
        for unit in left:
            if not any(upper.id in chosen for upper in self.above(unit)[1:]):
                found.append((unit, sum(unit.lft < other.lft < unit.rgt for other in left)))
        return found

    # -- what -----------------------------------------------------------------------------------------------------

    @cached_property
    def grants(self) -> Mapping[str, list[Held]]:
        """Every grant with each position that has it, by the action as it is written."""
        return self._spread(entry for entry in self.entries if entry.grants)

    @cached_property
    def prohibitions(self) -> Mapping[str, list[Held]]:
        """Every prohibition with each position it binds, by the action as it is written."""
        return self._spread(entry for entry in self.entries if entry.effect == "prohibit")

    def _spread(self, entries: Iterable[EntryRow]) -> Mapping[str, list[Held]]:
        found: dict[str, list[Held]] = {}
        for entry in entries:
            if entry.of_account:
                continue
            ours = found.setdefault(entry.action, [])
            if entry.position_id is None:
                ours += [Held(entry, post) for post in self.posts.values()]
            elif entry.position_id in self.posts:
                ours.append(Held(entry, self.posts[entry.position_id]))
        return found

    def speaking_of(self, held: Mapping[str, list[Held]], action: str) -> list[Held]:
        """Those of some entries that name an action, wildcards included."""
        found = list(held.get(action, ()))
        for pattern, ours in held.items():
            if pattern != action and "*" in pattern and matches(pattern, action):
                found += ours
        return found

    def barred(self, action: str, unit: UnitRow) -> frozenset[int]:
        """The persons whom a prohibition keeps from an action in a unit whatever it is like; it binds all their
        positions.
        """
        return frozenset().union(*(
            self.carriers(one) for one in self.speaking_of(self.prohibitions, action)
            if not one.entry.conditions and self.reaches(one, unit)
        ))

    @cached_property
    def duties_of(self) -> Mapping[int, list[DutyRow]]:
        """Duties by position."""
        found: dict[int, list[DutyRow]] = {}
        for duty in self.duties:
            if duty.position_id is not None:
                found.setdefault(duty.position_id, []).append(duty)
        return found
