"""Any process, any people, any order of asking, answering, sending back, changing and waiting: nobody is forgotten,
nothing happens twice, nobody decides his own request, and every answer stands in the audit log.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
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
from core.audit.models import AuditEntry
from core.authority.document import parse
from core.authority.publish import publish
from core.db.keys import KeyRing
from core.events.models import EventRow
from core.workflow import tasks
from core.workflow.engine import timing
from core.workflow.events import ProcessEnded
from core.workflow.models import OPEN, Task
from core.workflow.processes.models import Run, RunStep
from plugins.crm.actions.spending import SPEND_REQUEST
from plugins.crm.models import SpendRequest
from plugins.crm.services import spending
from remit.services import load
from remit.testing.schema import SchemaBuilder, Schemas
from tests.core.authority.company import SYSTEM, build
from tests.core.workflow.conftest import Office
from tests.plugins.crm.conftest import LIST, WITHOUT, house_on

NOON = datetime(2026, 3, 22, 4, tzinfo=UTC)
PEOPLE = ["sun", "chen", "wang", "li", "zhao"]
asks: st.SearchStrategy[dict[str, Any]] = st.sampled_from([
    {"relation": "superior"}, {"relation": "unit_head"}, {"position": "ACQ-H"}, {"position": "MD"},
    {"position": "CEO"}, {"action": ""},
])  # fmt: skip
conditions = st.sampled_from(["", "", "amount > 5000.00", "in_budget", 'category == "ads"'])
deadlines: st.SearchStrategy[dict[str, Any]] = st.sampled_from([
    {}, {}, {"within": {"days": 1, "then": "pass"}}, {"within": {"days": 2, "remind": 1}},
])  # fmt: skip
some = st.integers(0, 2**16)


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to four steps of any type that needs nothing else."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        step: dict[str, Any] = {"key": f"s{number}", "when": draw(conditions), **draw(deadlines)}
        kind = draw(st.sampled_from(["decide", "decide", "decide", "review", "review", "tag", "wait", "notify", "set"]))
        if kind == "decide":
            step |= {"type": "decide", "by": draw(asks)}
        elif kind == "review":
            by = draw(st.lists(asks, min_size=1, max_size=3))
            need = draw(st.sampled_from(["all", "any", len(by)]))
            step |= {"type": "review", "by": by, "need": need, "order": draw(st.sampled_from(["together", "in_turn"]))}
        else:
            plain: dict[str, dict[str, Any]] = {
                "tag": {"tag": "seen"}, "wait": {"days": 1}, "notify": {"to": [draw(asks)]},
                "set": {"field": "checked", "value": "1"},
            }
            step |= {"type": kind, **plain[kind]}
            step.pop("within", None)
        made.append(step)
    return made


class Processes(RuleBasedStateMachine):
    """One company with one process on its own database, from noon of 22 March 2026 on."""

    schemas: Schemas
    builder: SchemaBuilder
    keys: KeyRing
    backend: str
    folder: Path
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.clock = self.open.enter_context(time_machine.travel(NOON, tick=False))
        database = self.open.enter_context(self.schemas.database(self.backend, self.builder, self.keys))
        house = house_on(database, self.folder)
        with house.session(SYSTEM, write=True) as session:
            company = build(house, session)
            for text in (WITHOUT, LIST):
                publish(session, SYSTEM, parse(text, source="machine.yaml"))
        self.office = Office(company)
        self.records: list[tuple[int, str]] = []

    def teardown(self) -> None:
        self.open.close()

    @initialize(found=steps(), distinct=st.booleans())
    def a_process(self, found: list[dict[str, Any]], distinct: bool) -> None:
        self.office.publish(*found, distinct=distinct)

    @rule(who=st.sampled_from(PEOPLE), amount=st.sampled_from([100, 500_001, 1_000_001, 20_000_000]))
    def ask(self, who: str, amount: int) -> None:
        made = self.office.do(who, spending.draft, None, {
            "unit_id": self.office.company.units["ACQ"].id if who in ("sun", "chen", "wang") else
            self.office.company.units["MKT" if who == "li" else "CO"].id,
            "category": "ads", "payee": f"p{len(self.records)}", "purpose": "reach", "amount": amount,
            "needed_on": NOON.date(), "campaign_id": None,
        })  # fmt: skip
        self.records.append((made.id, who))
        self.submit(len(self.records) - 1)

    def submit(self, number: int) -> None:
        record, who = self.records[number]
        self.office.do(who, lambda session, actor: spending.submit(
            session, actor, load(session, actor, SPEND_REQUEST, SpendRequest, record)))  # fmt: skip
        self.done["asked"] += 1

    def waiting(self) -> list[Task]:
        statement = select(Task).where(Task.state == OPEN).order_by(Task.id)
        return list(self.office.look(lambda session: session.scalars(statement).all()))

    def name(self, person: int | None) -> str:
        return next(name for name, one in self.office.company.people.items() if one.person_id == person)

    @precondition(lambda self: self.records)
    @rule(number=some, said=st.sampled_from(["approved", "approved", "approved", "refused", "returned"]))
    def answer(self, number: int, said: Any) -> None:
        """Whoever is asked answers, or sends back; he always can."""
        found = [one for one in self.waiting() if one.next_person_id is not None]
        if not found:
            return
        task = found[number % len(found)]
        who = self.name(task.next_person_id)
        if said == "returned":
            self.office.do(who, tasks.send_back, task.id, seen=task.digest, comment="once more")
        else:
            self.office.say(task, who, said)
        self.done[said] += 1

    @precondition(lambda self: self.records)
    @rule(number=some)
    def answer_own(self, number: int) -> None:
        """Nobody decides what he asked for, whatever he holds."""
        waiting = self.waiting()
        if waiting:
            task = waiting[number % len(waiting)]
            with pytest.raises(Denied):
                self.office.say(task, self.name(task.requester_person_id))
            self.done["own"] += 1

    @precondition(lambda self: self.records)
    @rule(number=some)
    def move_on(self, number: int) -> None:
        """Whoever asked changes it, takes it back, or hands in again what was sent back."""
        record, who = self.records[number % len(self.records)]
        state = self.office.look(lambda s: s.get(SpendRequest, record)).state
        if state == "draft":
            self.submit(number % len(self.records))
        elif state == "submitted" and number % 2:
            task = next((one for one in self.waiting() if one.resource_id == record), None)
            if task is not None:
                self.office.do(who, tasks.withdraw, task.id)
                self.done["withdrawn"] += 1
        elif state == "submitted":
            self.office.do(who, lambda session, actor: spending.draft(
                session, actor, (found := load(session, actor, SPEND_REQUEST, SpendRequest, record)), {
                    "unit_id": found.unit_id, "category": "ads", "payee": found.payee, "purpose": "more",
                    "amount": found.amount, "needed_on": NOON.date(), "campaign_id": None}))  # fmt: skip
            self.done["changed"] += 1

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))
        timing.tick(self.office.company.house)
        timing.tick(self.office.company.house)

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """What runs waits for somebody, for the clock, or says that it is stuck; what has ended waits for nothing."""
        runs = self.office.look(lambda s: s.scalars(select(Run).order_by(Run.id)).all())
        rows = self.office.look(lambda s: s.scalars(select(RunStep).where(RunStep.state == OPEN)).all())
        asked: dict[int, list[Task]] = {}
        for task in self.waiting():
            asked.setdefault(task.run_id, []).append(task)
        clocked = {row.run_id for row in rows if row.type == "wait"}
        for run in runs:
            mine = asked.get(run.id, [])
            if run.state == "running":
                assert any(one.next_person_id for one in mine) or run.id in clocked or run.stuck is not None
                assert run.stuck is not None or all(one.next_person_id for one in mine)
            else:
                assert not mine
                assert run.id not in {row.run_id for row in rows}
            state = self.office.state(run)
            assert state == {"running": "submitted", "returned": "draft"}.get(run.state, run.state)

    @invariant()
    def nothing_happens_twice(self) -> None:
        """Each end is told once, and each answer cites who gave it, in the task and in the log."""
        ended = self.office.look(lambda s: s.scalars(select(EventRow).where(EventRow.name == ProcessEnded.name)).all())
        told = Counter((row.payload["run_id"], row.payload["answer"]) for row in ended)
        assert all(count == 1 for (_run, said), count in told.items() if said != "returned")
        answered = self.office.look(lambda s: s.scalars(select(Task).where(Task.decider_person_id.is_not(None))).all())
        logged = self.office.look(lambda s: s.scalars(select(AuditEntry).where(
            AuditEntry.object_type == "core_task", AuditEntry.kind == "update")).all())  # fmt: skip
        by_task: dict[str, set[int | None]] = {}
        for entry in logged:
            by_task.setdefault(entry.object_id or "", set()).add(entry.person_id)
        for task in answered:
            assert task.decider_person_id != task.requester_person_id
            assert task.decider_person_id in by_task[str(task.id)]


@pytest.fixture
def machine(
    request: pytest.FixtureRequest, database_schemas: Schemas, database_builder: SchemaBuilder, key_ring: KeyRing,
    tmp_path: Path,
) -> type[Processes]:
    """The machine on one of the databases; each run of it begins with a company of its own."""

    class Here(Processes):
        schemas, builder, keys, backend, folder = (
            database_schemas, database_builder, key_ring, request.param, tmp_path
        )  # fmt: skip
        done = Counter()

    return Here


BOTH = pytest.mark.parametrize("machine", ["sqlite", "postgresql"], indirect=True)


def run(machine: type[Processes], examples: int, count: int) -> None:
    """So many worlds of so many steps; enough of everything has happened in them."""
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=count, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip


@BOTH
def test_nobody_is_forgotten_and_nothing_happens_twice(machine: type[Processes]) -> None:
    run(machine, 14, 20)
    assert min(machine.done[one] for one in ("asked", "approved", "own")) >= 2, machine.done


@pytest.mark.full
@BOTH
def test_nobody_is_forgotten_for_long(machine: type[Processes]) -> None:
    run(machine, 100, 40)
    every = ("approved", "refused", "returned", "own", "changed", "withdrawn")
    assert min(machine.done[one] for one in every) >= 3, machine.done


