"""Handing authority over: what may be, what is refused in which words, and the pages of both sides."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.access.calls import allowed
from core.access.decision import Denied
from core.authority import delegating, telling
from core.authority.actions import GIVE, REVOKE, SEE
from core.authority.document import EntryDraft, ListDraft
from core.authority.events import AuthorityDelegated, DelegationRevoked
from core.authority.models import AuthorityEntry, Delegation
from core.authority.publish import publish
from core.base.errors import DomainError, NotFound
from core.db.guard import system
from core.db.types import Translation
from core.events.models import EventRow
from core.org import services as org
from core.org.models import Assignment, Position
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_routing import assignment
from tests.core.org.company import START
from tests.core.org.conftest import database_builder, english, house
from tests.core.org.desk import PEOPLE, READ, Desk, opened

__all__ = ["database_builder", "english", "house"]

TODAY = date(2026, 3, 10)
TITLE = Translation(zh_CN="委托", en="Delegation")


def opened_to_everybody(company: Company) -> None:
    """Everybody may delegate, see and end his own; A1 and A2 may be delegated, A3 may not."""
    kept = [EntryDraft(f"G{n}", None, action, TITLE, "self") for n, action in enumerate((GIVE, SEE, REVOKE))]
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft(None, 3, TODAY - timedelta(days=9), entries=tuple(kept)))
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code.in_(("A1", "A2"))).values(delegable=True))


def give(company: Company, name: str = "li", to: str = "wang", codes: tuple[str, ...] = ("A2",), **more: Any) -> int:
    actor = company.actor(name)
    with company.house.session(actor, write=True) as session:
        posts = delegating.own_posts(session, actor, TODAY)
        values: dict[str, Any] = {
            "assignment_id": posts[0].assignment_id if posts else 1, "to_person_id": company.people[to].person_id,
            "codes": codes, "first_day": TODAY, "last_day": TODAY + timedelta(days=6), "reason": "leave", **more,
        }
        return delegating.delegate(session, actor, **values).id


def test_both_sides_see_it_and_either_ends_it(company: Company) -> None:
    opened_to_everybody(company)
    number = give(company)
    for name, other in (("li", "wang"), ("wang", "li")):
        actor = company.actor(name)
        with company.house.session(actor) as session:
            (seen,) = delegating.of_person(session, actor, company.people[name].person_id)
            assert (seen.state, seen.last_day, seen.post_code) == ("in force", date(2026, 3, 16), "MD")
            assert (seen.giver, seen.taker) == ("li", "wang")
            assert [line.code for line in seen.entries] == ["A2"]
            assert other in (seen.giver, seen.taker)
    stranger = company.actor("sun")
    with company.house.session(stranger, write=True) as session:
        assert delegating.of_person(session, stranger, company.people["li"].person_id) == []
        with pytest.raises(NotFound):
            delegating.revoke(session, stranger, number)
    wang = company.actor("wang")
    with company.house.session(wang, write=True) as session:
        delegating.revoke(session, wang, number)
    with company.house.session(wang, write=True) as session:
        assert delegating.of_person(session, wang, company.people["wang"].person_id) == []
        (past,) = delegating.of_person(session, wang, company.people["wang"].person_id, ended_since=TODAY)
        assert past.state == "revoked"
        first = past.delegation.revoked_at
        assert delegating.revoke(session, wang, number).revoked_at == first, "once is enough"
    with company.house.session(SYSTEM) as session:
        told = session.scalars(select(EventRow.name).where(EventRow.name.contains("delegat")).order_by(EventRow.id))
        assert list(told) == ["authority.delegated", "authority.delegation_revoked"]


def test_without_an_entry_nobody_delegates(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        session.execute(update(AuthorityEntry).values(delegable=True))
    with pytest.raises(Denied):
        give(company)
    with company.house.session(company.actor("li")) as session:
        assert not allowed(session, company.actor("li"), GIVE)


@pytest.mark.parametrize(("field", "more"), [
    ("to", {"to": "li"}),
    ("entries", {"codes": ()}),
    ("entries", {"codes": ("A4",)}),
    ("entries", {"codes": ("A3",)}),
    ("first_day", {"first_day": TODAY - timedelta(days=1)}),
    ("last_day", {"last_day": TODAY - timedelta(days=1)}),
    ("last_day", {"last_day": TODAY + timedelta(days=delegating.MOST_DAYS)}),
    ("reason", {"reason": "  "}),
    ("limit", {"limit_minor": 100_000_01, "currency": "CNY"}),
    ("limit", {"limit_minor": 0, "currency": "CNY"}),
    ("limit", {"limit_minor": 5_00, "currency": "USD"}),
    ("entries", {"assignment_id": 99_999}),
    ("to", {"to_person_id": 99_999}),
])  # fmt: skip
def test_what_cannot_be_delegated_says_what_is_wrong_where(
    company: Company, field: str, more: dict[str, Any]
) -> None:
    opened_to_everybody(company)
    with pytest.raises(DomainError) as refused:
        give(company, **more)
    assert refused.value.field == field
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert session.scalars(select(Delegation)).all() == []


def test_the_longest_delegation_is_a_quarter(company: Company) -> None:
    opened_to_everybody(company)
    assert give(company, last_day=TODAY + timedelta(days=delegating.MOST_DAYS - 1))


def test_nobody_delegates_what_another_holds(company: Company) -> None:
    opened_to_everybody(company)
    li, wang = company.actor("li"), company.actor("wang")
    with company.house.session(li) as session:
        lis = delegating.own_posts(session, li, TODAY)[0].assignment_id
    with pytest.raises(DomainError) as refused:
        give(company, "wang", "sun", assignment_id=lis)
    assert refused.value.field == "entries"
    give(company)
    with company.house.session(wang) as session:
        held = [line.code for post in delegating.own_posts(session, wang, TODAY) for line in post.entries]
    assert held == ["A1"], "what was delegated to him is not his to hand on"


def test_whom_one_would_ask_is_proposed_and_who_stands_in_comes_first(company: Company) -> None:
    opened_to_everybody(company)
    wang = company.actor("wang")
    with company.house.session(wang) as session:
        names = [one.name for one in delegating.colleagues(session, wang, TODAY)]
    assert set(names) == {"li", "chen", "sun", "zhao"}
    li = company.actor("li")
    with company.house.session(SYSTEM, write=True) as session, system(session, "a test"):
        lis = assignment(session, "li", company)
        session.execute(update(Assignment).where(Assignment.kind == "acting").values(stands_in_for_id=lis))
    with company.house.session(li) as session:
        first, second = delegating.colleagues(session, li, TODAY)[:2]
        assert (first.name, first.stands_in, second.stands_in) == ("chen", True, False)


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(house: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The app of the small company, where everybody may delegate and the head of a group has something to delegate."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-23")
    made = opened(house)
    with house.session(SYSTEM, write=True) as session:
        kept = [EntryDraft(f"P{n}", post, READ, TITLE, scope, power="read", delegable=post == "ACQ-H")
                for n, (post, scope) in enumerate(PEOPLE.values()) if scope]
        kept += [EntryDraft(f"G{n}", None, action, TITLE, "self") for n, action in enumerate((GIVE, SEE, REVOKE))]
        publish(session, SYSTEM, ListDraft("CO", 2, START + timedelta(days=1), entries=tuple(kept)))
        session.expunge_all()
    return made


def post(desk: Desk, who: str, path: str, **data: Any) -> Any:
    found = re.search(r'name="csrf_token" value="([^"]+)"', desk.client.get("/people/me", headers={"X-Name": who}).text)
    assert found
    return desk.client.post(path, data={"csrf_token": found[1], **data}, headers={"X-Name": who})


def test_i_am_away_from_the_form_to_the_other_side(desk: Desk) -> None:
    head = {"X-Name": "acq"}
    form = desk.client.get("/authority/away/new", headers=head).text
    chosen = re.findall(r'name="entries"[^>]* value="([^"]+)"', form)
    assert len(chosen) == 1
    taker = str(desk.people["ads"].person_id)
    assert f'value="{taker}"' in form
    wrong = post(desk, "acq", "/authority/away/new", first_day="2026-11-23", last_day="2026-11-20", to=taker,
                 reason="trip", entries=chosen[0])
    assert wrong.status_code == 422
    assert "The last day lies before the first." in wrong.text
    done = post(desk, "acq", "/authority/away/new", first_day="2026-11-23", last_day="2026-11-27", to=taker,
                reason="trip", entries=chosen[0])
    assert (done.status_code, done.headers["Location"]) == (303, "/authority/away/")
    mine = desk.client.get("/authority/away/", headers=head).text
    assert "Delegated by me" in mine
    theirs = desk.client.get("/authority/away/", headers={"X-Name": "ads"}).text
    assert "Delegated to me" in theirs
    assert "trip" in theirs
    end = re.search(r'action="(/authority/away/\d+/end)"', theirs)
    assert end
    assert post(desk, "ads", end[1]).status_code == 303
    assert "Ended early" in desk.client.get("/authority/away/", headers=head).text


def test_one_that_is_over_says_so(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_to_everybody(company)
    give(company)
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-17")
    li = company.actor("li")
    with company.house.session(li) as session:
        (seen,) = delegating.of_person(session, li, li.person_id or 0, ended_since=TODAY)
        assert (seen.state, seen.last_day) == ("over", date(2026, 3, 16))
        assert delegating.of_person(session, li, li.person_id or 0) == []


def test_whoever_holds_no_post_has_nothing_to_delegate(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        company.people["new"] = org.hire(session, SYSTEM, number="77", name="new", hired_on=date(2026, 4, 1),
                                         position=company.positions["ACQ-S"])
    new = company.actor("new")
    with company.house.session(new) as session:
        assert list(delegating.own_posts(session, new, TODAY)) == []


@pytest.mark.parametrize(("said", "message"), [
    ({"entries": "9:P9"}, "This cannot be delegated any more; load the page anew."),
    ({"to": ""}, "Choose who decides in your stead."),
    ({"entries": []}, "Choose what you delegate."),
])  # fmt: skip
def test_the_form_says_what_is_missing(desk: Desk, said: dict[str, Any], message: str) -> None:
    form = desk.client.get("/authority/away/new", headers={"X-Name": "acq"}).text
    values = {"first_day": "2026-11-23", "last_day": "2026-11-27", "to": str(desk.people["ads"].person_id),
              "reason": "trip", "entries": re.findall(r'name="entries"[^>]* value="([^"]+)"', form)}
    refused = post(desk, "acq", "/authority/away/new", **{**values, **said})
    assert refused.status_code == 422
    assert message in refused.text


def test_somebody_who_is_not_in_the_list_is_named_by_his_number(desk: Desk) -> None:
    form = desk.client.get("/authority/away/new", headers={"X-Name": "acq"}).text
    entries = re.findall(r'name="entries"[^>]* value="([^"]+)"', form)
    done = post(desk, "acq", "/authority/away/new", first_day="2026-11-23", last_day="2026-11-27", to="",
                number="N-ads", reason="trip", entries=entries)
    assert done.status_code == 303
    assert "Delegated to me" in desk.client.get("/authority/away/", headers={"X-Name": "ads"}).text


def test_the_form_says_who_stands_in(desk: Desk) -> None:
    """Whoever acts for the post is proposed, and named as the one who stands in."""
    with desk.house.session(SYSTEM, write=True) as session, system(session, "a test looks"):
        held = session.scalars(select(Assignment).where(Assignment.person_id == desk.people["acq"].person_id)).one()
        acting = org.assign(session, SYSTEM, desk.people["rep"], session.get_one(Position, held.position_id),
                            kind="acting", valid_from=date(2026, 11, 20), valid_to=date(2026, 12, 1), fte=20)
        acting.stands_in_for_id = held.id
    form = desk.client.get("/authority/away/new", headers={"X-Name": "acq"}).text
    assert "(stands in for you)" in form


def test_the_other_side_is_told(company: Company) -> None:
    """Who is told of it by having done it need not be told."""
    made = AuthorityDelegated(7, 1, 2, TODAY, TODAY)
    ended = DelegationRevoked(7, 1, 2, 2)
    with company.house.session(SYSTEM) as session:
        assert list(telling._both(session, made).persons) == [2]
        assert list(telling._both(session, ended).persons) == [1]
