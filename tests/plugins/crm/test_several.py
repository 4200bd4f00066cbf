"""Decisions that take two: the entry of the director and that of the chief each want another's yes.

Written beforehand: k distinct persons and k distinct principals, so that whoever acts for the first is not the second.
"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.app import create_app
from core.authority import delegating
from core.authority.document import parse
from core.authority.models import AuthorityEntry
from core.authority.publish import publish
from core.base.errors import DomainError
from core.identity import services
from core.workflow import reading
from core.workflow.models import Task
from plugins.crm.actions.spending import _acts
from remit.services import system
from remit.workflow import deciders, is_approved
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_routing import assignment
from tests.plugins.crm.conftest import WITHOUT, Office
from tests.plugins.crm.test_story import spent, waits_for
from tests.visitor import PASSWORD, Visitor, sign_in

TWO = (
    WITHOUT.replace("version: 18", "version: 19").replace("2026-01-01", "2026-02-01")
    .replace("up_to: 100000.00 CNY,", "up_to: 100000.00 CNY, needs_second: 2, delegable: yes,")
    .replace("up_to: 1000000.00 CNY,", "up_to: 1000000.00 CNY, needs_second: 2,")
    .replace("    E1:", '    E2: {can: "authority.delegation:give", in: self, title: T}\n    E1:')
)


@pytest.fixture
def company(company: Company) -> Company:
    """The company of the cases, whose director and chief decide with another."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(TWO, source="two.yaml"))
    return company


def names(office: Office, ids: frozenset[int]) -> set[str]:
    return {name for name, one in office.company.people.items() if one.person_id in ids}


def found(office: Office, task: Task) -> Task:
    read: Task = office.look(lambda session: session.get(Task, task.id))
    return read


def delegate(office: Office) -> None:
    """li lets wang decide in his stead."""
    li = office.company.actor("li")
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        held = assignment(session, "li", office.company)
    with office.company.house.session(li, write=True) as session:
        delegating.delegate(
            session, li, assignment_id=held,
            to_person_id=office.company.people["wang"].person_id, codes=["A2"], first_day=date(2026, 3, 22),
            last_day=date(2026, 3, 30), reason="a trip",
        )


def test_it_is_kept_as_it_is_written(office: Office) -> None:
    def read(session: Session) -> set[int | None]:
        return {row.needs_second for row in session.query(AuthorityEntry).filter_by(code="A2")}

    assert office.look(read) == {2, None}, "of version 19, and of the one before"


def test_the_first_yes_leaves_it_open_and_it_goes_to_the_next(office: Office) -> None:
    task = office.ask(5_000_000)
    assert waits_for(office, task) == "li"
    other = office.look(lambda session: reading.show(session, office.company.actor("zhao"), task.id), "zhao")
    assert str(other.steps[-1].why).endswith("; 2 people must agree"), "whoever looks reads it before anybody agreed"
    first = office.say(task, "li", comment="fine by me")
    assert (first.state, first.entry) == ("open", None)
    assert spent(office, task).state != "approved"
    assert waits_for(office, task) == "zhao"
    shown = office.look(lambda session: reading.show(session, office.company.actor("zhao"), task.id), "zhao")
    assert ([one.name for one in shown.agreed], shown.needs, shown.may_answer) == (["li"], 2, True)
    assert [(step.name, step.state) for step in shown.steps] == [("wang", "skipped"), ("li", "done"), ("zhao", "now")]
    mine = office.look(lambda session: reading.show(session, office.company.actor("li"), task.id), "li")
    assert (mine.may_answer, mine.mine.code) == (False, "AGREED")
    done = office.say(task, "zhao")
    assert (done.state, done.entry) == ("approved", "CEO.A3")
    assert spent(office, task).state == "approved"

    def read(session: Session) -> tuple[frozenset[int], object, bool]:
        row = session.get_one(Task, task.id)
        request = spent(office, task)
        return deciders(session, row), _acts(session, request)["crm.spend:approve"], is_approved(
            session, "crm.spend", request)  # fmt: skip

    who, acts, approved = office.look(read)
    assert (names(office, who), names(office, frozenset(acts)), approved) == ({"li", "zhao"}, {"li", "zhao"}, True)


def test_nobody_agrees_twice(office: Office) -> None:
    task = office.ask(5_000_000)
    office.say(task, "li")
    with pytest.raises(DomainError, match="agreed already") as refused:
        office.say(task, "li")
    assert refused.value.code == "task.again"
    assert found(office, task).state == "open"


@pytest.mark.proves("k-persons")
@pytest.mark.parametrize(("first", "second"), [("li", "wang"), ("wang", "li")])
def test_who_acts_for_the_first_is_not_the_second(office: Office, first: str, second: str) -> None:
    delegate(office)
    task = office.ask(5_000_000)
    office.say(task, first)
    assert waits_for(office, task) == "zhao"
    with pytest.raises(DomainError) as refused:
        office.say(task, second)
    assert refused.value.code == "task.same"
    assert office.say(task, "zhao").state == "approved"


def test_one_no_ends_it(office: Office) -> None:
    task = office.ask(5_000_000)
    office.say(task, "li")
    assert office.say(task, "zhao", "refused", "too much").state == "refused"
    assert spent(office, task).state == "refused"


def test_a_yes_to_what_it_said_before_does_not_count(office: Office) -> None:
    task = office.ask(5_000_000)
    office.say(task, "li")
    office.change(task, amount=6_000_000)
    changed = found(office, task)
    assert waits_for(office, changed) == "zhao", "not routed anew yet"
    assert office.say(changed, "zhao").state == "open", "li said yes to 50,000.00"
    assert office.say(found(office, task), "li").state == "approved"


def test_an_entry_that_needs_nobody_decides_alone(office: Office) -> None:
    assert office.say(office.ask(800_000), "wang").state == "approved"


def test_who_agreed_finds_it_again(office: Office) -> None:
    task = office.ask(5_000_000)
    office.say(task, "li")
    li = office.company.people["li"].person_id
    assert [one.id for one in office.look(lambda session: reading.decided(session, li), "li")] == [task.id]


def test_the_page_says_who_has_agreed(office: Office) -> None:
    task = office.ask(5_000_000)
    office.say(task, "li")
    with office.company.house.session(SYSTEM, write=True) as session:
        services.create_account(session, SYSTEM, login="zhao", name="Zhao", password=PASSWORD, locale="en",
                                person_id=office.company.people["zhao"].person_id)  # fmt: skip
    zhao = Visitor(sign_in(create_app(house=office.company.house), "zhao"))
    page = zhao.text(f"/tasks/{task.id}")
    assert "1 of 2 li agreed. Another must agree as well." in page
    answered = zhao.post(f"/tasks/{task.id}", answer="approve", seen=task.digest, comment="")
    assert answered.status_code == 200
    assert "Agreed before li" in zhao.text(f"/tasks/{task.id}")
