"""A step calls a program: it is told where to answer and with what, and its answer counts once, over a real network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from core.authority.document import parse
from core.authority.publish import publish
from core.base import clock
from core.db.base import Base
from core.db.keys import KeyRing
from core.db.session import Database
from core.events.deliverer import Deliverer
from core.events.models import EventRow
from core.identity import services as identity
from core.identity.models import Account
from core.jobs.pool import Pool
from core.kernel.house import House
from core.webhooks.models import WebhookDelivery
from core.workflow import replying
from core.workflow.actions import READ, REPLY
from core.workflow.engine import helping, timing
from core.workflow.events import ProcessCalled, ProcessStuck, TaskRouted
from core.workflow.processes.models import Run, RunStep
from tests.core.authority.company import SYSTEM
from tests.core.webhooks.receiver import Receiver, answers, hangs
from tests.core.webhooks.test_sending import signed, subscribe
from tests.core.workflow.conftest import LISTS, Office, around
from tests.core.workflow.programs import Peer, free_port, post, served
from tests.core.workflow.test_timing import _asked

ROOT = Path(__file__).parents[3]
CALL: dict[str, Any] = {"key": "call", "type": "webhook", "reply": True}
#: Who may answer for programs: the one who asks, and somebody else.
REPLIERS = """
list: MKT
version: 1
effective_from: "2026-01-01"
positions:
  MD: {authority: {R1: {can: "workflow.run:reply", in: all, title: {zh: 代程序答复, en: Answers for programs}}}}
  ACQ-S: {authority: {R2: {can: "workflow.run:reply", in: all, title: {zh: 代程序答复, en: Answers for programs}}}}
everybody:
  authority: {R3: {can: "workflow.run:read", in: all, power: read, title: {zh: 查看流程, en: Sees runs}}}
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def house(database: Database, tmp_path: Path, port: int) -> House:
    return around(database, tmp_path, webhook_allow=("127.0.0.1",), base_url=f"http://127.0.0.1:{port}")


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
def receiver(peer: Peer) -> Iterator[Receiver]:
    with Receiver(behave=peer) as running:
        yield running


@pytest.fixture
def program(house: House, receiver: Receiver, port: int) -> Iterator[str]:
    """A program that has subscribed to calls, and a Remit that listens; the secret of its webhook."""
    _number, secret = subscribe(house, receiver.url, ProcessCalled.name)
    with served(house, port):
        yield secret


def call(office: Office, *after: dict[str, Any], **more: Any) -> Run:
    """A request whose first step calls a program."""
    office.publish({**CALL, **more}, *(after or (LISTS,)), owner="MD")
    run: Run = office.do("sun", _asked, office)
    return run


def send(office: Office) -> None:
    Deliverer(office.company.house).run_waiting()
    Pool(office.company.house, threads=0).run_waiting()


def step(office: Office, run: Run) -> RunStep:
    found: RunStep = office.look(lambda s: s.scalars(
        select(RunStep).where(RunStep.run_id == run.id, RunStep.type == "webhook").order_by(RunStep.id.desc())).first())
    return found


def secret(office: Office, row: RunStep) -> str:
    found: str = office.look(lambda s: replying.secret_of(s, s.get(RunStep, row.id)))
    return found


def url(office: Office, row: RunStep) -> str:
    return office.company.house.config.base_url + replying.PATH.format(run=row.run_id, step=row.id)


def told(office: Office, name: str) -> int:
    found: int = office.look(lambda s: s.scalar(select(func.count()).where(EventRow.name == name)))
    return found


def answer(office: Office, run: Run, said: str = "done", **more: Any) -> tuple[int, dict[str, Any]]:
    """What a program is told that answers with the secret of the step."""
    row = step(office, run)
    return post(url(office, row), {"answer": said, "secret": secret(office, row), **more})


def test_a_program_is_told_where_to_answer_and_the_request_goes_on(
    office: Office, program: str, receiver: Receiver, peer: Peer
) -> None:
    peer.say = {"answer": "done", "note": "Ordered as 4711"}
    run = call(office)
    send(office)
    assert peer.answered == [(200, {"status": "taken", "step_state": "passed", "run_state": "running"})]
    assert office.waits_for(run) == ["wang"]
    (data,) = peer.told
    assert data["reply_url"].endswith(f"/api/v1/runs/{run.id}/steps/{data['step_id']}/reply")
    assert signed(receiver.got[0], program) == [True], "the secret is signed like all else"
    assert step(office, run).note == "Ordered as 4711"
    office.yes(run, "wang")
    assert office.state(run) == "approved"


def test_the_secret_stands_nowhere(office: Office, program: str, peer: Peer) -> None:
    """Neither in a row of the database, nor in what the page of the webhook shows of the call."""
    call(office)
    send(office)
    (data,) = peer.told
    mappers = [one for one in Base.registry.mappers if one.class_.__module__.startswith(("core.", "plugins.crm."))]
    tables = [one.local_table for one in mappers]
    kept = office.look(lambda s: [str(row) for table in tables for row in s.execute(select(table)).all()])
    assert len(kept) > 50
    assert not [row for row in kept if data["reply_secret"] in row]
    row = office.look(lambda s: s.scalars(select(WebhookDelivery)).one())
    assert row.state == "done"
    assert "reply_secret" not in row.data


def test_an_answer_that_comes_twice_counts_once(office: Office, program: str) -> None:
    run = call(office)
    assert answer(office, run)[1]["status"] == "taken"
    routed = told(office, TaskRouted.name)
    assert answer(office, run) == (200, {"status": "known", "step_state": "passed", "run_state": "running"})
    status, body = answer(office, run, "failed")
    assert (status, body["code"]) == (422, "reply.answered")
    assert told(office, TaskRouted.name) == routed
    assert office.steps(run) == [("call", "passed"), ("lists", "open")]
    office.yes(run, "wang")
    assert answer(office, run)[1] == {"status": "known", "step_state": "passed", "run_state": "approved"}


def test_of_two_answers_at_once_one_is_taken(office: Office, program: str) -> None:
    run = call(office)
    row = step(office, run)
    body = {"answer": "done", "secret": secret(office, row)}
    found: list[str] = []
    ready = threading.Barrier(4)

    def say() -> None:
        ready.wait()
        found.append(post(url(office, row), body)[1].get("status", "?"))

    threads = [threading.Thread(target=say) for _one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["known", "known", "known", "taken"]
    assert office.steps(run) == [("call", "passed"), ("lists", "open")]


def test_a_program_that_refuses_leaves_it_to_whoever_looks_after_it(office: Office, program: str, peer: Peer) -> None:
    peer.say = {"answer": "failed", "note": "No such budget"}
    run = call(office)
    send(office)
    assert peer.answered[0][1] == {"status": "taken", "step_state": "failed", "run_state": "running"}
    assert office.now(run).stuck is not None
    assert told(office, ProcessStuck.name) == 1
    assert answer(office, run, "failed")[1]["status"] == "known"
    assert answer(office, run)[1]["code"] == "reply.answered"
    assert told(office, ProcessStuck.name) == 1
    before = step(office, run)
    with office.company.house.session(SYSTEM, write=True) as session:
        helping.help_on(session, SYSTEM, run.id, "again", "The budget is there now")
    status, body = post(url(office, before), {"answer": "failed", "secret": secret(office, before)})
    assert (status, body["code"]) == (422, "reply.over"), "that call is over; the new one has a secret of its own"
    assert secret(office, before) != secret(office, step(office, run))
    assert answer(office, run)[1]["status"] == "taken"


def test_after_its_time_nothing_is_taken(office: Office, program: str, march: time_machine.Traveller) -> None:
    """Before the clock has looked, and after it has."""
    run = call(office)
    march.shift(timedelta(days=7))
    assert (answer(office, run)[0], answer(office, run)[1]["code"]) == (422, "reply.late")
    assert office.steps(run) == [("call", "open")]
    timing.tick(office.company.house)
    assert answer(office, run)[1]["code"] == "reply.late"
    assert office.steps(run) == [("call", "failed")]
    assert "No program has answered in time" in str(step(office, run).note)


def test_a_request_that_was_taken_back_waits_for_no_answer(office: Office, program: str) -> None:
    from core.workflow.engine import moves
    from core.workflow.records import kind_named

    run = call(office)
    with office.company.house.session(office.company.actor("sun"), write=True) as session:
        moves.take_back(session, office.company.actor("sun"), moves.hold(session, run.id),
                        kind_named(session, run.kind))  # fmt: skip
    status, body = answer(office, run)
    assert (status, body["code"]) == (422, "reply.over")
    assert "does not wait" in body["detail"]
    assert office.state(run) == "withdrawn"


def test_whoever_cannot_prove_himself_is_not_believed(office: Office, program: str) -> None:
    """A wrong secret, none, that of another step, a step that calls nobody, one that is not there: one answer."""
    other, run = call(office), call(office)
    row, elsewhere = step(office, run), step(office, other)
    good = secret(office, row)
    lists = office.look(lambda s: s.scalars(select(RunStep.id).order_by(RunStep.id.desc())).first())
    found = [
        post(url(office, row), {"answer": "done", "secret": wrong})
        for wrong in ("", "x", "é" * 40, good[:-1], good + "x", good.upper(), secret(office, elsewhere))
    ]
    base = f"{office.company.house.config.base_url}/api/v1/runs"
    found += [post(f"{base}/{run.id}/steps/{one}/reply", {"answer": "done", "secret": good})
                for one in (lists + 1, elsewhere.id, 2**40)]  # fmt: skip
    found.append(post(f"{base}/{other.id}/steps/{row.id}/reply", {"answer": "done", "secret": good}))
    assert {status for status, _body in found} == {401}
    assert {body["detail"] for _status, body in found} == {"This is not the secret with which this step was called."}
    assert office.steps(run) == [("call", "open")]
    status, body = post(url(office, row), {"answer": "perhaps", "secret": good})
    assert (status, list(body["errors"])) == (422, ["answer"])
    status, body = post(url(office, row), {"answer": "done", "secret": good, "note": "x" * 501})
    assert (status, list(body["errors"])) == (422, ["note"])
    assert office.steps(run) == [("call", "open")]


def test_only_who_names_the_event_gets_the_secret(office: Office, house: House, receiver: Receiver, port: int) -> None:
    """A program that wants whatever happens is told that a program was called, and cannot answer in its stead."""
    subscribe(house, receiver.url, "*")
    receiver.behave = answers(204)
    call(office)
    send(office)
    told = [json.loads(got.body) for got in receiver.got]
    (called,) = [one["data"] for one in told if one["event"] == ProcessCalled.name]
    assert called["reply"] is True
    assert not {"reply_url", "reply_secret"} & set(called)


def test_no_answer_is_asked_for_where_none_is_waited_for(office: Office, program: str, receiver: Receiver) -> None:
    receiver.behave = answers(204)
    run = call(office, reply=False)
    send(office)
    assert "reply_secret" not in json.loads(receiver.got[0].body)["data"]
    row = step(office, run)
    status, body = post(url(office, row), {"answer": "failed", "secret": secret(office, row)})
    assert (status, body["code"]) == (422, "reply.answered")


@pytest.fixture
def token(office: Office) -> Any:
    """A token of somebody of the company."""
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(REPLIERS, source="replies.yaml"))

    def make(name: str, *scopes: str) -> str:
        actor = office.company.actor(name)
        with office.company.house.session(SYSTEM, write=True) as session:
            session.add(Account(id=actor.account_id, login=name, person_id=actor.person_id, name=name,
                                password_hash="-", created_at=clock.now()))  # fmt: skip
            session.flush()
            return identity.create_token(session, actor, name="tests", scopes=scopes)[1]

    return make


def test_a_token_that_may_answer_needs_no_secret(office: Office, program: str, token: Any) -> None:
    """By the lists: neither a token that does not cover it, nor whoever has asked himself."""
    run = call(office)
    row = step(office, run)
    narrow = post(url(office, row), {"answer": "done"}, token=token("zhao", READ))
    own = post(url(office, row), {"answer": "done"}, token=token("sun", REPLY))
    assert (narrow[0], narrow[1]["code"]) == (403, "denied.token_scope")
    assert own[0] in (403, 404)
    assert office.steps(run) == [("call", "open")]
    md = token("li", REPLY)
    missing = post(url(office, row).replace(f"steps/{row.id}", f"steps/{row.id + 99}"), {"answer": "done"}, token=md)
    assert (missing[0], missing[1]["code"]) == (404, "reply.missing")
    assert post(url(office, row), {"answer": "done"}, token=md)[1]["status"] == "taken"
    assert office.waits_for(run) == ["wang"]


# -- killed ------------------------------------------------------------------------------------------------------------


class Killed:
    """A process of ours that is killed in the middle of its work."""

    def __init__(self, what: str, office: Office, key_ring: KeyRing, folder: Path, port: int) -> None:
        key_ring.save(folder / "keys.json")
        where = office.company.house.database.url.render_as_string(hide_password=False)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.workflow.worker", what, where, str(folder), clock.now().isoformat(),
             str(port)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()


def test_the_sender_is_killed_after_the_program_has_answered(
    office: Office, program: str, receiver: Receiver, peer: Peer, key_ring: KeyRing, tmp_path: Path, port: int,
    march: time_machine.Traveller,
) -> None:
    """The call is sent again, with the same secret, and answered again; the request goes on once."""
    peer.then = hangs(receiver)
    run = call(office)
    Deliverer(office.company.house).run_waiting()
    worker = Killed("send", office, key_ring, tmp_path, port)
    try:
        receiver.wait_for(1, 90)
        limit = time.perf_counter() + 30
        while not peer.answered and time.perf_counter() < limit:
            threading.Event().wait(0.05)
    finally:
        worker.kill()
    peer.then = answers(204)
    pool = Pool(office.company.house, threads=0)
    for _minute in range(10):
        march.shift(timedelta(minutes=1))
        pool.sweep()
        pool.run_waiting()
    assert [body["status"] for _status, body in peer.answered] == ["taken", "known"]
    assert receiver.got[0].body == receiver.got[1].body
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    assert office.steps(run) == [("call", "passed"), ("lists", "open")]


def test_remit_is_killed_while_it_takes_the_answer_in(
    office: Office, house: House, key_ring: KeyRing, tmp_path: Path, port: int
) -> None:
    """Nothing of it is kept: the step waits still, and the same answer is taken when it comes again."""
    run = call(office)
    row = step(office, run)
    body = {"answer": "done", "secret": secret(office, row)}
    failed: list[BaseException] = []

    def say() -> None:
        try:
            post(url(office, row), body, timeout=60)
        except OSError as error:
            failed.append(error)

    worker = Killed("serve", office, key_ring, tmp_path, port)
    try:
        assert worker.line() == "ready"
        asking = threading.Thread(target=say)
        asking.start()
        assert worker.line() == "taking"
    finally:
        worker.kill()
    asking.join(30)
    assert len(failed) == 1, "whoever answered is not told that it was taken"
    assert office.steps(run) == [("call", "open")]
    with served(house, port):
        assert post(url(office, row), body)[1]["status"] == "taken"
    assert office.steps(run) == [("call", "passed"), ("lists", "open")]
