"""Situations with the answers people expect of them, written by hand beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.decision import Decision, Denied
from core.authority.document import EntryDraft, ListDraft
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import bootstrap, publish
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import use_locale
from core.db.guard import mark
from core.db.types import Translation
from core.kernel import state
from core.kernel.specs import ActionDef, SuggestedEntry
from core.org import services as org
from core.org.models import Assignment, Person
from tests.core.authority.company import ADJUST, APPROVE, SPEND, SYSTEM, Company, Spend

TITLE = Translation(zh_CN="事项", en="Matter")


def ask(company: Company, name: str, unit: str | None, amount: int = 0, *, currency: str | None = "CNY",
        by: str = "sun", action: ActionDef = APPROVE, category: str | None = None) -> Decision:
    """May somebody decide about spending of ``amount`` fen in a unit, asked for by another?"""
    spend = Spend(
        unit_ids=(company.units[unit].id,) if unit else (), amount=amount, currency=currency,
        creator_person_id=company.people[by].person_id, category=category,
    )
    actor = company.actor(name)
    with company.house.session(actor) as session:
        return session.info["authority"].decide(session, actor, action, SPEND, spend)  # type: ignore[no-any-return]


@pytest.mark.proves("hats")
@pytest.mark.parametrize(
    ("name", "unit", "amount", "code", "entry"),
    [
        ("wang", "ACQ", 10_000_00, "ALLOW", "ACQ-H.A1"),
        ("wang", "ACQ", 10_000_01, "OVER_LIMIT", "ACQ-H.A1"),
        ("wang", "ACQ", 45_000_00, "OVER_LIMIT", "ACQ-H.A1"),
        ("wang", "EAST", 45_000_00, "ALLOW", "EA-H.A6"),
        ("wang", "EAST", 50_000_00, "ALLOW", "EA-H.A6"),
        ("wang", "EAST", 50_000_01, "OVER_LIMIT", "EA-H.A6"),
        ("wang", "BRAND", 1, "OUT_OF_SCOPE", None),
        ("wang", "SALES", 1, "OUT_OF_SCOPE", None),
        ("li", "BRAND", 100_000_00, "ALLOW", "MD.A2"),
        ("li", "BRAND", 100_000_01, "OVER_LIMIT", "MD.A2"),
        ("li", "EAST", 1, "OUT_OF_SCOPE", None),
        ("zhao", "FIN", 1_000_000_00, "ALLOW", "CEO.A3"),
        ("zhao", "FIN", 1_000_000_01, "OVER_LIMIT", "CEO.A3"),
        ("sun", "ACQ", 1, "NO_ENTRY", None),
        ("wang", None, 1, "OUT_OF_SCOPE", None),
        ("zhao", None, 1, "ALLOW", "CEO.A3"),
    ],
)
def test_limits_and_scopes(company: Company, name: str, unit: str | None, amount: int, code: str,
                           entry: str | None) -> None:
    """Two posts never add up, a limit includes its own number, and a spend of no unit is nobody's but the head's."""
    found = ask(company, name, unit, amount, by="chen" if name == "sun" else "sun")
    assert (found.code, found.entry, found.allowed) == (code, entry, code == "ALLOW")
    if entry:
        assert found.list_version == 17


def test_the_reason_is_a_sentence(company: Company) -> None:
    assert str(ask(company, "wang", "ACQ", 12_000_00).message) == (
        "¥12,000.00 is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17)."
    )
    assert str(ask(company, "wang", "ACQ", 100).message) == (
        "Allowed by ACQ-H.A1 (list version 17): Approves spend"
    )


@pytest.mark.proves("unknown")
@pytest.mark.parametrize("currency", ["USD", None])
def test_another_currency_is_unknown_and_unknown_never_permits(company: Company, currency: str | None) -> None:
    assert ask(company, "wang", "ACQ", 1_500_00, currency=currency).code == "CURRENCY_UNKNOWN"


@pytest.mark.proves("self")
@pytest.mark.parametrize("name", ["wang", "zhao"])
def test_nobody_decides_his_own_request(company: Company, name: str) -> None:
    assert ask(company, name, "ACQ", 5_000_00, by=name).code == "SOD_SELF"


@pytest.mark.proves("acting-days")
@pytest.mark.parametrize(
    ("day", "code", "entry"),
    [("2026-02-28", "NO_ENTRY", None), ("2026-03-01", "ALLOW", "MD.A2"), ("2026-03-14", "ALLOW", "MD.A2"),
     ("2026-03-15", "NO_ENTRY", None)],
)
def test_acting_holds_within_its_days(company: Company, monkeypatch: pytest.MonkeyPatch, day: str, code: str,
                                      entry: str | None) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", day)
    found = ask(company, "chen", "ACQ", 60_000_00)
    assert (found.code, found.entry) == (code, entry)
    assert ask(company, "chen", "ACQ", action=ADJUST).code == "NO_ENTRY", "not by acting"
    assert ask(company, "li", "ACQ", action=ADJUST).code == "ALLOW"


def test_a_unit_that_moves_takes_authority_with_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        org.change_unit(session, SYSTEM, company.units["BRAND"], date(2026, 4, 1), parent=company.units["SALES"])
    for day, code in [("2026-03-15", "ALLOW"), ("2026-03-31", "ALLOW"), ("2026-04-02", "OUT_OF_SCOPE")]:
        monkeypatch.setenv("REMIT_DEMO_DATE", day)
        assert ask(company, "li", "BRAND", 100).code == code, day


@pytest.mark.proves("prohibition")
def test_a_prohibition_beats_every_grant_and_what_is_unknown(company: Company) -> None:
    """Without a unit it cannot be told whether the prohibition speaks of it, so it does."""
    entries = (EntryDraft("P1", None, "crm.spend:approve", TITLE, "subtree", "BRAND", effect="prohibit"),)
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("FIN", 1, date(2026, 1, 1), entries=entries))
    found = {unit: ask(company, "zhao", unit, 100) for unit in ("BRAND", "ACQ", None)}
    assert [answer.code for answer in found.values()] == ["PROHIBITED", "ALLOW", "PROHIBITED"]
    assert found["BRAND"].entry == "ALL.P1"


@pytest.mark.proves("prohibition-when")
@pytest.mark.parametrize(
    ("when", "spend", "code"),
    [
        ({"category": "gift"}, {"category": "gift"}, "PROHIBITED"),
        ({"category": "gift"}, {"category": None}, "PROHIBITED"),
        ({"category": "gift"}, {"category": "ads"}, "ALLOW"),
        ({"amount": "<= 5.00 CNY"}, {"amount": 5_00}, "PROHIBITED"),
        ({"amount": "<= 5.00 CNY"}, {"amount": 20_00}, "ALLOW"),
        ({"amount": "<= 5.00 CNY"}, {"amount": 20_00, "currency": None}, "PROHIBITED"),
        ({"amount": "<= 5.00 CNY"}, {"amount": 20_00, "currency": "USD"}, "PROHIBITED"),
        ({"amount": "<= 5.00 CNY", "category": "gift"}, {"amount": 20_00, "currency": "USD", "category": "ads"},
         "CURRENCY_UNKNOWN"),
        ({"colour": "red"}, {"category": "ads"}, "PROHIBITED"),
    ],
)  # fmt: skip
def test_a_prohibition_under_conditions_spares_what_is_certainly_otherwise(
    company: Company, when: dict[str, str], spend: dict[str, Any], code: str
) -> None:
    """What is not known bars, as does a condition on something nobody declares any more."""
    entry = EntryDraft("P1", None, "crm.spend:approve", TITLE, "all", effect="prohibit", conditions=when)
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("FIN", 1, date(2026, 1, 1), entries=(entry,)))
    found = ask(company, "zhao", "ACQ", **{"amount": 100_00, **spend})
    assert (found.code, found.entry) == (code, {"ALLOW": "CEO.A3", "PROHIBITED": "ALL.P1"}.get(code, "CEO.A3"))


def test_a_prohibition_everywhere_also_answers_without_an_object(company: Company) -> None:
    """A menu line, and an action that is asked about nothing in particular."""
    entries = (EntryDraft("P1", None, "authority.list:read", TITLE, "all", effect="prohibit"),)
    wang = company.actor("wang")
    with company.house.session(wang) as session:
        assert require(session, wang, "authority.list:read").entry == "ALL.E1"
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("FIN", 1, date(2026, 1, 1), entries=entries))
    with company.house.session(wang) as session, pytest.raises(Denied, match="prohibits"):
        require(session, wang, "authority.list:read")


def test_bootstrap_covers_all_but_reveal_until_the_next_version(company: Company) -> None:
    suggested = [
        SuggestedEntry("person.record:read", "self", TITLE),  # type: ignore[arg-type]
        SuggestedEntry("org.structure:change", "all", TITLE, roles=("hr",)),  # type: ignore[arg-type]
    ]
    first = Actor(kind="person", account_id=1, locale="en")
    other = Actor(kind="person", account_id=2, locale="en")
    with company.house.session(SYSTEM, write=True) as session:
        for entry in suggested:
            object.__setattr__(entry, "title", company.house.registry.actions[entry.action].title)
        made = bootstrap(session, 1, date(2026, 1, 1), suggested)
        written = session.scalars(select(AuthorityEntry.action).where(AuthorityEntry.list_id == made.id)).all()
    assert sorted(written) == ["*", "person.record:read"]
    def codes(actor: Actor) -> list[str]:
        with company.house.session(actor) as session:
            engine, actions = session.info["authority"], company.house.registry.actions
            return [engine.decide(session, actor, actions[key], None, None).code
                    for key in ("org.structure:change", "person.bank:reveal", "person.record:read")]

    assert codes(first) == ["ALLOW", "NO_ENTRY", "ALLOW"]
    assert codes(other) == ["NO_ENTRY"] * 3, "an account without a post holds nothing"
    assert codes(company.actor("sun")) == ["NO_ENTRY", "NO_ENTRY", "ALLOW"]
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft(None, 2, date(2026, 3, 10)))
    assert codes(first) == ["NO_ENTRY"] * 3


# -- the moment of the commit ----------------------------------------------------------------------------------------


HR = EntryDraft("H1", "ACQ-H", "person.record:change", TITLE, "subtree", "MKT", power="do")


def grant(company: Company, version: int, day: date, *entries: EntryDraft) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", version, day, entries=entries))


def person(session: Session, company: Company, name: str) -> Person:
    return session.scalars(
        mark(select(Person).where(Person.id == company.people[name].person_id), [("test", "core_person")])
    ).one()


@pytest.mark.proves("recheck")
def test_nothing_commits_after_its_authority_was_revoked(company: Company) -> None:
    """PostgreSQL lets both write at once: the list changes between the question and the commit. On SQLite the second
    writer waits for the first, so the decision commits first."""
    grant(company, 1, date(2026, 1, 1), HR)
    wang = company.actor("wang")
    if company.house.database.is_sqlite:
        with company.house.session(wang, write=True) as session:
            org.change_person(session, wang, person(session, company, "sun"), email="sun@example.org")
        grant(company, 2, date(2026, 3, 10))
    else:
        with pytest.raises(Denied) as refused:
            change_while_revoked(company, wang)
        assert refused.value.decision.code == "NO_ENTRY"
    with company.house.session(SYSTEM) as session:
        kept = person(session, company, "sun").email
    assert kept == ("sun@example.org" if company.house.database.is_sqlite else None)
    with pytest.raises(Denied), company.house.session(wang, write=True) as session:
        org.change_person(session, wang, person(session, company, "sun"), email="again@example.org")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_another_change_of_the_organisation_does_not_stop_what_is_still_allowed(company: Company) -> None:
    """SQLite has one writer at a time."""
    grant(company, 1, date(2026, 1, 1), HR)
    wang = company.actor("wang")
    with company.house.session(wang, write=True) as session:
        org.change_person(session, wang, person(session, company, "sun"), email="sun@example.org")
        with company.house.session(SYSTEM, write=True) as other:
            org.change_unit(other, SYSTEM, company.units["FIN"], date(2026, 5, 1), order=5)
    with company.house.session(SYSTEM) as session:
        assert person(session, company, "sun").email == "sun@example.org"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_session_that_changes_the_organisation_itself_is_checked_too(company: Company) -> None:
    """Its own raise of the epoch does not hide that of another. SQLite has one writer at a time."""
    grant(company, 1, date(2026, 1, 1), HR)
    wang = company.actor("wang")
    with pytest.raises(Denied):
        change_while_revoked(company, wang, end=date(2026, 12, 1))


def change_while_revoked(company: Company, actor: Actor, *, end: date | None = None) -> None:
    """A change of sun's file, and of her post, while another session takes the authority for it away."""
    with company.house.session(actor, write=True) as session:
        org.change_person(session, actor, person(session, company, "sun"), email="sun@example.org")
        grant(company, 2, date(2026, 3, 10))
        if end is not None:
            org.end_assignment(session, SYSTEM, session.scalars(_assignment(company, "sun")).one(), end)


def _assignment(company: Company, name: str) -> Any:
    return mark(
        select(Assignment).where(Assignment.person_id == company.people[name].person_id),
        [("test", "core_assignment")],
    )


def test_what_is_rolled_back_never_gave_authority(company: Company) -> None:
    """A list that was never committed is not remembered, nor does it change what others may."""
    wang = company.actor("wang")
    sun = company.people["sun"]
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 1, 1), entries=(HR,)))
        assert session.info["authority"].decide(
            session, wang, company.house.registry.actions["person.record:change"], None, None
        ).allowed
        session.rollback()
    with company.house.session(wang, write=True) as session, pytest.raises(Denied):
        require(session, wang, "person.record:change", sun)


def test_a_savepoint_takes_its_raise_of_the_epoch_with_it(company: Company) -> None:
    """The change after it raises the epoch again, so other processes see it."""
    def published(session: Session) -> int:
        return len(session.scalars(select(PublishedList.id)).all())

    with company.house.session(SYSTEM) as session:
        before, lists = state.epoch(session), published(session)
    with company.house.session(SYSTEM, write=True) as session:
        nested = session.begin_nested()
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 1, 1)))
        nested.rollback()
        publish(session, SYSTEM, ListDraft("FIN", 1, date(2026, 1, 1)))
    with company.house.session(SYSTEM) as session:
        assert state.epoch(session) == before + 1
        assert published(session) == lists + 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_is_allowed_by_another_entry_meanwhile_is_asked_anew(company: Company) -> None:
    """Who decides has read under which entry he does; SQLite has one writer at a time."""
    grant(company, 1, date(2026, 1, 1), HR)
    wang = company.actor("wang")
    action = company.house.registry.actions["person.record:change"]
    decides = replace(company.house.registry, actions={
        **company.house.registry.actions, action.key: replace(action, power="decide"),
    })
    house = replace(company.house, registry=decides)

    def change() -> None:
        with house.session(wang, write=True) as session:
            org.change_person(session, wang, person(session, company, "sun"), email="sun@example.org")
            grant(company, 2, date(2026, 3, 10), replace(HR, code="H9"))

    with use_locale("en"), pytest.raises(DomainError, match="changed while you decided; nothing was kept"):
        change()
    with company.house.session(SYSTEM) as session:
        assert person(session, company, "sun").email is None
