"""The numbers of the tree against a naive recursion, over trees that change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core.base.errors import DomainError
from core.base.period import FOREVER
from core.db.types import Translation
from core.kernel.house import House
from core.org import tree
from core.org.models import LegalEntity, Unit, UnitOrder, UnitVersion
from core.org.rules import find_cycle
from tests.core.org.company import SYSTEM

Parents = dict[int, int | None]
DAY = date(2025, 1, 1)


def naive(parents: Parents, order: dict[int, int]) -> dict[int, tuple[list[int], int]]:
    """All below each unit, itself first, in the order they are read; and its depth: by plain recursion."""
    found: dict[int, tuple[list[int], int]] = {}

    def walk(unit: int, depth: int) -> list[int]:
        own = [unit]
        for child in sorted((one for one in parents if parents[one] == unit), key=lambda one: (order[one], one)):
            own += walk(child, depth + 1)
        found[unit] = (own, depth)
        return own

    for root in (one for one, above in parents.items() if above not in parents):
        walk(root, 0)
    return found


@st.composite
def forests(draw: st.DrawFn, most: int = 12) -> tuple[Parents, dict[int, int]]:
    """Units whose parents come before them, under shuffled names; a parent may be missing."""
    count = draw(st.integers(1, most))
    names = draw(st.permutations(range(1, count + 1)))
    parents: Parents = {}
    for place, name in enumerate(names):
        above = draw(st.one_of(st.none(), st.just(99), st.integers(0, place - 1) if place else st.none()))
        parents[name] = names[above] if above is not None and above != 99 else above
    return parents, {name: draw(st.integers(0, 2)) for name in names}


@given(forests())
def test_numbers_are_those_of_a_plain_recursion(forest: tuple[Parents, dict[int, int]]) -> None:
    """``[lft, rgt)`` holds exactly the units below, in order; depth counts the units above."""
    parents, order = forest
    numbered = tree.number(parents, {unit: (order[unit], unit) for unit in parents})
    at = {lft: unit for unit, lft, _rgt, _depth in numbered}
    assert sorted(at) == list(range(len(parents)))
    told = {unit: ([at[place] for place in range(lft, rgt)], depth) for unit, lft, rgt, depth in numbered}
    assert told == naive(parents, order)


@given(st.integers(1, 8).flatmap(lambda count: st.lists(
    st.one_of(st.none(), st.integers(0, count - 1)), min_size=count, max_size=count)))
def test_rings_are_refused_and_only_they(above: list[int | None]) -> None:
    """Numbering and the search for rings agree with walking up as many steps as there are units."""
    parents: Parents = dict(enumerate(above))

    def in_ring(unit: int) -> bool:
        here: int | None = unit
        for _step in parents:
            here = parents[here] if here is not None else None
        return here is not None

    ring = find_cycle(parents)
    assert bool(ring) == any(map(in_ring, parents))
    assert not ring or (ring[0] == ring[-1] and all(parents[a] == b for a, b in zip(ring, ring[1:], strict=False)))
    if ring:
        with pytest.raises(DomainError, match="their own superiors"):
            tree.number(parents, {unit: (0, unit) for unit in parents})
    else:
        assert len(tree.number(parents, {unit: (0, unit) for unit in parents})) == len(parents)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(forests(6), min_size=1, max_size=3))
def test_each_day_has_the_tree_of_that_day(house: House, stages: list[tuple[Parents, dict[int, int]]]) -> None:
    """Units come, move and go on some days; on every day the stored numbers are those of the recursion."""
    starts = [DAY + timedelta(days=10 * stage) for stage in range(len(stages))]
    with house.session(SYSTEM, write=True) as session:
        for model in (UnitOrder, UnitVersion, Unit, LegalEntity):
            session.execute(delete(model))
        entity = LegalEntity(code="E", name=Translation(en="E"), country="CN", currency="CNY")
        units = {name: Unit(code=str(name)) for name in (*range(1, 7), 99)}
        session.add_all([entity, *units.values()])
        session.flush()
        for start, end, (parents, order) in zip(starts, [*starts[1:], FOREVER], stages, strict=True):
            session.add_all(
                UnitVersion(unit_id=units[name].id, valid_from=start, valid_to=end, title=Translation(en=str(name)),
                            parent_id=units[above].id if above is not None else None, order=order[name],
                            legal_entity_id=entity.id)
                for name, above in parents.items()
            )
        assert tree.renumber(session) == sum(len(parents) for parents, _order in stages)
        for start, (parents, order) in zip(starts, stages, strict=True):
            expected = {units[name].id: ([units[one].id for one in below], depth)
                        for name, (below, depth) in naive(parents, order).items()}
            for day in (start, start + timedelta(days=9)):
                nodes = tree.load(session, day)
                assert {one: node.depth for one, node in nodes.items()} == {
                    one: depth for one, (_below, depth) in expected.items()}
                for one, node in nodes.items():
                    found = session.scalars(tree.below(node, day).order_by(UnitOrder.lft)).all()
                    assert list(found) == expected[one][0]
                    above_it = {other for other, (below, _depth) in expected.items() if one in below}
                    assert set(tree.ancestors(nodes, one)) == above_it
        assert not session.scalars(select(UnitOrder.id).where(UnitOrder.valid_from < DAY)).all()
