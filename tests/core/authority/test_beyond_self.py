"""Whose entries reach further than himself: who is shown the menu lines of pages about others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.access.calls import allowed, allowed_beyond_self
from core.authority.models import AuthorityEntry, PublishedList
from core.base.actor import Actor
from core.org.resources import CHANGE
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.worlds import TITLE


def give(company: Company, scope: str, *, post: str | None = None, effect: str = "grant") -> None:
    """One more entry: of a post, or of account 7, behind whom nobody stands."""
    with company.house.session(SYSTEM, write=True) as session:
        session.add(AuthorityEntry(
            list_id=session.scalars(select(PublishedList)).one().id, code=f"X-{effect}", action=CHANGE, title=TITLE,
            scope=scope, effect=effect, position_id=company.positions[post].id if post else None,
            account_id=None if post else 7,
        ))  # fmt: skip


def further(company: Company, actor: Actor) -> bool:
    with company.house.session(actor) as session:
        return allowed_beyond_self(session, actor, CHANGE)


@pytest.mark.parametrize(
    ("scope", "post", "name", "expected"),
    [
        ("self", "ACQ-S", "sun", False),
        ("reports", "ACQ-S", "sun", False),  # nobody reports to him
        ("reports", "ACQ-H", "wang", True),
        ("unit", "ACQ-S", "sun", True),
        ("subtree", "ACQ-S", "sun", True),
        ("company", "ACQ-S", "sun", True),
        ("all", "ACQ-S", "sun", True),
        ("all", "ACQ-H", "sun", False),  # the entry is another's
    ],
)
def test_who_reaches_further_than_himself(company: Company, scope: str, post: str, name: str, expected: bool) -> None:
    give(company, scope, post=post)
    assert further(company, company.actor(name)) is expected


@pytest.mark.parametrize(("scope", "expected"), [("self", False), ("reports", False), ("unit", False), ("all", True)])
def test_an_account_without_a_post_reaches_only_what_is_named(company: Company, scope: str, expected: bool) -> None:
    give(company, scope)
    assert further(company, Actor(kind="person", account_id=7)) is expected


def test_what_is_prohibited_everywhere_reaches_nobody(company: Company) -> None:
    give(company, "all", post="ACQ-S")
    give(company, "all", post="ACQ-S", effect="prohibit")
    sun = company.actor("sun")
    assert not further(company, sun)
    with company.house.session(sun) as session:
        assert not allowed(session, sun, CHANGE)


def test_the_product_itself_and_a_token_that_does_not_cover_it(company: Company) -> None:
    give(company, "all", post="ACQ-S")
    assert further(company, SYSTEM)
    assert not further(company, replace(company.actor("sun"), scopes=frozenset({"authority.list:read"})))
