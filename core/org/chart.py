"""What the org chart shows, read for one day in a number of statements that does not grow with the company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access.calls import visible
from core.base.actor import Actor
from core.db import guard
from core.db.dated import as_of
from core.org.models import Assignment, Person, Position, PositionVersion, Unit, UnitOrder, UnitVersion
from core.org.resources import CHART, READ

#: The chart opens units as long as it does not show more boxes than this; a unit with more of its own stays folded.
MOST_OPEN = 120
MOST_OF_A_UNIT = 40
#: So many positions of one unit are drawn; the people list shows the others.
MOST_CHILDREN = 200

_MARK = [(CHART, "core_assignment")]


@dataclass
class UnitBox:
    """A unit of the day. ``filled`` and ``quota`` count the whole subtree, ``own`` the unit's own positions."""

    id: int
    code: str
    title: Any
    mission: Any
    parent_id: int | None
    kind: str
    lft: int
    rgt: int
    depth: int
    filled: int = 0
    quota: int = 0
    posts: int = 0
    own_filled: int = 0
    own_quota: int = 0
    children: list[UnitBox] = field(default_factory=list)
    open: bool = False


@dataclass
class Holder:
    """Who holds a position first, and how many others do."""

    person_id: int
    name: str
    kind: str
    since: date
    more: int = 0


@dataclass
class PostBox:
    """A position of the day."""

    id: int
    code: str
    unit_id: int
    title: Any
    grade: str | None
    headcount: int
    is_head: bool
    reports_to_id: int | None
    holder: Holder | None = None
    held: int = 0
    below: int = 0


def units(session: Session, day: date) -> dict[int, UnitBox]:
    """All units of a day in the order of the tree, with headcounts summed over each subtree: three statements."""
    rows = session.execute(
        select(
            Unit.id, Unit.code, UnitVersion.title, UnitVersion.mission, UnitVersion.parent_id, UnitVersion.kind,
            UnitOrder.lft, UnitOrder.rgt, UnitOrder.depth,
        )
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .join(UnitOrder, UnitOrder.unit_id == Unit.id)
        .where(as_of(UnitVersion, day), as_of(UnitOrder, day))
        .order_by(UnitOrder.lft)
    )
    found = {row[0]: UnitBox(*row) for row in rows}
    for unit, quota, posts in session.execute(
        select(PositionVersion.unit_id, func.sum(PositionVersion.headcount), func.count())
        .where(as_of(PositionVersion, day)).group_by(PositionVersion.unit_id)
    ):
        if unit in found:
            found[unit].own_quota, found[unit].posts = int(quota), posts
    for unit, filled in session.execute(
        guard.mark(
            select(PositionVersion.unit_id, func.count())
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(as_of(PositionVersion, day), as_of(Assignment, day), Assignment.is_primary)
            .group_by(PositionVersion.unit_id),
            _MARK,
        )
    ):
        if unit in found:
            found[unit].own_filled = filled
    line = list(found.values())
    quotas, held = [0], [0]
    for box in line:
        quotas.append(quotas[-1] + box.own_quota)
        held.append(held[-1] + box.own_filled)
    for at, box in enumerate(line):
        end = at + (box.rgt - box.lft)
        box.quota, box.filled = quotas[end] - quotas[at], held[end] - held[at]
        if box.parent_id in found:
            found[box.parent_id].children.append(box)
    return found


def unfold(found: dict[int, UnitBox], roots: Sequence[UnitBox], chosen: int | None) -> list[UnitBox]:
    """Open units level by level as long as the boxes stay few, and the way to the chosen one; returns all shown."""
    way: set[int] = set()
    here = found.get(chosen) if chosen is not None else None
    while here is not None:
        way.add(here.id)
        here = found.get(here.parent_id) if here.parent_id is not None else None
    shown, queue = list(roots), list(roots)
    boxes = len(roots)
    while queue:
        box = queue.pop(0)
        own = len(box.children) + box.posts
        small = own <= MOST_OF_A_UNIT and boxes + own <= MOST_OPEN
        if not (small or box.id in way or (box in roots and len(box.children) <= MOST_OPEN)):
            continue
        box.open = True
        boxes += own
        shown += box.children
        queue += box.children
    return shown


def posts(
    session: Session, actor: Actor, day: date, opened: Iterable[int], heads_of: Iterable[int] = ()
) -> dict[int, list[PostBox]]:
    """The positions of some units, heads first, and only the heads of others, with their holders: two statements."""
    whole, heads = list(opened), list(heads_of)
    statement = _post_columns().where(
        as_of(PositionVersion, day),
        or_(PositionVersion.unit_id.in_(whole),
            and_(PositionVersion.is_head, PositionVersion.unit_id.in_(heads))),
    ).order_by(PositionVersion.unit_id, PositionVersion.is_head.desc(), PositionVersion.order, Position.code)
    boxes = [PostBox(*row) for row in session.execute(statement)]
    found: dict[int, list[PostBox]] = {}
    for box in boxes:
        mine = found.setdefault(box.unit_id, [])
        if len(mine) < MOST_CHILDREN:
            mine.append(box)
    hold(session, actor, day, [box for some in found.values() for box in some])
    return found


def _post_columns() -> Any:
    return select(
        Position.id, Position.code, PositionVersion.unit_id, PositionVersion.title, PositionVersion.grade,
        PositionVersion.headcount, PositionVersion.is_head, PositionVersion.reports_to_id,
    ).join(PositionVersion, PositionVersion.position_id == Position.id)


def hold(session: Session, actor: Actor, day: date, boxes: Sequence[PostBox]) -> None:
    """Put the first holder and the number of holders into the boxes of positions: one statement."""
    if not boxes:
        return
    inner = aliased(Assignment)
    first = (
        select(
            inner.position_id, func.count().label("held"),
            func.coalesce(func.min(inner.id).filter(inner.kind != "acting"), func.min(inner.id)).label("first"),
        )
        .where(as_of(inner, day), inner.position_id.in_([box.id for box in boxes]))
        .group_by(inner.position_id)
        .subquery()
    )
    statement = guard.mark(
        visible(
            session, actor, READ,
            select(Person.id, Person.name, Assignment.position_id, Assignment.kind, Assignment.valid_from, first.c.held)
            .select_from(Assignment)
            .join(first, first.c.first == Assignment.id)
            .join(Person, Person.id == Assignment.person_id),
        ),
        _MARK,
    )
    by_id = {box.id: box for box in boxes}
    for person, name, position, kind, since, held in session.execute(statement):
        by_id[position].holder = Holder(person, name, kind, since, held - 1)
        by_id[position].held = held


def post_of(session: Session, day: date, position_id: int) -> PostBox | None:
    """One position of the day with its holder."""
    row = session.execute(
        _post_columns().where(as_of(PositionVersion, day), Position.id == position_id)
    ).one_or_none()
    if row is None:
        return None
    return PostBox(*row)


def below(session: Session, day: date, above: Sequence[int] | None) -> list[PostBox]:
    """The positions that report to some others; without them, those at the top. One statement."""
    over = aliased(PositionVersion)
    statement = _post_columns().where(as_of(PositionVersion, day))
    if above is None:
        there = select(over.position_id).where(as_of(over, day))
        statement = statement.where(
            or_(PositionVersion.reports_to_id.is_(None), PositionVersion.reports_to_id.not_in(there))
        )
    else:
        statement = statement.where(PositionVersion.reports_to_id.in_(list(above)))
    statement = statement.order_by(PositionVersion.is_head.desc(), PositionVersion.order, Position.code)
    return [PostBox(*row) for row in session.execute(statement.limit(MOST_CHILDREN))]


def count_below(session: Session, day: date, boxes: Sequence[PostBox]) -> None:
    """How many report to each of some positions: one statement."""
    by_id = {box.id: box for box in boxes}
    for above, count in session.execute(
        select(PositionVersion.reports_to_id, func.count())
        .where(as_of(PositionVersion, day), PositionVersion.reports_to_id.in_(list(by_id)))
        .group_by(PositionVersion.reports_to_id)
    ):
        by_id[above or 0].below = count


def stand_ins(session: Session, actor: Actor, day: date, position_id: int) -> list[Any]:
    """Who acts for the holder of a position: (person id, name, until)."""
    statement: Any = (
        select(Person.id, Person.name, Assignment.valid_to)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.position_id == position_id, Assignment.kind == "acting", as_of(Assignment, day))
    )
    return list(session.execute(visible(session, actor, READ, statement)))
