"""Any sequence of asking, deciding, changing, publishing, handing over, opening and leaving, against a plain model.

Each step is what a page or a program does, through the services, in a transaction of its own. Who may decide is told by
``spending_model.py`` beforehand, and by which entry; what stands in the database afterwards is compared with it.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from core.access.decision import Denied
from core.authority import delegating, emergency, totals
from core.authority.document import parse
from core.authority.publish import publish
from core.db.keys import KeyRing
from core.org import services as org
from core.org.models import Assignment
from core.workflow.models import Task
from plugins.crm.models import SpendRequest
from remit.services import system
from remit.testing.schema import SchemaBuilder, Schemas
from remit.workflow import withdraw
from tests.core.authority.company import SYSTEM, build
from tests.core.authority.test_routing import assignment
from tests.plugins.crm.conftest import WITHOUT, Office, house_on
from tests.plugins.crm.spending_model import DIRECTOR, HEAD, HOURS, POSTS, UNITS, Handed, Model, Request, Version

NOON = datetime(2026, 3, 22, 4, tzinfo=UTC)
PEOPLE = ["sun", "chen", "wang", "li", "zhao"]
CHIEFS = (
    WITHOUT.replace("version: 18", "version: 19").replace("2026-01-01", "2026-02-01")
    .replace("up_to: 100000.00 CNY,", "up_to: 100000.00 CNY, delegable: yes,")
)
HEADS = """
list: ACQ
version: {number}
effective_from: "{first_day}"
positions:
  ACQ-H:
    authority:
      B1: {{can: "crm.spend:approve", in: subtree(ACQ), up_to: {limit}.00 CNY, cap: {cap}.00 CNY/month,
           delegable: yes, title: T}}
      X1: {{can: "crm.spend:approve", in: subtree(ACQ), up_to: 200000.00 CNY, break_glass: 4h, title: T}}
everybody:
  authority:
    S1: {{can: "crm.spend:request", in: self, title: T}}
    S2: {{can: "crm.spend:read", in: self, power: read, title: T}}
    S3: {{can: "authority.delegation:give", in: self, title: T}}
    S4: {{can: "authority.delegation:revoke", in: self, title: T}}
    S5: {{can: "authority.emergency:open", in: self, title: T}}
    S6: {{can: "authority.emergency:read", in: self, power: read, title: T}}
"""
#: Each limit, what a few of them come to, and one fen more and less.
LIMITS, CAPS = [500_000, 1_000_000, 5_000_000], [1_000_000, 1_500_000, 2_000_000]
AMOUNTS = sorted({
    max(mark + by, 1)
    for mark in (1, *LIMITS, *CAPS, 10_000_000, 20_000_000, 100_000_000) for by in (-1, 0, 1)
})  # fmt: skip
some = st.integers(0, 2**16)
#: Who asks for how much, small amounts more often; and who answers what to which of the open questions.
questions = st.tuples(
    st.sampled_from(["sun", "sun", "chen", "wang", "li"]),
    st.one_of(st.sampled_from(AMOUNTS), st.sampled_from([one for one in AMOUNTS if one <= 1_000_001])),
)
#: What is handed to whom, with what part of its limit, for how many days.
deliveries = st.tuples(st.sampled_from([HEAD, DIRECTOR]), st.sampled_from(["sun", "chen", "wang", "li"]),
                       st.sampled_from([None, 1, 2]), st.integers(0, 20))  # fmt: skip
answers = st.tuples(some, st.sampled_from(["wang", "wang", "li", *PEOPLE]),
                    st.sampled_from(["approved", "approved", "approved", "refused"]))  # fmt: skip


class Spending(RuleBasedStateMachine):
    """One company on its own database, from noon of 22 March 2026 on."""

    schemas: Schemas
    builder: SchemaBuilder
    keys: KeyRing
    backend: str
    folder: Path
    #: How often somebody tried, by what he was allowed to and whether it was his own; over all runs.
    tried: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.clock = self.open.enter_context(time_machine.travel(NOON, tick=False))
        database = self.open.enter_context(self.schemas.database(self.backend, self.builder, self.keys))
        house = house_on(database, self.folder)
        self.model = Model(NOON, [Version(19, date(2026, 3, 1), 1_000_000, 2_000_000)])
        with house.session(SYSTEM, write=True) as session:
            company = build(house, session)
            for text in (WITHOUT, CHIEFS, self._list(self.model.versions[0])):
                publish(session, SYSTEM, parse(text, source="machine.yaml"))
        self.office = Office(company)

    def teardown(self) -> None:
        self.open.close()

    @staticmethod
    def _list(version: Version) -> str:
        return HEADS.format(number=version.number, first_day=version.first_day, limit=version.limit // 100,
                            cap=version.cap // 100)  # fmt: skip

    def _task(self, number: int) -> Task:
        """The latest question about a request."""
        found: Task = self.office.look(lambda session: session.scalars(
            select(Task).where(Task.resource_id == number).order_by(Task.id.desc()).limit(1)
        ).one())  # fmt: skip
        return found

    def _one(self, luck: int, *states: str) -> tuple[int, Request] | None:
        found = [(n, one) for n, one in self.model.requests.items() if one.state in states]
        return found[luck % len(found)] if found else None

    # -- requests ------------------------------------------------------------------------------------------------------

    @initialize(asked=st.lists(questions, min_size=3, max_size=6))
    def several_ask(self, asked: list[tuple[str, int]]) -> None:
        for who, amount in asked:
            self._ask(who, amount)

    @rule(asked=st.lists(questions, min_size=1, max_size=4))
    def ask(self, asked: list[tuple[str, int]]) -> None:
        for who, amount in asked:
            self._ask(who, amount)

    def _ask(self, who: str, amount: int) -> None:
        if self.model.holds(who):
            task = self.office.ask(amount, who=who, unit=UNITS[who])
            self.model.requests[task.resource_id] = Request(who, amount)

    @precondition(lambda self: self._one(0, "open"))
    @rule(tries=st.lists(answers, min_size=1, max_size=6))
    def decide(self, tries: list[tuple[int, str, str]]) -> None:
        for luck, who, said in tries:
            self._decide(luck, who, said)

    @rule(asked=st.lists(questions, min_size=1, max_size=4), who=st.sampled_from(PEOPLE[:3]))
    def ask_and_let_everybody_try(self, asked: list[tuple[str, int]], who: str) -> None:
        """From the bottom up, or from one of the middle: each tries to approve until somebody may."""
        first = PEOPLE.index(who)
        for requester, amount in asked:
            self._ask(requester, amount)
        for number in list(self.model.requests)[-len(asked):]:
            for one in (*PEOPLE[first:], *PEOPLE[:first]):
                if self.model.requests[number].state == "open":
                    self._say(number, one, "approved")

    def _decide(self, luck: int, who: str, said: str) -> None:
        found = self._one(luck, "open")
        if found is not None:
            self._say(found[0], who, said)

    def _say(self, number: int, who: str, said: str) -> None:
        request, task = self.model.requests[number], self._task(number)
        way = self.model.decides(who, request)
        self.tried["refused" if way is None else "own" if POSTS[way][0] == who else "handed over"] += 1
        if way is None:
            with pytest.raises(Denied):
                self.office.say(task, who, said)
            return
        done = self.office.say(task, who, said)
        assert (done.state, done.entry) == (said, way)
        self.model.answer(request, said, who, way)
        if way == HEAD and said == "approved":
            assert self.model.used() <= self.model.version().cap

    @precondition(lambda self: self._one(0, "open"))
    @rule(luck=some)
    def take_back(self, luck: int) -> None:
        number, request = self._one(luck, "open") or pytest.fail("a question is open")
        actor = self.office.company.actor(request.who)
        with self.office.company.house.session(actor, write=True) as session:
            withdraw(session, actor, self._task(number).id)
        request.state = "withdrawn"

    @precondition(lambda self: self._one(0, "open", "approved"))
    @rule(luck=some, amount=st.sampled_from(AMOUNTS))
    def change(self, luck: int, amount: int) -> None:
        number, request = self._one(luck, "open", "approved") or pytest.fail("something can be changed")
        if self.model.holds(request.who) and amount != request.amount:
            self.office.change(self._task(number), request.who, amount=amount)
            self.model.change(request, amount)

    # -- lists, posts and what is handed over --------------------------------------------------------------------------

    @rule(days=st.integers(0, 3), limit=st.sampled_from(LIMITS), cap=st.sampled_from(CAPS))
    def publish_another_list(self, days: int, limit: int, cap: int) -> None:
        last = self.model.versions[-1]
        first_day = max(self.model.day, last.first_day + timedelta(days=1)) + timedelta(days=days)
        version = Version(last.number + 1, first_day, limit, cap)
        with self.office.company.house.session(SYSTEM, write=True) as session:
            publish(session, SYSTEM, parse(self._list(version), source="machine.yaml"))
        self.model.versions.append(version)

    @initialize(handed=deliveries)
    def somebody_is_on_a_trip(self, handed: tuple[str, str, int | None, int]) -> None:
        self._hand_over(*handed)

    @rule(handed=deliveries)
    def hand_over(self, handed: tuple[str, str, int | None, int]) -> None:
        self._hand_over(*handed)

    def _hand_over(self, giver: str, to: str, part: int | None, days: int) -> None:
        who, _post = POSTS[giver]
        if who == to or not self.model.holds(who) or not self.model.holds(to):
            return
        limit = None if part is None else self.model.limit(giver) // part
        made = Handed(0, who, to, giver, limit, self.model.day, self.model.day + timedelta(days=days))
        actor = self.office.company.actor(who)
        with self.office.company.house.session(actor, write=True) as session:
            made.id = delegating.delegate(
                session, actor, assignment_id=self._assignment(who), reason="a trip", codes=[giver.split(".")[1]],
                to_person_id=self.office.company.people[to].person_id, first_day=made.first_day,
                last_day=made.last_day, limit_minor=limit, currency="CNY" if limit is not None else None,
            ).id
        self.model.handed.append(made)

    @precondition(lambda self: self._in_hand())
    @rule(luck=some)
    def revoke(self, luck: int) -> None:
        found = self._in_hand()
        one = found[luck % len(found)]
        if not self.model.holds(one.giver):
            return
        actor = self.office.company.actor(one.giver)
        with self.office.company.house.session(actor, write=True) as session:
            delegating.revoke(session, actor, one.id)
        one.revoked = True

    def _in_hand(self) -> list[Handed]:
        return [one for one in self.model.handed if not one.revoked and self.model.day <= one.last_day]

    def _assignment(self, who: str) -> int:
        with self.office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
            return assignment(session, who, self.office.company)

    @precondition(lambda self: self.model.holds("wang") and not self.model.is_open())
    @rule()
    def open_an_emergency(self) -> None:
        wang, held = self.office.company.actor("wang"), self._assignment("wang")
        with self.office.company.house.session(wang, write=True) as session:
            emergency.open_up(session, wang, assignment_id=held, citation="ACQ-H.X1", reason="the director is away")
        self.model.opened_until = self.model.now + timedelta(hours=HOURS)

    @precondition(lambda self: self.model.is_open() and self.model.holds("wang"))
    @rule()
    def close_the_emergency(self) -> None:
        wang = self.office.company.actor("wang")
        with self.office.company.house.session(wang, write=True) as session:
            found = [one.row.id for one in emergency.seen(session, wang) if one.state == "open"]
            emergency.close(session, wang, found[0])
        self.model.opened_until = self.model.now

    @precondition(lambda self: len(self.model.requests) > 8)
    @rule(who=st.sampled_from(["li", "wang"]), days=st.integers(0, 2))
    def leave_the_post(self, who: str, days: int) -> None:
        if who in self.model.ended:
            return
        day, held = self.model.day + timedelta(days=days), self._assignment(who)
        with self.office.company.house.session(SYSTEM, write=True) as session:
            with system(session, "a test ends an assignment"):
                row = session.get_one(Assignment, held)
            org.end_assignment(session, SYSTEM, row, day)
        self.model.ended[who] = day

    @rule(hours=st.sampled_from([1, HOURS - 1, HOURS, 12, 24, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))
        self.model.pass_by(timedelta(hours=hours))

    # -- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def what_stands_is_what_the_model_says(self) -> None:
        """State, amount, who decided by which entry of which version; nobody his own, nor for whoever asked."""
        names = {one.person_id: name for name, one in self.office.company.people.items()}
        assert self.office.look(self._amounts) == {
            number: one.amount for number, one in self.model.requests.items()
        }
        for number, one in self.model.requests.items():
            task = self._task(number)
            assert (task.state, task.entry, names.get(task.decider_person_id or 0)) == (one.state, one.way, one.by)
            assert one.version == task.list_version, "decided by the version that was in force"
            if one.by is not None:
                assert task.requester_person_id not in (task.decider_person_id, task.on_behalf_of_person_id)

    @staticmethod
    def _amounts(session: Any) -> dict[int, int]:
        with system(session, "a test looks"):
            return {row.id: row.amount for row in session.scalars(select(SpendRequest))}

    @invariant()
    def totals_are_what_stands(self) -> None:
        """What was void, taken back or refused counts for nothing, also in what is shown to its holder."""
        post = self.office.company.positions["ACQ-H"].id
        found = self.office.look(lambda session: totals.of_posts(session, [post], self.model.day))
        (rest,) = found["ACQ-H"]["B1"]
        assert (rest.used, rest.total) == (self.model.used(), self.model.version().cap)


@pytest.fixture
def machine(
    request: pytest.FixtureRequest, database_schemas: Schemas, database_builder: SchemaBuilder, key_ring: KeyRing,
    tmp_path: Path,
) -> type[Spending]:
    """The machine on one of the databases; each run of it begins with a company of its own."""

    class Here(Spending):
        schemas, builder, keys, backend, folder = (
            database_schemas, database_builder, key_ring, request.param, tmp_path
        )  # fmt: skip
        tried = Counter()

    return Here


BOTH = pytest.mark.parametrize("machine", ["sqlite", "postgresql"], indirect=True)


@BOTH
@pytest.mark.proves("cap-sequence")
def test_nothing_is_decided_that_the_model_would_not(machine: type[Spending]) -> None:
    run_state_machine_as_test(machine, settings=settings(
        max_examples=5, stateful_step_count=16, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip
    assert min(machine.tried["refused"], machine.tried["own"]) >= 10, machine.tried


@pytest.mark.full
@BOTH
def test_nothing_is_decided_that_the_model_would_not_for_long(
    machine: type[Spending], capsys: pytest.CaptureFixture[str]
) -> None:
    number = int(os.environ.get("REMIT_WORLDS_SEED") or SystemRandom().randrange(2**32))
    with capsys.disabled():
        print(f"\nREMIT_WORLDS_SEED={number}")
    run_state_machine_as_test(seed(number)(machine), settings=settings(
        max_examples=150, stateful_step_count=60, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip
    assert min(machine.tried["refused"], machine.tried["own"]) >= 50, machine.tried
    assert machine.tried["handed over"] >= 10, machine.tried  # seldom: from 30 on in the worlds looked at
