"""Hiring, moving and leaving, and the rules over the tree, through the services."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from core.base.errors import DomainError
from core.base.period import FOREVER, Month
from core.kernel.house import House
from core.org import services as org
from core.org.models import Assignment, EmploymentTerms, Person
from tests.core.org.company import SYSTEM, build, seen


def test_terms_come_from_the_nearest_unit_that_names_them(house: House) -> None:
    """A branch that files its own tax is agent and place of those who work below it."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        ads = org.hire(session, SYSTEM, number="1", name="周蕾", position=lk.positions["ADS"],
                       hired_on=date(2025, 3, 1))
        rep = org.hire(session, SYSTEM, number="2", name="刘洋", position=lk.positions["BJ-R"],
                       hired_on=date(2025, 3, 1))
        found = org.roster(session, SYSTEM, Month(2025, 3).period)
    assert found["employment_id"].tolist() == [ads.id, rep.id]
    assert found["withholding_agent_id"].tolist() == [lk.units["CO"].id, lk.units["BJ"].id]
    assert found["contribution_place"].tolist() == ["CN-SH", "CN-BJ"]
    assert found["unit_id"].tolist() == [lk.units["ACQ"].id, lk.units["BJS"].id]
    assert found["name"].tolist() == ["周蕾", "刘洋"]


def test_a_transfer_ends_one_post_and_begins_the_next(house: House) -> None:
    """The month shows the post of its last day; the terms follow the unit; the old month stays as it was."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        one = org.hire(session, SYSTEM, number="1", name="周蕾", position=lk.positions["ADS"],
                       hired_on=date(2025, 3, 1), fte=80)
        org.transfer(session, SYSTEM, one, lk.positions["BJ-R"], date(2025, 6, 16))
        posts = session.execute(seen(
            select(Assignment.position_id, Assignment.valid_from, Assignment.valid_to, Assignment.fte)
            .order_by(Assignment.valid_from)
        )).all()
        may = org.roster(session, SYSTEM, Month(2025, 5).period)
        june = org.roster(session, SYSTEM, Month(2025, 6).period)
        slices = org.terms_during(session, Month(2025, 6).period)
    assert [tuple(row) for row in posts] == [
        (lk.positions["ADS"].id, date(2025, 3, 1), date(2025, 6, 16), 80),
        (lk.positions["BJ-R"].id, date(2025, 6, 16), FOREVER, 80),
    ]
    assert (may["contribution_place"][0], june["contribution_place"][0]) == ("CN-SH", "CN-BJ")
    assert slices["contribution_place"].tolist() == ["CN-SH", "CN-BJ"]


def test_leaving_ends_posts_and_terms_after_the_last_day(house: House) -> None:
    """Somebody who left on the 15th is in that month and not in the next."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        one = org.hire(session, SYSTEM, number="1", name="周蕾", position=lk.positions["ADS"],
                       hired_on=date(2025, 3, 1))
        org.leave(session, SYSTEM, one, last_day=date(2025, 10, 15))
        ends = {
            *session.scalars(seen(select(Assignment.valid_to))),
            *session.scalars(seen(select(EmploymentTerms.valid_to))),
        }
        october = org.roster(session, SYSTEM, Month(2025, 10).period)
        november = org.roster(session, SYSTEM, Month(2025, 11).period)
    assert ends == {date(2025, 10, 16)}
    assert one.left_on == date(2025, 10, 16)
    assert (len(october["number"]), len(november["number"])) == (1, 0)
    assert october["unit_id"].tolist() == [lk.units["ACQ"].id]


def test_a_rehire_is_the_same_person(house: House) -> None:
    """Found by the identity number, which is nowhere in clear."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        values = {"name": "周蕾", "position": lk.positions["ADS"], "identity_kind": "resident_id",
                  "identity_number": "11010519491231002X"}
        one = org.hire(session, SYSTEM, number="1", hired_on=date(2025, 3, 1), **values)  # type: ignore[arg-type]
        with pytest.raises(DomainError, match="employed already, as 1"):
            org.hire(session, SYSTEM, number="2", hired_on=date(2025, 4, 1), **values)  # type: ignore[arg-type]
        org.leave(session, SYSTEM, one, last_day=date(2025, 4, 30))
        two = org.hire(session, SYSTEM, number="2", hired_on=date(2025, 9, 1), **values)  # type: ignore[arg-type]
        people = session.scalars(seen(select(Person))).all()
    assert [person.sort_key for person in people] == ["zhou lei"]
    assert one.person_id == two.person_id
    assert one.id != two.id


def test_a_unit_cannot_stand_under_itself(house: House) -> None:
    """Refused with the titles of the ring, and nothing is written."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
    with pytest.raises(DomainError, match="cannot stand under itself") as refused, \
            house.session(SYSTEM, write=True) as session:
        org.change_unit(session, SYSTEM, lk.units["MKT"], date(2026, 1, 1), parent=lk.units["ACQ"])
    assert "Acq" in str(refused.value)
    with house.session(SYSTEM) as session:
        assert org.terms_defaults(session, lk.units["ACQ"].id, date(2026, 6, 1))["legal_entity_id"] == lk.entity.id


def test_a_line_of_reporting_does_not_lead_back(house: House) -> None:
    """A manager cycle is refused, also when it would only close in the future."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
    with pytest.raises(DomainError, match="cannot report to itself"), house.session(SYSTEM, write=True) as session:
        org.change_position(
            session, SYSTEM, lk.positions["MKT-D"], date(2027, 1, 1), reports_to=lk.positions["ADS"]
        )


def test_more_holders_than_headcount_is_a_warning(house: House) -> None:
    """Headcount is told, not enforced."""
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        for number in "123":
            org.hire(session, SYSTEM, number=number, name="甲", position=lk.positions["ADS"],
                     hired_on=date(2025, 3, 1))
        told = org.headcount_warning(session, lk.positions["ADS"], date(2025, 3, 1))
        quiet = org.headcount_warning(session, lk.positions["ADS"], date(2025, 2, 1))
    assert str(told) == "ADS: 3 people for a headcount of 2."
    assert quiet is None
