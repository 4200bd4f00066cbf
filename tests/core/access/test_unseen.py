"""Asking for a thing one does not see: whoever sees all there is learns that it is missing, anybody else nothing."""

from __future__ import annotations

from datetime import date

import pytest

from core.access.unseen import unseen
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.errors import NotFound
from core.db.types import Translation
from core.org.models import Person
from tests.core.authority.company import SYSTEM, Company

READ = "person.record:read"
TITLE = Translation(zh_CN="事项", en="Matter")
MISSING = NotFound("x", "There is no such person, or he is not yours to see.")


@pytest.fixture
def entitled(company: Company) -> Company:
    """wang sees his group, li all of the company; the others see nobody."""
    entries = (
        EntryDraft("R1", "ACQ-H", READ, TITLE, "subtree", "ACQ", power="read"),
        EntryDraft("R3", "MD", READ, TITLE, "all", power="read"),
    )
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("MKT", 1, date(2026, 1, 1), entries=entries))
    return company


@pytest.mark.parametrize(
    ("who", "own", "code"),
    [("wang", False, "denied.out_of_scope"), ("wang", True, "x"), ("li", False, "x"),
     ("zhao", False, "denied.no_entry"), ("zhao", True, "denied.no_entry")],
)  # fmt: skip
def test_what_is_said(entitled: Company, who: str, own: bool, code: str) -> None:
    with entitled.house.session(SYSTEM) as session:
        error = unseen(session, entitled.actor(who), READ, Person, MISSING, own=own)
    assert error.code == code
    if code != "denied.no_entry":
        assert error.message == MISSING.message


def test_the_product_itself_sees_all(entitled: Company) -> None:
    with entitled.house.session(SYSTEM) as session:
        assert unseen(session, SYSTEM, READ, Person, MISSING) is MISSING
