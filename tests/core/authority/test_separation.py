"""Incompatible duties: on one object and in one hand, by the answers that internal control expects of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import delegating, separating
from core.authority.document import parse
from core.authority.models import AuthorityEntry, DelegatedEntry, Delegation, SeparationMitigation
from core.authority.publish import publish
from core.authority.routing import route
from core.authority.supposing import Supposed
from core.base.errors import DomainError, InputErrors
from core.db.guard import system
from core.kernel import state
from core.kernel.specs import ActionDef, Facts
from core.org import services as org
from core.org.models import Assignment, Person
from tests.core.authority.company import APPROVE, SPEND, START, SYSTEM, Company, Spend
from tests.core.authority.test_routing import assignment

TODAY = date(2026, 3, 10)
REQUEST, APPROVED, PAY = "crm.spend:request", "crm.spend:approve", "crm.spend:pay"

RULES = """
list: FIN
version: 1
effective_from: "2025-06-01"
positions:
  CASH: {authority: {B1: {can: "cash.box:keep", in: all, delegable: yes, title: T}}}
  LEDGER: {authority: {L1: {can: "cash.ledger:keep", in: all, delegable: yes, title: T}}}
  CEO: {authority: {P1: {can: "crm.spend:pay", in: all, title: T}, M1: {can: "authority.separation:mitigate", in: all,
                    title: T}}}
everybody: {authority: {G1: {can: "authority.delegation:give", in: self, title: T}}}
separation:
  S1: {same_object: ["crm.spend:request", "crm.spend:approve", "crm.spend:pay"], risk: high, basis: 内控规范 第12条}
  S2: {person_holds: ["cash.box:keep", "cash.ledger:keep"]}
"""


@dataclass(frozen=True, slots=True)
class Done(Spend):
    """Spending with what was done about it before, by action and person."""

    done: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


DECLARED = {
    one.key: one for one in (
        replace(APPROVE, resource="spend"), ActionDef(REQUEST, "Request spend", resource="spend"),  # type: ignore[arg-type]
        ActionDef(PAY, "Pay spend", resource="spend"), ActionDef("cash.box:keep", "Keep the cash"),  # type: ignore[arg-type]
        ActionDef("cash.ledger:keep", "Keep the ledger"),  # type: ignore[arg-type]
    )
}  # fmt: skip


@pytest.fixture
def company(company: Company) -> Company:
    """The company with a cashier (zhou), a vacant ledger and rules; spending is requested, approved and paid."""
    registry = company.house.registry
    spend = replace(SPEND, acts=lambda _session, one: one.done if isinstance(one, Done) else {})
    company.house = replace(company.house, registry=replace(
        registry, actions=MappingProxyType({**registry.actions, **DECLARED}),
        resource_types=MappingProxyType({**registry.resource_types, "spend": spend}),
    ))
    with company.house.session(SYSTEM, write=True) as session:
        for code in ("CASH", "LEDGER"):
            company.positions[code] = org.create_position(
                session, SYSTEM, code=code, unit=company.units["FIN"], title={"zh_CN": code, "en": code},
                valid_from=START, reports_to=company.positions["CEO"],
            )
        company.people["zhou"] = org.hire(session, SYSTEM, number="9", name="zhou",
                                          position=company.positions["CASH"], hired_on=START)
        publish(session, SYSTEM, parse(RULES))
    return company


@contextmanager
def writing(company: Company) -> Iterator[Session]:
    with company.house.session(SYSTEM, write=True) as session, system(session, "a test changes the company"):
        yield session


def person(company: Company, name: str) -> int:
    return company.people[name].person_id


def ask(
    company: Company, name: str, action: str = APPROVED, *, unit: str = "ACQ", amount: int = 100, **did: str
) -> Decision:
    """May somebody do this about spending sun asked for, on which ``request="li"`` and so on was done before?"""
    done = {f"crm.spend:{verb}": (person(company, who),) for verb, who in did.items()}
    spend = Done(unit_ids=(company.units[unit].id,), amount=amount, currency="CNY", done=done,
                 creator_person_id=person(company, "sun"))  # fmt: skip
    actor = company.actor(name)
    registry = company.house.registry
    with company.house.session(actor) as session:
        engine = session.info["authority"]
        return engine.decide(  # type: ignore[no-any-return]
            session, actor, registry.actions[action], registry.resource_types["spend"], spend
        )


def keeps(company: Company, name: str, action: str) -> str:
    """The code of the answer whether somebody may keep the cash or the ledger, which is about no object."""
    actor = company.actor(name)
    with company.house.session(actor) as session:
        found = session.info["authority"].decide(session, actor, company.house.registry.actions[action], None, None)
        return str(found.code)


def mitigate(company: Company, name: str, rule: str, *, by: str = "zhao", **more: Any) -> int:
    actor = company.actor(by)
    values: dict[str, Any] = {
        "control": "the controller counts weekly", "first_day": TODAY, "last_day": date(2026, 6, 30), **more,
    }
    with company.house.session(actor, write=True) as session:
        return separating.mitigate(session, actor, rule=rule, person_id=person(company, name), **values).id


# -- one object --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("same-object")
def test_whoever_took_one_step_takes_no_other(company: Company) -> None:
    assert ask(company, "zhao", request="sun").code == "ALLOW"
    refused = ask(company, "zhao", pay="zhao")
    assert (refused.allowed, refused.code, refused.entry) == (False, "SOD_OBJECT", None)
    assert str(refused.message) == (
        "You did “Pay spend” on this object; rule FIN.S1 keeps “Approve spend” apart from it, so somebody else does it."
    )
    assert ask(company, "zhao", PAY, approve="zhao").code == "SOD_OBJECT", "in either order"
    assert ask(company, "zhao", PAY, request="sun", approve="li").code == "ALLOW"
    assert ask(company, "zhao", approve="zhao").code == "ALLOW", "the same step again is no other step"


@pytest.mark.proves("same-object-proxy")
def test_nor_for_somebody_who_took_it(company: Company) -> None:
    """wang holds li's A2 by delegation; chen acts for li until 15 March."""
    with writing(company) as session:
        lis = assignment(session, "li", company)
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A2").values(delegable=True))
        session.execute(update(Assignment).where(Assignment.kind == "acting").values(stands_in_for_id=lis))
        session.add(Delegation(
            id=1, from_assignment_id=lis, from_person_id=person(company, "li"), to_person_id=person(company, "wang"),
            valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1), reason="leave",
            created_at=datetime(2026, 3, 1, tzinfo=UTC),
        ))  # fmt: skip
        session.flush()
        session.add(DelegatedEntry(delegation_id=1, code="A2"))
        state.bump_epoch(session)
    for name in ("wang", "chen"):
        assert ask(company, name, unit="BRAND", request="sun").code == "ALLOW"
        refused = ask(company, name, unit="BRAND", request="li")
        assert (refused.code, refused.entry) == ("SOD_OBJECT", "MD.A2")
        assert str(refused.message) == (
            "By MD.A2 you would act for somebody who did “Request spend” on this object; rule FIN.S1 keeps “Approve "
            "spend” apart from it."
        )
    assert ask(company, "wang", request="li").entry == "ACQ-H.A1", "by his own post he decides"


def test_the_question_goes_on_to_whoever_took_no_step(company: Company) -> None:
    spend = Supposed(
        Facts(unit_ids=(company.units["ACQ"].id,), amount=100, currency="CNY"),
        acts={REQUEST: (person(company, "wang"), person(company, "li"))},
    )
    with company.house.session(SYSTEM) as session:
        plan = route(session, APPROVED, spend)
    assert [(step.name, step.code) for step in plan.path] == [
        ("wang", "SOD_OBJECT"), ("li", "SOD_OBJECT"), ("chen", "ALLOW"),
    ]  # fmt: skip


def test_whoever_is_nobody_may_have_done_anything(company: Company) -> None:
    with writing(company) as session:
        session.add(AuthorityEntry(
            list_id=session.scalars(select(AuthorityEntry.list_id)).first(), code="X", action=PAY, scope="all",
            title={"en": "T", "zh_CN": "T"}, account_id=7, bootstrap=False,
        ))  # fmt: skip
        state.bump_epoch(session)
    registry = company.house.registry
    actor = replace(company.actor("zhao"), account_id=7, person_id=None)
    for done, code in (({}, "ALLOW"), ({REQUEST: (person(company, "sun"),)}, "SOD_OBJECT")):
        with company.house.session(actor) as session:
            found = session.info["authority"].decide(
                session, actor, registry.actions[PAY], registry.resource_types["spend"], Done(done=done)
            )
            assert found.code == code


def test_without_a_module_that_tells_nobody_does_it(company: Company) -> None:
    """As when the module was exchanged for one that does not tell after the list was published."""
    registry = company.house.registry
    actor = company.actor("zhao")
    with company.house.session(actor) as session:
        found = session.info["authority"].decide(session, actor, registry.actions[PAY], SPEND, Done())
    assert found.code == "SOD_OBJECT"
    assert "it is not known who took these" in str(found.message)


def test_lists_of_rows_are_not_narrowed(company: Company) -> None:
    """As with one's own requests: what one may not decide is still seen."""
    actor = company.actor("zhao")
    registry = company.house.registry
    with company.house.session(actor) as session:
        found = session.info["authority"].predicate(
            session, actor, registry.actions[APPROVED], registry.resource_types["spend"], Assignment
        )
        assert str(found) in ("true", "1 = 1")


@pytest.mark.proves("mitigation")
def test_a_mitigation_lets_one_person_take_two_steps_for_a_time(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(company) as session:
        session.add(SeparationMitigation(
            unit_id=company.units["FIN"].id, rule_code="S1", person_id=person(company, "zhao"), control="board",
            valid_from=TODAY, valid_to=date(2026, 4, 1), approved_at=datetime(2026, 3, 1, tzinfo=UTC),
        ))  # fmt: skip
    for day, code in (("2026-03-09", "SOD_OBJECT"), ("2026-03-10", "ALLOW"), ("2026-03-31", "ALLOW"),
                      ("2026-04-01", "SOD_OBJECT")):
        monkeypatch.setenv("REMIT_DEMO_DATE", day)
        assert ask(company, "zhao", pay="zhao").code == code, day


# -- one hand ----------------------------------------------------------------------------------------------------------


def appoint(company: Company, name: str, post: str, **more: Any) -> int:
    with company.house.session(SYSTEM, write=True) as session:
        return org.assign(session, SYSTEM, company.people[name], company.positions[post],
                          valid_from=more.pop("valid_from", TODAY), **more).id


@pytest.mark.proves("person-holds")
def test_the_cashier_does_not_become_keeper_of_the_ledger(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 30: refused; allowed with a dated mitigation; when that is over, denied on the second function."""
    with pytest.raises(DomainError) as refused:
        appoint(company, "zhou", "LEDGER")
    assert (refused.value.code, refused.value.field) == ("separation.person_holds", "position")
    assert str(refused.value.message) == (
        "zhou would hold “Keep the cash” (CASH.B1) and “Keep the ledger” (LEDGER.L1), which rule FIN.S2 keeps apart "
        "from 2026-03-10. Appoint somebody else, or first record what keeps the risk small."
    )
    appoint(company, "sun", "LEDGER")
    mitigate(company, "zhou", "FIN.S2")
    appoint(company, "zhou", "LEDGER")
    for day, box, ledger in (("2026-03-10", "ALLOW", "ALLOW"), ("2026-06-30", "ALLOW", "ALLOW"),
                             ("2026-07-01", "ALLOW", "SOD_HOLDS")):
        monkeypatch.setenv("REMIT_DEMO_DATE", day)
        assert (keeps(company, "zhou", "cash.box:keep"), keeps(company, "zhou", "cash.ledger:keep")) == (box, ledger)
        assert keeps(company, "sun", "cash.ledger:keep") == "ALLOW", "who holds one alone has it"


def by_transfer(company: Company) -> None:
    """While another post stays."""
    appoint(company, "sun", "CASH")
    with company.house.session(SYSTEM, write=True) as session:
        org.transfer(session, SYSTEM, company.people["sun"], company.positions["LEDGER"], TODAY)


def by_acting(company: Company) -> None:
    appoint(company, "zhao", "CASH")
    appoint(company, "zhao", "LEDGER", kind="acting")


def by_a_second_employment(company: Company) -> None:
    """Somebody who left keeps what he was beside it only by mistake; whoever hires him looks at all of it."""
    appoint(company, "sun", "CASH")
    with company.house.session(SYSTEM, write=True) as session, system(session, "a test"):
        sun = session.get_one(Person, person(company, "sun"))
        company.people["sun"].left_on = TODAY
        session.merge(company.people["sun"])
        org.hire(session, SYSTEM, number="77", name="sun", person=sun, position=company.positions["LEDGER"],
                 hired_on=TODAY)


def by_what_comes_later(company: Company) -> None:
    """Refused for the day on which both meet."""
    appoint(company, "sun", "CASH", valid_from=date(2026, 5, 1), valid_to=date(2026, 6, 1))
    appoint(company, "sun", "LEDGER")


@pytest.mark.parametrize(("way", "day"), [
    (by_transfer, "2026-03-10"), (by_acting, "2026-03-10"), (by_a_second_employment, "2026-03-10"),
    (by_what_comes_later, "2026-05-01"),
])  # fmt: skip
def test_every_way_to_a_post_is_looked_at(company: Company, way: Callable[[Company], None], day: str) -> None:
    with pytest.raises(DomainError, match="FIN.S2") as refused:
        way(company)
    assert f"from {day}." in str(refused.value.message)


def test_what_was_before_does_not_stand_in_the_way_of_something_else(company: Company) -> None:
    appoint(company, "zhou", "LEDGER", valid_from=date(2025, 6, 2), valid_to=date(2026, 3, 10))
    appoint(company, "zhou", "ACQ-S")


def test_two_companies_have_a_cashier_and_a_ledger_each(company: Company) -> None:
    """Where the two cannot meet there is nothing to keep apart."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(RULES.replace("version: 1", "version: 2").replace("2025-06-01", "2026-03-01")
                                       .replace("keep\", in: all", "keep\", in: unit(FIN)")
                                       .replace("ledger:keep\", in: unit(FIN)", "ledger:keep\", in: subtree(MKT)")))
    appoint(company, "zhou", "LEDGER")


def delegate_the_cash(company: Company) -> None:
    """From zhou to sun."""
    zhou = company.actor("zhou")
    with company.house.session(zhou, write=True) as session:
        (post,) = delegating.own_posts(session, zhou, TODAY)
        delegating.delegate(
            session, zhou, assignment_id=post.assignment_id, to_person_id=person(company, "sun"), codes=["B1"],
            first_day=TODAY, last_day=date(2026, 3, 20), reason="leave",
        )


def test_a_delegation_does_not_bring_both_together(company: Company) -> None:
    appoint(company, "sun", "LEDGER")
    with pytest.raises(DomainError) as refused:
        delegate_the_cash(company)
    assert (refused.value.code, refused.value.field) == ("separation.person_holds", "to")
    assert str(refused.value.message).endswith("Delegate to somebody else, or leave one of the two out.")
    mitigate(company, "sun", "FIN.S2")
    delegate_the_cash(company)
    assert keeps(company, "sun", "cash.box:keep") == "ALLOW"


MORE = """
list: SALES
version: 1
effective_from: "2026-03-10"
positions:
  CASH:
    authority:
      C1: {can: "crm.spend:approve", in: unit(EAST), title: T}
      C2: {can: "cash.ledger:keep", in: unit(EAST), title: T}
"""


def test_a_list_that_brings_both_together_is_refused(company: Company) -> None:
    with pytest.raises(InputErrors) as refused, company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(MORE))
    (problem,) = refused.value.problems
    assert (problem.row, str(problem.message)) == (9, (
        "The employee of number 9 would hold “Keep the cash” (CASH.B1) and “Keep the ledger” (CASH.C2), which rule "
        "FIN.S2 keeps apart."
    ))  # fmt: skip
    assert problem.remedy is not None
    mitigate(company, "zhou", "FIN.S2")
    with company.house.session(SYSTEM, write=True) as session:
        assert publish(session, SYSTEM, parse(MORE))[1]


def test_a_rule_may_come_after_what_it_keeps_apart(company: Company) -> None:
    """The coverage report tells of it; the list that brings the rule changes nothing about who holds what."""
    late = MORE.split("positions:", 1)[0] + "separation: {S9: {person_holds: [crm.spend:approve, crm.spend:pay]}}\n"
    with company.house.session(SYSTEM, write=True) as session:
        assert publish(session, SYSTEM, parse(late))[1]
    assert ask(company, "zhao", PAY).code == "SOD_HOLDS"
    assert ask(company, "zhao").code == "ALLOW"
