"""Authority for emergencies: dormant, opened by its holder, told, over by itself, looked at by his superior."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.access.decision import Decision, Denied
from core.authority import emergency
from core.authority.document import format_list, parse
from core.authority.engine import ListEngine
from core.authority.events import EmergencyOpened
from core.authority.models import BreakGlass
from core.authority.publish import publish
from core.authority.telling import _watchers
from core.base.errors import DomainError, InputErrors, NotFound
from core.base.text import use_locale
from core.db.guard import system
from core.org import services as org
from core.org.models import Assignment, Person
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company, Spend

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
LIST = """
list: ACQ
version: 1
effective_from: "2025-06-01"
positions:
  ACQ-H:
    authority:
      X1: {can: "crm.spend:approve", in: subtree(ACQ), up_to: 50000.00 CNY, break_glass: 4h, title: T}
      X2: {can: "person.record:change", in: all, break_glass: 4h, title: T}
  CEO: {authority: {L1: {can: "authority.list:import", in: all, title: T}}}
everybody:
  authority:
    G1: {can: "authority.emergency:read", in: self, title: T}
    G2: {can: "authority.emergency:open", in: self, title: T}
    G3: {can: "authority.emergency:read", in: reports, title: T}
    G4: {can: "authority.emergency:review", in: reports, title: T}
"""


@pytest.fixture
def company(company: Company) -> Company:
    """The head of the group has two dormant entries; superiors look at what was done by them."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST, source="x.yaml"))
    return company


def held(company: Company, name: str = "wang") -> int:
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        return session.scalars(select(Assignment.id).where(
            Assignment.person_id == company.people[name].person_id, Assignment.is_primary)).one()  # fmt: skip


def wake(company: Company, what: str = "ACQ-H.X1", reason: str = "the site is down", by: str = "wang") -> int:
    number = held(company)
    with company.house.session(company.actor(by), write=True) as session:
        return emergency.open_up(
            session, company.actor(by), assignment_id=number, citation=what, reason=reason
        ).id


def ask(company: Company, amount: int) -> Decision:
    """What the lists say of a request of sun, asked by wang."""
    spend = Spend(unit_ids=(company.units["ACQ"].id,), amount=amount, currency="CNY",
                  creator_person_id=company.people["sun"].person_id)  # fmt: skip
    wang = company.actor("wang")
    with company.house.session(wang) as session:
        engine: ListEngine = session.info["authority"]
        return engine.decide(session, wang, APPROVE, SPEND, spend)


@pytest.mark.proves("break-glass")
def test_it_sleeps_wakes_and_sleeps_again(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        assert ask(company, 20_000_00).code == "OVER_LIMIT"
        wake(company)
        assert (ask(company, 20_000_00).entry, ask(company, 5_000_00).entry) == ("ACQ-H.X1", "ACQ-H.A1")
        assert ask(company, 50_000_01).code == "OVER_LIMIT"
        traveller.move_to(NOON + timedelta(hours=4) - timedelta(seconds=1))
        assert ask(company, 20_000_00).allowed
        traveller.move_to(NOON + timedelta(hours=4))
        assert ask(company, 20_000_00).code == "OVER_LIMIT", "without a job, in the snapshot it was open in"


def test_lists_sleep_again_with_it(company: Company) -> None:
    """Also in the process that has asked before, and with nothing else changed meanwhile."""

    def found() -> int:
        wang = company.actor("wang")
        with company.house.session(wang) as session:
            return len(session.scalars(visible(session, wang, "person.record:change", select(Person.id))).all())

    with time_machine.travel(NOON, tick=False) as traveller:
        assert found() == 0
        wake(company, "ACQ-H.X2")
        everybody = found()
        assert everybody >= len(company.people)
        traveller.move_to(NOON + timedelta(hours=4) - timedelta(seconds=1))
        assert found() == everybody
        traveller.move_to(NOON + timedelta(hours=4))
        assert found() == 0


def test_its_holder_ends_it(company: Company) -> None:
    number = wake(company)
    wang = company.actor("wang")
    with company.house.session(wang, write=True) as session:
        assert emergency.until(session, wang) is not None
        emergency.close(session, wang, number)
    assert ask(company, 20_000_00).code == "OVER_LIMIT"
    with company.house.session(wang, write=True) as session, pytest.raises(NotFound):
        emergency.close(session, wang, number)


@pytest.mark.parametrize(("given", "place"), [
    ({"what": "ACQ-H.A1"}, "what"), ({"by": "li"}, "what"), ({"reason": "help"}, "reason"),
])  # fmt: skip
def test_only_what_is_one_s_own_and_for_a_reason(company: Company, given: dict[str, str], place: str) -> None:
    with pytest.raises(DomainError) as refused:
        wake(company, **given)
    assert refused.value.field == place


def test_it_is_opened_once(company: Company) -> None:
    wake(company)
    with pytest.raises(DomainError, match="open already"):
        wake(company)
    wake(company, "ACQ-H.X2")


def test_superiors_and_keepers_of_lists_are_told(company: Company) -> None:
    number = wake(company)
    with company.house.session(SYSTEM) as session:
        row = session.info  # the event names nobody but who opened it
        assert row is not None
        event = EmergencyOpened(number, company.people["wang"].person_id, "ACQ-H.X1", NOON)
        told = set(_watchers(session, event).persons)
    assert {name for name, one in company.people.items() if one.person_id in told} == {"li", "chen", "zhao"}


def test_what_was_done_by_it_is_looked_at(company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        number = wake(company, "ACQ-H.X2")
        wang, li = company.actor("wang"), company.actor("li")
        traveller.shift(timedelta(hours=1))
        with company.house.session(wang, write=True) as session:
            with system(session, "a test looks"):
                sun = session.get_one(Person, company.people["sun"].person_id)
            org.change_person(session, wang, sun, email="sun@example.com")
        with company.house.session(li, write=True) as session, pytest.raises(DomainError, match="still open"):
            emergency.review(session, li, number, "fine")
        traveller.shift(timedelta(hours=4))
        with company.house.session(wang, write=True) as session, pytest.raises(Denied) as refused:
            emergency.review(session, wang, number, "fine")
        assert refused.value.decision.code == "SOD_SELF"
        states = [look(company, "li", number)]
        traveller.shift(timedelta(days=4))
        states.append(look(company, "li", number))
        with company.house.session(li, write=True) as session, pytest.raises(DomainError, match="Say what you found"):
            emergency.review(session, li, number, "  ")
        with company.house.session(li, write=True) as session:
            emergency.review(session, li, number, "it was needed")
        with company.house.session(li, write=True) as session, pytest.raises(DomainError, match="looked at it already"):
            emergency.review(session, li, number, "once more")
        states.append(look(company, "li", number))
    assert [deeds for _state, deeds in states] == [["core_person"]] * 3
    # The business day is fixed in these tests, so nothing is overdue.
    assert [state for state, _deeds in states] == ["waits", "waits", "reviewed"]


def look(company: Company, name: str, number: int) -> tuple[str, list[Any]]:
    actor = company.actor(name)
    with company.house.session(actor) as session:
        found = emergency.show(session, actor, number)
        return found.state, [deed.object_type for deed in found.deeds if deed.object_type != "core_break_glass"]


def test_others_do_not_see_it(company: Company) -> None:
    number = wake(company)
    sun = company.actor("sun")
    with company.house.session(sun) as session, pytest.raises(NotFound):
        emergency.show(session, sun, number)

    def seen(session: Session) -> list[int]:
        return [one.row.id for one in emergency.seen(session, sun)]

    with company.house.session(sun) as session:
        assert seen(session) == []


TEXT = """list: ACQ
version: 1
effective_from: "2026-01-01"
positions:
  ACQ-H:
    authority:
      X1: {can: "crm.spend:approve", title: T, in: unit, needs_second: 2, break_glass: 4h}
"""


def test_it_is_one_word_of_an_entry() -> None:
    draft = parse(TEXT, source="x.yaml")
    assert (draft.entries[0].needs_second, draft.entries[0].break_hours) == (2, 4)
    assert format_list(draft) == TEXT


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("4h", "25h", "is written 4h"), ("4h", "4", "is written 4h"), ("needs_second: 2", "needs_second: 1", "from 2 to 9"),
    ("needs_second: 2", "delegable: yes", "cannot be delegated"), ("can:", "cannot:", "has no break_glass"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(old: str, new: str, problem: str) -> None:
    with use_locale("en"), pytest.raises(InputErrors) as refused:
        parse(TEXT.replace(old, new), source="x.yaml")
    assert any(problem in str(one.message) for one in refused.value.problems)


def test_a_row_is_kept(company: Company) -> None:
    number = wake(company)
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        row = session.get_one(BreakGlass, number)
        assert (row.entry, row.list_version, row.reason) == ("ACQ-H.X1", 1, "the site is down")
        assert row.until - row.opened_at == timedelta(hours=4)
