"""Entries of an account that nobody stands behind, and how long a snapshot of a day is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.authority.models import AuthorityEntry, PublishedList
from core.authority.snapshot import Snapshots
from core.base.actor import Actor
from core.db.guard import mark
from tests.core.authority.company import ADJUST, SYSTEM, Company
from tests.core.authority.worlds import THING, TITLE, Own, Row

TABLES = [("test", "core_person"), ("test", "core_assignment")]


@pytest.mark.parametrize("scope", ["self", "reports", "unit", "subtree", "company", "all"])
@pytest.mark.parametrize("named", [None, "ACQ", "SALES"])
def test_without_a_person_only_a_named_place_is_reached(company: Company, scope: str, named: str | None) -> None:
    """There is no self, nobody reports, and no unit is one's own; a list may still name a unit."""
    allowed = scope == "all" or (named == "ACQ" and scope in ("unit", "subtree")) or (
        named is not None and scope == "company"
    )
    house = company.house
    house.database.create_all(Own.metadata)
    with house.session(SYSTEM, write=True) as session:
        listed = session.scalars(select(PublishedList)).one()
        session.add(AuthorityEntry(
            list_id=listed.id, code="X", action=ADJUST.key, title=TITLE, scope=scope, account_id=7,
            scope_unit_id=company.units[named].id if named else None,
        ))
        session.add(Row(id=1, person_id=1, unit_id=company.units["ACQ"].id, position_id=company.positions["ACQ-S"].id))
    nobody = Actor(kind="person", account_id=7)
    with house.session(nobody) as session:
        engine, row = session.info["authority"], session.get_one(Row, 1)
        assert engine.decide(session, nobody, ADJUST, THING, row).allowed is allowed
        shown = session.scalars(
            mark(select(Row.id).where(engine.predicate(session, nobody, ADJUST, THING, Row)), TABLES)
        ).all()
    assert shown == ([1] if allowed else [])


def test_an_own_unit_that_is_gone_reaches_nothing(company: Company) -> None:
    """A scope named on a unit that does not stand on the day: unknown, and unknown never permits."""
    house = company.house
    house.database.create_all(Own.metadata)
    with house.session(SYSTEM, write=True) as session:
        listed = session.scalars(select(PublishedList)).one()
        session.add(AuthorityEntry(list_id=listed.id, code="X", action=ADJUST.key, title=TITLE, scope="subtree",
                                   account_id=7, scope_unit_id=company.units["FIN"].id))  # fmt: skip
        session.add(Row(id=1, unit_id=company.units["FIN"].id))
    nobody = Actor(kind="person", account_id=7)

    def answers() -> tuple[bool, list[int]]:
        with house.session(nobody) as session:
            engine, row = session.info["authority"], session.get_one(Row, 1)
            single = engine.decide(session, nobody, ADJUST, THING, row).allowed
            shown = session.scalars(select(Row.id).where(engine.predicate(session, nobody, ADJUST, THING, Row)))
            return single, list(shown)

    assert answers() == (True, [1])
    from core.org import services as org

    with house.session(SYSTEM, write=True) as session:
        org.close_unit(session, SYSTEM, company.units["FIN"], date(2026, 3, 1))
    assert answers() == (False, [])


def test_a_process_keeps_the_latest_snapshots(company: Company) -> None:
    kept = Snapshots()
    with company.house.session(SYSTEM) as session:
        days = [date(2026, 3, 1) + timedelta(days=n) for n in range(Snapshots.KEEP + 1)]
        first, *others = [kept.of(session, 1, day) for day in days]
        assert [kept.of(session, 1, day) for day in days[1:]] == others
        assert all(kept.of(session, 1, day) is one for day, one in zip(days[1:], others, strict=True))
        assert kept.of(session, 1, days[0]) is not first
