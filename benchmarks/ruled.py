"""A world of rules to measure in: posts, people, and entries that say who may what up to how much, and where.

The same rules are made as rows of the lists, and handed out plainly for dictionaries and other engines.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.authority.models import AuthorityEntry, PublishedList
from core.base.text import catalogue
from core.db.base import Base
from core.db.types import Id, Translation
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Facts, Module, ResourceType, by_column
from core.org import tree
from core.org.models import LegalEntity, Position, PositionVersion, Unit, UnitVersion
from remit.base import FOREVER
from remit.models import Assignment, Employment, Person

_ = catalogue("benchmarks")

module = Module("bench", _("Benchmark"), "benchmarks", "1.0")

SINCE = date(2020, 1, 1)
UNITS = 200
THINGS = range(25)
VERBS = ("read", "approve", "pay", "edit")
ACTIONS = [f"bench.doc{thing}:{verb}" for thing in THINGS for verb in VERBS]
TITLE = Translation(zh_CN="基准测试", en="Benchmark")


class Doc(Base):
    """What is asked about."""

    __tablename__ = "bench_doc"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str]


def facts(_session: Session, doc: Doc) -> Facts:
    """Its unit and its amount."""
    return Facts(unit_ids=(doc.unit_id,), amount=doc.amount, currency=doc.currency)


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """A hundred actions, four on each kind of thing."""
    return [ActionDef(key, _("Benchmark"), resource="bench_doc", power="decide", amount=True) for key in ACTIONS]


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """The one kind of record."""
    return [ResourceType("bench_doc", Doc, facts, anchors={"unit": by_column("unit_id")})]


@dataclass(frozen=True, slots=True)
class Rule:
    """A position may do this up to an amount, in a unit and all below it; everywhere where none is named."""

    position: int
    action: str
    limit: int
    unit: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a person may do this to something of an amount in a unit."""

    person: int
    action: str
    unit: int
    amount: int


@dataclass(frozen=True, slots=True)
class World:
    """The rules in plain values: ``parents`` of units, ``posts`` of people, and where every unit stands in the tree."""

    parents: Mapping[int, int | None]
    posts: Mapping[int, tuple[int, ...]]
    rules: Sequence[Rule]
    places: Mapping[int, tuple[int, int]]

    def questions(self, count: int) -> list[Question]:
        """Questions drawn evenly from all there are, with a fixed seed."""
        draw = random.Random(5)  # noqa: S311 -- chosen for measuring, not for secrets
        people, units = list(self.posts), list(self.parents)
        return [
            Question(draw.choice(people), draw.choice(ACTIONS), draw.choice(units), draw.randrange(1, 100_000))
            for _turn in range(count)
        ]


def world(people: int, *, scoped: bool, rules: int | None = None) -> World:
    """A tenth as many positions as people, one or two of them each, and five rules for each person if not told."""
    draw = random.Random(3)  # noqa: S311 -- chosen for measuring, not for secrets
    parents = {unit: draw.randrange(max(1, unit // 4), unit) if unit > 1 else None for unit in range(1, UNITS + 1)}
    positions = range(1, people // 10 + 1)
    made: dict[tuple[int, str], Rule] = {}
    while len(made) < min(people * 5 if rules is None else rules, len(positions) * len(ACTIONS)):
        position, action = draw.choice(positions), draw.choice(ACTIONS)
        unit = draw.randrange(1, UNITS + 1) if scoped else None
        made.setdefault((position, action), Rule(position, action, draw.randrange(1, 100) * 1000, unit))
    posts = {
        person: tuple(draw.sample(positions, min(draw.choice((1, 1, 2)), len(positions))))
        for person in range(1, people + 1)
    }
    order = {unit: (0, unit) for unit in parents}
    places = {unit: (lft, rgt) for unit, lft, rgt, _depth in tree.number(parents, order)}
    return World(parents, posts, list(made.values()), places)


def write(session: Session, made: World) -> None:
    """The rows of a world: organisation, people, and one list with all rules."""
    since: Mapping[str, Any] = {"valid_from": SINCE, "valid_to": FOREVER}
    session.add(LegalEntity(id=1, code="L1", name=TITLE))
    session.flush()
    positions = range(1, len(made.posts) // 10 + 1)
    _insert(session, Unit, [{"id": unit, "code": f"U{unit}"} for unit in made.parents])
    _insert(session, UnitVersion, [
        {"unit_id": unit, "parent_id": parent, "legal_entity_id": 1, "title": TITLE, **since}
        for unit, parent in made.parents.items()
    ])  # fmt: skip
    _insert(session, Position, [{"id": one, "code": f"P{one}"} for one in positions])
    _insert(session, PositionVersion, [
        {"position_id": one, "unit_id": one % UNITS + 1, "title": TITLE, **since} for one in positions
    ])  # fmt: skip
    _insert(session, Person, [
        {"id": one, "name": f"N{one:07}", "sort_key": f"N{one * 7919 % 999_983:07}"} for one in made.posts
    ])  # fmt: skip
    _insert(session, Employment, [
        {"id": one, "number": str(one), "person_id": one, "hired_on": SINCE} for one in made.posts
    ])  # fmt: skip
    _insert(session, Assignment, [
        {"employment_id": person, "person_id": person, "position_id": position, "is_primary": not at, "fte": 50,
         "kind": "concurrent" if at else "substantive", **since}
        for person, held in made.posts.items() for at, position in enumerate(held)
    ])  # fmt: skip
    tree.renumber(session)
    session.add(PublishedList(id=1, version=1, effective_from=SINCE, published_at=datetime(2020, 1, 1, tzinfo=UTC)))
    session.flush()
    _insert(session, AuthorityEntry, [
        {"list_id": 1, "code": f"A{number}", "position_id": rule.position, "action": rule.action, "title": TITLE,
         "scope": "all" if rule.unit is None else "subtree", "scope_unit_id": rule.unit, "limit_minor": rule.limit,
         "currency": "CNY", "power": "decide"}
        for number, rule in enumerate(made.rules)
    ])  # fmt: skip


def _insert(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), list(rows))
