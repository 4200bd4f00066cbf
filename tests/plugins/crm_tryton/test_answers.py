"""Answers that are none: one clear sentence, a longer wait each time, nothing lost, nothing doubled; and the pages."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text

from core.jobs.queue import enqueue
from plugins.crm_tryton.models import Connection
from plugins.crm_tryton.services import connections, running
from remit.base import DomainError, NotFound, clock
from remit.services import load, system
from tests.core.authority.company import SYSTEM
from tests.plugins.crm_tryton.conftest import Bridge

SECRET = "geheim-4711"
LOGIN = json.dumps({"id": 1, "result": [1, "a-session", None]}).encode()
PAGE = b"<!doctype html><h1>Internal Server Error</h1>"


class Odd(BaseHTTPRequestHandler):
    """Answers the sign-in as Tryton does and everything else as it was told to."""

    answer: Any = (200, "application/json", LOGIN)
    asked: list[str] = []  # noqa: RUF012 -- of the class on purpose: each test begins it anew

    def do_POST(self) -> None:
        """One call."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body["method"])
        login = body["method"] == "common.db.login"
        status, kind, data = (200, "application/json", LOGIN) if login and self.answer[0] != 401 else self.answer
        length = len(data) * (3 if kind == "cut" else 1)
        self.send_response(status)
        self.send_header("content-type", "application/json" if kind == "cut" else kind)
        self.send_header("content-length", str(length))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def odd() -> Iterator[str]:
    """The address of a server that answers oddly."""
    Odd.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


WRONG = [
    ((500, "text/html", PAGE), "Tryton did not answer as it should. It answered 500."),
    ((200, "text/html", PAGE), "Tryton's answer broke off or is not JSON."),
    ((200, "cut", b'{"id": 1, "result": [{"id": 1, "refer'), "Tryton's answer broke off or is not JSON."),
    ((200, "application/json", b'{"id": 1}'), "Tryton answered JSON, but not what was agreed."),
    ((200, "application/json", b'{"id": 1, "result": {"rows": []}}'),
     "Tryton answered something else than the records that were asked for."),
    ((200, "application/json", b'{"id": 1, "result": [{"id": "one", "reference": "remit:1"}]}'),
     "Tryton answered something else than the records that were asked for."),
    ((401, "text/html", PAGE), "Tryton does not accept the name and password."),
    ((404, "text/html", PAGE), "Tryton knows no database of this name."),
    ((403, "text/html", PAGE), "Tryton does not allow this. Is the module for opportunities activated there?"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "sentence"), WRONG)
def test_an_odd_answer_is_one_sentence_and_loses_nothing(
    bridge: Bridge, odd: str, answer: Any, sentence: str
) -> None:
    Odd.answer = answer
    bridge.connect(odd, 1, 1, password=SECRET)
    lead = bridge.sales.lead()
    touch(bridge, lead)
    state = bridge.run()
    assert bridge.error() == sentence
    assert (state.failures, state.out_cursor, state.in_id, state.done_at) == (1, 0, 0, None)
    assert bridge.links() == {}
    assert state.next_at is not None
    again = bridge.run()
    assert again.failures == 2
    assert again.next_at is not None
    assert again.next_at > state.next_at
    asked = len(Odd.asked)
    with bridge.sales.house.session(SYSTEM) as session:
        assert running.due(session, clock.now()) == [], "nothing is asked before the wait is over"
    assert len(Odd.asked) == asked


def touch(bridge: Bridge, lead_id: int) -> None:
    """Something happens to a lead, so that it stands in the record."""
    from plugins.crm.services.intake.desk import DESK

    bridge.sales.write(lambda session: DESK.mend(session, lead_id, {"contact": "曲先生"}))


def test_nobody_listens_there(bridge: Bridge) -> None:
    bridge.connect("http://127.0.0.1:9", 1, 1, password=SECRET)
    bridge.run()
    assert bridge.error() == "Tryton did not answer as it should. It could not be connected to."


def test_the_password_is_sealed_and_told_to_nobody(bridge: Bridge, odd: str) -> None:
    Odd.answer = WRONG[0][0]
    bridge.connect(odd, 1, 1, password=SECRET)
    bridge.run()
    with bridge.sales.house.session(SYSTEM) as session, system(session, "a test looks"):
        row = session.get_one(Connection, bridge.id)
        assert row.password == SECRET
        assert "password" not in connections.values_of(row)
    beside = create_engine(bridge.sales.house.database.engine.url, poolclass=NullPool)  # as a thief would look
    with beside.connect() as plain:
        kept = plain.execute(text("SELECT password FROM crm_tryton_connection")).scalar_one()
        assert SECRET.encode() not in bytes(kept)
        for table in (name for name in inspect(plain).get_table_names() if name != "crm_tryton_connection"):
            assert SECRET not in str(plain.execute(text(f'SELECT * FROM "{table}"')).all()), table  # noqa: S608


def test_only_whom_the_list_names_connects(bridge: Bridge, odd: str) -> None:
    bridge.connect(odd, 1, 1, password=SECRET)
    house, qian, li = bridge.sales.house, bridge.sales.company.actor("qian"), bridge.sales.company.actor("li")
    with house.session(qian, write=True) as session, pytest.raises(NotFound):
        load(session, qian, "crm_tryton.connection:edit", Connection, bridge.id)
    with house.session(li, write=True) as session:
        row = load(session, li, "crm_tryton.connection:edit", Connection, bridge.id)
        values = {**connections.values_of(row), "password": ""}
        connections.save(session, li, row, {**values, "title": "Another title"})
        assert row.password == SECRET, "an empty password leaves the one that is kept"
        with pytest.raises(DomainError, match="another address or name must not get the one that is kept"):
            connections.save(session, li, row, {**values, "url": "https://evil.example.com"})
        with pytest.raises(DomainError, match="private network"):
            connections.save(session, li, row, {**values, "url": "https://10.0.0.1", "password": "x"})
        with pytest.raises(DomainError, match="L0012 : 7"):
            connections.save(session, li, row, {**values, "employees": "L0012 : 7"})
        session.rollback()


def test_a_run_that_is_asked_for_twice_runs_once_after_the_other(bridge: Bridge, odd: str) -> None:
    Odd.answer = WRONG[0][0]
    bridge.connect(odd, 1, 1, password=SECRET)
    with bridge.sales.house.session(SYSTEM, write=True) as session:
        enqueue(session, SYSTEM, "crm_tryton.exchange", {"connection": bridge.id})
    assert bridge.run().failures == 2
