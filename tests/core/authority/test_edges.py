"""Corners of the lists: counts as conditions, who holds no post, writes nobody asked for, lists of direct reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from core.access.calls import require, visible
from core.access.decision import Denied
from core.authority import panel, slots
from core.authority.document import EntryDraft, ListDraft, parse
from core.authority.entries import show
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import publish
from core.base.actor import Actor
from core.db.guard import UnguardedStatement, mark
from core.formula.types import COUNT
from core.kernel.registry import Registry
from core.kernel.specs import Attribute
from core.org import services as org
from core.org.models import Person
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company
from tests.core.authority.worlds import THING, TITLE, Own, Row

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(("said", "expected"), [("5000-9000", {2, 3, 4}), ("5001+", {3, 4, 5}), ("0", set())])
def test_a_count_is_compared_without_a_currency(company: Company, said: str, expected: set[int]) -> None:
    """The same for an object and for rows; what is missing is unknown."""
    counted = replace(THING, attributes={"size": Attribute("Size", COUNT, "sum")})  # type: ignore[arg-type]
    action, house, sun = replace(APPROVE, no_self=False), company.house, company.actor("sun")
    house.database.create_all(Own.metadata)
    entry = EntryDraft("C1", "ACQ-S", action.key, TITLE, "all", conditions={"size": said})
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(entry,)))
        session.add_all(Row(id=n, sum=total) for n, total in enumerate((4999, 5000, 5001, 9000, 9001, None), start=1))
    with house.session(sun) as session:
        engine, rows = session.info["authority"], session.scalars(select(Row)).all()
        assert {row.id for row in rows if engine.decide(session, sun, action, counted, row).allowed} == expected
        shown = session.scalars(select(Row.id).where(engine.predicate(session, sun, action, counted, Row)))
        assert set(shown) == expected


def test_direct_reports_are_listed(company: Company) -> None:
    """li sees who reports to him, and neither himself nor those below them."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(
            EntryDraft("R1", "MD", "person.record:read", TITLE, "reports"),)))  # fmt: skip
    li = company.actor("li")
    with company.house.session(li) as session:
        names = session.scalars(visible(session, li, "person.record:read", select(Person.name)))
        assert list(names) == ["wang"]


def test_whoever_holds_no_post_has_no_card_and_no_duties(company: Company) -> None:
    """An account without a person, somebody before his first day, and a panel in which nothing is chosen."""
    nobody, sun = Actor(kind="person", account_id=7), company.actor("sun")
    with company.house.session(SYSTEM, write=True) as session:
        later = org.hire(session, SYSTEM, number="77", name="later", position=company.positions["ACQ-S"],
                         hired_on=date(2026, 4, 1))
        company.people["later"] = later
    new = company.actor("later")
    with company.house.session(nobody) as session:
        assert slots.my_position(session, nobody) is None
    with company.house.session(new) as session:
        assert slots.my_position(session, new) is None
    with company.house.session(sun) as session:
        assert panel.person(session, sun, person_id=later.person_id, day=DAY) is None
        assert panel.panel(session, sun, day=DAY) is None
        found = slots.my_position(session, sun)
        assert found is not None
        assert found.values["post"].title == {"zh_CN": "岗位ACQ-S", "en": "Post ACQ-S"}


def test_what_nobody_asked_about_is_not_written(company: Company) -> None:
    """A service that forgot to ask is stopped before the database, whatever its author may do otherwise."""
    sun = company.actor("sun")
    with company.house.session(sun, write=True) as session:
        statement = mark(select(Person).where(Person.id == sun.person_id), [("test", "core_person")])
        session.scalars(statement).one().name = "other"
        with pytest.raises(UnguardedStatement, match="no require"):
            session.flush()
        session.rollback()


def test_a_condition_bears_the_name_of_the_first_module_that_knows_it(company: Company) -> None:
    """An entry for several actions, one of which is about no object; what nobody knows keeps its word."""
    text = """
list: ACQ
version: 1
effective_from: "2026-03-01"
positions: {ACQ-S: {authority: {B1: {can: "crm.*:approve", when: {category: ads, colour: red}, title: T}}}}
"""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text))
    old: Registry = company.house.registry
    actions = {**old.actions, "crm.month:approve": replace(APPROVE, key="crm.month:approve", resource=None),
               APPROVE.key: replace(APPROVE, resource="spend")}  # fmt: skip
    registry = Registry(old.modules, old.items, actions, {**old.resource_types, "spend": SPEND})
    with replace(company.house, registry=registry).session(SYSTEM) as session:
        lines = dict((str(name), str(value)) for name, value in show(session, SYSTEM, "ACQ-S.B1", None, DAY).lines)
    assert lines["Only where"] == "Category: ads; colour: red"


def test_a_named_unit_that_is_gone_is_said_to_be_gone(company: Company) -> None:
    """In the refusal of what is about the whole, as on the page of the entry."""
    with company.house.session(SYSTEM, write=True) as session:
        listed = session.scalars(select(PublishedList)).one()
        session.add(AuthorityEntry(
            list_id=listed.id, code="X", action="identity.account:create", title=TITLE, scope="subtree",
            position_id=company.positions["CEO"].id, scope_unit_id=company.units["FIN"].id,
        ))  # fmt: skip
        org.close_unit(session, SYSTEM, company.units["FIN"], DAY)
    zhao = company.actor("zhao")
    with pytest.raises(Denied, match="“A unit that is not there on this day” only"), \
            company.house.session(zhao) as session:
        require(session, zhao, "identity.account:create")


def test_a_prohibition_of_a_company_spares_what_lies_in_another_though_it_names_none(company: Company) -> None:
    """A row without a company is judged by its unit, in lists as by itself; one that has neither is spared nowhere."""
    house, wang = company.house, company.actor("wang")
    house.database.create_all(Own.metadata)
    action = replace(APPROVE, no_self=False)
    with house.session(SYSTEM, write=True) as session:
        name = {"zh_CN": "北京", "en": "Beijing"}
        other = org.create_legal_entity(session, SYSTEM, code="BJ", name=name, country="CN")
        unit = org.create_unit(session, SYSTEM, code="BJ", title=name, valid_from=date(2025, 1, 1), legal_entity=other)
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(
            EntryDraft("C1", "ACQ-H", action.key, TITLE, "all"),
            EntryDraft("P1", "ACQ-H", action.key, TITLE, "company", effect="prohibit"),
        )))  # fmt: skip
        places = [(unit.id, None), (company.units["ACQ"].id, None), (None, other.id), (None, company.entity.id),
                  (unit.id, company.entity.id), (None, None)]
        session.add_all(Row(id=n, unit_id=at, legal_entity_id=of) for n, (at, of) in enumerate(places, start=1))
    with house.session(wang) as session:
        engine, rows = session.info["authority"], session.scalars(select(Row)).all()
        assert {row.id for row in rows if engine.decide(session, wang, action, THING, row).allowed} == {1, 3}
        shown = session.scalars(select(Row.id).where(engine.predicate(session, wang, action, THING, Row)))
        assert set(shown) == {1, 3}
