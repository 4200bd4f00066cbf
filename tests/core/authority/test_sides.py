"""An object that belongs to several places at once is looked at from the side that an action names: one answer for the
object, for lists of them, for many at once and for the way of a question.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_actions, allowed_many, load, require, visible
from core.access.decision import Denied
from core.authority.document import parse
from core.authority.publish import publish
from core.authority.routing import route
from core.base.errors import NotFound
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef, Facts, ResourceType, Side, by_column
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.worlds import Own, Row

TODAY = date(2026, 3, 10)
LIST = """
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  MD: {authority: {S1: {can: "t.move:release", in: subtree(MKT), title: T}, S2: {can: "t.move:receive", in: subtree(MKT), title: T}}}
  EA-H: {authority: {S1: {can: "t.move:release", in: subtree(EAST), title: T}, S2: {can: "t.move:receive", in: subtree(EAST), title: T}}}
  CEO: {authority: {S1: {can: "t.move:approve", in: subtree(CO), title: T}}}
"""  # noqa: E501


def _by(*columns: str) -> Side:
    def facts(session: Session, row: Row) -> Facts:
        del session
        return Facts(unit_ids=tuple(one for one in (getattr(row, name) for name in columns) if one is not None))

    return Side(facts, {"unit": by_column(columns[0])})


#: A thing goes from the unit in ``unit_id`` to the one whose number stands in ``position_id``.
MOVE = ResourceType(
    "t.move", Row, _by("unit_id", "position_id").facts, anchors={"unit": by_column("unit_id")}, read="t.move:approve",
    sides={"giving": _by("unit_id"), "taking": _by("position_id")},
)
ACTIONS = [
    ActionDef("t.move:approve", "Approve", resource="t.move", power="decide"),  # type: ignore[arg-type]
    ActionDef("t.move:release", "Release", resource="t.move", power="decide", side="giving"),  # type: ignore[arg-type]
    ActionDef("t.move:receive", "Receive", resource="t.move", power="decide", side="taking"),  # type: ignore[arg-type]
]


@pytest.fixture
def company(company: Company) -> Company:
    """li heads marketing, wang the east; three things: from marketing to the east, back, and within marketing."""
    registry: Registry = company.house.registry
    company.house = replace(company.house, registry=replace(
        registry, actions=MappingProxyType({**registry.actions, **{one.key: one for one in ACTIONS}}),
        resource_types=MappingProxyType({**registry.resource_types, MOVE.name: MOVE}),
        seen=MappingProxyType({one.key: MOVE.seen_from(one.side) for one in ACTIONS if one.side}),
    ))  # fmt: skip
    company.house.database.create_all(Own.metadata)
    mkt, east = company.units["MKT"].id, company.units["EAST"].id
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST, source="x.yaml"))
        session.add_all([
            Row(id=1, unit_id=mkt, position_id=east), Row(id=2, unit_id=east, position_id=mkt),
            Row(id=3, unit_id=mkt, position_id=mkt), Row(id=4, unit_id=mkt, position_id=None),
        ])  # fmt: skip
    return company


@pytest.mark.proves("sides")
@pytest.mark.parametrize(("who", "action", "may"), [
    ("li", "t.move:release", {1, 3, 4}), ("li", "t.move:receive", {2, 3}),
    ("wang", "t.move:release", {2}), ("wang", "t.move:receive", {1}), ("zhao", "t.move:approve", {1, 2, 3, 4}),
    ("zhao", "t.move:release", set()),
])  # fmt: skip
def test_every_way_of_asking_says_the_same(company: Company, who: str, action: str, may: set[int]) -> None:
    """A thing without the unit of a side is not anybody's on that side: unknown never permits."""
    actor = company.actor(who)
    with company.house.session(actor) as session:
        rows = session.scalars(select(Row).order_by(Row.id)).all()
        assert {row.id for row in rows if allowed(session, actor, action, row)} == may
        assert {row.id for row, yes in zip(rows, allowed_many(session, actor, action, rows), strict=True) if yes} == may
        assert set(session.scalars(visible(session, actor, action, select(Row.id)))) == may
        for row in rows:
            answers = allowed_actions(session, actor, [one.key for one in ACTIONS], row)
            assert answers[action] is (row.id in may), "facts of one side are not taken for those of another"
            if row.id in may:
                assert load(session, actor, action, Row, row.id) is row
                require(session, actor, action, row)
            else:
                with pytest.raises(NotFound):
                    load(session, actor, action, Row, row.id)
                with pytest.raises(Denied):
                    require(session, actor, action, row)


@pytest.mark.parametrize(("action", "row", "decider"), [
    ("t.move:release", 1, "MD"), ("t.move:receive", 1, "EA-H"), ("t.move:release", 2, "EA-H"),
    ("t.move:receive", 2, "MD"), ("t.move:approve", 1, "CEO"),
])  # fmt: skip
def test_the_way_begins_with_the_head_of_the_side(company: Company, action: str, row: int, decider: str) -> None:
    with company.house.session(SYSTEM) as session:
        plan = route(session, action, session.get_one(Row, row), day=TODAY)
        assert plan.decider is not None
        assert plan.decider.post.code == decider
        # Whoever heads the unit of the side is asked first; only the whole of a thing begins with its first unit.
        assert plan.path[0].post.code == ("MD" if action == "t.move:approve" else decider)
