"""Who decides, along the line and beside it, and what was delegated: the answers people expect, written beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.access.decision import Decision
from core.authority import engine
from core.authority.document import parse
from core.authority.draft_in_force import in_force
from core.authority.models import AuthorityEntry, DelegatedEntry, Delegation, PublishedList
from core.authority.routing import ApprovalPlan, route, who_can
from core.authority.supposing import Supposed
from core.db.guard import system
from core.kernel import state
from core.kernel.specs import Facts
from core.org import services as org
from core.org.models import Assignment, Person, PositionVersion
from tests.core.authority.company import ADJUST, APPROVE, LIST, SPEND, SYSTEM, Company, Spend

APPROVED = replace(APPROVE, resource="spend")


@pytest.fixture
def company(company: Company) -> Company:
    """The company with spending as a module would register it, a vacant head of BRAND, and chen standing in for li."""
    registry = company.house.registry
    company.house = replace(company.house, registry=replace(
        registry, actions=MappingProxyType({**registry.actions, APPROVED.key: APPROVED}),
        resource_types=MappingProxyType({**registry.resource_types, SPEND.name: SPEND}),
    ))
    with writing(company) as session:
        company.positions["BR-H"] = org.create_position(
            session, SYSTEM, code="BR-H", unit=company.units["BRAND"], title={"zh_CN": "品牌", "en": "Brand"},
            valid_from=date(2025, 1, 1), reports_to=company.positions["MD"],
        )
        lis = assignment(session, "li", company)
        session.execute(update(Assignment).where(Assignment.kind == "acting").values(stands_in_for_id=lis))
        state.bump_epoch(session)
    return company


@contextmanager
def writing(company: Company) -> Iterator[Session]:
    with company.house.session(SYSTEM, write=True) as session, system(session, "a test changes the company"):
        yield session


def assignment(session: Session, name: str, company: Company) -> int:
    """The primary assignment of somebody."""
    return session.scalars(
        select(Assignment.id).where(Assignment.person_id == company.people[name].person_id, Assignment.is_primary)
    ).one()


def hand(company: Company, giver: str, taker: str, code: str, **more: Any) -> int:
    """A delegation until the end of March, written as a row; the entry becomes one that may be delegated."""
    with writing(company) as session:
        made = Delegation(
            from_assignment_id=more.pop("assignment_id", None) or assignment(session, giver, company),
            from_person_id=company.people[giver].person_id, to_person_id=company.people[taker].person_id,
            valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1), reason="away",
            created_at=datetime(2026, 3, 1, tzinfo=UTC), **more,
        )
        session.add(made)
        session.flush()
        session.add(DelegatedEntry(delegation_id=made.id, code=code))
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == code).values(delegable=True))
        session.flush()
        return made.id


def spend(company: Company, unit: str | None, amount: int, *, by: str = "sun", **more: Any) -> Spend:
    return Spend(
        unit_ids=(company.units[unit].id,) if unit else (), amount=amount, currency="CNY",
        creator_person_id=company.people[by].person_id, **more,
    )


def decide(company: Company, name: str, unit: str, amount: int, *, by: str = "sun") -> Decision:
    actor = company.actor(name)
    with company.house.session(actor) as session:
        return session.info["authority"].decide(session, actor, APPROVED, SPEND, spend(company, unit, amount, by=by))  # type: ignore[no-any-return]


def way(company: Company, unit: str, amount: int, *, by: str = "sun", day: date | None = None) -> list[str]:
    """The way of a question as words: post, who, answer."""
    return told(plan(company, unit, amount, by=by, day=day))


def plan(company: Company, unit: str, amount: int, *, by: str = "sun", day: date | None = None) -> ApprovalPlan:
    with company.house.session(SYSTEM) as session:
        return route(session, APPROVED.key, spend(company, unit, amount, by=by), day=day)


def told(found: ApprovalPlan) -> list[str]:
    return [" ".join(filter(None, (one.post.code, one.name, one.code))) for one in found.path]


# -- routing -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("limit")
def test_the_head_of_the_unit_decides_up_to_and_including_his_limit(company: Company) -> None:
    assert way(company, "ACQ", 10_000_00) == ["ACQ-H wang ALLOW"]
    assert way(company, "ACQ", 10_000_01) == ["ACQ-H wang OVER_LIMIT", "MD li ALLOW"]
    assert way(company, "ACQ", 60_000_00) == ["ACQ-H wang OVER_LIMIT", "MD li ALLOW"]


def test_nobody_s_own_request_stays_with_him(company: Company) -> None:
    assert way(company, "ACQ", 5_000_00, by="wang") == ["ACQ-H wang SOD_SELF", "MD li ALLOW"]


def test_a_stand_in_does_not_decide_for_whom_he_stands_in(company: Company) -> None:
    assert way(company, "BRAND", 20_000_00, by="li") == [
        "BR-H VACANT", "MD li SOD_SELF", "MD chen SOD_PROXY", "CEO zhao ALLOW",
    ]


@pytest.mark.proves("route-vacant")
def test_a_vacant_post_passes_it_on(company: Company) -> None:
    with writing(company) as session:
        org.end_assignment(
            session, SYSTEM, session.get_one(Assignment, assignment(session, "li", company)), date(2026, 3, 20)
        )
    assert way(company, "ACQ", 60_000_00, day=date(2026, 3, 21)) == [
        "ACQ-H wang OVER_LIMIT", "MD VACANT", "CEO zhao ALLOW",
    ]
    assert way(company, "ACQ", 60_000_00, day=date(2026, 3, 19)) == ["ACQ-H wang OVER_LIMIT", "MD li ALLOW"]


@pytest.mark.proves("route-gap")
def test_what_nobody_may_decide_is_a_gap_and_no_administrator(company: Company) -> None:
    found = plan(company, "ACQ", 2_000_000_00)
    assert found.gap
    assert told(found) == [
        "ACQ-H wang OVER_LIMIT", "MD li OVER_LIMIT", "MD chen OVER_LIMIT", "CEO zhao OVER_LIMIT",
        "EA-H wang OUT_OF_SCOPE",
    ]
    assert plan(company, "CO", 5_000_00, by="zhao").gap


def test_a_post_outside_the_line_decides_where_the_line_cannot(company: Company) -> None:
    with writing(company) as session:
        entry = session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "A6")).one()
        entry.scope, entry.scope_unit_id, entry.limit_minor = "all", None, None
        state.bump_epoch(session)
    found = plan(company, "BRAND", 2_000_000_00)
    assert told(found)[-1] == "EA-H wang ALLOW"
    assert found.decider is not None
    assert found.decider.outside


def test_who_can_names_every_hat(company: Company) -> None:
    with company.house.session(SYSTEM) as session:
        found = who_can(session, APPROVED.key, spend(company, "ACQ", 9_000_00))
        assert [(one.post.code, one.name) for one in found] == [
            ("ACQ-H", "wang"), ("CEO", "zhao"), ("MD", "li"), ("MD", "chen"),
        ]
        supposed = Supposed(Facts(unit_ids=(company.units["EAST"].id,), amount=50_000_00, currency="CNY"))
        assert [one.post.code for one in who_can(session, APPROVED.key, supposed)] == ["CEO", "EA-H"]
        with pytest.raises(LookupError):
            who_can(session, "no.such:thing", supposed)


def test_a_line_that_goes_in_a_circle_ends(company: Company) -> None:
    with writing(company) as session:
        session.execute(update(AuthorityEntry).where(AuthorityEntry.action == APPROVED.key).values(limit_minor=1))
        session.execute(
            update(PositionVersion).where(PositionVersion.position_id == company.positions["CEO"].id)
            .values(reports_to_id=company.positions["ACQ-H"].id)
        )
        state.bump_epoch(session)
    assert [step.split()[0] for step in way(company, "ACQ", 500)] == ["ACQ-H", "MD", "MD", "CEO", "EA-H"]


# -- delegation --------------------------------------------------------------------------------------------------------


def test_a_delegate_decides_by_the_entry_he_was_handed_and_cites_it(company: Company) -> None:
    assert decide(company, "wang", "ACQ", 10_000_01).code == "OVER_LIMIT"
    number = hand(company, "li", "wang", "A2", limit_minor=30_000_00, currency="CNY")
    own, handed = decide(company, "wang", "ACQ", 10_000_00), decide(company, "wang", "ACQ", 10_000_01)
    assert (own.entry, own.delegation_id) == ("ACQ-H.A1", None), "least authority first"
    assert (handed.entry, handed.delegation_id) == ("MD.A2", number)
    assert handed.on_behalf_of == company.people["li"].person_id
    assert "as delegated" in str(handed.message)
    assert decide(company, "wang", "ACQ", 30_000_00).allowed
    assert decide(company, "wang", "ACQ", 30_000_01).code == "OVER_LIMIT"


@pytest.mark.proves("proxy")
def test_a_delegate_does_not_decide_the_request_of_who_delegated(company: Company) -> None:
    hand(company, "li", "wang", "A2", limit_minor=30_000_00, currency="CNY")
    assert decide(company, "wang", "BRAND", 20_000_00, by="li").code == "SOD_PROXY"
    assert decide(company, "wang", "BRAND", 20_000_00, by="wang").code == "SOD_SELF"


@pytest.mark.proves("delegation-dies")
def test_a_delegation_dies_with_the_post_it_comes_from(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    hand(company, "li", "wang", "A2")
    with writing(company) as session:
        org.end_assignment(
            session, SYSTEM, session.get_one(Assignment, assignment(session, "li", company)), date(2026, 3, 20)
        )
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-19")
    assert decide(company, "wang", "ACQ", 10_000_01).entry == "MD.A2"
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-20")
    assert decide(company, "wang", "ACQ", 10_000_01).code == "OVER_LIMIT"


@pytest.mark.proves("delegation-narrows")
def test_a_limit_of_the_delegation_holds_where_the_entry_has_none(company: Company) -> None:
    with writing(company) as session:
        entry = session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "A2")).one()
        entry.limit_minor = entry.currency = None
    hand(company, "li", "sun", "A2", limit_minor=30_000_00, currency="CNY")
    assert decide(company, "sun", "ACQ", 40_000_00, by="wang").code == "OVER_LIMIT"
    assert decide(company, "sun", "ACQ", 30_000_00, by="wang").allowed


@pytest.mark.proves("delegation-once")
def test_what_was_delegated_cannot_be_delegated_again_not_even_as_a_row(company: Company) -> None:
    """sun is given what wang was given: there is no assignment of wang's that holds A2."""
    hand(company, "li", "wang", "A2")
    with writing(company) as session:
        wangs = assignment(session, "wang", company)
    hand(company, "wang", "sun", "A2", assignment_id=wangs)
    assert decide(company, "sun", "ACQ", 10_000_01, by="wang").code == "NO_ENTRY"


@pytest.mark.proves("acting-hands-on")
def test_an_acting_holder_hands_nothing_on(company: Company) -> None:
    with writing(company) as session:
        acting = session.scalars(select(Assignment.id).where(Assignment.kind == "acting")).one()
    hand(company, "chen", "sun", "A2", assignment_id=acting)
    assert decide(company, "sun", "ACQ", 10_000_01, by="wang").code == "NO_ENTRY"


@pytest.mark.parametrize("ended", ["revoked", "over", "not delegable", "entry gone"])
def test_a_delegation_ends_at_once(company: Company, ended: str) -> None:
    number = hand(company, "li", "sun", "A2")
    assert decide(company, "sun", "ACQ", 5_00, by="wang").allowed
    with writing(company) as session:
        row = session.get_one(Delegation, number)
        if ended == "revoked":
            row.revoked_at = datetime(2026, 3, 9, tzinfo=UTC)
        elif ended == "over":
            row.valid_to = date(2026, 3, 10)
        else:
            entry = session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "A2")).one()
            entry.delegable, entry.code = ended != "not delegable", "A2" if ended == "not delegable" else "A9"
            state.bump_epoch(session)
    assert decide(company, "sun", "ACQ", 5_00, by="wang").code == "NO_ENTRY"


def test_a_delegation_may_be_narrowed_to_a_unit(company: Company) -> None:
    hand(company, "li", "sun", "A2", unit_id=company.units["BRAND"].id)
    assert decide(company, "sun", "BRAND", 5_00, by="wang").allowed
    assert decide(company, "sun", "ACQ", 5_00, by="wang").code == "OUT_OF_SCOPE"


def test_two_limits_in_two_currencies_allow_nothing(company: Company) -> None:
    hand(company, "li", "sun", "A2", limit_minor=30_000_00, currency="USD")
    assert decide(company, "sun", "BRAND", 5_00, by="wang").code == "NO_ENTRY"


def test_whom_a_post_was_delegated_is_asked_after_who_holds_it(company: Company) -> None:
    hand(company, "zhao", "sun", "A3")
    with writing(company) as session:
        org.end_assignment(
            session, SYSTEM, session.get_one(Assignment, assignment(session, "li", company)), date(2026, 3, 20)
        )
    assert way(company, "ACQ", 60_000_00, by="zhao", day=date(2026, 3, 21)) == [
        "ACQ-H wang OVER_LIMIT", "MD VACANT", "CEO zhao SOD_SELF", "CEO sun SOD_PROXY", "EA-H wang OUT_OF_SCOPE",
    ]
    assert way(company, "ACQ", 60_000_00, by="li", day=date(2026, 3, 21))[-1] == "CEO zhao ALLOW"


def test_who_was_handed_a_post_by_two_holders_is_asked_for_each(company: Company) -> None:
    """sun may not decide for li about li's request, and may for zhao, who holds the post beside him."""
    with writing(company) as session:
        other = org.assign(
            session, SYSTEM, company.people["zhao"], company.positions["MD"], kind="concurrent",
            valid_from=date(2026, 1, 1), fte=10,
        ).id
    hand(company, "li", "sun", "A2")
    hand(company, "zhao", "sun", "A2", assignment_id=other)
    with company.house.session(SYSTEM) as session:
        found = who_can(session, APPROVED.key, spend(company, "ACQ", 9_000_00, by="li"))
    assert [(one.assignment_id, one.kind) for one in found if one.name == "sun"] == [(other, "delegated")]


@pytest.mark.parametrize(("unit", "code"), [("CO", "ALLOW"), (None, "ALLOW"), ("MKT", "OUT_OF_SCOPE")])
def test_a_delegation_narrowed_to_a_unit_reaches_the_whole_where_that_unit_is_all(
    company: Company, unit: str | None, code: str
) -> None:
    """What is about the whole organisation takes all of it."""
    with writing(company) as session:
        session.add(AuthorityEntry(
            list_id=session.scalars(select(PublishedList.id)).first(), code="W1", action=ADJUST.key, scope="all",
            title={"en": "Adjusts", "zh_CN": "调整"}, position_id=company.positions["CEO"].id,
        ))  # fmt: skip
    hand(company, "zhao", "wang", "W1", unit_id=company.units[unit].id if unit else None)
    wang = company.actor("wang")
    with company.house.session(wang) as session:
        assert session.info["authority"].decide(session, wang, ADJUST, None, None).code == code


def test_a_delegation_narrowed_to_a_unit_that_is_gone_reaches_nobody(company: Company) -> None:
    read = "person.record:read"
    with writing(company) as session:
        session.add(AuthorityEntry(
            list_id=session.scalars(select(PublishedList.id)).first(), code="W1", action=read, scope="all",
            title={"en": "Sees", "zh_CN": "查看"}, position_id=company.positions["CEO"].id, power="read",
        ))  # fmt: skip
    hand(company, "zhao", "wang", "W1", unit_id=company.units["FIN"].id)
    hand(company, "zhao", "sun", "W1", unit_id=company.units["MKT"].id)
    with writing(company) as session:
        org.close_unit(session, SYSTEM, company.units["FIN"], date(2026, 3, 5))
    for name, sees in (("wang", []), ("sun", ["chen", "li", "sun", "wang"])):
        actor = company.actor(name)
        with company.house.session(actor) as session:
            found = session.scalars(visible(session, actor, read, select(Person.name))).all()
            assert sorted(found) == sees, name


def test_the_conditions_kept_for_lists_are_made_anew_when_they_are_many(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot keeps the condition of each person; one too many throws the others away, and changes no answer."""
    monkeypatch.setattr(engine, "MOST_NARROWED", 1)
    for name in ("zhao", "li", "zhao", "wang"):
        actor = company.actor(name)
        with company.house.session(actor) as session:
            assert session.scalars(visible(session, actor, "person.record:read", select(Person.name))).all() == []
            kept = session.info["authority"].snapshot(session, actor).made["narrowed"]
            assert len(kept) == 1


def test_a_superior_post_that_is_not_there_ends_the_line(company: Company) -> None:
    """Its post begins next month: the question goes past the line to whoever else may decide, the nearest first."""
    with writing(company) as session:
        session.execute(update(PositionVersion).where(PositionVersion.position_id == company.positions["MD"].id)
                        .values(valid_from=date(2026, 4, 1)))
        state.bump_epoch(session)
    assert [(step.post.code, step.code) for step in plan(company, "ACQ", 20_000_00).path] == [
        ("ACQ-H", "OVER_LIMIT"), ("CEO", "ALLOW"),
    ]


def test_where_nobody_heads_the_place_it_goes_to_whoever_may_decide_there(company: Company) -> None:
    """A unit beside the tree, and a question that names no place at all: by code where all are as far away."""
    with writing(company) as session:
        company.units["LONE"] = org.create_unit(
            session, SYSTEM, code="LONE", title={"zh_CN": "独立", "en": "Lone"}, valid_from=date(2025, 1, 1),
            legal_entity=company.entity,
        )
    assert [(step.post.code, step.code) for step in plan(company, "LONE", 100).path] == [
        ("ACQ-H", "OUT_OF_SCOPE"), ("CEO", "ALLOW"),
    ]
    with company.house.session(SYSTEM) as session:
        nowhere = route(session, APPROVED.key, spend(company, None, 100))
    assert [step.post.code for step in nowhere.path] == ["ACQ-H", "CEO"]


def test_a_draft_is_asked_who_else_may_decide(company: Company) -> None:
    """Beyond the line the posts are those of the draft; by the lists in force it is a gap."""
    facts = Facts(unit_ids=(company.units["ACQ"].id,), amount=2_000_000_00, currency="CNY",
                  creator_person_id=company.people["sun"].person_id)  # fmt: skip
    draft = parse(LIST.replace("version: 17", "version: 18").replace("in: subtree(EAST), up_to: 50000.00",
                                                                    "in: all, up_to: 5000000.00"))
    wang = company.actor("wang")
    with company.house.session(wang) as session:
        assert route(session, APPROVED.key, Supposed(facts)).decider is None
        supposed = in_force(session, session.info["authority"].snapshot(session, wang), draft)
        found = route(session, APPROVED.key, Supposed(facts), snapshot=supposed)
    assert found.decider is not None
    assert (found.decider.post.code, found.decider.name) == ("EA-H", "wang")
