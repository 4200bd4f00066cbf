"""Stepping back from deciding about relatives: by the case of the design, and by hand for what the rule says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import select, update

from core.access.calls import load, visible
from core.access.decision import Denied
from core.authority import relating
from core.authority.actions import CONFIRM, DECLARE, RELATIONS
from core.authority.document import parse
from core.authority.models import PersonRelation
from core.authority.publish import publish
from core.authority.routing import route
from core.authority.supposing import Supposed
from core.authority.wording import RELATION_WORDS
from core.base.errors import DomainError, NotFound
from core.kernel import state
from core.kernel.registry import Registry
from core.kernel.specs import Facts
from core.org.models import Assignment
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company
from tests.core.authority.test_routing import assignment, writing

TODAY = date(2026, 3, 10)
EVERYBODY = """
list: FIN
version: 1
effective_from: "2025-06-01"
positions:
  CEO: {authority: {R1: {can: "authority.relation:read", in: all, title: T},
                    R2: {can: "authority.relation:confirm", in: all, title: T}}}
everybody:
  authority:
    F1: {can: "authority.relation:read", in: self, title: T}
    F2: {can: "authority.relation:declare", in: self, title: T}
"""


@pytest.fixture
def company(company: Company) -> Company:
    """Approving recuses relatives and who has an interest; everybody declares, zhao confirms; chen stands in for li."""
    action = replace(APPROVE, resource="spend", recuse=("relative", "interest"))
    registry: Registry = company.house.registry
    company.house = replace(company.house, registry=replace(
        registry, actions=MappingProxyType({**registry.actions, action.key: action}),
        resource_types=MappingProxyType({**registry.resource_types, SPEND.name: SPEND}),
    ))  # fmt: skip
    with writing(company) as session:
        publish(session, SYSTEM, parse(EVERYBODY, source="x.yaml"))
        stands_in = update(Assignment).where(Assignment.kind == "acting")
        session.execute(stands_in.values(stands_in_for_id=assignment(session, "li", company)))
        state.bump_epoch(session)
    return company


def person(company: Company, name: str) -> int:
    return company.people[name].person_id


def declare(company: Company, by: str, one: str, other: str, kind: str = "sibling", **more: object) -> int:
    with company.house.session(company.actor(by), write=True) as session:
        given = {"note": "", "first_day": TODAY, **more}
        return relating.declare(
            session, company.actor(by), person_id=person(company, one), other_id=person(company, other), kind=kind,
            **given,  # type: ignore[arg-type]
        ).id


def confirm(company: Company, by: str, number: int) -> None:
    with company.house.session(company.actor(by), write=True) as session:
        relating.confirm(session, company.actor(by), number)


def way(company: Company, by: str, amount: int = 5_000_00) -> list[str]:
    """The way of somebody's request in ACQ."""
    facts = Facts(unit_ids=(company.units["ACQ"].id,), amount=amount, currency="CNY",
                  creator_person_id=person(company, by))  # fmt: skip
    with company.house.session(SYSTEM) as session:
        return [f"{step.post.code} {step.name} {step.code}"
                for step in route(session, APPROVE.key, Supposed(facts)).path]


@pytest.mark.proves("recusal")
def test_a_declaration_binds_who_declares_and_a_confirmed_one_both(company: Company) -> None:
    assert way(company, "sun") == ["ACQ-H wang ALLOW"]
    number = declare(company, "sun", "sun", "wang")
    assert way(company, "sun") == ["ACQ-H wang ALLOW"], "sun takes no decision out of wang's hands alone"
    assert way(company, "wang")[0] == "ACQ-H wang SOD_SELF"
    confirm(company, "zhao", number)
    assert way(company, "sun") == ["ACQ-H wang RECUSED", "MD li ALLOW"]
    other = declare(company, "li", "li", "sun", "interest", note="they own a shop")
    assert way(company, "sun") == [
        "ACQ-H wang RECUSED", "MD li RECUSED", "MD chen RECUSED", "CEO zhao ALLOW",
    ]
    with company.house.session(company.actor("li"), write=True) as session:
        relating.end(session, company.actor("li"), other)
    assert way(company, "sun") == ["ACQ-H wang RECUSED", "MD li ALLOW"]


def test_nobody_decides_in_the_name_of_a_relative(company: Company) -> None:
    confirm(company, "zhao", declare(company, "li", "li", "sun", "child"))
    assert way(company, "sun", 50_000_00) == [
        "ACQ-H wang OVER_LIMIT", "MD li RECUSED", "MD chen RECUSED", "CEO zhao ALLOW",
    ], "chen stands in for li"


def test_only_the_two_and_who_looks_after_them_see_it(company: Company) -> None:
    number = declare(company, "sun", "sun", "wang")
    for name, sees in (("sun", True), ("wang", True), ("li", False), ("zhao", True)):
        actor = company.actor(name)
        with company.house.session(actor) as session:
            shown = session.scalars(visible(session, actor, RELATIONS, select(PersonRelation.id))).all()
            assert list(shown) == ([number] if sees else []), name
            if not sees:
                with pytest.raises(NotFound):
                    load(session, actor, RELATIONS, PersonRelation, number)


def test_what_is_seen_is_said_from_where_one_stands(company: Company) -> None:
    declare(company, "sun", "sun", "wang", "parent")
    with company.house.session(company.actor("wang")) as session:
        (one,) = relating.seen(session, company.actor("wang"))
        assert (one.name, one.other, str(one.row.kind), one.state) == ("wang", "sun", "parent", "open")
        assert one.kind == RELATION_WORDS["child"]


def test_nobody_confirms_his_own(company: Company) -> None:
    number = declare(company, "sun", "sun", "zhao")
    with pytest.raises(Denied) as refused:
        confirm(company, "zhao", number)
    assert refused.value.decision.code == "SOD_SELF"
    with pytest.raises(NotFound):
        confirm(company, "li", number)


def test_who_looks_after_people_records_and_ends(company: Company) -> None:
    number = declare(company, "zhao", "wang", "sun", "spouse")
    assert way(company, "sun") == ["ACQ-H wang RECUSED", "MD li ALLOW"]
    with company.house.session(company.actor("wang"), write=True) as session, pytest.raises(Denied):
        relating.end(session, company.actor("wang"), number)
    with company.house.session(company.actor("zhao"), write=True) as session:
        relating.end(session, company.actor("zhao"), number)
    assert way(company, "sun") == ["ACQ-H wang ALLOW"]
    with pytest.raises(Denied):
        declare(company, "li", "wang", "sun", "spouse")


@pytest.mark.parametrize(("one", "other", "more", "place"), [
    ("sun", "sun", {}, "number"), ("sun", "wang", {"kind": "friend"}, "kind"),
    ("sun", "wang", {"kind": "interest"}, "note"), ("sun", "wang", {"last_day": date(2026, 3, 9)}, "last_day"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_place(
    company: Company, one: str, other: str, more: dict[str, object], place: str
) -> None:
    with pytest.raises(DomainError) as refused:
        declare(company, "sun", one, other, **more)  # type: ignore[arg-type]
    assert refused.value.field == place


def test_the_same_is_said_once_from_either_side(company: Company) -> None:
    declare(company, "sun", "sun", "wang", "parent")
    with pytest.raises(DomainError, match="stands there already"):
        declare(company, "wang", "wang", "sun", "child")
    declare(company, "wang", "wang", "sun", "sibling")


def test_actions_are_asked_by_their_names() -> None:
    assert (DECLARE, CONFIRM) == ("authority.relation:declare", "authority.relation:confirm")


def test_a_relation_ends_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that bound for a day stays in the books with its last day; what is over is not there to be ended."""
    number = declare(company, "zhao", "wang", "sun")
    confirm(company, "zhao", number)
    zhao = company.actor("zhao")
    monkeypatch.setenv("REMIT_DEMO_DATE", str(TODAY + timedelta(days=2)))
    with company.house.session(zhao, write=True) as session:
        relating.end(session, zhao, number)
        row = load(session, zhao, RELATIONS, PersonRelation, number)
        assert (row.valid_from, row.valid_to) == (TODAY, TODAY + timedelta(days=2))
    with company.house.session(zhao, write=True) as session, pytest.raises(NotFound):
        relating.end(session, zhao, number)
