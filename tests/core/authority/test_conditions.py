"""Every condition of the random worlds over every kind of row: one answer for an object, the same for lists of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from sqlalchemy import select

from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from tests.core.authority.company import APPROVE, SYSTEM, Company
from tests.core.authority.reference import EntryRow, Thing, conditions_hold
from tests.core.authority.worlds import THING, TITLE, WHEN, Own, Row

CASES = list(product((None, "ads", "event"), (None, True, False), (None, 4999, 5000, 8999, 9000, 9001),
                     (None, "CNY", "USD")))  # fmt: skip


@pytest.mark.parametrize(("read", "said"), WHEN, ids=[str(said) for _read, said in WHEN])
def test_an_object_and_a_list_say_the_same(
    company: Company, read: dict[str, tuple[str, ...]], said: dict[str, str]
) -> None:
    literal = EntryRow("C", 1, None, "grant", "t.x:do", "all", None, None, None, None, dict(read), True, 1,
                       date(2026, 1, 1), date(9999, 1, 1))  # fmt: skip
    expected = {
        number for number, (category, urgent, total, currency) in enumerate(CASES, start=1)
        if conditions_hold(literal, Thing(category=category, urgent=urgent, sum=total, currency=currency))
    }
    assert 0 < len(expected) < len(CASES)
    house, sun = company.house, company.actor("sun")
    house.database.create_all(Own.metadata)
    entry = EntryDraft("C1", "ACQ-S", "crm.spend:approve", TITLE, "all", conditions=said)
    action = replace(APPROVE, no_self=False)
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(entry,)))
        session.add_all(
            Row(id=number, category=category, urgent=urgent, sum=total, currency=currency)
            for number, (category, urgent, total, currency) in enumerate(CASES, start=1)
        )
    with house.session(sun) as session:
        engine = session.info["authority"]
        rows = session.scalars(select(Row)).all()
        assert {row.id for row in rows if engine.decide(session, sun, action, THING, row).allowed} == expected
        shown = session.scalars(select(Row.id).where(engine.predicate(session, sun, action, THING, Row)))
        assert set(shown) == expected
