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
#: As many boxes stand beside each other; a wider chart hangs what lies below the first level, which breaks into rows.
MOST_ACROSS = 6
#: So many boxes of one kind come at once below a box; a line below them fetches the next.
PAGE = 50

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
    """A position of the day. ``below`` is how many report to it, ``held`` how many hold it."""

    id: int
    code: str
    unit_id: int
    title: Any
    grade: str | None
    headcount: int
    is_head: bool
    reports_to_id: int | None
    below: int = 0
    holder: Holder | None = None
    held: int = 0


def units(session: Session, day: date) -> dict[int, UnitBox]:
    """All units of a day in the order of the tree, with headcounts summed over each subtree: two statements."""
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
    held = (
        select(Assignment.position_id, func.count().label("held"))
        .where(as_of(Assignment, day), Assignment.is_primary)
        .group_by(Assignment.position_id)
        .subquery()
    )
    for unit, quota, posts, filled in session.execute(
        guard.mark(
            select(
                PositionVersion.unit_id, func.sum(PositionVersion.headcount), func.count(),
                func.coalesce(func.sum(held.c.held), 0),
            )
            .outerjoin(held, held.c.position_id == PositionVersion.position_id)
            .where(as_of(PositionVersion, day))
            .group_by(PositionVersion.unit_id),
            _MARK,
        )
    ):
        if unit in found:
            found[unit].own_quota, found[unit].posts, found[unit].own_filled = int(quota), posts, int(filled)
    line = list(found.values())
    quotas, filled_to = [0], [0]
    for box in line:
        quotas.append(quotas[-1] + box.own_quota)
        filled_to.append(filled_to[-1] + box.own_filled)
    for at, box in enumerate(line):
        end = at + (box.rgt - box.lft)
        box.quota, box.filled = quotas[end] - quotas[at], filled_to[end] - filled_to[at]
        if box.parent_id in found:
            found[box.parent_id].children.append(box)
    return found


def unfold(found: dict[int, UnitBox], roots: Sequence[UnitBox], chosen: int | None) -> list[UnitBox]:
    """Open units level by level as long as the boxes stay few, and the way to the chosen one; returns all shown.

    Where the units of the lowest levels do not fit beside each other, two levels are open, so that the whole company
    is seen at once; the others unfold on demand.
    """
    way: set[int] = set()
    wide = sum(not box.children for box in found.values()) > MOST_ACROSS
    top = min((box.depth for box in roots), default=0)
    here = found.get(chosen) if chosen is not None else None
    while here is not None:
        way.add(here.id)
        here = found.get(here.parent_id) if here.parent_id is not None else None
    shown, queue = list(roots), list(roots)
    boxes = len(roots)
    while queue:
        box = queue.pop(0)
        own = len(box.children) + (box.posts if box.posts <= MOST_OF_A_UNIT else 1)
        small = len(box.children) + box.posts <= MOST_OF_A_UNIT and boxes + own <= MOST_OPEN
        small = small and not (wide and box.depth > top + 1)
        if not (small or box.id in way or (box in roots and len(box.children) <= MOST_OPEN)):
            continue
        box.open = True
        boxes += own
        shown += box.children
        queue += box.children
    return shown


def posts(
    session: Session, day: date, opened: Iterable[int], heads_of: Iterable[int] = (), *, skip: int = 0,
    chosen: int | None = None, without: int | None = None,
) -> dict[int, list[PostBox]]:
    """The positions of some units, heads first, at most ``PAGE`` of each, and only the heads of others: one statement.

    ``skip`` leaves out so many of each unit, for the page after; ``without`` is one that is shown already. A chosen one
    stands after its unit's page when it is not in it. Who holds them, ``hold`` tells.
    """
    order = (PositionVersion.is_head.desc(), PositionVersion.order, Position.code)
    place = func.row_number().over(partition_by=PositionVersion.unit_id, order_by=order).label("place")
    inner = (
        _post_columns(place)
        .where(
            as_of(PositionVersion, day), Position.id != (without or 0),
            or_(PositionVersion.unit_id.in_(list(opened)),
                and_(PositionVersion.is_head, PositionVersion.unit_id.in_(list(heads_of)))),
        )
        .subquery()
    )
    columns = [column for column in inner.c if column.name != "place"]
    on_page = and_(inner.c.place > skip, inner.c.place <= skip + PAGE)
    statement = select(*columns).where(or_(on_page, inner.c.id == (chosen or 0)))
    found: dict[int, list[PostBox]] = {}
    for row in session.execute(statement.order_by(inner.c.unit_id, inner.c.place)):
        box = PostBox(*row)
        found.setdefault(box.unit_id, []).append(box)
    return found


def _post_columns(*more: Any) -> Any:
    return select(
        Position.id, Position.code, PositionVersion.unit_id, PositionVersion.title, PositionVersion.grade,
        PositionVersion.headcount, PositionVersion.is_head, PositionVersion.reports_to_id, *more,
    ).join(PositionVersion, PositionVersion.position_id == Position.id)


def hold(session: Session, actor: Actor, day: date, boxes: Iterable[PostBox]) -> None:
    """Put the first holder and the number of holders into the boxes of positions: one statement."""
    by_id: dict[int, list[PostBox]] = {}
    for box in boxes:
        by_id.setdefault(box.id, []).append(box)
    if not by_id:
        return
    inner = aliased(Assignment)
    first = (
        select(
            inner.position_id, func.count().label("held"),
            func.coalesce(func.min(inner.id).filter(inner.kind != "acting"), func.min(inner.id)).label("first"),
        )
        .where(as_of(inner, day), inner.position_id.in_(list(by_id)))
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
    for person, name, position, kind, since, held in session.execute(statement):
        for box in by_id[position]:
            box.holder, box.held = Holder(person, name, kind, since, held - 1), held


# -- lines of reporting ------------------------------------------------------------------------------------------------


def _counted(day: date, *more: Any) -> Any:
    """Positions of a day with how many report to each."""
    under = aliased(PositionVersion)
    count = (
        select(func.count()).where(as_of(under, day), under.reports_to_id == PositionVersion.position_id)
        .correlate(PositionVersion).scalar_subquery()
    )
    return _post_columns(count, *more).where(as_of(PositionVersion, day))


def _tops(day: date, model: Any) -> Any:
    """The condition "at the top": reports to nobody, or to a position that is not there on the day."""
    over = aliased(PositionVersion)
    there = select(over.position_id).where(as_of(over, day))
    return or_(model.reports_to_id.is_(None), model.reports_to_id.not_in(there))


_ORDER = (PositionVersion.is_head.desc(), PositionVersion.order, Position.code)


@dataclass
class Lines:
    """The chart by reporting line: the first of those at the top, how many stand there, and who is shown below whom."""

    tops: list[PostBox]
    count: int
    under: dict[int, list[PostBox]]


def lines(session: Session, day: date, chosen: int | None = None) -> Lines:
    """The first page of the positions at the top and of those below each, and the way down to a chosen one: one
    statement, three with a chosen position. Who stands on the way is shown even where a page ends before him.
    """
    way = _above(session, day, chosen) if chosen is not None else []
    above = aliased(PositionVersion)
    seconds = PositionVersion.reports_to_id.in_(select(above.position_id).where(as_of(above, day), _tops(day, above)))
    top = _tops(day, PositionVersion)
    statement = _counted(day, top.label("top"), func.count().filter(top).over()).where(or_(top, seconds))
    found, count = Lines([], 0, {}), 0
    for row in session.execute(statement.order_by(top.desc(), *_ORDER).limit(MOST_OPEN * 2)):
        box, count = PostBox(*row[:-2]), row[-1]
        (found.tops if row[-2] else found.under.setdefault(box.reports_to_id or 0, [])).append(box)
    found.tops, found.count = found.tops[:PAGE], count
    found.under = {position: some[:PAGE] for position, some in found.under.items()}
    for box in _on_the_way(session, day, way) if way else ():
        beside = found.under.setdefault(box.reports_to_id, []) if box.reports_to_id in way else found.tops
        if all(one.id != box.id for one in beside):
            beside.append(box)
    return found


def _above(session: Session, day: date, position_id: int) -> list[int]:
    """A position and those above it up to the top, each once also where lines of reporting run in a circle."""
    here = (
        select(PositionVersion.position_id, PositionVersion.reports_to_id)
        .where(as_of(PositionVersion, day), PositionVersion.position_id == position_id)
        .cte("above", recursive=True)
    )
    over = aliased(PositionVersion)
    here = here.union(
        select(over.position_id, over.reports_to_id)
        .where(as_of(over, day), over.position_id == here.c.reports_to_id)
    )
    return list(session.scalars(select(here.c.position_id)))


def _on_the_way(session: Session, day: date, way: Sequence[int]) -> list[PostBox]:
    """Those on a way, and the first page of those who report to each of them."""
    place = func.row_number().over(partition_by=PositionVersion.reports_to_id, order_by=_ORDER).label("place")
    inner = _counted(day, place).where(
        or_(PositionVersion.reports_to_id.in_(way), Position.id.in_(way))
    ).subquery()
    columns = [column for column in inner.c if column.name != "place"]
    shown = or_(and_(inner.c.reports_to_id.in_(way), inner.c.place <= PAGE), inner.c.id.in_(way))
    return [PostBox(*row) for row in session.execute(select(*columns).where(shown).order_by(inner.c.place))]


def below(
    session: Session, day: date, above: int | None, *, skip: int = 0, without: int | None = None
) -> tuple[list[PostBox], int]:
    """A page of the positions that report to another, or that stand at the top, and how many do: one statement.

    ``without`` is one that is shown already and does not count.
    """
    total = func.count().over()
    where = _tops(day, PositionVersion) if above is None else PositionVersion.reports_to_id == above
    statement = _counted(day, total).where(where, Position.id != (without or 0)).order_by(*_ORDER)
    rows = session.execute(statement.limit(PAGE).offset(skip)).all()
    return [PostBox(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def around(session: Session, day: date, position_id: int) -> tuple[PostBox | None, PostBox | None, list[PostBox]]:
    """A position, the one above it, and the first of those below it: one statement."""
    here = aliased(PositionVersion)
    above = select(here.reports_to_id).where(as_of(here, day), here.position_id == position_id)
    statement = _counted(day).where(
        or_(Position.id == position_id, Position.id.in_(above), PositionVersion.reports_to_id == position_id)
    )
    own = (Position.id == position_id).desc()
    boxes = [PostBox(*row) for row in session.execute(statement.order_by(own, *_ORDER).limit(MOST_OPEN))]
    post = next((box for box in boxes if box.id == position_id), None)
    if post is None:
        return None, None, []
    over = next((box for box in boxes if box.id == post.reports_to_id), None)
    return post, over, [box for box in boxes if box.reports_to_id == position_id]


def holders(session: Session, actor: Actor, day: date, position_id: int, *, limit: int) -> list[Any]:
    """Who holds a position on a day: (person id, name, kind, since, until), substantive holders first."""
    statement: Any = (
        select(Person.id.label("person_id"), Person.name, Assignment.kind, Assignment.valid_from, Assignment.valid_to)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.position_id == position_id, as_of(Assignment, day))
        .order_by(Assignment.kind == "acting", Person.sort_key, Person.id)
        .limit(limit)
    )
    return list(session.execute(visible(session, actor, READ, statement)))
