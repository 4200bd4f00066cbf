"""Changes of people and posts: both the old and the new place must be the author's, and ending is no moving."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.decision import Denied
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.db.guard import mark
from core.db.types import Translation
from core.org import services as org
from core.org.models import Assignment, Employment
from tests.core.authority.company import SYSTEM, Company

CHANGE = "person.record:change"
TITLE = Translation(zh_CN="事项", en="Matter")
TABLES = [("test", "core_assignment"), ("test", "core_employment"), ("test", "core_employment_terms")]
TODAY = date(2026, 3, 10)


@pytest.fixture
def entitled(company: Company) -> Company:
    """wang keeps the files of marketing, sun those of her company."""
    entries = (
        EntryDraft("H1", "ACQ-H", CHANGE, TITLE, "subtree", "MKT"),
        EntryDraft("H2", "ACQ-S", CHANGE, TITLE, "company"),
    )
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 1, 1), entries=entries))
    return company


def one(session: Session, statement: Any) -> Any:
    return session.scalars(mark(statement, TABLES)).one()


def employment(session: Session, company: Company, who: str) -> Employment:
    found: Employment = one(session, select(Employment).where(Employment.id == company.people[who].id))
    return found


def post(session: Session, company: Company, who: str) -> Assignment:
    found: Assignment = one(session, select(Assignment).where(
        Assignment.employment_id == company.people[who].id, Assignment.is_primary))
    return found


def unit_of(company: Company, who: str) -> int:
    with company.house.session(SYSTEM) as session:
        return post(session, company, who).position_id


def test_a_post_is_not_moved_to_a_unit_outside(entitled: Company) -> None:
    """Written past the service that asks about the new place itself."""
    wang, before = entitled.actor("wang"), unit_of(entitled, "sun")

    def move(position: str) -> None:
        with entitled.house.session(wang, write=True) as session:
            require(session, wang, CHANGE, employment(session, entitled, "sun"))
            post(session, entitled, "sun").position_id = entitled.positions[position].id

    with pytest.raises(Denied) as refused:
        move("CEO")
    assert refused.value.decision.code == "POST_IMAGE"
    assert unit_of(entitled, "sun") == before
    move("MD")
    assert unit_of(entitled, "sun") == entitled.positions["MD"].id, "within marketing it may go"


@pytest.mark.parametrize("day", [TODAY, date(2026, 6, 1)])
def test_nobody_is_given_to_another_company(entitled: Company, day: date) -> None:
    """Also not from a later day on."""
    sun = entitled.actor("sun")
    with entitled.house.session(SYSTEM, write=True) as session:
        other = org.create_legal_entity(session, SYSTEM, code="LK2", name={"zh_CN": "乙", "en": "B"}, country="CN")
    with pytest.raises(Denied) as refused, entitled.house.session(sun, write=True) as session:
        org.change_terms(
            session, sun, employment(session, entitled, "chen"), day, legal_entity_id=other.id
        )
    assert refused.value.decision.code == "POST_IMAGE"
    with entitled.house.session(sun, write=True) as session:
        org.change_terms(session, sun, employment(session, entitled, "chen"), day, grade="P5")


def test_who_may_keep_a_file_may_also_end_it(entitled: Company) -> None:
    """Whoever left has no unit any more; that is no move."""
    wang = entitled.actor("wang")
    with entitled.house.session(wang, write=True) as session:
        org.leave(session, wang, employment(session, entitled, "sun"), last_day=date(2026, 3, 9))
    with entitled.house.session(SYSTEM) as session:
        assert employment(session, entitled, "sun").left_on == TODAY
    with pytest.raises(Denied), entitled.house.session(wang, write=True) as session:
        org.change_terms(session, wang, employment(session, entitled, "sun"), date(2026, 2, 1), grade="P5")


def test_what_is_done_to_ones_own_post_does_not_undo_ones_authority(entitled: Company) -> None:
    """The head ends her own employment last; what she decided before stands."""
    wang = entitled.actor("wang")
    with entitled.house.session(wang, write=True) as session:
        org.change_terms(session, wang, employment(session, entitled, "sun"), TODAY, grade="P5")
        org.leave(session, wang, employment(session, entitled, "wang"), last_day=date(2026, 3, 9))
    with pytest.raises(Denied), entitled.house.session(wang, write=True) as session:
        org.change_terms(session, wang, employment(session, entitled, "sun"), TODAY, grade="P6")
